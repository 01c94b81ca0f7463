"""HTTP to the Bot API over aiohttp.

The API library's own httpx back-end collapses above some thirty parallel sends, so requests go through this
one. `Api` is the short way for the two hot paths, receiving and sending: the library's typed methods take
about 360 µs of processor time per message where this takes about 100 µs (measured on one core), and neither
path needs the objects they build. Both ways share the library's reading of error answers.

Calls are forms with JSON within, as the library itself writes them, because not every Bot API server reads
bodies of JSON.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlsplit

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

# The library warns at every "too many requests" until one opts in to spans of time for such values.
os.environ.setdefault("PTB_TIMEDELTA", "true")

_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_SKIPPED: Final = ("User-Agent", "Accept", "Accept-Encoding")
_LOOPBACK: Final = {"127.0.0.1", "localhost", "::1"}


class AnswerLostError(TimedOut):
    """The request went out and no answer came back: it may or may not have taken effect."""


class AiohttpRequest(BaseRequest):
    """A pool of kept-alive connections to one Bot API server.

    Timeouts are in seconds. Raises `AnswerLostError` or `TimedOut` where the call may have taken effect, and
    a plain `NetworkError` where it cannot have.
    """

    __slots__ = ("_connect", "_connections", "_proxied", "_read", "_session", "_timeouts", "_write")

    def __init__(
        self,
        *,
        api_base: str,
        connections: int = 64,
        connect_timeout: float = 10.0,
        read_timeout: float = 20.0,
        write_timeout: float = 20.0,
    ) -> None:
        self._connections = connections
        self._connect = connect_timeout
        self._read = read_timeout
        self._write = write_timeout
        # A proxy from the environment leads to Telegram; a server on this machine needs none.
        self._proxied = urlsplit(api_base).hostname not in _LOOPBACK
        self._session: aiohttp.ClientSession | None = None
        self._timeouts = self._timeout_for(read_timeout, write_timeout, connect_timeout)

    @property
    def read_timeout(self) -> float:
        return self._read

    async def initialize(self) -> None:
        """Open the pool; it belongs to the running event loop."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=30.0),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=_SKIPPED,
                trust_env=self._proxied,
            )

    async def shutdown(self) -> None:
        """Close all connections. Closing twice is allowed."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one request and return its status and body."""
        if self._session is None:
            raise NetworkError("the connection pool is not open")
        body, headers = _encode(request_data)
        timeout = self._pick_timeout(read_timeout, write_timeout, connect_timeout)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # Only the class is told: the text may hold the address, and with it the token.
            raise _translate(error) from None

    async def call(
        self, url: str, parameters: Mapping[str, Any], *, read_timeout: float | None = None
    ) -> Any:
        """Call a method of the API with plain JSON values and return its plain result.

        Raises `telegram.error.TelegramError` exactly as the library's own methods do.
        """
        # post() hands the data to do_request() unseen; what that needs, `_Plain` has.
        data = cast(RequestData, _Plain(parameters=parameters))
        if read_timeout is None:
            return await self.post(url, data)
        return await self.post(url, data, read_timeout=read_timeout)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Decode an answer. The library would write an unreadable one, and so people's words, to a log."""
        try:
            decoded = json.loads(payload)
        except ValueError:
            decoded = None
        if not isinstance(decoded, dict):
            raise TelegramError("Invalid server response")
        return decoded

    def _pick_timeout(self, read: Any, write: Any, connect: Any) -> aiohttp.ClientTimeout:
        unset = BaseRequest.DEFAULT_NONE
        if read is unset and write is unset and connect is unset:
            return self._timeouts
        return self._timeout_for(
            self._read if read is unset else read,
            self._write if write is unset else write,
            self._connect if connect is unset else connect,
        )

    @staticmethod
    def _timeout_for(read: float | None, write: float | None, connect: float | None) -> aiohttp.ClientTimeout:
        # aiohttp has no limit for writing alone, so all three together bound the whole request.
        limits = (read, write, connect)
        total = None if None in limits else sum(limit or 0.0 for limit in limits)
        return aiohttp.ClientTimeout(total=total, sock_connect=connect, sock_read=read)


class Api:
    """The Bot API of one bot, by method name, with plain values in and out."""

    def __init__(self, *, request: AiohttpRequest, api_base: str, token: str) -> None:
        self._request = request
        self._prefix = f"{api_base}/bot{token}/"

    async def call(
        self, method: str, parameters: Mapping[str, Any], *, read_timeout: float | None = None
    ) -> Any:
        """Call `method`; raises `telegram.error.TelegramError`."""
        return await self._request.call(self._prefix + method, parameters, read_timeout=read_timeout)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plain:
    """Parameters that are JSON values already and hold no files."""

    parameters: Mapping[str, Any]
    contains_files: bool = False

    @property
    def json_parameters(self) -> dict[str, str]:
        """What goes into the form: text as it is, all else as JSON; a value of None is left out."""
        return {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in self.parameters.items()
            if value is not None
        }


def _encode(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    if data is None:
        return None, {}
    if not data.contains_files:
        return _to_form(data.json_parameters), _FORM
    form = aiohttp.FormData(quote_fields=False)  # file names are UTF-8 here, not percent signs
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, {}


def _to_form(fields: Mapping[str, str]) -> bytes:
    # The same as urllib's urlencode, but in C: with Chinese text a sixth of the time.
    return URL.build(query=fields).raw_query_string.encode()


def _translate(error: Exception) -> NetworkError:
    name = type(error).__name__
    if isinstance(error, aiohttp.ConnectionTimeoutError | aiohttp.ClientConnectorError | aiohttp.InvalidURL):
        return NetworkError(name)  # never reached the server
    if isinstance(error, TimeoutError):
        return TimedOut(name)
    return AnswerLostError(name)
