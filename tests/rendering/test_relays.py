"""Photos and files on their way: albums whole, unnamed, below the message that they belong to."""

from __future__ import annotations

from typing import Any

from bot.outgoing import CopyParts
from tests.rendering.board import Board, the_copy
from tests.rendering.matters import put
from tests.rendering.rows import ALLIANCE, DESK, FILE, GROUP, PHOTO, draft, part, thread, ticket
from tickets.lifecycle import Status
from tickets.model import LinkRole
from tickets.notices import NoticeKind

BELOW_CARD: dict[str, Any] = {"owner": "inquiry", "owner_id": 1, "below": "desk_card", "below_ref": 1}


def relay(board: Board, chat_id: int = DESK, **data: Any) -> list[CopyParts]:
    steps = board.render(NoticeKind.RELAY, chat_id, **BELOW_CARD | data).steps
    return [step for step in steps if isinstance(step, CopyParts)]


def test_an_album_stays_an_album_and_what_came_apart_stays_apart(board: Board) -> None:
    album = tuple(part(number, "", PHOTO, album_id="a1") for number in (11, 12))
    put(board, ticket(), parts=(part(10, "看图"), *album, part(13, "", FILE), part(14, "", PHOTO)))
    steps = relay(board)
    assert [step.message_ids for step in steps] == [(11, 12), (13,), (14,)]
    assert {step.from_chat_id for step in steps} == {GROUP}
    assert steps[0].attachments == (PHOTO, PHOTO)
    assert [step.fallback_html for step in steps] == ["📎 图片 2", "📎 文件 1", "📎 图片 1"]


def test_files_are_shown_below_the_card_of_that_very_chat(board: Board) -> None:
    put(board, ticket(), parts=(part(10, "看图", PHOTO),))
    board.link(LinkRole.DESK_CARD, 1, DESK, 500)
    assert [step.reply_to for step in relay(board)] == [500]
    assert [step.reply_to for step in relay(board, -1001000000033)] == [None]
    assert [step.reply_to for step in relay(board, below_ref=None)] == [None]


def test_files_for_a_department_go_into_the_tickets_topic(board: Board) -> None:
    put(board, ticket(Status.DISPATCHED), parts=(part(10, "看图", PHOTO),))
    board.uow.threads.put(thread())
    board.link(LinkRole.THREAD_CARD, 1, ALLIANCE, 600)
    (step,) = relay(board, ALLIANCE, below="thread_card")
    assert (step.thread_id, step.reply_to) == (77, 600)
    assert [step.thread_id for step in relay(board)] == [None]


def test_files_of_a_living_ticket_are_carried_even_where_its_card_is_gone(board: Board) -> None:
    put(board, ticket(Status.DISPATCHED), parts=(part(10, "看图", PHOTO),))
    board.uow.threads.put(thread())
    assert [step.reply_to for step in relay(board, ALLIANCE, below="thread_card")] == [None]


def test_files_below_the_card_of_a_ticket_that_is_over_are_carried_while_it_stands(board: Board) -> None:
    put(board, ticket(Status.CLOSED), parts=(part(10, "看图", PHOTO),))
    board.uow.threads.put(thread())
    board.link(LinkRole.THREAD_CARD, 1, ALLIANCE, 600)
    assert len(relay(board, ALLIANCE, below="thread_card")) == 1


def test_what_was_added_later_is_carried_alone(board: Board) -> None:
    put(board, ticket(), parts=(part(10, "看图", PHOTO), part(11, "", FILE)))
    assert [step.message_ids for step in relay(board, only=11)] == [(11,)]


def test_what_was_added_while_the_first_files_waited_is_left_to_its_own_relay(board: Board) -> None:
    put(board, ticket(), parts=(part(10, "看图", PHOTO), part(11, "", FILE)))
    assert [step.message_ids for step in relay(board, first=1)] == [(10,)]


def test_what_was_added_before_a_group_changed_its_id_is_carried_all_the_same(board: Board) -> None:
    put(board, ticket(), parts=(part(0, "看图", PHOTO),))
    assert [step.attachments for step in relay(board, only=11)] == [(PHOTO,)]
    put(board, ticket(), parts=(part(0, "看图", PHOTO), part(11, "", FILE)))
    assert [step.attachments for step in relay(board, only=11)] == [(FILE,)]


def test_the_files_of_an_answer_go_to_the_asker(board: Board) -> None:
    put(board, ticket(Status.ANSWERED))
    board.uow.drafts.put(draft(parts=(part(510, "见附件", FILE, chat_id=DESK),)))
    board.link(LinkRole.ANSWER, 1, GROUP, 900)
    (step,) = relay(board, GROUP, owner="draft", below="answer")
    assert (step.chat_id, step.from_chat_id, step.reply_to) == (GROUP, DESK, 900)


def test_after_a_group_changed_its_id_files_are_left_to_their_handles(board: Board) -> None:
    """Nobody can copy by an id that is none; the gateway then sends by `attachments`."""
    put(board, ticket(), parts=(part(0, "看图", PHOTO),))
    step = the_copy(board.render(NoticeKind.RELAY, DESK, **BELOW_CARD))
    assert (step.message_ids, step.attachments) == ((0,), (PHOTO,))


def test_what_has_no_files_or_no_owner_carries_nothing(board: Board) -> None:
    put(board, ticket())
    assert relay(board) == []
    assert relay(board, owner_id=99) == []
    assert relay(board, owner_id="1") == []
    assert relay(board, owner="draft", owner_id=99) == []


def test_files_without_a_ticket_are_carried_too(board: Board) -> None:
    put(board, ticket(), parts=(part(10, "看图", PHOTO),))
    steps = board.render(NoticeKind.RELAY, DESK, ticket_id=None, **BELOW_CARD).steps
    assert len(steps) == 1
