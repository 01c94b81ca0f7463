"""Plain words: short ones in one message, long ones whole in several."""

from __future__ import annotations

from typing import Any

import pytest

from bot.outgoing import Rendered, SendText
from tests.rendering.board import Board, html_of, htmls, length, seen, the_text
from tests.rendering.matters import put, worked_on
from tests.rendering.rows import ALLIANCE, DESK, GROUP, QUESTION, WANG, ZHANG, event, part, thread, ticket
from tickets.identity import Person, TicketId, UserId
from tickets.lifecycle import Action, Status
from tickets.model import LinkRole
from tickets.notices import NoticeKind

TEXT = NoticeKind.TEXT


def test_a_word_is_said_as_a_reply_where_there_is_something_to_reply_to(board: Board) -> None:
    text = the_text(board.render(TEXT, ticket_id=None, key="welcome", values={}, reply_to=10))
    assert (text.reply_to, text.thread_id, text.orphan_html) == (10, None, None)
    assert seen(text.html).startswith("您好，我是互助小助手。")
    for nothing in (None, 0):
        assert the_text(board.render(TEXT, ticket_id=None, key="welcome", reply_to=nothing)).reply_to is None


def test_a_word_is_linked_as_a_word(board: Board) -> None:
    rendered = board.render(TEXT, ticket_id=None, key="help")
    assert (rendered.role, rendered.ref, rendered.urgent) == (LinkRole.TEXT, 0, False)
    assert board.render(NoticeKind.ALERT, ticket_id=None, key="help").urgent


def test_what_is_said_again_in_a_new_topic_goes_into_it(board: Board) -> None:
    put(board, worked_on(Status.HANDLING))
    values = {"lines": "陈科长：今天去修"}
    data: dict[str, Any] = {"key": "thread_renewed", "values": values, "in_thread": 1}
    assert the_text(board.render(TEXT, ALLIANCE, **data)).thread_id is None
    board.uow.threads.put(thread())
    text = the_text(board.render(TEXT, ALLIANCE, **data))
    assert (text.thread_id, seen(text.html)) == (77, "之前说到：\n陈科长：今天去修")
    assert the_text(board.render(TEXT, DESK, key="thread_renewed", values=values)).thread_id is None


@pytest.mark.parametrize(
    ("key", "name", "more"),
    [
        ("desk_reopened_because", "reason", {"number": "LF-0001"}),
        ("thread_renewed", "lines", {}),
        ("why", "explanation", {}),
        ("guided", "reason", {"number": "LF-0001", "channel": "court"}),
    ],
)
@pytest.mark.parametrize("letter", ["字", "&", "🚧"])
def test_long_words_go_on_in_further_messages(
    board: Board, key: str, name: str, more: dict[str, str], letter: str
) -> None:
    pieces = board.say(key, more | {name: letter * 9000})
    assert len(pieces) > 2
    assert all(length(piece) <= 4096 for piece in pieces)
    assert seen("".join(pieces)).count(letter) == 9000


def test_every_piece_of_long_words_replies_so_that_it_lands_in_the_right_topic(board: Board) -> None:
    steps = board.render(
        TEXT, ticket_id=None, key="why", values={"explanation": "字" * 9000}, reply_to=10
    ).steps
    assert [step.reply_to for step in steps if isinstance(step, SendText)] == [10, 10, 10]


def test_guidance_names_channel_and_reason(board: Board) -> None:
    put(board, ticket(Status.DECLINED))
    text = the_text(_guided(board, reply_to=10))
    assert seen(text.html) == "LF-0001 这件事建议走「法院诉讼」。合同纠纷要起诉"
    assert text.reply_to == 10
    assert text.orphan_html is not None
    assert seen(text.orphan_html).startswith("张敏，您之前问的事：\nLF-0001")


def test_guidance_whose_question_cannot_be_replied_to_names_the_asker(board: Board) -> None:
    put(board, ticket(Status.DECLINED), parts=(part(0, QUESTION),))
    text = the_text(_guided(board, reply_to=0))
    assert text.html.startswith('<a href="tg://user?id=101">张敏</a>，您问的“')
    assert text.orphan_html is None


def test_of_long_guidance_only_the_first_piece_names_the_asker(board: Board) -> None:
    put(board, ticket(Status.DECLINED))
    steps = _guided(board, reply_to=10, reason="因为" * 4000).steps
    orphans = [step.orphan_html for step in steps if isinstance(step, SendText)]
    assert [orphan is not None for orphan in orphans] == [True, False, False]
    assert length(orphans[0] or "") <= 4096


def test_guidance_without_its_rows_is_given_all_the_same(board: Board) -> None:
    assert "法院诉讼" in html_of(_guided(board, reply_to=10))
    board.uow.tickets.put(ticket(Status.DECLINED))
    assert the_text(_guided(board, reply_to=0)).html.startswith("<b>LF-0001</b>")


