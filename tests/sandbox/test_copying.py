"""Copies and forwards: albums keep together, origins are kept, protected content stays."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, MessageOriginChannel, MessageOriginUser

from sandbox.demo import ALLIANCE, BOT, DESK, MUTUAL_AID
from sandbox.world import World
from tests.sandbox.conftest import Api, png, updates_of


async def test_a_copy_has_no_trace_of_its_source(bot: Bot, world: World) -> None:
    source = world.send_file(101, MUTUAL_AID, png(), "现场.png", text="漏油了")
    copied = await bot.copy_message(DESK, MUTUAL_AID, source.id)
    message = world.message(DESK, copied.message_id)
    assert (message.text, message.forward_origin, message.author_id) == ("漏油了", None, BOT)
    again = await bot.copy_message(DESK, MUTUAL_AID, source.id, caption="*已核实*", parse_mode="MarkdownV2")
    assert world.message(DESK, again.message_id).text == "已核实"


async def test_a_forward_names_the_first_author(bot: Bot, world: World) -> None:
    source = world.send(101, MUTUAL_AID, "原话")
    first = await bot.forward_message(DESK, MUTUAL_AID, source.id)
    second = await bot.forward_message(ALLIANCE, DESK, first.message_id)
    for message in (first, second):
        assert isinstance(message.forward_origin, MessageOriginUser)
        assert message.forward_origin.sender_user.id == 101


async def test_albums_stay_albums_when_copied(bot: Bot, world: World) -> None:
    album = world.send_album(101, MUTUAL_AID, [(png(), "a.png"), (png(9, 9), "b.png")], text="两张")
    ids = await bot.copy_messages(DESK, MUTUAL_AID, [message.id for message in album])
    copies = [world.message(DESK, copied.message_id) for copied in ids]
    assert len({message.media_group_id for message in copies}) == 1
    assert copies[0].media_group_id not in (None, album[0].media_group_id)
    assert [message.text for message in copies] == ["两张", ""]
    bare = await bot.copy_messages(DESK, MUTUAL_AID, [message.id for message in album], remove_caption=True)
    assert world.message(DESK, bare[0].message_id).text == ""


async def test_missing_and_service_messages_are_skipped(api: Api, world: World) -> None:
    first = world.send(101, MUTUAL_AID, "一")
    world.member(900, MUTUAL_AID, 202, "join")
    third = world.send(101, MUTUAL_AID, "三")
    where = {"chat_id": DESK, "from_chat_id": MUTUAL_AID}
    ids = [first.id, first.id + 1, third.id, 99]
    assert len(await api.ok("copyMessages", **where, message_ids=ids)) == 2
    forwarded = await api.ok("forwardMessages", **where, message_ids=ids)
    assert world.message(DESK, forwarded[0]["message_id"]).forward_origin is not None
    assert (
        await api.no("copyMessages", **where, message_ids=[99])
        == "Bad Request: there are no messages to copy"
    )
    assert await api.no("forwardMessages", **where, message_ids=[99]) == (
        "Bad Request: there are no messages to forward"
    )


@pytest.mark.parametrize(
    ("method", "params", "refusal"),
    [
        ("copyMessages", {"message_ids": []}, "message identifiers are not specified"),
        ("copyMessages", {"message_ids": list(range(1, 102))}, "too many message identifiers specified"),
        (
            "copyMessages",
            {"message_ids": [3, 2]},
            "message identifiers must be in a strictly increasing order",
        ),
        ("copyMessage", {"message_id": 99}, "message to copy not found"),
        ("forwardMessage", {"message_id": 99}, "message to forward not found"),
        ("forwardMessage", {"message_id": 1, "from_chat_id": ""}, "from_chat_id is empty"),
    ],
)
async def test_bad_copies_are_refused(api: Api, method: str, params: dict[str, Any], refusal: str) -> None:
    where = {"chat_id": DESK, "from_chat_id": MUTUAL_AID} | params
    assert await api.no(method, **where) == f"Bad Request: {refusal}"


async def test_service_messages_cannot_be_copied_or_forwarded(api: Api) -> None:
    topic = await api.ok("createForumTopic", chat_id=ALLIANCE, name="x")
    where = {"chat_id": DESK, "from_chat_id": ALLIANCE, "message_id": topic["message_thread_id"]}
    assert await api.no("copyMessage", **where) == "Bad Request: the message can't be copied"
    assert await api.no("forwardMessage", **where) == "Bad Request: the message can't be forwarded"


async def test_protected_content_is_not_passed_on(api: Api, world: World) -> None:
    source = world.send(101, MUTUAL_AID, "不要外传")
    world.chats[MUTUAL_AID].protected = True
    where = {"chat_id": DESK, "from_chat_id": MUTUAL_AID, "message_id": source.id}
    assert await api.no("forwardMessage", **where) == (
        "Bad Request: message has protected content and can't be forwarded"
    )
    assert await api.no("copyMessage", **where) == "Bad Request: the message can't be copied"
    with pytest.raises(Exception, match="protected content"):
        world.forward(201, DESK, MUTUAL_AID, source.id)


async def test_a_persons_forward_carries_its_origin_to_the_bot(world: World) -> None:
    source = world.send(101, MUTUAL_AID, "转给你")
    world.forward(102, BOT, MUTUAL_AID, source.id)
    message = updates_of(world)[-1]["message"]
    assert message["chat"] == {"id": 102, "first_name": "李强", "username": "liqiang", "type": "private"}
    assert message["forward_origin"]["sender_user"]["id"] == 101
    assert message["forward_from"]["id"] == 101
    picture = world.send_file(101, MUTUAL_AID, png(), "a.png")
    assert world.forward(102, BOT, MUTUAL_AID, picture.id).media is picture.media


async def test_every_kind_of_origin_is_told_apart(bot: Bot, api: Api, world: World) -> None:
    channel = world.add_chat(-1_001_000_000_009, "通知频道", kind="channel", creator=900, admin_ids=[BOT])
    post = world.send(900, channel.id, "通知")
    forwarded = await bot.forward_message(DESK, channel.id, post.id)
    assert isinstance(forwarded.forward_origin, MessageOriginChannel)
    assert forwarded.forward_origin.message_id == post.id
    anonymous = world.send(900, MUTUAL_AID, "群管理", sender_chat_id=MUTUAL_AID)
    raw = await api.ok("forwardMessage", chat_id=DESK, from_chat_id=MUTUAL_AID, message_id=anonymous.id)
    assert raw["forward_origin"]["type"] == "chat"
    assert raw["forward_from_chat"]["id"] == MUTUAL_AID
    world.users[101].hides_forwards = True
    hidden = world.send(101, MUTUAL_AID, "隐身")
    raw = await api.ok("forwardMessage", chat_id=DESK, from_chat_id=MUTUAL_AID, message_id=hidden.id)
    assert raw["forward_origin"] == {"type": "hidden_user", "date": hidden.date, "sender_user_name": "王敏"}
    assert raw["forward_sender_name"] == "王敏"
