"""A published answer below the question, and what the asker may say to it now."""

from __future__ import annotations

import pytest

from tests.rendering.board import Board, html_of, htmls, labels, length, seen, the_edit, the_text
from tests.rendering.matters import put
from tests.rendering.rows import GROUP, NOW, QUESTION, answer, department, part, ticket
from tickets.identity import AnswerId
from tickets.lifecycle import Status
from tickets.notices import NoticeKind

ANSWER = NoticeKind.ANSWER
SAID = [
    ("", "", "解决了吗？", [["已解决", "未解决"]]),
    ("solved", "", "已办结。这次办得怎么样？", [["满意", "基本满意", "不满意"]]),
    ("unsolved", "", "已转回社工继续办。这次办得怎么样？", [["满意", "基本满意", "不满意"]]),
    ("expired", "", "没有等到您的回话，先办结了。没解决请点「未解决」。", [["未解决"]]),
    ("solved", "fair", "谢谢评价：基本满意", []),
]


@pytest.mark.parametrize(("verdict", "rating", "words", "buttons"), SAID)
def test_the_asker_may_say_what_is_still_to_be_said(
    board: Board, verdict: str, rating: str, words: str, buttons: list[list[str]]
) -> None:
    put(board, ticket(Status.ANSWERED))
    board.uow.answers.put(answer(verdict=verdict, rating=rating))
    rendered = board.render(ANSWER)
    assert seen(html_of(rendered)) == f"社工答复（LF-0001）\n已安排今晚维修。\n\n{words}"
    assert labels(rendered) == buttons


def test_an_answer_names_the_department_and_replies_to_the_question(board: Board) -> None:
    put(board, ticket(Status.ANSWERED), thread_id=77)
    board.uow.answers.put(answer(department=department("market_regulation")))
    text = the_text(board.render(ANSWER))
    assert seen(text.html).startswith("市场监督管理局答复（LF-0001）\n")
    assert (text.reply_to, text.thread_id) == (10, 77)
    assert text.orphan_html is not None
    assert seen(text.orphan_html).startswith("张敏，您之前问的事：\n市场监督管理局答复")


def test_a_corrected_answer_is_marked_with_the_time(board: Board) -> None:
    put(board, ticket(Status.ANSWERED))
    board.uow.answers.put(answer())
    board.sent(board.render(ANSWER), GROUP, 900)
    board.uow.answers.put(answer(text="明晚维修。", edited_at=NOW))
    edit = the_edit(board.render(ANSWER))
    assert edit.message_id == 900
    assert seen(edit.html).startswith("社工答复（LF-0001）（09:05 更正）\n明晚维修。")


def test_an_answer_of_files_alone_points_to_them(board: Board) -> None:
    put(board, ticket(Status.ANSWERED))
    board.uow.answers.put(answer(text=""))
    assert "请看附件。" in seen(html_of(board.render(ANSWER)))


def test_an_earlier_answer_leaves_the_buttons_to_the_latest(board: Board) -> None:
    put(board, ticket(Status.ANSWERED))
    board.uow.answers.put(answer())
    board.uow.answers.put(answer(id=AnswerId(2)))
    earlier, latest = board.render(ANSWER, ref=1), board.render(ANSWER, ref=2)
    assert seen(html_of(earlier)).endswith("后面还有新的答复。")
    assert (labels(earlier), labels(latest)) == ([], [["已解决", "未解决"]])


def test_after_a_group_changed_its_id_the_answer_names_asker_and_question(board: Board) -> None:
    put(board, ticket(Status.ANSWERED), parts=(part(0, QUESTION),))
    board.uow.answers.put(answer(text="答" * 9000))
    first, *rest = board.render(ANSWER).steps
    pieces = htmls(board.render(ANSWER))
    assert getattr(first, "reply_to", 1) is None
    assert pieces[0].startswith('<a href="tg://user?id=101">张敏</a>，您问的“')
    assert len(rest) == 2
    assert all(length(piece) <= 4096 for piece in pieces)


def test_of_a_long_answer_only_the_first_piece_names_the_asker_where_the_question_is_gone(
    board: Board,
) -> None:
    put(board, ticket(Status.ANSWERED))
    board.uow.answers.put(answer(text="答" * 9000))
    orphans = [getattr(step, "orphan_html", None) for step in board.render(ANSWER).steps]
    assert [orphan is not None for orphan in orphans] == [True, False, False]


def test_an_answer_without_its_ticket_is_not_shown(board: Board) -> None:
    put(board, ticket(Status.ANSWERED))
    assert board.render(ANSWER, ref=5).steps == ()
