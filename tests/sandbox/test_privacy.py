"""Which messages a bot hears: privacy mode, other bots, administrators, channels."""

from __future__ import annotations

import pytest

from sandbox.demo import ADMIN, BOT, DESK, MUTUAL_AID
from sandbox.world import World
from tests.sandbox.conftest import Api, updates_of

OTHER = 7_000_000_002


@pytest.fixture
def private_bot(world: World) -> World:
    """The demo bot as an ordinary member with privacy mode on."""
    world.member(ADMIN, MUTUAL_AID, BOT, "demote")
    world.queues[BOT].drop()
    return world


@pytest.mark.parametrize(
    "text",
    ["/help", "/help@huzhu_demo_bot 叉车", "问一下 @huzhu_demo_bot 叉车证", "@HUZHU_DEMO_BOT"],
)
def test_commands_and_mentions_reach_a_private_bot(private_bot: World, text: str) -> None:
    private_bot.send(101, MUTUAL_AID, text)
    assert len(updates_of(private_bot)) == 1


@pytest.mark.parametrize(
    "text", ["叉车证怎么办", "/help@other_bot", "@wangmin 你知道吗", "请看/help", "a@huzhu_demo_bot.cn"]
)
def test_other_talk_does_not_reach_a_private_bot(private_bot: World, text: str) -> None:
    private_bot.send(101, MUTUAL_AID, text)
    assert updates_of(private_bot) == []


async def test_replies_to_the_bot_reach_it(private_bot: World, api: Api) -> None:
    sent = await api.ok("sendMessage", chat_id=MUTUAL_AID, text="答复")
    answer = private_bot.send(101, MUTUAL_AID, "谢谢", reply_to=sent["message_id"])
    private_bot.send(102, MUTUAL_AID, "不客气", reply_to=answer.id)
    assert [update["message"]["text"] for update in updates_of(private_bot)] == ["谢谢"]


def test_a_text_mention_reaches_the_bot(private_bot: World) -> None:
    mention = {"type": "text_mention", "offset": 0, "length": 2, "user": {"id": BOT}}
    private_bot.send(101, MUTUAL_AID, "助手 在吗", entities=[mention])
    other = mention | {"user": {"id": 102}}
    private_bot.send(101, MUTUAL_AID, "助手 在吗", entities=[other])
    assert len(updates_of(private_bot)) == 1


def test_a_mention_of_a_person_is_found_by_the_server(private_bot: World) -> None:
    link = {"type": "text_link", "offset": 0, "length": 2, "url": "https://a.cn"}
    message = private_bot.send(101, MUTUAL_AID, "法条 在这", entities=[link])
    assert message.entities == [link]
    assert updates_of(private_bot) == []


def test_service_messages_reach_every_bot(private_bot: World) -> None:
    private_bot.member(ADMIN, MUTUAL_AID, 301, "join")
    assert "new_chat_members" in updates_of(private_bot)[0]["message"]


def test_an_edit_is_heard_under_the_same_rule(private_bot: World) -> None:
    message = private_bot.send(101, MUTUAL_AID, "你好")
    private_bot.edit(101, MUTUAL_AID, message.id, "/help")
    assert [list(update) for update in updates_of(private_bot)] == [["edited_message", "update_id"]]


def test_a_bot_without_privacy_mode_hears_everything(private_bot: World) -> None:
    private_bot.bot(BOT).reads_all = True
    private_bot.send(101, MUTUAL_AID, "叉车证怎么办")
    assert len(updates_of(private_bot)) == 1


async def test_bots_do_not_hear_each_other(world: World, api: Api) -> None:
    world.add_bot(OTHER, "2:x", "Other", "other_bot", reads_all=True)
    world.member(ADMIN, DESK, OTHER, "join")
    world.queues[OTHER].drop()
    await api.ok("sendMessage", chat_id=DESK, text="/help@other_bot")
    assert updates_of(world, OTHER) == []
    await api.ok("setChatTitle", chat_id=DESK, title="新名")
    assert len(updates_of(world, OTHER)) == 1, "service messages are heard whoever caused them"


async def test_a_bare_command_goes_to_the_bot_that_spoke_last(private_bot: World, api: Api) -> None:
    other = private_bot.add_bot(OTHER, "2:x", "Other", "other_bot")
    private_bot.member(ADMIN, MUTUAL_AID, OTHER, "join")
    private_bot.queues[OTHER].drop()
    private_bot.queues[BOT].drop()
    await api.ok("sendMessage", chat_id=MUTUAL_AID, text="我最后说话")
    private_bot.send(101, MUTUAL_AID, "/help")
    assert (len(updates_of(private_bot)), len(updates_of(private_bot, other.id))) == (1, 0)


def test_channel_posts_are_updates_of_their_own(world: World) -> None:
    channel = world.add_chat(-1_001_000_000_009, "通知频道", kind="channel", creator=ADMIN, admin_ids=[BOT])
    post = world.send(ADMIN, channel.id, "停电通知")
    world.edit(ADMIN, channel.id, post.id, "停电通知（更正）")
    first, second = updates_of(world)
    assert first["channel_post"]["sender_chat"]["id"] == channel.id
    assert "from" not in first["channel_post"]
    assert second["edited_channel_post"]["text"] == "停电通知（更正）"
    with pytest.raises(Exception, match="not a member"):
        world.send(101, channel.id, "x")
    world.member(ADMIN, channel.id, 101, "join")
    with pytest.raises(Exception, match="may not post"):
        world.send(101, channel.id, "x")


async def test_a_bot_posts_in_a_channel_in_the_channels_name(world: World, api: Api) -> None:
    channel = world.add_chat(-1_001_000_000_009, "通知频道", kind="channel", creator=ADMIN, admin_ids=[BOT])
    sent = await api.ok("sendMessage", chat_id=channel.id, text="通知")
    assert sent["sender_chat"]["id"] == channel.id
    assert updates_of(world) == []
    theirs = world.send(ADMIN, channel.id, "人写的")
    assert await api.ok("editMessageText", chat_id=channel.id, message_id=theirs.id, text="改过")
    world.queues[BOT].allowed = frozenset({"message_reaction_count"})
    world.react(ADMIN, channel.id, theirs.id, "👍")
    assert updates_of(world)[-1]["message_reaction_count"]["reactions"] == [
        {"type": {"type": "emoji", "emoji": "👍"}, "total_count": 1}
    ]
    world.member(ADMIN, channel.id, BOT, "demote")
    assert await api.no("sendMessage", chat_id=channel.id, text="x") == (
        "Bad Request: need administrator rights in the channel chat"
    )