def test_ones_tickets_are_listed_with_who_has_them(board: Board) -> None:
    put(board, worked_on(Status.HANDLING))
    text = seen(html_of(board.render(TEXT, ticket_id=None, key="my_tickets", tickets="1 999")))
    assert text.splitlines() == [
        "您的事：",
        f"LF-0001 · 办理中 · {QUESTION}",
        "　接单：王社工",
        "　部门：市场监督管理局（陈科长 报到）",
    ]


def test_a_ticket_that_nobody_holds_yet_is_one_line(board: Board) -> None:
    put(board, ticket(subject="很" * 60))
    text = seen(html_of(board.render(TEXT, ticket_id=None, key="my_tickets", tickets="1")))
    assert text == f"您的事：\nLF-0001 · 待接单 · {'很' * 39}…"


def test_the_status_of_a_ticket_ends_with_what_happened_last(board: Board) -> None:
    put(board, ticket(Status.CLAIMED, holder=WANG))
    board.uow.history.add(event(Action.CLAIM, WANG))
    text = seen(html_of(board.render(TEXT, ticket_id=None, key="ticket_status", tickets="1")))
    assert text.splitlines()[-1] == "最近：11-23 09:05 王社工 接单"


def test_a_list_that_does_not_fit_goes_on_in_another_message(board: Board) -> None:
    rude = Person(id=UserId(66), name="&" * 129)
    for number in range(1, 11):
        board.uow.tickets.put(
            ticket(Status.CLAIMED, id=TicketId(number), number=f"LF-{number:04d}", holder=rude, officer=rude)
        )
    ids = " ".join(str(number) for number in range(1, 11))
    pieces = htmls(board.render(TEXT, ticket_id=None, key="my_tickets", tickets=ids))
    assert len(pieces) == 2
    assert all(length(piece) <= 4096 for piece in pieces)
    assert seen("\n".join(pieces)).count("LF-") == 10


def test_a_list_of_what_is_gone_is_empty(board: Board) -> None:
    assert seen(html_of(board.render(TEXT, ticket_id=None, key="my_tickets"))) == "您的事："
    assert board.render(TEXT, ticket_id=None, key="ticket_status", tickets="999").steps == ()


def test_bound_groups_are_listed_with_room_and_community(board: Board) -> None:
    text = seen(html_of(board.render(TEXT, ticket_id=None, key="groups")))
    assert text.splitlines() == [
        "已绑定的群：",
        *sorted(
            [
                "· 灵峰互助群 — 互助群 LF 灵峰社区",
                "· 灵峰社工工作台 — 社工工作台 LF 灵峰社区",
                "· 锋领企服联盟 — 联盟群",
            ],
            key=text.index,
        ),
    ]


def test_a_binding_is_confirmed_with_what_it_lacks_and_replaces(board: Board) -> None:
    values = {"room": "desk", "community": "LF", "missing": "privacy topics", "instead_of": "旧 <台>"}
    assert seen("".join(board.say("bound", values))).splitlines() == [
        "绑定好了：社工工作台 LF。",
        "原来的「旧 <台>」不再是。",
        "还差：",
        "· 看不到普通消息：请在 BotFather 关闭 privacy mode 后把我重新拉进群，或设我为管理员。",
        "· 请给我“管理话题”的权限。",
    ]


def test_a_binding_that_lacks_nothing_is_one_line(board: Board) -> None:
    values = {"room": "alliance", "community": "", "missing": "", "instead_of": ""}
    assert board.say("bound", values) == ("绑定好了：联盟群。",)


@pytest.mark.parametrize(
    ("what", "why", "words"),
    [
        ("answer", "blocked", "LF-0001 有一条没送到（给提问人的答复，对方屏蔽了我）"),
        ("relay", "refused", "（图片或文件，没发出去）"),
        ("thread_card", "KeyError", "（部门那边的卡片，没发出去）"),
        ("answer", "topic_deleted", "LF-0001 的话题被删了，我重新建了一个。"),
    ],
)
def test_the_desk_hears_what_was_not_delivered_in_its_own_words(
    board: Board, what: str, why: str, words: str
) -> None:
    values = {"number": "LF-0001", "what": what, "why": why}
    assert words in seen("".join(board.say("undelivered", values, DESK)))


def test_a_chat_reads_its_own_language(board: Board) -> None:
    board.speak("en", GROUP)
    assert board.say("no_tickets") == ("You have nothing with the social workers.",)
    assert board.say("no_tickets", None, DESK) == ("您还没有转给社工的事。",)
    assert board.say("no_tickets", None, int(ZHANG.id)) == ("您还没有转给社工的事。",)


def _guided(board: Board, *, reply_to: int, reason: str = "合同纠纷要起诉") -> Rendered:
    values = {"number": "LF-0001", "channel": "court", "reason": reason}
    return board.render(TEXT, ticket_id=None, key="guided", values=values, reply_to=reply_to)
