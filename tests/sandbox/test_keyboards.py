"""Reply markup: what buttons may hold, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, ForceReply, ReplyKeyboardRemove

from sandbox.demo import ADMIN, BOT, MUTUAL_AID
from sandbox.page_view import message_view
from sandbox.world import World
from tests.sandbox.conftest import Api


def keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "按", **button}]]}


@pytest.mark.parametrize(
    ("markup", "refusal"),
    [
        (keyboard(callback_data="数" * 22), "BUTTON_DATA_INVALID"),
        (keyboard(callback_data=""), "BUTTON_DATA_INVALID"),
        (keyboard(), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (keyboard(url="ht!tp"), "inline keyboard button URL 'ht!tp' is invalid: Wrong HTTP URL"),
        (
            keyboard(url="gopher://a.cn"),
            "inline keyboard button URL 'gopher://a.cn' is invalid: Unsupported URL protocol",
        ),
        (
            {"inline_keyboard": [[{"text": " ", "callback_data": "x"}]]},
            "inline keyboard button text must be non-empty",
        ),
        (
            {"inline_keyboard": [[{"callback_data": "x"}]]},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"inline_keyboard": [["x"]]},
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
        ),
        ({"inline_keyboard": "x"}, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array'),
        (
            {"inline_keyboard": ["x"]},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 8] * 13},
            "reply markup is too long",
        ),
    ],
)
async def test_a_bad_keyboard_is_refused_in_telegrams_words(api: Api, markup: Any, refusal: str) -> None:
    answer = await api.no("sendMessage", chat_id=MUTUAL_AID, text="x", reply_markup=markup)
    assert answer == f"Bad Request: {refusal}"


async def test_messages_tell_their_buttons_and_are_short_in_reports(api: Api, world: World) -> None:
    sent = await api.ok(
        "sendMessage", chat_id=MUTUAL_AID, text="卡", reply_markup=keyboard(callback_data="x")
    )
    message = world.message(MUTUAL_AID, sent["message_id"])
    assert message.button_texts == ["按"]
    assert repr(message) == f"<Message {MUTUAL_AID}/2 by {BOT}: '卡'>"
    assert repr(message.chat) == f"<Chat {MUTUAL_AID} '灵峰安全生产互助群'>"
    assert repr(message.sender) == f"<Bot {BOT} @huzhu_demo_bot>"


async def test_sixty_four_bytes_of_callback_data_are_allowed(api: Api) -> None:
    sent = await api.ok(
        "sendMessage", chat_id=MUTUAL_AID, text="x", reply_markup=keyboard(callback_data="x" * 64)
    )
    assert sent["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "x" * 64


async def test_empty_keyboards_and_bot_links_are_fine(api: Api) -> None:
    plain = await api.ok("sendMessage", chat_id=MUTUAL_AID, text="x", reply_markup={"inline_keyboard": [[]]})
    assert "reply_markup" not in plain
    await api.ok("sendMessage", chat_id=MUTUAL_AID, text="x", reply_markup=keyboard(url="tg://user?id=1"))
    await api.ok("sendMessage", chat_id=MUTUAL_AID, text="x", reply_markup=keyboard(url="t.me/b?start=x"))
    await api.ok("sendMessage", chat_id=MUTUAL_AID, text="x", reply_markup="")
    await api.ok("sendMessage", chat_id=MUTUAL_AID, text="x", reply_markup={"something": 1})


async def test_force_reply_shows_on_the_page_and_not_in_the_answer(bot: Bot, world: World) -> None:
    sent = await bot.send_message(ADMIN, "请写答复", reply_markup=ForceReply(True, "答复内容"))
    assert sent.reply_markup is None
    view = message_view(world.message(BOT, sent.message_id, as_=ADMIN))
    assert view["force_reply"] == {"placeholder": "答复内容", "selective": True}
    removed = await bot.send_message(ADMIN, "收起", reply_markup=ReplyKeyboardRemove())
    assert message_view(world.message(BOT, removed.message_id, as_=ADMIN))["force_reply"] is None
