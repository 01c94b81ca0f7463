"""/bot<token>/<method>: the HTTP face of the Bot API, kept thin because a benchmark runs through it.

Order of one call: token, method, fault, execution, log, answer. It is a bare ASGI application; only
multipart bodies go through Starlette's parser.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.requests import Request as HttpRequest
from starlette.types import Receive, Scope, Send

from sandbox.api.receiving import get_updates
from sandbox.api.request import Request, Upload
from sandbox.api.table import METHODS, NAMES
from sandbox.faults import Fault, FaultKind
from sandbox.model import Bot
from sandbox.refusal import Refusal, bad_request
from sandbox.world import World

logger: Final = logging.getLogger(__name__)
encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_JSON_HEADER: Final = (b"content-type", b"application/json")
_MAX_FIELD: Final = 64 << 20


class BotApi:
    """The ASGI application. `cut` closes the connection of a scope; the server puts it in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cut: Callable[[Scope], bool] = lambda scope: False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token, name = scope["path_params"]["token"], scope["path_params"]["method"].lower()
        bot = self.world.bots.get(token)
        if bot is None:
            await _answer(send, 401, _refused(Refusal(401, "Unauthorized")))
            return
        try:
            params, files = await read_parameters(scope, receive)
        except Refusal as refusal:
            await _answer(send, refusal.code, _refused(refusal))
            return
        if name not in NAMES:
            await _answer(send, 404, _refused(Refusal(404, "Not Found")))
            return
        request = Request(self.world, bot, params, files)
        faults = self.world.faults
        fault = faults.take(name, str(params.get("chat_id", ""))) if faults.rules else None
        status, body, fault = await self._run(request, name, fault)
        if fault is not None and fault.kind in (FaultKind.CUT_BEFORE, FaultKind.CUT_AFTER):
            await self._cut(scope, receive, send)
        else:
            await _answer(send, status, body)

    async def _run(self, request: Request, name: str, fault: Fault | None) -> tuple[int, bytes, Fault | None]:
        """Execute and record the call, unless the fault prevents that."""
        applied = False
        if fault is not None and fault.kind is FaultKind.DELAY:
            await asyncio.sleep(fault.delay_ms / 1000)
        refusal = None if fault is None else fault.refusal()
        if refusal is not None:
            status, body = refusal.code, _refused(refusal)
            logged = body
        elif fault is not None and fault.kind is FaultKind.CUT_BEFORE:
            status, body, logged = 0, b"", b""
        else:
            status, body, logged = await self.execute(request, name)
            applied = status == 200
            if fault is not None and fault.kind is FaultKind.CUT_AFTER:
                status = 0
        self._record(request.bot, name, request.params, status, applied, logged)
        return status, body, fault

    async def execute(self, request: Request, name: str) -> tuple[int, bytes, bytes]:
        """Run one method; returns the HTTP status, the answer and what the log keeps of the answer.

        The log keeps ids in place of updates, or a long run would hold every update twice.
        """
        try:
            if name == "getupdates":
                batch = await get_updates(request)
                ids = encode([pending.update_id for pending in batch])
                return 200, _wrapped(b"[" + b",".join(p.body for p in batch) + b"]"), _wrapped(ids.encode())
            body = _wrapped(encode(METHODS[name](request)).encode("utf-8", "replace"))
        except Refusal as refusal:
            answer = _refused(refusal)
            return refusal.code, answer, answer
        except Exception:
            logger.exception("the sandbox failed in %s", NAMES[name])
            answer = _refused(Refusal(500, "Internal Server Error"))
            return 500, answer, answer
        return 200, body, body

    async def run_quietly(self, request: Request, name: str) -> None:
        """Execute and record a call that came as the answer to a webhook push; nobody hears its result."""
        await self._run(request, name, None)

    def _record(
        self, bot: Bot, name: str, params: dict[str, Any], status: int, applied: bool, body: bytes
    ) -> None:
        world = self.world
        world.calls.record(
            at=world.clock(),
            bot_id=bot.id,
            method=NAMES[name],
            params=params,
            status=status,
            applied=applied,
            body=body,
        )
        world.events.wake()

    async def _cut(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.cut(scope):
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        # under a foreign server: promise more than is sent, which every client takes for a broken line
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9999")]})
        await send({"type": "http.response.body", "body": b"", "more_body": True})


def _wrapped(result: bytes) -> bytes:
    return b'{"ok":true,"result":' + result + b"}"


def _refused(refusal: Refusal) -> bytes:
    answer: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return encode(answer).encode()


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [_JSON_HEADER, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def read_parameters(scope: Scope, receive: Receive) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters of a call: query string and body, which may be urlencoded, JSON or multipart."""
    params: dict[str, Any] = {}
    if scope["query_string"]:
        params.update(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
    kind = b""
    for name, value in scope["headers"]:
        if name == b"content-type":
            kind = value.lower()
    if kind.startswith(b"multipart/form-data"):
        return await _read_multipart(scope, receive, params)
    body = await _read_body(receive)
    if not body:
        return params, {}
    if kind.startswith(b"application/json"):
        try:
            decoded = json.loads(body)
        except ValueError:
            raise bad_request("can't parse request JSON") from None
        params.update(decoded if isinstance(decoded, dict) else {})
    else:
        params.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return params, {}


async def _read_body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return body


async def _read_multipart(
    scope: Scope, receive: Receive, params: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Upload]]:
    files: dict[str, Upload] = {}
    async with HttpRequest(scope, receive).form(max_part_size=_MAX_FIELD) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[name] = Upload(value.filename or "", value.content_type or "", await value.read())
            else:
                params[name] = value
    return params, files
