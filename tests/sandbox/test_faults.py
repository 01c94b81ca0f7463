"""Trouble on demand, as the bot's library feels it, and the log of calls."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from telegram import Bot, ReplyParameters
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from sandbox.app import create_app
from sandbox.demo import BOT, BOT_TOKEN, DESK, MUTUAL_AID
from sandbox.faults import Fault, FaultKind, Faults
from sandbox.world import World
from tests.sandbox.conftest import Api


async def test_a_429_names_the_seconds_to_wait_and_sends_nothing(
    bot: Bot, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    world.faults.add("http_429", "sendMessage", retry_after=7)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(DESK, "x")
    assert caught.value.retry_after == timedelta(seconds=7)
    assert world.messages(DESK) == []
    assert await bot.send_message(DESK, "x"), "a fault acts once unless told otherwise"


async def test_a_server_error_is_a_network_error(bot: Bot, world: World) -> None:
    world.faults.add("http_5xx", times=2)
    for _ in range(2):
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.send_message(DESK, "x")
    assert await bot.send_message(DESK, "x")


async def test_a_cut_before_the_call_takes_effect_sends_nothing(bot: Bot, world: World) -> None:
    world.faults.add("cut_before", "sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(DESK, "x")
    assert world.messages(DESK) == []
    [call] = world.calls.of("sendMessage")
    assert (call.status, call.applied, call.response) == (0, False, None)


async def test_a_cut_after_the_call_took_effect_leaves_the_message(bot: Bot, world: World) -> None:
    world.faults.add("cut_after", "sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(DESK, "x")
    assert [message.text for message in world.messages(DESK)] == ["x"]
    [call] = world.calls.of("sendMessage")
    assert (call.status, call.applied, call.result["text"]) == (0, True, "x")


async def test_a_cut_works_under_any_asgi_server(world: World) -> None:
    world.faults.add("cut_before")
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/bot{BOT_TOKEN}/getMe",
        "query_string": b"",
        "headers": [],
        "root_path": "",
    }
    await create_app(world)(scope, receive, send)
    assert sent[0]["headers"] == [(b"content-length", b"9999")]
    assert sent[1]["more_body"] is True


async def test_a_delayed_call_still_happens(bot: Bot, world: World) -> None:
    world.faults.add("delay", "sendMessage", delay_ms=1)
    assert await bot.send_message(DESK, "x")


async def test_refusals_can_be_given_on_demand(bot: Bot, world: World) -> None:
    world.faults.add("bad_request", description="Bad Request: message thread not found")
    world.faults.add("forbidden")
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(DESK, "x")
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(DESK, "x")


async def test_a_fault_can_be_limited_to_a_chat_and_begin_later(bot: Bot, world: World) -> None:
    world.faults.add("forbidden", "sendMessage", chat_id=DESK, after=1, times=0)
    await bot.send_message(MUTUAL_AID, "x")
    await bot.send_message(DESK, "x")
    for _ in range(3):
        with pytest.raises(Forbidden):
            await bot.send_message(DESK, "x")
    world.faults.clear()
    assert await bot.send_message(DESK, "x")


async def test_a_poll_can_fail_too(api: Api, world: World) -> None:
    world.faults.add("http_5xx", "getUpdates")
    assert (await api.call("getUpdates"))["error_code"] == 502
    assert await api.updates() == []


def test_chance_is_the_same_in_every_run() -> None:
    def acted() -> list[bool]:
        faults = Faults()
        faults.add("delay", times=0, probability=0.5)
        return [faults.take("sendmessage", "1") is not None for _ in range(20)]

    assert acted() == acted()
    assert 0 < sum(acted()) < 20


def test_unknown_faults_are_refused() -> None:
    with pytest.raises(ValueError, match="earthquake"):
        Faults().add("earthquake")
    assert Fault(kind=FaultKind.DELAY).refusal() is None


async def test_every_call_is_recorded(bot: Bot, world: World) -> None:
    await bot.send_message(DESK, "x")
    with pytest.raises(BadRequest):
        await bot.send_message(DESK, "")
    first, second = world.calls.of("sendmessage", bot_id=BOT)
    assert (first.method, first.status, first.applied) == ("sendMessage", 200, True)
    assert (first.param("chat_id"), first.param("text"), first.param("nothing")) == (DESK, "x", None)
    await bot.send_message(
        DESK, "1", parse_mode="HTML", reply_parameters=ReplyParameters(first.result["message_id"])
    )
    third = world.calls.of("sendMessage")[-1]
    assert (third.param("text"), third.param("parse_mode")) == ("1", "HTML")
    assert third.param("reply_parameters")["message_id"] == first.result["message_id"]
    assert (second.status, second.applied, second.result) == (400, False, None)
    assert world.calls.of(since=second.seq) == [third]
    assert len(world.calls) == len(list(world.calls)) >= 3
    world.calls.clear()
    assert world.calls.of("sendMessage") == []
    await bot.send_message(DESK, "y")
    assert world.calls.of("sendMessage")[0].seq > second.seq


async def test_answers_stay_apart_under_parallel_load(api: Api, world: World) -> None:
    world.faults.add("http_429", times=5, probability=0.3)
    answers = await asyncio.gather(*[api.call("sendMessage", chat_id=DESK, text=str(n)) for n in range(50)])
    sent = [answer["result"]["text"] for answer in answers if answer["ok"]]
    assert len(sent) == 45
    assert sorted(sent) == sorted(message.text for message in world.messages(DESK))
