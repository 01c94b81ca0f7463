"""A ticket's thread in the alliance: its topic, its card, its end."""

from __future__ import annotations

import pytest

from bot.outgoing import Topic, TopicStep
from tests.rendering.board import Board, html_of, labels, seen, the_edit, the_text
from tests.rendering.matters import put, worked_on
from tests.rendering.rows import (
    ALLIANCE,
    PHOTO,
    QUESTION,
    bound,
    part,
    thread,
    ticket,
)
from tickets.identity import ChatId
from tickets.lifecycle import Status
from tickets.model import LinkRole, Room
from tickets.notices import NoticeKind


def test_the_thread_card_begins_a_topic_named_for_the_ticket(board: Board) -> None:
    put(board, ticket(Status.DISPATCHED, subject="路灯 <坏> & 灭"))
    board.uow.threads.put(thread(None))
    (topic,) = board.render(NoticeKind.THREAD_CARD, ALLIANCE).steps
    assert topic == Topic(chat_id=ChatId(ALLIANCE), step=TopicStep.CREATE, name="LF-0001 · 路灯 <坏> & 灭")


def test_a_topics_name_is_no_longer_than_the_messenger_takes(board: Board) -> None:
    put(board, ticket(Status.DISPATCHED, subject="🚧" * 200))
    board.uow.threads.put(thread(None))
    (topic,) = board.render(NoticeKind.THREAD_CARD, ALLIANCE).steps
    assert isinstance(topic, Topic)
    assert len(topic.name.encode("utf-16-le")) // 2 <= 128


def test_where_the_alliance_has_no_topics_the_card_begins_a_reply_thread(board: Board) -> None:
    put(board, ticket(Status.DISPATCHED))
    board.uow.chats.put(bound(ALLIANCE, Room.ALLIANCE, "联盟", community=None))
    board.uow.threads.put(thread(None))
    assert the_text(board.render(NoticeKind.THREAD_CARD, ALLIANCE)).thread_id is None


def test_where_the_alliance_is_bound_no_more_the_card_is_sent_all_the_same(board: Board) -> None:
    put(board, ticket(Status.DISPATCHED))
    board.uow.chats.remove(ChatId(ALLIANCE))
    board.uow.threads.put(thread(None))
    assert the_text(board.render(NoticeKind.THREAD_CARD, ALLIANCE))


@pytest.mark.parametrize(
    ("status", "offered"),
    [(Status.DISPATCHED, [["报到", "答复"]]), (Status.HANDLING, [["答复"]]), (Status.ANSWERED, [["答复"]])],
)
def test_the_department_is_offered_to_report_in_and_to_answer(
    board: Board, status: Status, offered: list[list[str]]
) -> None:
    put(board, worked_on(status))
    board.uow.threads.put(thread())
    rendered = board.render(NoticeKind.THREAD_CARD, ALLIANCE)
    assert labels(rendered) == offered
    assert the_text(rendered).thread_id == 77
    assert "发布前会先给您看" in seen(html_of(rendered))


def test_the_thread_card_names_the_community_and_not_the_asker(board: Board) -> None:
    put(board, worked_on(Status.HANDLING))
    board.uow.threads.put(thread())
    text = seen(html_of(board.render(NoticeKind.THREAD_CARD, ALLIANCE)))
    assert text.splitlines()[:3] == [
        f"📌 LF-0001 · {QUESTION}",
        "派给：市场监督管理局（办理中）",
        "来自：灵峰社区",
    ]
    assert "张敏" not in text
    assert "部门：市场监督管理局（陈科长 报到）" in text


def test_a_community_that_was_lost_is_shown_by_its_code(board: Board) -> None:
    put(board, ticket(Status.DISPATCHED, community="XQ"))
    board.uow.threads.put(thread())
    assert "来自：XQ" in seen(html_of(board.render(NoticeKind.THREAD_CARD, ALLIANCE)))


def test_a_closed_topic_is_reopened_for_news_of_a_living_ticket(board: Board) -> None:
    put(board, worked_on(Status.HANDLING))
    board.uow.threads.put(thread(closed=True))
    before, card = board.render(NoticeKind.THREAD_CARD, ALLIANCE).steps
    assert before == Topic(chat_id=ChatId(ALLIANCE), step=TopicStep.REOPEN, thread_id=77)
    assert card.chat_id == ALLIANCE


def test_the_card_of_a_ticket_that_is_over_is_edited_and_its_topic_stays_closed(board: Board) -> None:
    put(board, worked_on(Status.CLOSED))
    board.uow.threads.put(thread(closed=True))
    board.link(LinkRole.THREAD_CARD, 1, ALLIANCE, 600)
    rendered = board.render(NoticeKind.THREAD_CARD, ALLIANCE)
    assert the_edit(rendered).message_id == 600
    assert labels(rendered) == []


@pytest.mark.parametrize("topic_id", [None, 77])
def test_no_thread_is_begun_for_a_ticket_that_is_over(board: Board, topic_id: int | None) -> None:
    """It was withdrawn before the department heard of it, or somebody tidied its topic away since."""
    put(board, ticket(Status.WITHDRAWN), parts=(part(10, QUESTION, PHOTO),))
    board.uow.threads.put(thread(topic_id))
    assert board.render(NoticeKind.THREAD_CARD, ALLIANCE).steps == ()
    relay = board.render(
        NoticeKind.RELAY, ALLIANCE, owner="inquiry", owner_id=1, below="thread_card", below_ref=1
    )
    assert relay.steps == ()


def test_a_thread_closes_when_its_ticket_is_over(board: Board) -> None:
    put(board, ticket(Status.CLOSED))
    board.uow.threads.put(thread())
    (step,) = board.render(NoticeKind.CLOSE_THREAD, ALLIANCE).steps
    assert step == Topic(chat_id=ChatId(ALLIANCE), step=TopicStep.CLOSE, thread_id=77)


def test_a_thread_stays_as_it_is_where_nothing_is_to_close(board: Board) -> None:
    assert board.render(NoticeKind.CLOSE_THREAD, ALLIANCE).steps == ()
    put(board, ticket(Status.OPEN))
    assert board.render(NoticeKind.CLOSE_THREAD, ALLIANCE).steps == ()
    board.uow.threads.put(thread())
    assert board.render(NoticeKind.CLOSE_THREAD, ALLIANCE).steps == ()  # reopened in the meantime
    put(board, ticket(Status.CLOSED))
    board.uow.threads.put(thread(closed=True))
    assert board.render(NoticeKind.CLOSE_THREAD, ALLIANCE).steps == ()
    board.uow.threads.put(thread(None))
    assert board.render(NoticeKind.CLOSE_THREAD, ALLIANCE).steps == ()
