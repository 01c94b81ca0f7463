"""Forum topics and threads: implicit replies, General, closed and deleted topics."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot
from telegram.error import BadRequest

from sandbox.demo import ALLIANCE, BOT, DESK
from sandbox.world import World
from tests.sandbox.conftest import Api, updates_of


@pytest.fixture
async def thread(bot: Bot) -> int:
    return (await bot.create_forum_topic(ALLIANCE, "LF-0001 · 叉车")).message_thread_id


async def test_a_topic_message_replies_to_the_message_that_opened_the_topic(bot: Bot, thread: int) -> None:
    sent = await bot.send_message(ALLIANCE, "请报到", message_thread_id=thread)
    assert sent.is_topic_message
    assert sent.message_thread_id == thread
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == thread
    assert sent.reply_to_message.forum_topic_created is not None
    assert sent.reply_to_message.forum_topic_created.name == "LF-0001 · 叉车"


async def test_a_persons_topic_message_carries_the_implicit_reply_too(world: World, thread: int) -> None:
    world.send(301, ALLIANCE, "收到", thread_id=thread)
    message = updates_of(world)[-1]["message"]
    assert message["is_topic_message"] is True
    assert message["reply_to_message"]["message_id"] == thread
    assert "forum_topic_created" in message["reply_to_message"]


async def test_an_explicit_reply_names_the_replied_message_and_stays_in_its_topic(
    world: World, thread: int
) -> None:
    first = world.send(301, ALLIANCE, "问题", thread_id=thread)
    world.send(302, ALLIANCE, "回答", reply_to=first.id)
    message = updates_of(world)[-1]["message"]
    assert message["message_thread_id"] == thread
    assert message["reply_to_message"]["message_id"] == first.id


async def test_a_bots_reply_without_a_thread_id_goes_to_the_topic_of_the_replied_message(
    api: Api, world: World, thread: int
) -> None:
    first = world.send(301, ALLIANCE, "问题", thread_id=thread)
    sent = await api.ok("sendMessage", chat_id=ALLIANCE, text="答", reply_parameters={"message_id": first.id})
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (thread, True)


async def test_the_bot_hears_of_the_topic_it_made_itself(world: World, thread: int) -> None:
    [update] = updates_of(world)
    assert update["message"]["message_id"] == update["message"]["message_thread_id"] == thread
    assert update["message"]["forum_topic_created"]["icon_color"] == 0x6FB9F0
    assert update["message"]["from"]["id"] == BOT
    assert "reply_to_message" not in update["message"]


async def test_general_is_addressed_by_naming_no_thread(api: Api) -> None:
    sent = await api.ok("sendMessage", chat_id=ALLIANCE, text="大家好")
    assert "message_thread_id" not in sent
    assert "is_topic_message" not in sent
    assert await api.no("sendMessage", chat_id=ALLIANCE, text="x", message_thread_id=1) == (
        "Bad Request: message thread not found"
    )


async def test_a_reply_in_general_is_no_topic_message(world: World) -> None:
    first = world.send(301, ALLIANCE, "问题", thread_id=1)
    answer = world.send(302, ALLIANCE, "回答", reply_to=first.id)
    assert (answer.thread_id, answer.is_topic) == (None, False)


async def test_a_reply_to_another_topic_is_external(api: Api, world: World, thread: int) -> None:
    first = world.send(301, ALLIANCE, "在总话题", thread_id=1)
    sent = await api.ok(
        "sendMessage",
        chat_id=ALLIANCE,
        message_thread_id=thread,
        text="答",
        reply_parameters={"message_id": first.id},
    )
    assert "reply_to_message" not in sent
    assert sent["external_reply"]["message_id"] == first.id
    assert sent["external_reply"]["origin"]["sender_user"]["id"] == 301


async def test_a_reply_to_a_missing_message_is_never_optional_in_a_topic(api: Api, thread: int) -> None:
    reply = {"message_id": 999, "allow_sending_without_reply": True}
    sent = await api.ok("sendMessage", chat_id=ALLIANCE, text="x", reply_parameters=reply)
    assert "reply_to_message" not in sent
    refusal = await api.no(
        "sendMessage", chat_id=ALLIANCE, text="x", message_thread_id=thread, reply_parameters=reply
    )
    assert refusal == "Bad Request: message to be replied not found"


async def test_closing_twice_is_not_modified(bot: Bot, world: World, thread: int) -> None:
    assert await bot.close_forum_topic(ALLIANCE, thread)
    with pytest.raises(BadRequest, match=r"(?i)topic_not_modified"):
        await bot.close_forum_topic(ALLIANCE, thread)
    assert await bot.reopen_forum_topic(ALLIANCE, thread)
    with pytest.raises(BadRequest, match=r"(?i)topic_not_modified"):
        await bot.reopen_forum_topic(ALLIANCE, thread)
    services = [
        u["message"].keys() & {"forum_topic_closed", "forum_topic_reopened"} for u in updates_of(world)[1:]
    ]
    assert services == [{"forum_topic_closed"}, {"forum_topic_reopened"}]
    assert all(u["message"]["message_thread_id"] == thread for u in updates_of(world))


async def test_only_managers_write_into_a_closed_topic(api: Api, world: World, thread: int) -> None:
    await api.ok("closeForumTopic", chat_id=ALLIANCE, message_thread_id=thread)
    with pytest.raises(Exception, match="TOPIC_CLOSED"):
        world.send(301, ALLIANCE, "还能写吗", thread_id=thread)
    assert await api.ok("sendMessage", chat_id=ALLIANCE, text="管理员可以", message_thread_id=thread)
    topic = world.topic(900, ALLIANCE, "create", name="别人的")
    assert topic is not None
    world.topic(900, ALLIANCE, "close", thread_id=topic.thread_id)
    world.member(900, ALLIANCE, BOT, "demote")
    assert await api.no("sendMessage", chat_id=ALLIANCE, text="x", message_thread_id=topic.thread_id) == (
        "Bad Request: TOPIC_CLOSED"
    )


async def test_a_deleted_topic_is_gone_with_its_messages(api: Api, world: World, thread: int) -> None:
    world.send(301, ALLIANCE, "会消失", thread_id=thread)
    await api.ok("deleteForumTopic", chat_id=ALLIANCE, message_thread_id=thread)
    assert world.messages(ALLIANCE, thread_id=thread) == []
    assert await api.no("sendMessage", chat_id=ALLIANCE, text="x", message_thread_id=thread) == (
        "Bad Request: message thread not found"
    )
    for method in ("closeForumTopic", "reopenForumTopic", "deleteForumTopic"):
        assert (
            await api.no(method, chat_id=ALLIANCE, message_thread_id=thread)
            == "Bad Request: TOPIC_ID_INVALID"
        )


async def test_a_topic_is_renamed_once(api: Api, world: World, thread: int) -> None:
    edit: dict[str, Any] = {"chat_id": ALLIANCE, "message_thread_id": thread}
    await api.ok("editForumTopic", **edit, name="LF-0001 · 已答复", icon_custom_emoji_id="5")
    assert updates_of(world)[-1]["message"]["forum_topic_edited"] == {
        "name": "LF-0001 · 已答复",
        "icon_custom_emoji_id": "5",
    }
    assert (
        await api.no("editForumTopic", **edit, name="LF-0001 · 已答复") == "Bad Request: TOPIC_NOT_MODIFIED"
    )


async def test_topic_names_are_cleaned_and_cut(api: Api) -> None:
    topic = await api.ok(
        "createForumTopic", chat_id=ALLIANCE, name=" 长\n名 " + "字" * 200, icon_custom_emoji_id="9"
    )
    assert topic["name"].startswith("长 名 字")
    assert len(topic["name"]) == 128
    assert topic["icon_custom_emoji_id"] == "9"


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"chat_id": DESK, "name": "x"}, "the chat is not a forum"),
        ({"chat_id": ALLIANCE, "name": "  "}, "topic name must be non-empty"),
        ({"chat_id": ALLIANCE, "name": "x", "icon_color": 5}, "invalid icon color specified"),
    ],
)
async def test_bad_topics_are_refused(api: Api, params: dict[str, Any], refusal: str) -> None:
    assert await api.no("createForumTopic", **params) == f"Bad Request: {refusal}"


async def test_topics_need_the_right_to_manage_them(api: Api, world: World, thread: int) -> None:
    world.member(900, ALLIANCE, BOT, "promote", ["can_manage_chat"])
    assert await api.no("createForumTopic", chat_id=ALLIANCE, name="x") == (
        "Bad Request: not enough rights to create a topic"
    )
    topic = world.topic(301, ALLIANCE, "create", name="周科长的")
    assert topic is not None
    other = {"chat_id": ALLIANCE, "message_thread_id": topic.thread_id}
    assert await api.no("closeForumTopic", **other) == "Bad Request: not enough rights to manage topics"
    assert await api.no("deleteForumTopic", **other) == "Bad Request: not enough rights to delete a topic"
    assert await api.ok("closeForumTopic", chat_id=ALLIANCE, message_thread_id=thread), (
        "its own topic it may close"
    )


async def test_general_can_be_renamed_closed_and_hidden(api: Api, world: World) -> None:
    for method, params in (
        ("editGeneralForumTopic", {"name": "大厅"}),
        ("closeGeneralForumTopic", {}),
        ("reopenGeneralForumTopic", {}),
        ("hideGeneralForumTopic", {}),
        ("unhideGeneralForumTopic", {}),
    ):
        assert await api.ok(method, chat_id=ALLIANCE, **params)
    assert await api.no("unhideGeneralForumTopic", chat_id=ALLIANCE) == "Bad Request: TOPIC_NOT_MODIFIED"
    assert all("message_thread_id" not in u["message"] for u in updates_of(world))
    general = {"chat_id": ALLIANCE, "message_thread_id": 1}
    assert await api.no("deleteForumTopic", **general) == "Bad Request: TOPIC_ID_INVALID"
    assert await api.no("closeForumTopic", chat_id=ALLIANCE) == (
        "Bad Request: invalid message thread identifier specified"
    )


async def test_pins_of_one_topic_go_together(api: Api, world: World, thread: int) -> None:
    inside = await api.ok("sendMessage", chat_id=ALLIANCE, text="x", message_thread_id=thread)
    general = await api.ok("sendMessage", chat_id=ALLIANCE, text="y")
    for sent in (inside, general):
        await api.ok("pinChatMessage", chat_id=ALLIANCE, message_id=sent["message_id"])
    await api.ok("unpinAllForumTopicMessages", chat_id=ALLIANCE, message_thread_id=thread)
    assert world.chats[ALLIANCE].pinned == [general["message_id"]]
    await api.ok("unpinAllGeneralForumTopicMessages", chat_id=ALLIANCE)
    assert world.chats[ALLIANCE].pinned == []


async def test_topic_icons_are_stickers(bot: Bot) -> None:
    icons = await bot.get_forum_topic_icon_stickers()
    assert len({icon.custom_emoji_id for icon in icons}) == len(icons) > 5


def test_people_cannot_write_into_a_topic_that_is_gone(world: World) -> None:
    with pytest.raises(Exception, match="message thread not found"):
        world.send(301, ALLIANCE, "x", thread_id=77)


async def test_people_manage_topics_as_far_as_they_may(world: World) -> None:
    topic = world.topic(900, ALLIANCE, "create", name="通知")
    assert topic is not None
    world.topic(900, ALLIANCE, "edit", thread_id=topic.thread_id, name="公告")
    world.topic(900, ALLIANCE, "close", thread_id=topic.thread_id)
    world.topic(900, ALLIANCE, "reopen", thread_id=topic.thread_id)
    with pytest.raises(Exception, match="not enough rights to manage topics"):
        world.topic(301, ALLIANCE, "close", thread_id=topic.thread_id)
    world.topic(900, ALLIANCE, "delete", thread_id=topic.thread_id)
    assert topic.deleted
    with pytest.raises(Exception, match="unknown action"):
        world.topic(900, ALLIANCE, "paint")
    world.chats[ALLIANCE].permissions = frozenset()
    with pytest.raises(Exception, match="not enough rights to create a topic"):
        world.topic(301, ALLIANCE, "create", name="x")
