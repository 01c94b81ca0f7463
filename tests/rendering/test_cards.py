"""A ticket as asker, desk and department see it, in every state that it can be in."""

from __future__ import annotations

import pytest

from tests.rendering.board import Board, html_of, keys_of, labels, seen, the_edit, the_text
from tests.rendering.matters import put, worked_on
from tests.rendering.rows import (
    ALLIANCE,
    DESK,
    FILE,
    GROUP,
    PHOTO,
    QUESTION,
    WANG,
    ZHANG,
    answer,
    department,
    event,
    key,
    part,
    thread,
    ticket,
)
from tickets.buttons import Verb, decode
from tickets.lifecycle import RETIRED, Action, Status
from tickets.model import LinkRole, TicketClass
from tickets.notices import NoticeKind

NUMBERED = [status for status in Status if status is not Status.WAITING_PEERS]
OFFERED = {
    Status.OPEN: [["接单", "答复"], ["派单", "引导", "不是诉求"]],
    Status.CLAIMED: [["答复"], ["派单", "引导", "不是诉求"]],
    Status.DISPATCHED: [["答复"], ["派单", "引导"]],
    Status.HANDLING: [["答复"], ["派单", "引导"]],
    Status.ANSWERED: [["答复"]],
}
NOTICES = {
    Status.OPEN: "已转给社工，编号 LF-0001。有答复会回到这里。",
    Status.CLAIMED: "王社工 已接单。",
    Status.DISPATCHED: "已请市场监督管理局来办。",
    Status.HANDLING: "市场监督管理局已报到，正在办。",
    Status.ANSWERED: "已答复，请看答复。",
    Status.CLOSED: "已办结。",
    Status.WITHDRAWN: "已按您的意思撤回。",
    Status.MERGED: "与同类问题一起办。",
    Status.DECLINED: "已告诉您合适的渠道。",
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("status", NUMBERED)
def test_every_state_can_be_shown_in_every_place(board: Board, status: Status, language: str) -> None:
    put(board, worked_on(status))
    board.uow.threads.put(thread())
    board.link(LinkRole.THREAD_CARD, 1, ALLIANCE, 600)
    board.speak(language, GROUP, DESK, ALLIANCE)
    for kind, place in (
        (NoticeKind.TICKET_NOTICE, GROUP),
        (NoticeKind.DESK_CARD, DESK),
        (NoticeKind.THREAD_CARD, ALLIANCE),
    ):
        text = seen(html_of(board.render(kind, place)))
        assert "LF-0001" in text
        assert "{" not in text


@pytest.mark.parametrize("status", NUMBERED)
def test_the_asker_reads_who_has_it_and_may_withdraw_while_it_is_worked_on(
    board: Board, status: Status
) -> None:
    put(board, worked_on(status))
    rendered = board.render(NoticeKind.TICKET_NOTICE)
    assert seen(html_of(rendered)).splitlines()[-1] == NOTICES[status]
    worked = status not in RETIRED | {Status.ANSWERED}
    assert labels(rendered) == ([["撤回"]] if worked else [])


def test_what_was_no_request_is_told_kindly(board: Board) -> None:
    put(board, ticket(Status.DECLINED, reason="not_a_request"))
    text = seen(html_of(board.render(NoticeKind.TICKET_NOTICE)))
    assert text.endswith("社工看过了，不作诉求登记。有需要请再说一声。")
    assert "不作诉求登记" in seen(html_of(board.render(NoticeKind.DESK_CARD, DESK)))


@pytest.mark.parametrize("status", NUMBERED)
def test_the_desk_is_offered_what_the_state_allows(board: Board, status: Status) -> None:
    put(board, worked_on(status))
    assert labels(board.render(NoticeKind.DESK_CARD, DESK)) == [*OFFERED.get(status, []), ["原消息"]]


def test_the_desk_card_tells_number_who_where_when_what_and_state(board: Board) -> None:
    files = (part(11, "", PHOTO), part(12, "", PHOTO), part(13, "", FILE))
    put(board, ticket(), parts=(part(10, QUESTION), *files))
    board.uow.history.add(event(Action.OPEN, ZHANG))
    text = seen(html_of(board.render(NoticeKind.DESK_CARD, DESK)))
    assert text.splitlines() == [
        "📋 LF-0001 · 待接单",
        "张敏 · 灵峰互助群 · 11-23 09:05",
        "",
        QUESTION,
        "📎 图片 2、文件 1",
        "",
        "最近：11-23 09:05 张敏 转社工",
    ]


def test_the_desk_card_tells_who_holds_it_and_who_reported_in(board: Board) -> None:
    put(board, worked_on(Status.HANDLING))
    text = seen(html_of(board.render(NoticeKind.DESK_CARD, DESK)))
    assert text.endswith("接单：王社工\n部门：市场监督管理局（陈科长 报到）")


def test_a_department_that_the_directory_lost_is_shown_by_its_id(board: Board) -> None:
    put(board, ticket(Status.DISPATCHED, department=department("weather")))
    assert "部门：weather" in seen(html_of(board.render(NoticeKind.DESK_CARD, DESK)))


def test_a_ticket_that_is_overseen_says_so(board: Board) -> None:
    put(board, ticket(ticket_class=TicketClass.A))
    assert seen(html_of(board.render(NoticeKind.DESK_CARD, DESK))).startswith("📋 LF-0001 · 待接单 · A类督办")


def test_a_question_without_words_is_shown_as_such(board: Board) -> None:
    put(board, ticket(), parts=(part(10, "", PHOTO),))
    text = seen(html_of(board.render(NoticeKind.DESK_CARD, DESK)))
    assert "（没有文字）\n📎 图片 1" in text


def test_a_long_question_is_cut_on_the_card(board: Board) -> None:
    put(board, ticket(), parts=(part(10, "问" * 4000),))
    text = seen(html_of(board.render(NoticeKind.DESK_CARD, DESK)))
    assert text.count("问") == 1499
    assert "问…" in text


@pytest.mark.parametrize(
    ("by", "head"), [(None, "社工答复："), (department("market_regulation"), "市场监督管理局答复：")]
)
def test_the_desk_reads_on_the_card_what_was_answered(board: Board, by: str | None, head: str) -> None:
    put(board, worked_on(Status.ANSWERED))
    board.uow.answers.put(answer(text="答" * 400, department=by))
    html = html_of(board.render(NoticeKind.DESK_CARD, DESK))
    assert f"{head}\n{'答' * 299}…" in seen(html)
    assert f"<blockquote>{'答' * 299}…</blockquote>" in html


def test_an_answer_of_files_alone_is_told_on_the_card(board: Board) -> None:
    put(board, worked_on(Status.ANSWERED))
    board.uow.answers.put(answer(text=""))
    assert "社工答复：\n请看附件。" in seen(html_of(board.render(NoticeKind.DESK_CARD, DESK)))


def test_a_closing_that_nobody_confirmed_is_told_apart(board: Board) -> None:
    put(board, ticket(Status.CLOSED))
    board.uow.answers.put(answer(verdict="expired"))
    assert "已销号（未回话）" in seen(html_of(board.render(NoticeKind.DESK_CARD, DESK)))
    board.uow.answers.put(answer(verdict="solved"))
    assert "已销号（未回话）" not in seen(html_of(board.render(NoticeKind.DESK_CARD, DESK)))


def test_the_desk_is_led_back_to_the_question(board: Board) -> None:
    put(board, ticket())
    (link,) = keys_of(board.render(NoticeKind.DESK_CARD, DESK))[-1]
    assert (link.url, link.data) == ("https://t.me/c/1000000001/10", "")


@pytest.mark.parametrize("origin", [(-4001, 10), (101, 10), (GROUP, 0)])
def test_a_message_without_an_address_is_not_linked(board: Board, origin: tuple[int, int]) -> None:
    """Small groups and private chats have none, and a group that grew has other ids now."""
    put(board, ticket(origin=key(origin[1], origin[0])))
    assert all(not each.url for row in keys_of(board.render(NoticeKind.DESK_CARD, DESK)) for each in row)


def test_a_question_asked_in_private_shows_no_chat(board: Board) -> None:
    put(board, ticket(origin=key(10, 101)))
    assert "张敏 · 私聊 ·" in seen(html_of(board.render(NoticeKind.DESK_CARD, DESK)))


def test_a_card_is_sent_once_and_then_edited(board: Board) -> None:
    put(board, ticket())
    first = board.render(NoticeKind.DESK_CARD, DESK)
    assert the_text(first).reply_to is None
    board.sent(first, DESK, 500)
    put(board, ticket(Status.CLAIMED, holder=WANG))
    second = board.render(NoticeKind.DESK_CARD, DESK)
    assert the_edit(second).message_id == 500
    assert second.digest != first.digest


def test_a_card_that_shows_the_same_has_the_same_digest(board: Board) -> None:
    put(board, ticket())
    board.sent(board.render(NoticeKind.DESK_CARD, DESK), DESK, 500)
    again = board.render(NoticeKind.DESK_CARD, DESK)
    assert again.digest == board.uow.links.latest(LinkRole.DESK_CARD, 1)[0].digest


def test_the_digest_is_of_the_buttons_as_well(board: Board) -> None:
    put(board, ticket())
    before = board.render(NoticeKind.DESK_CARD, DESK)
    put(board, ticket(origin=key(11)))  # only the link to the question changes
    after = board.render(NoticeKind.DESK_CARD, DESK)
    assert html_of(after) == html_of(before)
    assert after.digest != before.digest


def test_a_new_desk_gets_a_card_of_its_own(board: Board) -> None:
    put(board, ticket())
    board.sent(board.render(NoticeKind.DESK_CARD, DESK), DESK, 500)
    assert the_text(board.render(NoticeKind.DESK_CARD, -1001000000033))


def test_buttons_carry_what_they_ask_for(board: Board) -> None:
    put(board, ticket())
    rows = keys_of(board.render(NoticeKind.DESK_CARD, DESK))[:2]
    verbs = [button.verb for row in rows for each in row if (button := decode(each.data))]
    assert verbs == [Verb.CLAIM, Verb.DESK_ANSWER, Verb.DISPATCH, Verb.GUIDE, Verb.DISMISS]


def test_a_card_without_its_inquiry_is_still_a_card(board: Board) -> None:
    board.uow.tickets.put(ticket())
    assert seen(html_of(board.render(NoticeKind.DESK_CARD, DESK))).startswith("📋 LF-0001")
    assert board.render(NoticeKind.TICKET_NOTICE).steps == ()


@pytest.mark.parametrize(
    "kind", [kind for kind in NoticeKind if kind not in (NoticeKind.TEXT, NoticeKind.ALERT)]
)
def test_what_is_gone_is_not_told(board: Board, kind: NoticeKind) -> None:
    for ticket_id in (1, None):
        assert board.render(kind, ref=999, ticket_id=ticket_id).steps == ()
