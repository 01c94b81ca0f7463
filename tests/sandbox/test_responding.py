"""Button presses and reactions."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, ReactionTypeEmoji
from telegram.error import BadRequest

from sandbox.demo import ADMIN, ALLIANCE, BOT, DESK, MUTUAL_AID
from sandbox.page_view import message_view
from sandbox.world import World
from tests.sandbox.conftest import Api, Clock, updates_of

BUTTONS = {
    "inline_keyboard": [[{"text": "接单", "callback_data": "claim:1"}, {"text": "看", "url": "https://a.cn"}]]
}


@pytest.fixture
async def card(api: Api) -> int:
    return int((await api.ok("sendMessage", chat_id=DESK, text="卡", reply_markup=BUTTONS))["message_id"])


async def test_a_press_reaches_the_bot_and_its_answer_the_person(bot: Bot, world: World, card: int) -> None:
    press = world.press_text(201, DESK, card, "接单")
    [update] = await bot.get_updates(timeout=0)
    query = update.callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("claim:1", 201)
    assert query.message is not None
    assert query.message.message_id == card
    seq = world.events.seq
    await query.answer("已接单", show_alert=True, url="https://a.cn")
    assert await press.wait(1)
    assert (press.answered, press.text, press.show_alert, press.url) == (True, "已接单", True, "https://a.cn")
    events = world.events.since(seq)
    assert events is not None
    assert events[0].only == frozenset({201})


async def test_an_answer_is_given_once_and_in_time(api: Api, world: World, clock: Clock, card: int) -> None:
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    first, second = (world.press(201, DESK, card, "claim:1") for _ in range(2))
    assert await api.no("answerCallbackQuery", callback_query_id=first.query_id, text="x" * 201) == (
        "Bad Request: MESSAGE_TOO_LONG"
    )
    assert await api.ok("answerCallbackQuery", callback_query_id=first.query_id)
    assert await api.no("answerCallbackQuery", callback_query_id=first.query_id) == too_old
    clock.advance(16)
    assert await api.no("answerCallbackQuery", callback_query_id=second.query_id) == too_old
    assert await api.no("answerCallbackQuery", callback_query_id="1") == too_old
    assert not await second.wait(0)


async def test_apps_may_send_data_that_no_button_has(world: World, card: int) -> None:
    world.press(201, DESK, card, "forged")
    assert updates_of(world)[-1]["callback_query"]["data"] == "forged"
    with pytest.raises(Exception, match="no button with the data"):
        world.press(201, DESK, card, "forged", check=True)
    assert world.press(201, DESK, card, "claim:1", check=True)
    with pytest.raises(Exception, match="no button '看'"):
        world.press_text(201, DESK, card, "看")


async def test_who_cannot_press(world: World, card: int) -> None:
    with pytest.raises(Exception, match="not a member"):
        world.press(101, DESK, card, "x")
    with pytest.raises(Exception, match="no such message"):
        world.press(201, DESK, 999, "x")
    persons = world.send(201, DESK, "x")
    with pytest.raises(Exception, match="only messages of bots have buttons"):
        world.press(201, DESK, persons.id, "x")


async def test_a_button_of_a_deleted_message_comes_with_an_inaccessible_one(
    bot: Bot, world: World, card: int
) -> None:
    await bot.delete_message(DESK, card)
    world.press(201, DESK, card, "claim:1")
    [update] = await bot.get_updates(timeout=0)
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert not update.callback_query.message.is_accessible
    assert updates_of(world) == [
        {
            "update_id": update.update_id,
            "callback_query": {
                "id": update.callback_query.id,
                "from": update.callback_query.from_user.to_dict(),
                "message": {
                    "chat": {"id": DESK, "title": "灵峰社工工作台", "type": "supergroup"},
                    "message_id": card,
                    "date": 0,
                },
                "chat_instance": update.callback_query.chat_instance,
                "data": "claim:1",
            },
        }
    ]


async def test_old_presses_are_forgotten(world: World, card: int) -> None:
    first = world.press(201, DESK, card, "0")
    for number in range(10_000):
        world.press(201, DESK, card, str(number))
    assert first.query_id not in world.presses


async def test_a_bot_reacts_with_one_emoji_of_the_set(bot: Bot, world: World) -> None:
    message = world.send(101, MUTUAL_AID, "叉车证怎么办")
    assert await bot.set_message_reaction(MUTUAL_AID, message.id, "👀")
    assert message_view(message)["reactions"] == [{"emoji": "👀", "by": [BOT]}]
    assert await bot.set_message_reaction(MUTUAL_AID, message.id, [])
    assert message.reactions == {}
    for emoji in ("👍", "❤", "👨‍💻"):
        assert await bot.set_message_reaction(MUTUAL_AID, message.id, ReactionTypeEmoji(emoji))
    with pytest.raises(BadRequest, match=r"(?i)reaction_invalid"):
        await bot.set_message_reaction(MUTUAL_AID, message.id, "🧯")
    assert len(updates_of(world)) == 1, "reactions of bots are told to nobody"


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"reaction": [{"type": "emoji", "emoji": "👍"}] * 2}, "REACTIONS_TOO_MANY"),
        ({"reaction": '"👍"'}, "expected an Array of ReactionType"),
        ({"reaction": ["👍"]}, "REACTION_INVALID"),
        ({"message_id": 999}, "message to react not found"),
    ],
)
async def test_bad_reactions_are_refused(api: Api, card: int, params: dict[str, Any], refusal: str) -> None:
    where = {"chat_id": DESK, "message_id": card} | params
    assert await api.no("setMessageReaction", **where) == f"Bad Request: {refusal}"


async def test_service_messages_take_no_reaction(api: Api) -> None:
    topic = await api.ok("createForumTopic", chat_id=ALLIANCE, name="x")
    where = {"chat_id": ALLIANCE, "message_id": topic["message_thread_id"]}
    assert await api.no("setMessageReaction", **where) == "Bad Request: MESSAGE_ID_INVALID"


async def test_reactions_are_told_to_administrators_only(world: World) -> None:
    world.queues[BOT].allowed = frozenset({"message_reaction"})
    message = world.send(101, MUTUAL_AID, "嗨")
    world.react(102, MUTUAL_AID, message.id, "👍")
    world.react(102, MUTUAL_AID, message.id, "👍")
    [update] = updates_of(world)
    assert update["message_reaction"]["user"]["id"] == 102
    world.member(ADMIN, MUTUAL_AID, BOT, "demote")
    world.react(102, MUTUAL_AID, message.id, None)
    assert len(updates_of(world)) == 1
    with pytest.raises(Exception, match="no such message"):
        world.react(102, MUTUAL_AID, 999, "👍")
