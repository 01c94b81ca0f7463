"""The short word that a presser alone sees: plain, in the language of the chat, with names and not ids."""

from __future__ import annotations

import pytest

from bot.rendering.toasts import Toasts
from tests.rendering.board import DEPARTMENTS, TEXTS, Board
from tests.rendering.rows import DESK, GROUP, ZHANG
from tickets.conversation import PressReply
from tickets.identity import ChatId

TOASTS = Toasts(texts=TEXTS, language="zh", departments=DEPARTMENTS)


def toast(board: Board, key: str, chat_id: int = DESK, **values: str) -> str:
    return TOASTS.toast(board.uow, ChatId(chat_id), PressReply(text=key, values=values))


def test_a_press_that_speaks_for_itself_is_told_nothing(board: Board) -> None:
    assert toast(board, "") == ""


def test_a_department_is_called_by_its_name(board: Board) -> None:
    assert toast(board, "dispatched", department="urban_enforcement") == "已派给 综合行政执法局"


def test_a_department_that_the_directory_lost_is_called_by_its_id(board: Board) -> None:
    assert toast(board, "dispatched", department="weather") == "已派给 weather"


@pytest.mark.parametrize("name", ["<b>王</b>", "A & B", "&lt;", "{number}"])
def test_a_name_is_shown_as_it_is(board: Board, name: str) -> None:
    assert toast(board, "published", name=name) == f"已发给 {name}"


def test_a_chat_reads_its_own_language(board: Board) -> None:
    board.speak("en", GROUP)
    assert toast(board, "gone", GROUP) == "This button is of no use any more."
    assert toast(board, "gone", DESK) == "这个按钮已经没用了。"
    assert toast(board, "gone", int(ZHANG.id)) == "这个按钮已经没用了。"
