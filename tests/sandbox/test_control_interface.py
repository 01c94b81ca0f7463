"""/control/…: building worlds and making trouble from another process."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sandbox.demo import BOT, BOT_TOKEN, DESK, MUTUAL_AID
from sandbox.world import World
from tests.sandbox.conftest import Api, updates_of


async def control(client: httpx.AsyncClient, verb: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(f"/control/{verb}", json=body)
    decoded: dict[str, Any] = answer.json()
    return decoded


async def test_a_world_is_built_over_http(client: httpx.AsyncClient, api: Api, world: World) -> None:
    person = await control(client, "users", id=501, first_name="赵工", role="safety_officer")
    assert person["user"]["name"] == "赵工"
    made = await control(
        client, "bots", id=8, token="8:t", first_name="第二", username="second_bot", reads_all=True
    )
    assert made["bot"]["id"] == 8
    chat = await control(
        client,
        "chats",
        id=-100200,
        title="新群",
        creator=501,
        member_ids=[8],
        kind="supergroup",
        is_forum=True,
    )
    assert chat["chat"]["topics"][0]["is_general"] is True
    world.send(501, -100200, "大家好")
    api.token = "8:t"
    assert (await api.updates())[0]["message"]["text"] == "大家好"


async def test_faults_are_added_listed_and_cleared(client: httpx.AsyncClient, api: Api) -> None:
    added = await control(
        client, "faults", method="sendMessage", kind="bad_request", description="nope", times=0
    )
    assert added["faults"][0]["kind"] == "bad_request"
    assert await api.no("sendMessage", chat_id=DESK, text="x") == "Bad Request: nope"
    listed = (await client.get("/control/faults")).json()["faults"]
    assert (listed[0]["acted"], listed[0]["spent"]) == (1, False)
    assert (await client.delete("/control/faults")).json() == {"ok": True, "faults": []}
    assert (await control(client, "faults", kind="storm"))["ok"] is False


async def test_updates_are_redelivered_and_injected(
    client: httpx.AsyncClient, api: Api, world: World
) -> None:
    world.send(101, MUTUAL_AID, "一")
    [update] = await api.updates()
    await api.updates(offset=update["update_id"] + 1)
    assert (await control(client, "redeliver", bot_id=BOT, update_id=update["update_id"]))["ok"]
    assert (await control(client, "redeliver", bot_id=BOT, update_id=5))["description"] == (
        "no such confirmed update"
    )
    assert await api.updates() == [update]
    injected = await control(client, "updates", bot_id=BOT, update={"poll": {}})
    assert updates_of(world)[-1] == {"poll": {}, "update_id": injected["update_id"]}


async def test_a_group_is_migrated_and_flood_limits_are_set(client: httpx.AsyncClient, api: Api) -> None:
    moved = await control(client, "migrate", chat_id=MUTUAL_AID)
    answer = await api.call("sendMessage", chat_id=MUTUAL_AID, text="x")
    assert answer["parameters"] == {"migrate_to_chat_id": moved["new_chat_id"]}
    await control(client, "flood", per_second=1)
    await api.ok("sendMessage", chat_id=DESK, text="x")
    assert (await api.call("sendMessage", chat_id=DESK, text="x"))["error_code"] == 429


async def test_limits_are_changed_by_name(client: httpx.AsyncClient, world: World) -> None:
    await control(client, "limits", callback_seconds=1, long_poll_seconds=2)
    assert (world.limits.callback_seconds, world.limits.long_poll_seconds) == (1, 2)
    assert (await control(client, "limits", patience=1))["description"] == "unknown limit: patience"


async def test_calls_are_read_over_http(client: httpx.AsyncClient, api: Api) -> None:
    await api.ok("sendMessage", chat_id=DESK, text="x")
    await api.ok("getMe")
    calls = (await client.get("/control/calls", params={"bot_id": BOT, "method": "sendMessage"})).json()[
        "calls"
    ]
    assert calls[0]["params"] == {"chat_id": DESK, "text": "x"}
    assert calls[0]["response"]["result"]["text"] == "x"
    later = await client.get("/control/calls", params={"since": calls[0]["seq"]})
    assert [call["method"] for call in later.json()["calls"]] == ["getMe"]


async def test_reset_brings_the_demo_back(client: httpx.AsyncClient, api: Api, world: World) -> None:
    world.send(101, MUTUAL_AID, "会消失")
    world.faults.add("http_5xx", times=0)
    seq = world.events.seq
    assert (await control(client, "reset"))["ok"]
    assert world.messages(MUTUAL_AID) == []
    assert world.events.seq > seq
    assert api.token == BOT_TOKEN
    assert (await api.ok("getMe"))["id"] == BOT


def test_a_world_without_a_builder_is_empty_after_reset() -> None:
    world = World()
    world.add_person(1, "x")
    world.reset()
    with pytest.raises(Exception, match="no such person"):
        world.person(1)
