"""/client/…: what the page and tests in other processes do as people."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from telegram import Bot

from sandbox.demo import ADMIN, ALLIANCE, BOT, DESK, MUTUAL_AID
from sandbox.events import EventLog
from sandbox.stream import event_stream
from sandbox.world import World
from tests.sandbox.conftest import png


async def post(client: httpx.AsyncClient, verb: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(f"/client/{verb}", json=body)
    decoded: dict[str, Any] = answer.json()
    assert decoded["ok"] == (answer.status_code == 200)
    return decoded


async def events(client: httpx.AsyncClient, **params: Any) -> AsyncIterator[dict[str, Any]]:
    async with client.stream("GET", "/client/events", params=params) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: "):
                yield json.loads(line[6:])


async def test_the_state_shows_what_one_person_may_see(client: httpx.AsyncClient, world: World) -> None:
    world.send(101, MUTUAL_AID, "叉车证怎么办 /help")
    world.send(201, DESK, "内部")
    state = (await client.get("/client/state", params={"as": 101})).json()
    assert state["me"]["name"] == "王敏"
    assert [chat["key"] for chat in state["chats"]] == [str(MUTUAL_AID), f"private:101:{BOT}"]
    assert state["chats"][1] | {
        "title": "互助小助手",
        "peer_is_bot": True,
        "started": True,
        "blocked": False,
        "id": 101,
    }
    assert {person["id"] for person in state["people"]} == {101, 102, 201, 202, 301, 302, ADMIN}
    assert state["bots"][0]["username"] == "huzhu_demo_bot"
    [message] = state["messages"][str(MUTUAL_AID)]
    assert (message["text"], message["from"]["id"], message["entities"][0]["type"]) == (
        "叉车证怎么办 /help",
        101,
        "bot_command",
    )
    assert state["seq"] == world.events.seq


async def test_the_state_holds_the_last_three_hundred_messages(
    client: httpx.AsyncClient, world: World
) -> None:
    for number in range(310):
        world.send(101, MUTUAL_AID, str(number))
    state = (await client.get("/client/state", params={"as": 101})).json()
    assert [m["text"] for m in state["messages"][str(MUTUAL_AID)]][::299] == ["10", "309"]


async def test_people_write_reply_edit_and_delete(client: httpx.AsyncClient, world: World) -> None:
    sent = (await post(client, "send", **{"as": 101, "chat_id": MUTUAL_AID, "text": "问"}))["message"]
    reply = await post(
        client, "send", **{"as": 102, "chat_id": MUTUAL_AID, "text": "答", "reply_to": sent["message_id"]}
    )
    assert reply["message"]["reply_to"] == {
        "message_id": sent["message_id"],
        "from_name": "王敏",
        "text_preview": "问",
    }
    where = {"as": 101, "chat_id": MUTUAL_AID, "message_id": sent["message_id"]}
    edited = await post(client, "edit", **where, text="问题")
    assert edited["message"]["text"] == "问题"
    reacted = await post(client, "react", **where, emoji="👍")
    assert reacted["message"]["reactions"] == [{"emoji": "👍", "by": [101]}]
    assert (await post(client, "react", **where, emoji=None))["message"]["reactions"] == []
    await post(client, "delete", **where)
    assert [message.text for message in world.messages(MUTUAL_AID)] == ["答"]
    state = (await client.get("/client/state", params={"as": 101})).json()
    assert state["messages"][str(MUTUAL_AID)][0]["reply_to"] is None


async def test_places_stickers_contacts_and_forwards_are_sent(client: httpx.AsyncClient) -> None:
    base: dict[str, Any] = {"as": 101, "chat_id": MUTUAL_AID}
    place = await post(
        client, "send", **base, media={"kind": "location", "latitude": 31.2, "longitude": 121.4}
    )
    assert place["message"]["media"]["latitude"] == 31.2
    sticker = await post(client, "send", **base, media={"kind": "sticker", "emoji": "👍"})
    assert sticker["message"]["media"]["emoji"] == "👍"
    again = {
        "kind": "sticker",
        "file_id": sticker["message"]["media"]["url"].rpartition("/")[2],
        "emoji": "👍",
    }
    assert (await post(client, "send", **base, media=again))["message"]["media"]["url"]
    assert (await post(client, "send", **base, media=again | {"file_id": "x"}))[
        "description"
    ] == "no such file"
    contact = await post(
        client, "send", **base, media={"kind": "contact", "phone_number": "0", "first_name": "班"}
    )
    assert contact["message"]["media"]["first_name"] == "班"
    source = {"chat_id": MUTUAL_AID, "message_id": place["message"]["message_id"]}
    forward = await post(client, "send", **{"as": 101, "chat_id": BOT}, forward_from=source)
    assert forward["message"]["forward_from"] == "王敏"
    reply = await post(client, "send", **base, text="在哪", reply_to=source["message_id"])
    assert reply["message"]["reply_to"]["text_preview"] == "[location]"


async def test_files_come_as_multipart_and_several_are_an_album(client: httpx.AsyncClient) -> None:
    payload = {"as": 101, "chat_id": MUTUAL_AID, "text": "两张", "media": {"kinds": ["photo", "document"]}}
    answer = await client.post(
        "/client/send",
        data={"payload": json.dumps(payload)},
        files=[("file", ("a.png", png())), ("file", ("b.png", png(9, 9)))],
    )
    first, second = answer.json()["messages"]
    assert (first["media"]["kind"], second["media"]["kind"]) == ("photo", "document")
    assert first["media_group_id"] == second["media_group_id"] is not None
    assert (first["caption"], second["caption"], first["text"]) == ("两张", "", "")
    shown = await client.get(first["media"]["url"])
    assert (shown.content, shown.headers["content-type"]) == (png(), "image/png")
    assert (await client.get("/client/files/none")).status_code == 404
    one = await client.post(
        "/client/send",
        data={"payload": json.dumps({"as": 101, "chat_id": MUTUAL_AID})},
        files=[("file", ("a.txt", b"x"))],
    )
    assert (one.json()["message"]["media"]["file_size"], one.json()["message"]["media_group_id"]) == (1, None)


async def test_a_press_waits_for_the_bots_answer(client: httpx.AsyncClient, bot: Bot, world: World) -> None:
    sent = await bot.send_message(DESK, "卡")
    where = {"as": 201, "chat_id": DESK, "message_id": sent.message_id, "data": "claim"}
    pressing = asyncio.create_task(post(client, "press", **where))
    [update] = await bot.get_updates(timeout=10)
    assert update.callback_query is not None
    await update.callback_query.answer("好", show_alert=True)
    answer = await pressing
    assert (answer["answered"], answer["text"], answer["show_alert"]) == (True, "好", True)
    assert (await post(client, "press", **where, wait_ms=0))["answered"] is False
    assert (await post(client, "press", **where, check=True))["ok"] is False


async def test_start_block_topics_and_members(client: httpx.AsyncClient, world: World) -> None:
    started = await post(client, "start", **{"as": 202}, bot_id=BOT, payload="x1")
    assert started["message"]["text"] == "/start x1"
    await post(client, "block", **{"as": 202}, bot_id=BOT, blocked=True)
    assert 202 in world.bot(BOT).blocked_by
    topic = await post(client, "topic", **{"as": ADMIN}, chat_id=ALLIANCE, action="create", name="通知")
    await post(
        client, "topic", **{"as": ADMIN}, chat_id=ALLIANCE, action="close", thread_id=topic["thread_id"]
    )
    assert world.chats[ALLIANCE].topics[topic["thread_id"]].closed
    member = await post(
        client,
        "member",
        **{"as": ADMIN},
        chat_id=DESK,
        user_id=201,
        action="promote",
        rights=["can_pin_messages"],
    )
    assert member["status"] == "administrator"
    inside = await post(
        client, "send", **{"as": 301, "chat_id": ALLIANCE, "text": "收到", "thread_id": topic["thread_id"]}
    )
    assert inside["description"] == "Bad Request: TOPIC_CLOSED"


@pytest.mark.parametrize(
    ("verb", "body", "status", "description"),
    [
        ("send", {}, 400, "missing field 'as'"),
        ("send", {"as": 101, "chat_id": DESK, "text": "x"}, 403, "王敏 is not a member of 灵峰社工工作台"),
        ("send", {"as": 5, "chat_id": DESK, "text": "x"}, 404, "no such person: 5"),
        ("send", {"as": "x", "chat_id": DESK}, 400, "invalid literal for int() with base 10: 'x'"),
        ("edit", [], 400, "expected a JSON object"),
        (
            "send",
            {"as": 201, "chat_id": DESK, "media": {"kind": "location"}},
            400,
            "missing field 'latitude'",
        ),
    ],
)
async def test_mistakes_are_explained(
    client: httpx.AsyncClient, verb: str, body: Any, status: int, description: str
) -> None:
    answer = await client.post(f"/client/{verb}", json=body)
    assert (answer.status_code, answer.json()) == (status, {"ok": False, "description": description})


async def test_the_stream_tells_members_what_happens(
    client: httpx.AsyncClient, bot: Bot, world: World
) -> None:
    feed = events(client, **{"as": 201, "since": world.events.seq})
    sent = await bot.send_message(DESK, "卡")
    world.send(101, MUTUAL_AID, "201 也在这个群")
    world.send(101, BOT, "这是私聊")
    await sent.edit_text("卡，已接单")
    world.react(201, DESK, sent.message_id, "👍")
    await bot.send_chat_action(DESK, "typing")
    world.topic(ADMIN, ALLIANCE, "create", name="话题")
    await sent.delete()
    kinds = []
    async for event in feed:
        kinds.append(event["type"])
        if event["type"] == "deleted":
            assert event["message_ids"] == [sent.message_id]
            assert event["chat_key"] == str(DESK)
            break
    await feed.aclose()  # type: ignore[attr-defined]
    assert kinds == ["message", "message", "edited", "reaction", "typing", "message", "chat", "deleted"]


async def test_a_stream_continues_where_it_broke(client: httpx.AsyncClient, world: World) -> None:
    world.send(101, MUTUAL_AID, "一")
    seq = world.events.seq
    world.send(101, MUTUAL_AID, "二")
    headers = {"last-event-id": str(seq)}
    async with client.stream("GET", "/client/events", params={"as": 101}, headers=headers) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: "):
                assert json.loads(line[6:])["message"]["text"] == "二"
                break


async def test_one_stream_can_serve_several_people(client: httpx.AsyncClient, world: World) -> None:
    feed = events(client, **{"as": 101, "also": "all", "since": world.events.seq})
    world.send(101, BOT, "私聊")
    world.send(201, DESK, "工作台")
    first = await anext(feed)
    second = await anext(feed)
    await feed.aclose()  # type: ignore[attr-defined]
    assert (first["for"], second["for"]) == ([101], [201, 202, ADMIN])


async def test_an_answer_to_a_press_is_told_to_the_presser_only(
    client: httpx.AsyncClient, bot: Bot, world: World
) -> None:
    sent = await bot.send_message(DESK, "卡")
    feed = events(client, **{"as": 201, "also": "202", "since": world.events.seq})
    press = world.press(201, DESK, sent.message_id, "x")
    await bot.answer_callback_query(press.query_id, "好")
    event = await anext(feed)
    await feed.aclose()  # type: ignore[attr-defined]
    assert (event["type"], event["for"], event["text"]) == ("callback_answer", [201], "好")


async def test_who_is_removed_is_told_so(client: httpx.AsyncClient, world: World) -> None:
    feed = events(client, **{"as": 201, "since": world.events.seq})
    world.member(ADMIN, DESK, 201, "kick")
    event = await anext(feed)
    await feed.aclose()  # type: ignore[attr-defined]
    assert event["type"] == "chat"
    assert 201 not in event["chat"]["member_ids"]


async def test_a_reader_who_is_too_far_behind_is_told_to_start_over(
    client: httpx.AsyncClient, world: World
) -> None:
    world.reset()
    for _ in range(20_001):
        world.events.add("typing", None, {})
    event = await anext(events(client, **{"as": 101, "since": 0}))
    assert event == {"seq": world.events.seq, "type": "reset"}


async def test_a_quiet_stream_beats(world: World) -> None:
    world.limits.heartbeat_seconds = 0.001
    feed = event_stream(world, 101, world.events.seq)
    assert await anext(feed) == ": open\n\n"
    assert await anext(feed) == ": heartbeat\n\n"
    world.close()
    with pytest.raises(StopAsyncIteration):
        await anext(feed)
    world.open()


def test_the_event_ring_knows_how_far_back_it_reaches() -> None:
    log = EventLog()
    assert log.since(0) == []
    log.add("typing", None, {})
    assert log.since(-5) is None
