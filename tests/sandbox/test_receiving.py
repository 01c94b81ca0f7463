"""getUpdates: confirmation, long polling, and who may poll."""

from __future__ import annotations

import asyncio

import pytest
from telegram import Bot
from telegram.error import Conflict, InvalidToken

from sandbox.demo import BOT, MUTUAL_AID
from sandbox.server import Sandbox
from sandbox.updates import UpdateQueue
from sandbox.world import World
from tests.sandbox.conftest import Api, Clock, until


async def test_a_message_reaches_the_bot_and_stays_until_it_is_confirmed(bot: Bot, world: World) -> None:
    world.send(101, MUTUAL_AID, "叉车证怎么办")
    first = await bot.get_updates(timeout=0)
    again = await bot.get_updates(timeout=0)
    assert [u.update_id for u in first] == [u.update_id for u in again]
    assert first[0].message is not None
    assert first[0].message.text == "叉车证怎么办"
    assert await bot.get_updates(offset=first[0].update_id + 1, timeout=0) == ()


async def test_a_long_poll_ends_as_soon_as_something_happens(bot: Bot, world: World) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await waits_for_poller(world)
    world.send(101, MUTUAL_AID, "在吗")
    assert len(await poll) == 1


async def test_a_long_poll_without_news_ends_empty_at_its_timeout(api: Api, world: World) -> None:
    world.limits.long_poll_seconds = 0.02
    assert await api.updates(timeout=50) == []


async def test_update_ids_grow_by_one(api: Api, world: World) -> None:
    for number in range(3):
        world.send(101, MUTUAL_AID, f"第{number}条")
    ids = [update["update_id"] for update in await api.updates()]
    assert ids == [ids[0], ids[0] + 1, ids[0] + 2]


async def test_a_limit_cuts_the_batch(api: Api, world: World) -> None:
    for number in range(5):
        world.send(101, MUTUAL_AID, str(number))
    assert len(await api.updates(limit=2)) == 2
    assert len(await api.updates(limit=1000)) == 5


async def test_a_batch_stays_below_four_mebibytes() -> None:
    queue = UpdateQueue(1)
    for _ in range(5):
        queue.add("message", {"text": "x" * (1 << 20)}, 0.0, 1)
    assert len(queue.batch(100, 0.0)) == 3


async def test_a_negative_offset_forgets_all_but_the_last(api: Api, world: World) -> None:
    for number in range(5):
        world.send(101, MUTUAL_AID, str(number))
    assert [u["message"]["text"] for u in await api.updates(offset=-2)] == ["3", "4"]
    assert len(await api.updates()) == 2


async def test_updates_older_than_a_day_are_gone(api: Api, world: World, clock: Clock) -> None:
    world.send(101, MUTUAL_AID, "旧的")
    clock.advance(86_401)
    world.send(101, MUTUAL_AID, "新的")
    assert [u["message"]["text"] for u in await api.updates()] == ["新的"]


async def test_a_second_poller_sends_the_first_away(bot: Bot, api: Api, world: World) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await waits_for_poller(world)
    second = asyncio.create_task(api.updates(timeout=30))
    with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure that only one bot"):
        await first
    world.send(101, MUTUAL_AID, "谁来接")
    assert len(await second) == 1


async def test_polling_is_refused_while_a_webhook_is_set(api: Api) -> None:
    await api.ok("setWebhook", url="http://127.0.0.1:9/hook")
    assert await api.no("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )


async def test_setting_a_webhook_ends_a_long_poll(bot: Bot, api: Api, world: World) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await waits_for_poller(world)
    await api.ok("setWebhook", url="http://127.0.0.1:9/hook")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll


async def test_allowed_updates_are_remembered_until_another_list_comes(api: Api, world: World) -> None:
    await api.updates(allowed_updates=["callback_query"])
    world.send(101, MUTUAL_AID, "没人听")
    assert await api.updates() == []
    await api.updates(allowed_updates=[])
    world.send(101, MUTUAL_AID, "有人听")
    assert len(await api.updates()) == 1
    assert "expected an Array of String" in await api.no("getUpdates", allowed_updates='"message"')


async def test_chat_member_and_reactions_come_only_when_asked_for(api: Api, world: World) -> None:
    message = world.send(101, MUTUAL_AID, "嗨")
    world.react(102, MUTUAL_AID, message.id, "👍")
    world.member(900, MUTUAL_AID, 202, "join")
    kinds = [sorted(update.keys() - {"update_id"}) for update in await api.updates()]
    assert kinds == [["message"], ["message"]]
    await api.updates(offset=-1, allowed_updates=["chat_member", "message_reaction"])
    world.react(102, MUTUAL_AID, message.id, None)
    world.member(900, MUTUAL_AID, 202, "leave")
    latest = (await api.updates())[-2:]
    assert latest[0]["message_reaction"]["new_reaction"] == []
    assert latest[0]["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert latest[1]["chat_member"]["new_chat_member"]["status"] == "left"


async def test_hasty_callers_are_slowed_down_when_the_guard_is_on(
    api: Api, world: World, clock: Clock
) -> None:
    world.limits.guards_hammering = True
    for number in range(3):
        world.send(101, MUTUAL_AID, str(number))
    assert len(await api.updates(offset=5)) == 3
    assert len(await api.updates(offset=5)) == 1
    clock.advance(10)
    assert len(await api.updates(offset=5)) == 3


def test_the_guard_makes_a_hasty_empty_poll_wait_three_seconds() -> None:
    queue = UpdateQueue(1)
    assert queue.slow_down(7, 100, 0.0, 100.0) == (100, 0.0)
    assert queue.slow_down(7, 100, 0.0, 101.0) == (100, 3.0)
    assert queue.slow_down(8, 100, 0.0, 101.0) == (100, 0.0)


async def test_a_confirmed_update_can_be_delivered_once_more(api: Api, world: World) -> None:
    world.send(101, MUTUAL_AID, "请处理")
    [update] = await api.updates()
    offset = update["update_id"] + 1
    assert await api.updates(offset=offset) == []
    assert world.redeliver(BOT, update["update_id"])
    assert await api.updates(offset=offset) == [update]
    assert await api.updates(offset=offset) == []
    assert not world.redeliver(BOT, 1)


async def test_a_raw_update_can_be_injected(api: Api, world: World) -> None:
    number = world.inject(BOT, {"poll_answer": {"poll_id": "1"}})
    assert (await api.updates())[0] == {"poll_answer": {"poll_id": "1"}, "update_id": number}


async def test_an_unknown_token_is_unauthorized_and_an_unknown_method_not_found(
    api: Api, sandbox: Sandbox
) -> None:
    assert await api.call("doMagic") == {"ok": False, "error_code": 404, "description": "Not Found"}
    api.token = "1:no"
    assert await api.call("getMe") == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    with pytest.raises(InvalidToken):
        async with Bot("1:no", base_url=sandbox.bot_url):
            pytest.fail("a bot with an unknown token must not start")


async def test_forgotten_confirmations_are_bounded() -> None:
    queue = UpdateQueue(1)
    for _ in range(10_002):
        queue.add("message", {}, 0.0, 1)
    queue.confirm(20_000)
    assert len(queue.confirmed) == 10_000
    assert not queue.redeliver(1)


async def waits_for_poller(world: World) -> None:
    await until(lambda: world.queues[BOT].poller is not None)
