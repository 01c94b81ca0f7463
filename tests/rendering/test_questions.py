"""The bot's one reply to a question, as its state asks for now."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from telegram.constants import ReactionEmoji

from knowledge import Entry, EntryId
from tests.rendering.board import Board, html_of, htmls, keys_of, labels, length, seen, the_edit, the_text
from tests.rendering.rows import FORKLIFT, GROUP, QUESTION, THE_GROUP, event, inquiry, part, ticket
from tickets.lifecycle import Action, Status
from tickets.model import Finding, InquiryState
from tickets.notices import NoticeKind

REPLY = NoticeKind.REPLY
LEAN = Entry(id=EntryId("LEAN-1"), question="电梯多久检验一次", answer="每年一次。", region="全国")
CANDIDATES = ("TSE-001", "LEAN-1", "GONE-1")


@pytest.fixture(autouse=True)
def _entries(board: Board) -> None:
    board.entries.update({str(entry.id): entry for entry in (FORKLIFT, LEAN)})


def test_an_answer_comes_first_then_what_to_do_then_where_it_is_written(board: Board) -> None:
    _answered(board)
    text = seen(html_of(board.render(REPLY)))
    assert text.splitlines() == [
        "到市场监管局窗口办理使用登记。",
        "",
        "步骤：",
        "1. 带上材料到窗口",
        "2. 现场领牌",
        "",
        "带上：营业执照、合格证",
        "",
        "注意：不登记不能用",
        "依据：《特种设备安全法》第三十三条",
        "适用：宁波",
        "2026-11-20 核对过",
    ]


def test_a_lean_entry_shows_only_what_it_has(board: Board) -> None:
    _answered(board, entry_id="LEAN-1")
    assert html_of(board.render(REPLY)) == "每年一次。"


def test_an_answer_replies_to_the_question_in_its_topic_with_two_buttons(board: Board) -> None:
    _answered(board, thread_id=77)
    rendered = board.render(REPLY)
    text = the_text(rendered)
    assert (text.reply_to, text.thread_id) == (10, 77)
    assert labels(rendered) == [["有用", "没解决"]]


@pytest.mark.parametrize("state", [InquiryState.HELPED, InquiryState.TICKETED])
def test_an_answer_that_was_judged_loses_its_buttons(board: Board, state: InquiryState) -> None:
    _answered(board)
    board.sent(board.render(REPLY), GROUP, 800)
    _answered(board, state=state)
    edit = the_edit(board.render(REPLY))
    assert (edit.message_id, edit.keys) == (800, ())
    assert edit.html.startswith("到市场监管局")


def test_a_long_entry_goes_out_whole_in_several_messages(board: Board) -> None:
    long = replace(FORKLIFT, answer="答" * 7000, steps=tuple(f"第{n}步 " + "做" * 300 for n in range(20)))
    board.entries["TSE-001"] = long
    _answered(board)
    rendered = board.render(REPLY)
    pieces = htmls(rendered)
    assert len(pieces) > 3
    assert all(length(piece) <= 4096 for piece in pieces)
    whole = seen("".join(pieces))
    assert (whole.count("答"), whole.count("做")) == (7000, 6000)
    assert [bool(step.keys) for step in rendered.steps if hasattr(step, "keys")] == [
        *[False] * (len(pieces) - 1),
        True,
    ]


def test_a_reply_that_became_shorter_leaves_no_old_words_behind(board: Board) -> None:
    """The asker corrected the question: the second message of the first answer is emptied."""
    board.entries["TSE-001"] = replace(FORKLIFT, answer="答" * 7000)
    _answered(board)
    first = board.render(REPLY)
    board.sent(first, GROUP, *range(800, 800 + len(first.steps)))
    _answered(board, entry_id="LEAN-1")
    pieces = htmls(board.render(REPLY))
    assert pieces[0].startswith("每年一次。")
    assert set(pieces[1:]) == {"…"}


def test_an_entry_that_was_taken_out_leaves_its_reply_alone(board: Board) -> None:
    _answered(board, entry_id="GONE-1")
    assert board.render(REPLY).steps == ()


def test_a_suggestion_offers_the_questions_and_none_of_them(board: Board) -> None:
    _suggested(board)
    rendered = board.render(REPLY)
    assert seen(html_of(rendered)) == "您是想问："
    assert labels(rendered) == [["新买的叉车怎么办使用登记"], ["电梯多久检验一次"], ["都不是"]]
    assert [row[0].data for row in keys_of(rendered)] == ["choose:1:0", "choose:1:1", "none:1"]


def test_a_long_question_is_cut_on_its_button(board: Board) -> None:
    board.entries["LEAN-1"] = replace(LEAN, question="电梯\n" + "梯" * 100)
    _suggested(board)
    label = labels(board.render(REPLY))[1][0]
    assert label == "电梯 " + "梯" * 56 + "…"


def test_a_suggestion_that_did_not_fit_says_who_has_it(board: Board) -> None:
    _suggested(board, state=InquiryState.TICKETED)
    rendered = board.render(REPLY)
    assert (seen(html_of(rendered)), labels(rendered)) == ("没有合适的答案，已转给社工。", [])


def test_a_suggestion_that_helped_does_not_claim_that_a_worker_has_it(board: Board) -> None:
    _suggested(board, state=InquiryState.HELPED)
    rendered = board.render(REPLY)
    assert (seen(html_of(rendered)), labels(rendered)) == ("好，解决了就好。", [])


def test_an_entry_past_its_date_is_shown_as_such(board: Board) -> None:
    _answered(board, finding=Finding.EXPIRED)
    text = seen(html_of(board.render(REPLY)))
    assert text.startswith("这条资料最近一次核对是 2026-11-20，可能已经变了，请向市场监督管理局确认。")
    assert "窗口办理" not in text


@pytest.mark.parametrize("kind", ["fire", "leak", "electrocution", "injury", "hologram"])
def test_an_emergency_says_first_what_saves_lives(board: Board, kind: str) -> None:
    _emergency(board, kind)
    text = seen(html_of(board.render(REPLY)))
    assert text.startswith("⚠️ 先")
    assert "119" in text or "120" in text
    assert "已通知社工" not in text


def test_an_emergency_that_the_desk_knows_of_says_so(board: Board) -> None:
    _emergency(board, "fire")
    board.uow.tickets.put(ticket())
    assert seen(html_of(board.render(REPLY))).splitlines()[1] == "已通知社工（LF-0001）。"
    board.uow.tickets.put(ticket(Status.WAITING_PEERS, number=None))
    assert "已通知" not in seen(html_of(board.render(REPLY)))


def test_what_could_hurt_is_offered_in_private_by_a_link_that_tells_nothing(board: Board) -> None:
    _private(board)
    rendered = board.render(REPLY)
    ((private, here),) = keys_of(rendered)
    assert labels(rendered) == [["私下说", "就在这里问"]]
    assert (private.url, private.data) == ("https://t.me/HuzhuBot?start=p1", "")
    assert here.data == "here:1"
    assert QUESTION not in html_of(rendered)


def test_who_speaks_for_a_group_cannot_be_led_into_private(board: Board) -> None:
    _private(board, asker=THE_GROUP)
    assert labels(board.render(REPLY)) == [["就在这里问"]]


@pytest.mark.parametrize(
    ("state", "words"),
    [(InquiryState.SILENT, "已转到私下处理。"), (InquiryState.TICKETED, "已请社工帮忙。")],
)
def test_an_offer_that_was_taken_or_declined_says_so(board: Board, state: InquiryState, words: str) -> None:
    _private(board, state=state)
    rendered = board.render(REPLY)
    assert (seen(html_of(rendered)), labels(rendered)) == (words, [])


def test_a_question_that_found_nothing_has_no_reply(board: Board) -> None:
    board.uow.inquiries.put(inquiry(finding=Finding.NONE))
    assert board.render(REPLY).steps == ()


def test_the_words_of_a_deleted_question_are_not_repeated_to_its_asker(
    board: Board,
) -> None:
    _answered(board, parts=(part(10, "第一行 " + "很" * 80 + "\n第二行"),))
    orphan = the_text(board.render(REPLY)).orphan_html
    assert orphan is not None
    assert orphan.startswith('<a href="tg://user?id=101">张敏</a>，您之前问的事：')
    assert "第一行" not in orphan


def test_after_a_group_changed_its_id_nothing_replies_to_its_old_messages(board: Board) -> None:
    _answered(board, parts=(part(0, QUESTION),))
    text = the_text(board.render(REPLY))
    assert (text.reply_to, text.orphan_html) == (None, None)
    assert seen(text.html).startswith(f"张敏，您问的“{QUESTION}”：\n到市场监管局")


def test_a_reaction_is_one_emoji_on_one_message(board: Board) -> None:
    (step,) = board.render(NoticeKind.REACTION, message_id=10, emoji="👀").steps
    assert (step.chat_id, getattr(step, "message_id", 0), getattr(step, "emoji", "")) == (GROUP, 10, "👀")
    assert board.render(NoticeKind.REACTION, message_id=0, emoji="👀").steps == ()


def test_who_is_in_despair_is_first_told_not_to_be_alone(board: Board) -> None:
    _private(board, kind="self_harm", ticket_id=None)
    assert seen(html_of(board.render(REPLY))).startswith("别一个人扛着")


def test_every_reaction_of_ours_is_one_that_bots_may_use() -> None:
    """The messenger has a fixed set, and refuses any other."""
    rules = Path(__file__).parents[2] / "tickets"
    source = "".join(path.read_text(encoding="utf-8") for path in rules.glob("*.py"))
    used = set(re.findall(r'"emoji": "(.+?)"', source))
    assert used >= {"👀"}
    assert used <= {emoji.value for emoji in ReactionEmoji}


@pytest.mark.parametrize(
    ("status", "number", "words", "buttons"),
    [
        (
            Status.WAITING_PEERS,
            None,
            "张敏，大家的回复解决您的问题了吗？",
            [["已解决", "还没有，请社工帮忙"]],
        ),
        (Status.OPEN, "LF-0001", "已请社工帮忙。", []),
        (Status.CLOSED, "LF-0001", "已请社工帮忙。", []),
        (Status.CLOSED, None, "同行已答复。", []),
    ],
)
def test_the_asker_is_asked_once_whether_peers_helped(
    board: Board, status: Status, number: str | None, words: str, buttons: list[list[str]]
) -> None:
    board.uow.inquiries.put(inquiry())
    board.uow.tickets.put(ticket(status, number=number))
    rendered = board.render(NoticeKind.PEERS_CHECK)
    assert (seen(html_of(rendered)), labels(rendered)) == (words, buttons)


def test_peers_are_praised_only_where_the_asker_said_so(board: Board) -> None:
    board.uow.inquiries.put(inquiry())
    board.uow.tickets.put(ticket(Status.CLOSED, number=None))
    board.uow.history.add(event(Action.EXPIRE, None))
    assert seen(html_of(board.render(NoticeKind.PEERS_CHECK))) == "同行已答复。"
    board.uow.history.add(event(Action.SOLVE))
    assert seen(html_of(board.render(NoticeKind.PEERS_CHECK))) == "大家帮忙解决了 👍"


def _answered(board: Board, **changes: object) -> None:
    values = {"state": InquiryState.ANSWERED, "finding": Finding.ANSWER, "entry_id": "TSE-001"}
    board.uow.inquiries.put(inquiry(**values | {"ticket_id": None} | changes))


def _suggested(board: Board, **changes: object) -> None:
    values = {"state": InquiryState.SUGGESTED, "finding": Finding.SUGGESTION, "candidates": CANDIDATES}
    board.uow.inquiries.put(inquiry(**values | changes))


def _emergency(board: Board, kind: str) -> None:
    board.uow.inquiries.put(inquiry(finding=Finding.EMERGENCY, kind=kind))


def _private(board: Board, **changes: object) -> None:
    values = {"state": InquiryState.PRIVATE_OFFERED, "finding": Finding.PRIVATE, "kind": "wage"}
    board.uow.inquiries.put(inquiry(**values | changes))
