"""The wire, faked: answers every call of the Bot API from canned JSON and remembers it.

It stands where the network would be, so library, gateway and all of ours above it are the real ones.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from telegram.request import RequestData

from bot.request import AiohttpRequest

BOT = {"id": 7000000001, "is_bot": True, "first_name": "互助小助手", "username": "HuzhuBot"}
CAPABILITIES = {
    "can_join_groups": True,
    "can_read_all_group_messages": True,
    "supports_inline_queries": False,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One call that went out."""

    method: str
    parameters: dict[str, Any]


@dataclass(kw_only=True, slots=True)
class Telegram:
    """What the messenger knows and was asked for; `refusals` are the failures it answers with, by method."""

    statuses: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)  # by chat and user
    groups: dict[int, dict[str, Any]] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    ids: Any = field(default_factory=lambda: count(5000))

    def seat(self, chat_id: int, user_id: int, status: str = "member", **rights: Any) -> None:
        """Let somebody be something in a chat."""
        user = {"id": user_id, "is_bot": False, "first_name": "某人"}
        self.statuses[(chat_id, user_id)] = {"user": user, "status": status, **rights}

    def answer(self, method: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Remember a call and answer it, as status and body."""
        self.calls.append(Call(method=method, parameters=parameters))
        if method in self.refusals:
            return 400, {"ok": False, "error_code": 400, "description": self.refusals[method]}
        match method:
            case "getMe":
                return 200, {"ok": True, "result": BOT | CAPABILITIES}
            case "getChatMember":
                return self._member(int(parameters["chat_id"]), int(parameters["user_id"]))
            case "getChat":
                return 200, {"ok": True, "result": self.groups.get(int(parameters["chat_id"]), {})}
            case "sendMessage":
                return 200, {"ok": True, "result": {"message_id": next(self.ids)}}
            case "copyMessage":
                return 200, {"ok": True, "result": {"message_id": next(self.ids)}}
            case "createForumTopic":
                return 200, {"ok": True, "result": {"message_thread_id": next(self.ids), "name": "…"}}
            case "answerCallbackQuery" | "editMessageText" | "setMessageReaction" | "closeForumTopic":
                return 200, {"ok": True, "result": True}
            case _:
                raise AssertionError(f"nobody should call {method} here")

    def of(self, method: str) -> list[dict[str, Any]]:
        """The parameters of all calls of a method, oldest first."""
        return [call.parameters for call in self.calls if call.method == method]

    def _member(self, chat_id: int, user_id: int) -> tuple[int, dict[str, Any]]:
        known = self.statuses.get((chat_id, user_id))
        if known is None:
            user = {"id": user_id, "is_bot": False, "first_name": "某人"}
            known = {"user": user, "status": "left"}
        return 200, {"ok": True, "result": known}


class CannedRequest(AiohttpRequest):
    """The program's own way to the Bot API, cut off where the network begins."""

    def __init__(self, telegram: Telegram) -> None:
        super().__init__(api_base="http://127.0.0.1:9")
        self._telegram = telegram

    async def initialize(self) -> None:
        """There is no pool to open."""

    async def shutdown(self) -> None:
        """There is no pool to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        parameters = dict(request_data.parameters) if request_data is not None else {}
        status, body = self._telegram.answer(url.rsplit("/", 1)[1], parameters)
        return status, json.dumps(body).encode()
