"""The connection to the Bot API: plain calls, uploads, and which errors may have taken effect."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram import InputFile
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot

from bot.request import AiohttpRequest, AnswerLostError, Api
from sandbox.demo import BOT, BOT_TOKEN, MUTUAL_AID
from sandbox.server import Sandbox
from sandbox.world import World

UNKNOWN = "1:x"  # a token that no bot has
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(answer: Answer) -> AsyncIterator[str]:
    """A server that answers with whatever bytes it likes."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def says(payload: bytes, status: str = "200 OK") -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status.encode(), len(payload), payload)
        )
        await writer.drain()
        writer.close()

    return answer


async def call(api_base: str, token: str = UNKNOWN, *, read_timeout: float = 5.0) -> object:
    request = AiohttpRequest(api_base=api_base, read_timeout=read_timeout)
    async with request:
        return await Api(request=request, api_base=api_base, token=token).call("getMe", {})


async def test_a_call_takes_and_gives_plain_values(api: Api) -> None:
    me = await api.call("getMe", {})
    assert me["id"] == BOT
    sent = await api.call("sendMessage", {"chat_id": MUTUAL_AID, "text": "你好 & <b>"})
    assert sent["text"] == "你好 & <b>"


async def test_a_call_is_a_form_with_json_within_and_leaves_out_what_is_none(api: Api, world: World) -> None:
    written = "a=1&b=2;c+d %41 #/?:@ 叉车🚧\n"
    reply = {"message_id": 1, "allow_sending_without_reply": True}
    await api.call(
        "sendMessage",
        {"chat_id": MUTUAL_AID, "text": written, "reply_parameters": reply, "parse_mode": None},
    )
    params = world.calls.of("sendMessage")[-1].params
    assert params == {"chat_id": str(MUTUAL_AID), "text": written, "reply_parameters": json.dumps(reply)}


async def test_refusals_arrive_as_the_librarys_errors(api: Api, world: World) -> None:
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await api.call("sendMessage", {"chat_id": -5, "text": "x"})
    world.faults.add("http_429", "sendMessage", retry_after=3)
    with pytest.raises(RetryAfter):
        await api.call("sendMessage", {"chat_id": MUTUAL_AID, "text": "x"})


async def test_a_wrong_token_is_told_apart(sandbox: Sandbox) -> None:
    with pytest.raises(InvalidToken):
        await call(sandbox.base_url)


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
async def test_a_lost_answer_may_have_taken_effect(api: Api, world: World, kind: str) -> None:
    world.faults.add(kind, "sendMessage")
    with pytest.raises(AnswerLostError):
        await api.call("sendMessage", {"chat_id": MUTUAL_AID, "text": "x"})
    assert len(world.messages(MUTUAL_AID)) == (kind == "cut_after")


async def test_a_late_answer_may_have_taken_effect(world: World, sandbox: Sandbox) -> None:
    world.faults.add("delay", "getMe", delay_ms=5_000)
    with pytest.raises(TimedOut):
        await call(sandbox.base_url, BOT_TOKEN, read_timeout=0.05)


async def test_an_unreachable_server_is_certain_to_have_done_nothing() -> None:
    async with raw_server(says(b"")) as address:
        pass
    with pytest.raises(NetworkError) as caught:
        await call(address)
    assert not isinstance(caught.value, TimedOut)


async def test_an_address_that_is_none_is_network_trouble() -> None:
    with pytest.raises(NetworkError):
        await call("http://127.0.0.1:99999999")


@pytest.mark.parametrize("payload", [b"<html>", b"[]", b"\xff\xfe"])
async def test_an_unreadable_answer_is_told_without_its_words(payload: bytes) -> None:
    async with raw_server(says(payload)) as address:
        with pytest.raises(TelegramError, match=r"^Invalid server response$"):
            await call(address)


async def test_server_errors_are_network_trouble() -> None:
    async with raw_server(says(b"<html>", "502 Bad Gateway")) as address:
        with pytest.raises(NetworkError):
            await call(address)


async def test_errors_never_hold_the_address_and_with_it_the_token() -> None:
    async with raw_server(says(b"")) as address:
        pass
    with pytest.raises(NetworkError) as caught:
        await call(address)
    assert UNKNOWN not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_closed_pool_says_so_and_closes_twice(sandbox: Sandbox) -> None:
    request = AiohttpRequest(api_base=sandbox.base_url)
    with pytest.raises(NetworkError, match="not open"):
        await request.do_request(sandbox.base_url, "GET")
    await request.initialize()
    await request.initialize()
    await request.shutdown()
    await request.shutdown()


async def test_a_read_timeout_of_none_waits_for_ever(sandbox: Sandbox) -> None:
    request = AiohttpRequest(api_base=sandbox.base_url)
    async with request:
        status, _ = await request.do_request(
            f"{sandbox.base_url}/bot{BOT_TOKEN}/getMe", "GET", read_timeout=None
        )
    assert status == 200
    assert request.read_timeout == 20.0


async def test_the_library_can_upload_and_download_through_it(sandbox: Sandbox, world: World) -> None:
    bot: ExtBot[None] = ExtBot(
        BOT_TOKEN,
        base_url=sandbox.bot_url,
        base_file_url=sandbox.file_url,
        request=AiohttpRequest(api_base=sandbox.base_url),
        get_updates_request=AiohttpRequest(api_base=sandbox.base_url),
    )
    async with bot:
        sent = await bot.send_document(
            MUTUAL_AID, InputFile(b"plan", filename="方案.txt"), caption="见附件", read_timeout=5
        )
        assert sent.document is not None
        assert sent.document.file_name == "方案.txt"
        file = await bot.get_file(sent.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"plan"


@pytest.mark.parametrize(
    ("address", "proxied"),
    [("https://api.telegram.org", True), ("http://127.0.0.1:8081", False), ("http://localhost", False)],
)
async def test_a_proxy_is_for_servers_elsewhere(address: str, proxied: bool) -> None:
    request = AiohttpRequest(api_base=address)
    async with request:
        assert request._session is not None
        assert request._session.trust_env is proxied
