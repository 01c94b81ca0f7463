"""How fast may be sent: exact limits in every window, and a pause that closes one chat only."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.budget import Budget, Limits, SlidingWindow
from tickets.identity import ChatId

GROUP, OTHER_GROUP, PERSON = ChatId(-100), ChatId(-200), ChatId(7)
FREE = Limits(overall_per_second=0, group_per_minute=0, private_per_second=0)


def test_a_window_opens_when_its_oldest_message_no_longer_counts() -> None:
    window = SlidingWindow(limit=2, span=10.0)
    assert window.opens_at(0.0) == 0.0
    window.take(0.0)
    window.take(4.0)
    assert window.opens_at(5.0) == 10.0
    assert window.opens_at(10.0) == 10.0
    assert window.opens_at(10.0, count=2) == 14.0


def test_more_than_the_limit_at_once_waits_for_an_empty_window() -> None:
    window = SlidingWindow(limit=3, span=10.0)
    assert window.opens_at(0.0, count=9) == 0.0
    window.take(0.0, count=9)
    assert window.opens_at(1.0) == 10.0
    assert window.opens_at(1.0, count=9) == 10.0


@given(
    limit=st.integers(1, 8),
    pauses=st.lists(st.floats(0.0, 5.0), min_size=1, max_size=60),
)
def test_no_window_ever_holds_more_than_the_limit(limit: int, pauses: list[float]) -> None:
    window = SlidingWindow(limit=limit, span=7.0)
    now, sent = 0.0, []
    for pause in pauses:
        now = max(now + pause, window.opens_at(now + pause))
        window.take(now)
        sent.append(now)
    for first, last in itertools.pairwise([*sent, float("inf")]):
        assert sum(first <= at < first + 7.0 for at in sent) <= limit
        assert last >= first


@given(pauses=st.lists(st.floats(0.0, 3.0), min_size=1, max_size=80))
def test_a_group_never_gets_more_than_its_minute_allows(pauses: list[float]) -> None:
    budget = Budget(Limits(overall_per_second=0, group_per_minute=20))
    now, sent = 0.0, []
    for pause in pauses:
        now = budget.chat_opens_at(GROUP, now + pause)
        budget.take(GROUP, now)
        sent.append(now)
    assert all(sum(first <= at < first + 60.0 for at in sent) <= 20 for first in sent)


def test_a_person_may_get_a_short_burst() -> None:
    budget = Budget(Limits(overall_per_second=0))
    for _ in range(5):
        assert budget.chat_opens_at(PERSON, 0.0) == 0.0
        budget.take(PERSON, 0.0)
    assert budget.chat_opens_at(PERSON, 0.0) == 5.0


def test_chats_do_not_use_up_each_others_budget_but_share_the_overall_one() -> None:
    budget = Budget(Limits(overall_per_second=2, group_per_minute=1))
    budget.take(GROUP, 0.0)
    assert budget.chat_opens_at(GROUP, 0.0) == 60.0
    assert budget.chat_opens_at(OTHER_GROUP, 0.0) == 0.0
    assert budget.overall_opens_at(0.0) == 0.0
    budget.take(OTHER_GROUP, 0.0)
    assert budget.overall_opens_at(0.0) == 1.0


def test_a_pause_that_was_asked_for_closes_that_chat_alone() -> None:
    budget = Budget(FREE)
    budget.block(GROUP, 9.0)
    budget.block(GROUP, 3.0)
    assert budget.chat_opens_at(GROUP, 1.0) == 9.0
    assert budget.chat_opens_at(OTHER_GROUP, 1.0) == 1.0
    assert budget.closed_chats(1.0) == {GROUP: 9.0}
    assert budget.closed_chats(9.0) == {}


def test_a_chat_is_closed_until_the_later_of_pause_and_window() -> None:
    budget = Budget(Limits(overall_per_second=0, group_per_minute=1))
    budget.take(GROUP, 0.0)
    budget.take(OTHER_GROUP, 0.0)
    budget.block(GROUP, 90.0)
    assert budget.closed_chats(1.0) == {GROUP: 90.0, OTHER_GROUP: 60.0}
    assert budget.closed_chats(61.0) == {GROUP: 90.0}


@pytest.mark.parametrize("chat_id", [GROUP, PERSON])
def test_zero_switches_a_limit_off(chat_id: ChatId) -> None:
    budget = Budget(FREE)
    budget.take(chat_id, 0.0, count=1000)
    assert budget.chat_opens_at(chat_id, 0.0) == 0.0
    assert budget.overall_opens_at(0.0) == 0.0


def test_idle_chats_are_forgotten_when_there_are_many() -> None:
    budget = Budget(Limits(overall_per_second=0, group_per_minute=1))
    for number in range(1000):
        budget.take(ChatId(-number - 1), 0.0)
    budget.take(ChatId(-5000), 59.0)
    assert budget.chat_opens_at(ChatId(-1), 59.0) == 60.0
    budget.take(ChatId(-6000), 61.0)
    assert budget.closed_chats(61.0) == {ChatId(-5000): 119.0, ChatId(-6000): 121.0}
