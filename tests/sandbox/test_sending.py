"""What a bot sends: text, buttons, places, albums; and what Telegram refuses, in its words."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden

from sandbox.demo import ADMIN, BOT, DESK, MUTUAL_AID
from sandbox.page_view import message_view
from sandbox.world import World
from tests.sandbox.conftest import Api


async def test_text_arrives_with_its_entities_and_buttons(bot: Bot, world: World) -> None:
    buttons = InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton("有用", callback_data="yes"),
                InlineKeyboardButton("看法条", url="https://a.cn/x"),
            ]
        ]
    )
    sent = await bot.send_message(
        MUTUAL_AID, "<b>答</b> & 看 https://a.cn", parse_mode="HTML", reply_markup=buttons
    )
    assert sent.text == "答 & 看 https://a.cn"
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 0, 1), ("url", 6, 12)]
    assert sent.reply_markup == buttons
    assert sent.from_user is not None
    assert sent.from_user.id == BOT
    view = message_view(world.message(MUTUAL_AID, sent.message_id))
    assert view["buttons"] == [
        [
            {"text": "有用", "kind": "callback", "data": "yes", "url": None},
            {"text": "看法条", "kind": "url", "data": None, "url": "https://a.cn/x"},
        ]
    ]


async def test_a_link_to_a_person_becomes_a_mention_with_the_full_name(api: Api, world: World) -> None:
    world.add_person(501, "赵", last_name="工")
    link = '<a href="tg://user?id=501">赵工</a>'
    sent = await api.ok("sendMessage", chat_id=MUTUAL_AID, text=link, parse_mode="HTML")
    assert sent["entities"][0]["user"] == {
        "id": 501,
        "is_bot": False,
        "first_name": "赵",
        "last_name": "工",
        "language_code": "zh-hans",
    }
    assert world.users[501].name == "赵 工"


async def test_a_group_the_bot_never_was_in_does_not_exist_for_it(api: Api, world: World) -> None:
    world.add_chat(-1_001_000_000_009, "别处", creator=ADMIN)
    assert await api.no("sendMessage", chat_id=-1_001_000_000_009, text="x") == "Bad Request: chat not found"


async def test_a_large_body_comes_in_pieces(api: Api) -> None:
    assert await api.no("sendMessage", chat_id=MUTUAL_AID, text="x" * 300_000) == (
        "Bad Request: message is too long"
    )


async def test_form_and_query_parameters_work_as_json_does(api: Api) -> None:
    form = {"chat_id": str(MUTUAL_AID), "text": "表单", "disable_notification": "true"}
    answer = await api.client.post(f"/bot{api.token}/SENDMESSAGE", data=form)
    assert answer.json()["result"]["text"] == "表单"
    answer = await api.client.get(
        f"/bot{api.token}/sendmessage", params={"chat_id": MUTUAL_AID, "text": "网址"}
    )
    assert answer.json()["result"]["text"] == "网址"
    broken = await api.client.post(
        f"/bot{api.token}/getMe", content=b"{", headers={"content-type": "application/json"}
    )
    assert broken.json()["description"] == "Bad Request: can't parse request JSON"


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "长" * 4097}, "message is too long"),
        ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "chat_id": -42}, "chat not found"),
        ({"text": "x", "chat_id": 424242}, "chat not found"),
        ({"text": "x", "chat_id": BOT}, "chat not found"),
        ({"text": "x", "chat_id": "@nowhere"}, "chat not found"),
        ({"text": "x", "message_thread_id": 5}, "message thread not found"),
        ({"text": "x", "reply_to_message_id": 99}, "message to be replied not found"),
        ({"text": "x", "reply_parameters": "["}, "can't parse reply parameters JSON object"),
        ({"text": "x", "reply_parameters": "[]"}, "object expected as reply parameters"),
        ({"text": "x", "reply_markup": "nonsense"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_markup": "[]"}, "object expected as reply markup"),
        ({"text": "x", "entities": '"b"'}, "can't parse entities: expected an Array of MessageEntity"),
        (
            {"text": "x", "entities": [{}]},
            "can't parse entities: can't parse MessageEntity: Can't find field \"type\"",
        ),
        (
            {"text": "x", "entities": [{"type": "loud", "offset": 0, "length": 1}]},
            "can't parse entities: can't parse MessageEntity: unsupported type specified",
        ),
    ],
)
async def test_a_bad_message_is_refused_in_telegrams_words(
    api: Api, params: dict[str, Any], refusal: str
) -> None:
    assert await api.no("sendMessage", **{"chat_id": MUTUAL_AID, **params}) == f"Bad Request: {refusal}"


async def test_a_person_who_never_started_the_bot_cannot_be_written_to(bot: Bot) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(202, "您好")


async def test_a_person_who_blocked_the_bot_cannot_be_written_to(bot: Bot, world: World) -> None:
    world.block(101, BOT)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(101, "您好")
    world.block(101, BOT, blocked=False)
    assert await bot.send_message(101, "您好")


async def test_bots_and_deleted_accounts_cannot_be_written_to(api: Api, world: World) -> None:
    world.add_bot(7_000_000_002, "2:x", "Other", "other_bot")
    world.users[101].deactivated = True
    assert await api.no("sendMessage", chat_id=7_000_000_002, text="x") == (
        "Forbidden: bot can't send messages to bots"
    )
    assert await api.no("sendMessage", chat_id=101, text="x") == "Forbidden: user is deactivated"


async def test_a_bot_outside_the_group_is_told_so(api: Api, world: World) -> None:
    world.member(BOT, MUTUAL_AID, BOT, "leave")
    assert await api.no("sendMessage", chat_id=MUTUAL_AID, text="x") == (
        "Forbidden: bot is not a member of the supergroup chat"
    )
    world.member(900, DESK, BOT, "kick")
    assert await api.no("sendMessage", chat_id=DESK, text="x") == (
        "Forbidden: bot was kicked from the supergroup chat"
    )
    assert await api.no("getChat", chat_id=DESK) == "Forbidden: bot was kicked from the supergroup chat"


async def test_a_public_group_has_a_name(api: Api, world: World) -> None:
    world.chats[MUTUAL_AID].username = "lf_safety"
    assert (await api.ok("sendMessage", chat_id="@LF_safety", text="x"))["chat"]["username"] == "lf_safety"


async def test_message_ids_count_per_supergroup_and_per_account_in_private(api: Api) -> None:
    first = await api.ok("sendMessage", chat_id=MUTUAL_AID, text="x")
    second = await api.ok("sendMessage", chat_id=DESK, text="x")
    assert first["message_id"] == second["message_id"] == 2
    private = [await api.ok("sendMessage", chat_id=person, text="x") for person in (101, ADMIN)]
    assert [message["message_id"] for message in private] == [1, 2]


async def test_places_contacts_polls_and_dice_are_sent(bot: Bot) -> None:
    place = await bot.send_location(MUTUAL_AID, 31.2, 121.5)
    assert place.location is not None
    assert place.location.latitude == 31.2
    venue = await bot.send_venue(MUTUAL_AID, 31.2, 121.5, "党群服务中心", "灵峰路1号")
    assert venue.venue is not None
    assert venue.venue.title == "党群服务中心"
    contact = await bot.send_contact(MUTUAL_AID, "000", "值班", last_name="室")
    assert contact.contact is not None
    assert contact.contact.last_name == "室"
    dice = await bot.send_dice(MUTUAL_AID)
    assert dice.dice is not None
    assert 1 <= dice.dice.value <= 6
    poll = await bot.send_poll(MUTUAL_AID, "哪天培训?", ["周一", "周二"])
    assert poll.poll is not None
    assert [option.text for option in poll.poll.options] == ["周一", "周二"]


@pytest.mark.parametrize(
    ("method", "params", "refusal"),
    [
        ("sendLocation", {"longitude": 1}, "latitude is empty"),
        ("sendLocation", {"latitude": 1}, "longitude is empty"),
        ("sendLocation", {"latitude": 91, "longitude": "x"}, "invalid location specified"),
        ("sendVenue", {"latitude": 1, "longitude": 1}, "venue title is empty"),
        ("sendContact", {"phone_number": "1"}, "first name is empty"),
        ("sendPoll", {"question": "", "options": ["a", "b"]}, "poll question must be non-empty"),
        ("sendPoll", {"question": "?", "options": ["a"]}, "poll must have at least 2 option"),
        ("sendPoll", {"question": "?", "options": ["a"] * 13}, "poll can't have more than 12 options"),
        ("sendPoll", {"question": "?", "options": 5}, "expected an Array of String as options"),
        ("sendChatAction", {"action": "sleep"}, "wrong parameter action in request"),
    ],
)
async def test_half_filled_calls_are_refused(
    api: Api, method: str, params: dict[str, Any], refusal: str
) -> None:
    assert await api.no(method, chat_id=MUTUAL_AID, **params) == f"Bad Request: {refusal}"


async def test_link_previews_protection_and_chat_actions_are_taken(api: Api, world: World) -> None:
    sent = await api.ok(
        "sendMessage",
        chat_id=MUTUAL_AID,
        text="https://a.cn",
        link_preview_options={"is_disabled": True},
        protect_content=True,
    )
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert sent["has_protected_content"] is True
    seq = world.events.seq
    assert await api.ok("sendChatAction", chat_id=MUTUAL_AID, action="typing") is True
    events = world.events.since(seq)
    assert events is not None
    assert events[0].subject == {"chat_key": str(MUTUAL_AID), "name": "互助小助手"}


async def test_a_restricted_bot_may_only_send_what_it_is_allowed_to(api: Api, world: World) -> None:
    world.member(900, MUTUAL_AID, BOT, "demote")
    world.chats[MUTUAL_AID].permissions = frozenset({"can_send_messages"})
    assert await api.ok("sendMessage", chat_id=MUTUAL_AID, text="x")
    assert await api.no("sendPoll", chat_id=MUTUAL_AID, question="?", options=["a", "b"]) == (
        "Bad Request: not enough rights to send polls to the chat"
    )
    world.chats[MUTUAL_AID].permissions = frozenset()
    assert await api.no("sendMessage", chat_id=MUTUAL_AID, text="x") == (
        "Bad Request: not enough rights to send text messages to the chat"
    )


async def test_flood_limits_answer_with_the_seconds_to_wait(api: Api, world: World, clock: Any) -> None:
    world.flood.configure(per_chat_per_minute=2)
    for _ in range(2):
        await api.ok("sendMessage", chat_id=MUTUAL_AID, text="x")
    clock.advance(10)
    refused = await api.call("sendMessage", chat_id=MUTUAL_AID, text="x")
    assert refused == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 50",
        "parameters": {"retry_after": 50},
    }
    assert await api.ok("sendMessage", chat_id=DESK, text="another chat is free")
    clock.advance(50)
    assert await api.ok("sendMessage", chat_id=MUTUAL_AID, text="x")
    world.flood.configure(per_second=1)
    await api.ok("sendMessage", chat_id=DESK, text="x")
    assert "retry after 1" in await api.no("sendMessage", chat_id=MUTUAL_AID, text="x")


async def test_python_telegram_bot_reads_every_refusal(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(MUTUAL_AID, "")
