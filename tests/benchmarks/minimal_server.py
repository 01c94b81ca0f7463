"""The least Bot API server that both candidates of a benchmark can talk to, in a process of its own.

It hands out prepared updates by long polling and notes when each was answered, and does nothing else: no
state, no checks, no parsing beyond two numbers of a body. So the time that is measured is the bot's. It knows
bodies of forms, of multipart forms and of JSON, because each candidate writes in its own way.

Control, besides the API: `POST /control/load?rate=R&delay=D` with one update (JSON) a line, handed out R a
second (0: all at once) from the first poll on, every answer to a call held back by D seconds;
`GET /control/progress`; `GET /control/report`.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlsplit

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHAT: Final = re.compile(rb'(?:\bchat_id=|"chat_id": ?|name="chat_id"\r\n\r\n)(-?\d+)')
# `message_id` within `reply_parameters`: plain JSON, or JSON with percent signs.
_ANSWERED: Final = re.compile(rb'message_id(?:"|%22)(?::|%3A)(?: |\+|%20)?(\d+)')
_OFFSET: Final = re.compile(rb'(?:\boffset=|"offset": ?)(\d+)')
_LIMIT: Final = re.compile(rb'(?:\blimit=|"limit": ?)(\d+)')
_TIMEOUT: Final = re.compile(rb'(?:\btimeout=|"timeout": ?)(?:%22)?(\d+)')

_ME: Final = (
    b'{"ok":true,"result":{"id":42,"is_bot":true,"first_name":"bench","username":"bench_bot",'
    b'"can_join_groups":true,"can_read_all_group_messages":true,"supports_inline_queries":false}}'
)
_TRUE: Final = b'{"ok":true,"result":true}'
_SENT: Final = (
    b'{"ok":true,"result":{"message_id":%d,"date":1700000000,"text":"ok",'
    b'"chat":{"id":%d,"type":"supergroup","title":"bench"},'
    b'"from":{"id":42,"is_bot":true,"first_name":"bench","username":"bench_bot"}}}'
)


@dataclass(kw_only=True, slots=True)
class Course:
    """One run: what is handed out, and what came back. Times are seconds of the system's monotonic clock."""

    updates: list[bytes] = field(default_factory=list)
    rate: float = 0.0
    delay: float = 0.0
    released: int = 0
    arrived: list[float] = field(default_factory=list)  # by position in `updates`
    replies: list[tuple[int, int, float]] = field(default_factory=list)  # chat, message answered, when
    begun: float = 0.0


class Server:
    """The API's methods and the control's, over one course at a time."""

    def __init__(self) -> None:
        self.course = Course()
        self._poll: tuple[Connection, int, int] | None = None
        self._next_message = 1_000_000_000

    def handle(self, connection: Connection, target: bytes, body: bytes) -> None:
        """Answer one request, now or later."""
        method = target[target.rfind(b"/") + 1 :]
        if method == b"getUpdates":
            self._get_updates(connection, body)
        elif target.startswith(b"/control/"):
            connection.answer(self._control(target.decode(), body))
        elif method == b"getMe":
            connection.answer(_ME)
        elif method.startswith(b"send"):
            self._send(connection, body)
        else:
            self._answer_call(connection, _TRUE)

    def _send(self, connection: Connection, body: bytes) -> None:
        chat, answered = _CHAT.search(body), _ANSWERED.search(body)
        chat_id = int(chat[1]) if chat else 0
        self.course.replies.append((chat_id, int(answered[1]) if answered else 0, time.monotonic()))
        self._next_message += 1
        self._answer_call(connection, _SENT % (self._next_message, chat_id))

    def _answer_call(self, connection: Connection, payload: bytes) -> None:
        if self.course.delay:
            asyncio.get_running_loop().call_later(self.course.delay, connection.answer, payload)
        else:
            connection.answer(payload)

    def _get_updates(self, connection: Connection, body: bytes) -> None:
        offset, limit, timeout = (_number(pattern, body) for pattern in (_OFFSET, _LIMIT, _TIMEOUT))
        course = self.course
        if course.updates and not course.begun:
            self._begin()
        if max(offset, 1) <= course.released or not timeout:
            connection.answer(self._batch(offset, limit or 100))
            return
        self._poll = (connection, offset, limit or 100)
        asyncio.get_running_loop().call_later(timeout, self._give_up, self._poll)

    def _give_up(self, poll: tuple[Connection, int, int]) -> None:
        if self._poll is poll:
            self._poll = None
            poll[0].answer(b'{"ok":true,"result":[]}')

    def _batch(self, offset: int, limit: int) -> bytes:
        """Updates from `offset` on. Update ids are positions, counted from 1."""
        first = max(offset - 1, 0)
        return b'{"ok":true,"result":[%b]}' % b",".join(
            self.course.updates[first : min(first + limit, self.course.released)]
        )

    def _begin(self) -> None:
        course = self.course
        course.begun = time.monotonic()
        if course.rate:
            self._release_due()
        else:
            course.released = len(course.updates)
            course.arrived = [course.begun] * course.released

    def _release_due(self) -> None:
        """Hand out what is due; an update counts as arrived when it was due, however late this runs."""
        course, now = self.course, time.monotonic()
        while course.released < len(course.updates):
            due = course.begun + course.released / course.rate
            if due > now:
                asyncio.get_running_loop().call_later(due - now, self._release_due)
                break
            course.arrived.append(due)
            course.released += 1
        if self._poll is not None and max(self._poll[1], 1) <= course.released:
            (connection, offset, limit), self._poll = self._poll, None
            connection.answer(self._batch(offset, limit))

    def _control(self, target: str, body: bytes) -> bytes:
        parts = urlsplit(target)
        query = {name: float(values[0]) for name, values in parse_qs(parts.query).items()}
        if parts.path.endswith("/load"):
            self._poll = None
            self.course = Course(
                updates=body.splitlines(), rate=query.get("rate", 0.0), delay=query.get("delay", 0.0)
            )
        course = self.course
        report: dict[str, Any] = {"updates": len(course.updates), "replies": len(course.replies)}
        if parts.path.endswith("/report"):
            report |= {"begun": course.begun, "arrived": course.arrived, "replies": course.replies}
        return json.dumps(report).encode()


class Connection(asyncio.Protocol):
    """One kept-alive HTTP connection, as much of it as a client's library needs."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        while (end := received.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(received, 0, end)
            over = end + 4 + (int(length[1]) if length else 0)
            if len(received) < over:
                break
            target = received[received.index(b" ") + 1 : received.index(b" HTTP/")]
            body, received = received[end + 4 : over], received[over:]
            self._server.handle(self, target, body)
        self._received = received

    def answer(self, payload: bytes) -> None:
        """Write a response, unless the client has gone."""
        if self._transport is not None:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            self._transport.write(head % len(payload) + payload)


def _number(pattern: re.Pattern[bytes], body: bytes) -> int:
    found = pattern.search(body)
    return int(found[1]) if found else 0


async def serve() -> None:
    """Listen on a free port, print it, and serve until the process is ended."""
    server = Server()
    listener = await asyncio.get_running_loop().create_server(lambda: Connection(server), "127.0.0.1", 0)
    print(listener.sockets[0].getsockname()[1], flush=True)
    await listener.serve_forever()


def main() -> None:
    """Run on uvloop where there is one."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(serve())
    else:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve())


if __name__ == "__main__":
    main()
