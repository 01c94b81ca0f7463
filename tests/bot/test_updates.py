"""What is read off a raw update without understanding it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.updates import id_of, lane_of, to_text


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        ({"update_id": 1, "message": {"chat": {"id": -5}}}, -5),
        ({"update_id": 1, "edited_message": {"chat": {"id": 7}}}, 7),
        ({"update_id": 1, "callback_query": {"id": "x", "message": {"chat": {"id": -9}}}}, -9),
        ({"update_id": 1, "callback_query": {"id": "x", "inline_message_id": "y"}}, 0),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": 3}, "from": {"id": 3}}}, 3),
        ({"update_id": 1, "poll": {"id": "4"}}, 0),
        ({"update_id": 1, "message": {"chat": {}}}, 0),
        ({"update_id": 1}, 0),
        ({"update_id": 1, "message": {"chat": {"id": "-5"}}}, -5),
        ({"update_id": 1, "message": {"chat": {"id": "five"}}}, 0),
        ({"update_id": 1, "message": {"chat": {"id": None}}}, 0),
        ({"update_id": 1, "message": {"chat": {"id": [5]}}}, 0),
        ({"update_id": 1, "message": {"chat": {"id": float("inf")}}}, 0),
        ({"update_id": 1, "message": {"chat": {"id": 1 << 63}}}, 0),
        ({"update_id": 1, "message": {"chat": -5}}, 0),
        ({"update_id": 1, "callback_query": {"id": "x", "message": "odd"}}, 0),
    ],
)
def test_the_lane_is_the_chat_that_it_happened_in(update: dict[str, Any], lane: int) -> None:
    assert lane_of(update) == lane


def test_an_update_is_kept_as_it_came() -> None:
    update = {"update_id": 12, "message": {"text": "叉车"}}
    assert json.loads(to_text(update)) == update
    assert "叉车" in to_text(update)
    assert id_of(update) == 12
