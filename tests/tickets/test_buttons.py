"""What buttons carry comes back as it went in; what no button ever carried is nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import load_departments
from tickets.buttons import Button, Verb, decode
from tickets.confirming import RATINGS

LIMIT = 64  # bytes that the messenger lets a button carry
IDS = st.integers(min_value=0, max_value=2**62)


@given(st.sampled_from(Verb), IDS, st.text(max_size=30))
def test_a_button_survives_the_way_to_the_messenger_and_back(verb: Verb, ref: int, argument: str) -> None:
    button = Button(verb=verb, ref=ref, argument=argument)
    assert decode(button.encode()) == button


@given(st.sampled_from(Verb), IDS)
def test_whatever_a_button_of_ours_carries_fits_into_64_bytes(verb: Verb, ref: int) -> None:
    arguments = ["", "999", *RATINGS, *(department.id for department in load_departments())]
    for argument in arguments:
        assert len(Button(verb=verb, ref=ref, argument=argument).encode().encode()) <= LIMIT


@given(st.text(max_size=80))
def test_any_text_at_all_is_either_a_button_or_nothing(data: str) -> None:
    button = decode(data)
    assert button is None or (data.startswith(f"{button.verb.value}:") and 0 <= button.ref <= 2**62)


@pytest.mark.parametrize(
    "data",
    [
        "",
        ":",
        "claim",
        "claim:",
        "claim:x",
        "claim:-1",
        "claim: 1",
        "claim:1.5",
        "claim:１２",  # digits, but not those that we write
        "claim:²",
        "CLAIM:1",
        "drop table tickets:1",
        f"claim:{2**62 + 1}",
        "claim:" + "9" * 19,
        "claim:" + "0" * 20 + "1",
        "claim:" + "9" * 5000,
    ],
)
def test_what_was_never_a_button_of_ours_is_nothing(data: str) -> None:
    assert decode(data) is None


def test_no_two_verbs_look_alike_on_the_wire() -> None:
    assert len({verb.value for verb in Verb}) == len(Verb)
    assert not any(":" in verb.value or not verb.value.isascii() for verb in Verb)
