"""Replies and threads outside forums, quotes, and replies to other chats."""

from __future__ import annotations

from typing import Any

from sandbox.demo import BOT, DESK, MUTUAL_AID
from sandbox.world import World
from tests.sandbox.conftest import Api, updates_of


async def test_outside_forums_a_reply_chain_is_a_thread_of_its_first_message(api: Api, world: World) -> None:
    first = world.send(101, MUTUAL_AID, "问")
    assert await api.no("sendMessage", chat_id=MUTUAL_AID, text="x", message_thread_id=first.id) == (
        "Bad Request: message thread not found"
    )
    second = world.send(102, MUTUAL_AID, "答", reply_to=first.id)
    third = world.send(101, MUTUAL_AID, "谢", reply_to=second.id)
    assert second.thread_id == third.thread_id == first.id
    message = updates_of(world)[-1]["message"]
    assert message["message_thread_id"] == first.id
    assert "is_topic_message" not in message
    assert message["reply_to_message"]["message_id"] == second.id
    echoed = await api.ok("sendMessage", chat_id=MUTUAL_AID, text="x", message_thread_id=first.id)
    assert echoed["message_thread_id"] == first.id


async def test_private_chats_have_no_threads(api: Api, world: World) -> None:
    message = world.send(101, BOT, "你好")
    sent = await api.ok("sendMessage", chat_id=101, text="您好", reply_parameters={"message_id": message.id})
    assert "message_thread_id" not in sent
    assert sent["reply_to_message"]["text"] == "你好"
    assert await api.no("sendMessage", chat_id=101, text="x", message_thread_id=message.id) == (
        "Bad Request: message thread not found"
    )


async def test_quotes_must_be_part_of_the_replied_text(api: Api, world: World) -> None:
    message = world.send(101, MUTUAL_AID, "😀 叉车证多少钱")
    reply: dict[str, Any] = {"message_id": message.id, "quote": "叉车证"}
    sent = await api.ok("sendMessage", chat_id=MUTUAL_AID, text="答", reply_parameters=reply)
    assert sent["quote"] == {"text": "叉车证", "position": 3, "is_manual": True}
    given = reply | {"quote_position": 7}
    sent = await api.ok("sendMessage", chat_id=MUTUAL_AID, text="答", reply_parameters=given)
    assert sent["quote"]["position"] == 7
    wrong = reply | {"quote": "塔吊证"}
    assert await api.no("sendMessage", chat_id=MUTUAL_AID, text="x", reply_parameters=wrong) == (
        "Bad Request: QUOTE_TEXT_INVALID"
    )


async def test_a_reply_to_another_chat_is_external(api: Api, world: World) -> None:
    message = world.send(101, MUTUAL_AID, "问")
    reply = {"message_id": message.id, "chat_id": MUTUAL_AID}
    sent = await api.ok("sendMessage", chat_id=DESK, text="转述", reply_parameters=reply)
    assert sent["external_reply"]["chat"]["id"] == MUTUAL_AID
    gone = {"message_id": 77, "chat_id": MUTUAL_AID, "allow_sending_without_reply": True}
    assert await api.no("sendMessage", chat_id=DESK, text="x", reply_parameters=gone) == (
        "Bad Request: message to be replied not found"
    )
    assert await api.ok("sendMessage", chat_id=DESK, text="x", reply_parameters={"message_id": 0})


async def test_the_old_reply_parameter_still_works(api: Api, world: World) -> None:
    message = world.send(101, MUTUAL_AID, "问")
    sent = await api.ok("sendMessage", chat_id=MUTUAL_AID, text="答", reply_to_message_id=message.id)
    assert sent["reply_to_message"]["message_id"] == message.id
    world.delete(101, MUTUAL_AID, message.id)
    optional = {"reply_to_message_id": message.id, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await api.ok("sendMessage", chat_id=MUTUAL_AID, text="答", **optional)
