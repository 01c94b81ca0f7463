"""What happened last: everything at the desk, and of its notes not a word anywhere else."""

from __future__ import annotations

import pytest

from tests.rendering.board import Board, html_of, seen, the_text
from tests.rendering.matters import put, worked_on
from tests.rendering.rows import ALLIANCE, DESK, GROUP, THE_GROUP, WANG, ZHANG, bound, event, thread
from tickets.identity import CommunityCode
from tickets.lifecycle import Action, Status
from tickets.model import Room
from tickets.notices import NoticeKind

SECRET = "这家企业上个月刚被罚过"
SAID = {
    Action.DISPATCH: ("market_regulation", "派单。市场监督管理局"),
    Action.RATE: ("fair", "评价。基本满意"),
    Action.GUIDE: ("court: 合同纠纷要起诉", "引导其他渠道。法院诉讼 · 合同纠纷要起诉"),
    Action.NOTE: ("下午去看", "备注。下午去看"),
    Action.REVISE: ("是二号门", "补充问题。是二号门"),
    Action.REOPEN: ("还是不亮", "反映未解决。还是不亮"),
    Action.DISMISS: ("not_a_request", "不作诉求登记"),
    Action.EXPIRE: ("unconfirmed", "到期未回话，销号"),
    Action.OPEN: ("peers_failed", "转社工"),
}


@pytest.mark.parametrize("action", list(SAID))
def test_the_desk_reads_what_happened_last_in_peoples_words(board: Board, action: Action) -> None:
    reason, words = SAID[action]
    put(board, worked_on(Status.OPEN))
    board.uow.history.add(event(Action.ASK, ZHANG))
    board.uow.history.add(event(action, WANG, reason))
    text = seen(html_of(board.render(NoticeKind.DESK_CARD, DESK)))
    assert text.splitlines()[-1] == f"最近：11-23 09:05 王社工 {words}"


def test_what_nobody_did_was_done_by_the_program(board: Board) -> None:
    put(board, worked_on(Status.CLOSED))
    board.uow.history.add(event(Action.EXPIRE, None, "unconfirmed"))
    assert "最近：11-23 09:05 系统 到期" in seen(html_of(board.render(NoticeKind.DESK_CARD, DESK)))


def test_a_failed_delivery_is_noted_in_peoples_words(board: Board) -> None:
    put(board, worked_on(Status.OPEN))
    board.uow.history.add(event(Action.NOTE, None, "undelivered: answer, blocked"))
    text = seen(html_of(board.render(NoticeKind.DESK_CARD, DESK)))
    assert text.endswith("系统 备注。有一条没送到")


def test_a_long_reason_is_cut(board: Board) -> None:
    put(board, worked_on(Status.OPEN))
    board.uow.history.add(event(Action.NOTE, WANG, "长" * 500))
    text = seen(html_of(board.render(NoticeKind.DESK_CARD, DESK)))
    assert text.endswith("长" * 199 + "…")


def test_a_note_never_leaves_the_desk(board: Board) -> None:
    put(board, worked_on(Status.HANDLING))
    board.uow.threads.put(thread())
    board.uow.history.add(event(Action.CLAIM, WANG))
    board.uow.history.add(event(Action.NOTE, WANG, SECRET))
    board.uow.history.add(event(Action.NOTE, None, "undelivered: answer, blocked"))
    elsewhere = [
        html_of(board.render(NoticeKind.THREAD_CARD, ALLIANCE)),
        html_of(board.render(NoticeKind.TICKET_NOTICE, GROUP)),
        *(_status(board, chat) for chat in (GROUP, int(ZHANG.id), ALLIANCE)),
    ]
    assert not [html for html in elsewhere if SECRET in html or "备注" in html]
    assert "王社工 接单" in seen(elsewhere[0])
    assert "备注" in _status(board, DESK)


def test_another_communitys_desk_reads_no_note(board: Board) -> None:
    other = -1001000000005
    board.uow.chats.put(bound(other, Room.DESK, "别的工作台", community=CommunityCode("XQ")))
    put(board, worked_on(Status.HANDLING))
    board.uow.history.add(event(Action.NOTE, WANG, SECRET))
    assert SECRET not in _status(board, other)
    assert SECRET in _status(board, DESK)


def test_what_the_asker_adds_to_an_answer_is_for_the_department_too(board: Board) -> None:
    """It is kept as a note, but it is the asker's own word."""
    put(board, worked_on(Status.ANSWERED))
    board.uow.threads.put(thread())
    board.uow.history.add(event(Action.NOTE, ZHANG, "二号门也不亮"))
    assert "备注。二号门也不亮" in seen(html_of(board.render(NoticeKind.THREAD_CARD, ALLIANCE)))


def test_where_nothing_happened_yet_nothing_is_told(board: Board) -> None:
    put(board, worked_on(Status.OPEN))
    assert "最近" not in html_of(board.render(NoticeKind.DESK_CARD, DESK))


def test_who_asks_in_the_name_of_a_group_is_named_and_not_linked(board: Board) -> None:
    put(board, worked_on(Status.ANSWERED), asker=THE_GROUP)
    orphan = the_text(board.render(NoticeKind.TICKET_NOTICE)).orphan_html
    assert orphan is not None
    assert orphan.startswith("灵峰互助群，您之前问的事：")


def _status(board: Board, chat_id: int) -> str:
    return html_of(board.render(NoticeKind.TEXT, chat_id, ticket_id=None, key="ticket_status", tickets="1"))
