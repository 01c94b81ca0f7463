"""What to do after a call, case by case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outcomes import (
    Done,
    MessageGone,
    Migrated,
    Outcome,
    Refused,
    RetryAfter,
    TopicClosed,
    TopicGone,
    Trouble,
    Uncertain,
    Unreachable,
)
from bot.retrying import Again, Decision, GiveUp, GoOn, Repair, back_off, decide
from tickets.identity import ChatId, MessageId

YOUNG, OLD = timedelta(minutes=5), timedelta(hours=25)

TABLE: list[tuple[Outcome, int, int, timedelta, Decision]] = [
    (Done(message_ids=(MessageId(1),)), 0, 0, OLD, GoOn()),
    (RetryAfter(seconds=37.5), 9, 9, OLD, Again(seconds=37.5, chat_pause=True)),
    (Uncertain(), 0, 0, YOUNG, Again(seconds=1.0)),
    (Uncertain(), 3, 1, YOUNG, Again(seconds=5.0)),
    (Uncertain(), 3, 2, YOUNG, Again(seconds=30.0)),
    (Uncertain(), 3, 3, YOUNG, Again(seconds=120.0)),
    (Uncertain(), 3, 4, YOUNG, Again(seconds=600.0)),
    (Uncertain(), 3, 5, YOUNG, GiveUp(reason="uncertain")),
    (Uncertain(), 0, 0, OLD, GiveUp(reason="unanswered")),
    (Trouble(), 0, 0, YOUNG, Again(seconds=1.0)),
    (Trouble(), 5, 0, YOUNG, Again(seconds=32.0)),
    (Trouble(), 500, 2, YOUNG, Again(seconds=60.0)),
    (Trouble(), 1, 0, OLD, GiveUp(reason="unanswered")),
    (Unreachable(reason="blocked"), 0, 0, YOUNG, GiveUp(reason="blocked")),
    (Refused(description="whatever"), 0, 0, YOUNG, GiveUp(reason="refused")),
    (Migrated(new_chat_id=ChatId(-5)), 0, 0, OLD, Repair()),
    (TopicGone(), 0, 0, OLD, Repair()),
    (TopicClosed(), 0, 0, OLD, Repair()),
    (MessageGone(), 0, 0, OLD, Repair()),
]


@pytest.mark.parametrize(("outcome", "attempts", "uncertain", "age", "decision"), TABLE)
def test_every_outcome_has_its_consequence(
    outcome: Outcome, attempts: int, uncertain: int, age: timedelta, decision: Decision
) -> None:
    assert decide(outcome, attempts=attempts, uncertain=uncertain, age=age) == decision


@given(attempts=st.integers(0, 100_000))
def test_pauses_grow_and_stay_within_a_minute(attempts: int) -> None:
    assert 1.0 <= back_off(attempts) <= back_off(attempts + 1) <= 60.0


@given(uncertain=st.integers(0, 10), attempts=st.integers(0, 10))
def test_a_message_is_never_sent_more_than_six_times_on_doubt(uncertain: int, attempts: int) -> None:
    again = isinstance(decide(Uncertain(), attempts=attempts, uncertain=uncertain, age=YOUNG), Again)
    assert again == (uncertain < 5)
