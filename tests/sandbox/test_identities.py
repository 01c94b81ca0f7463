"""Anonymous administrators, channels that speak in groups, and the linked channel's posts."""

from __future__ import annotations

import pytest
from telegram import Bot
from telegram.error import BadRequest

from sandbox.demo import ADMIN, BOT, DESK, MUTUAL_AID
from sandbox.model import ANONYMOUS_ADMIN, CHANNEL_BOT, TELEGRAM, Chat
from sandbox.page_view import message_view
from sandbox.world import World
from tests.sandbox.conftest import updates_of


@pytest.fixture
def channel(world: World) -> Chat:
    return world.add_chat(
        -1_001_000_000_009, "通知频道", kind="channel", creator=ADMIN, linked_chat_id=MUTUAL_AID
    )


def test_an_anonymous_administrator_speaks_as_the_group(world: World) -> None:
    world.send(ADMIN, MUTUAL_AID, "通知", sender_chat_id=MUTUAL_AID)
    message = updates_of(world)[0]["message"]
    assert message["from"] == {
        "id": ANONYMOUS_ADMIN,
        "is_bot": True,
        "first_name": "Group",
        "username": "GroupAnonymousBot",
    }
    assert message["sender_chat"]["id"] == MUTUAL_AID
    with pytest.raises(Exception, match="no administrator"):
        world.send(101, MUTUAL_AID, "冒充", sender_chat_id=MUTUAL_AID)


async def test_an_administrator_set_to_anonymous_always_is(world: World, bot: Bot) -> None:
    await bot.promote_chat_member(MUTUAL_AID, 102, can_pin_messages=True, is_anonymous=True)
    message = world.send(102, MUTUAL_AID, "通知")
    assert message.sender is not None
    assert message.sender.id == ANONYMOUS_ADMIN
    world.queues[BOT].allowed = frozenset({"message_reaction"})
    world.react(102, MUTUAL_AID, message.id, "👍")
    reaction = updates_of(world)[-1]["message_reaction"]
    assert reaction["actor_chat"]["id"] == MUTUAL_AID
    assert "user" not in reaction


async def test_a_press_shows_the_real_person(world: World, bot: Bot) -> None:
    await bot.promote_chat_member(MUTUAL_AID, 102, can_pin_messages=True, is_anonymous=True)
    sent = await bot.send_message(MUTUAL_AID, "x")
    world.press(102, MUTUAL_AID, sent.message_id, "anything")
    assert updates_of(world)[-1]["callback_query"]["from"]["id"] == 102


def test_a_channel_can_speak_in_a_group(world: World, channel: Chat) -> None:
    world.send(ADMIN, MUTUAL_AID, "频道发言", sender_chat_id=channel.id)
    message = updates_of(world)[0]["message"]
    assert (message["from"]["id"], message["sender_chat"]["id"]) == (CHANNEL_BOT, channel.id)
    with pytest.raises(Exception, match="may not write in the name of"):
        world.send(101, MUTUAL_AID, "冒充", sender_chat_id=channel.id)
    with pytest.raises(Exception, match="may not write in the name of"):
        world.send(ADMIN, MUTUAL_AID, "x", sender_chat_id=DESK)


def test_posts_of_the_linked_channel_appear_in_the_group_by_themselves(world: World, channel: Chat) -> None:
    post = world.send(ADMIN, channel.id, "停电通知")
    message = updates_of(world)[0]["message"]
    assert message["from"]["id"] == TELEGRAM
    assert message["is_automatic_forward"] is True
    assert message["sender_chat"]["id"] == channel.id
    assert message["forward_origin"]["message_id"] == message["forward_from_message_id"] == post.id
    view = message_view(world.messages(MUTUAL_AID)[-1])
    assert (view["forward_from"], view["sender_chat"]) == (
        "通知频道",
        {"id": channel.id, "title": "通知频道"},
    )


def test_a_link_to_a_group_that_is_gone_forwards_nothing(world: World, channel: Chat) -> None:
    channel.linked_chat_id = -5
    assert world.send(ADMIN, channel.id, "x").id == 2
    assert updates_of(world) == []


async def test_a_banned_channel_no_longer_speaks(world: World, channel: Chat, bot: Bot) -> None:
    await bot.ban_chat_sender_chat(MUTUAL_AID, channel.id)
    with pytest.raises(Exception, match="is banned"):
        world.send(ADMIN, MUTUAL_AID, "x", sender_chat_id=channel.id)
    await bot.unban_chat_sender_chat(MUTUAL_AID, channel.id)
    assert world.send(ADMIN, MUTUAL_AID, "x", sender_chat_id=channel.id)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.ban_chat_sender_chat(MUTUAL_AID, DESK)
