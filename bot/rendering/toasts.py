"""The short word that a presser alone sees."""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape

from bot.texts import Texts
from knowledge import Department
from tickets.conversation import PressReply
from tickets.identity import ChatId
from tickets.unit_of_work import UnitOfWork


class Toasts:
    """Words a press's reply in the language of its chat."""

    def __init__(
        self, *, texts: Mapping[str, Texts], language: str, departments: Mapping[str, Department]
    ) -> None:
        self._texts = texts
        self._language = language
        self._departments = departments

    def toast(self, uow: UnitOfWork, chat_id: ChatId, reply: PressReply) -> str:
        """The plain words; empty where nothing need be said."""
        if not reply.text:
            return ""
        bound = uow.chats.get(chat_id)
        text = self._texts[bound.language if bound else self._language]
        values = dict(reply.values)
        department = self._departments.get(values.get("department", ""))
        if department is not None:
            values["department"] = department.name
        return unescape(text(f"toast.{reply.text}", **values))
