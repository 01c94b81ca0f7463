"""Real rows in memory, and the renderer over them.

Nothing is sent here, so no transaction is needed and everything is said at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.outgoing import CopyParts, EditText, Key, Rendered, SendText
from bot.rendering.renderer import Renderer
from bot.rendering.scene import Scenery
from bot.texts import Texts, load_texts
from knowledge import Department, Entry, load_departments
from sandbox.markup.html import parse_html
from storage import OutboxRow, OutboxState, SqliteUnitOfWork
from storage.schema import load_migrations, migrate
from tests.rendering.rows import ALLIANCE, DESK, GROUP, LF, NOW, bound
from tickets.identity import ChatId, MessageId, MessageKey, TicketId
from tickets.model import Community, Link, LinkRole, Room
from tickets.notices import Notice, NoticeKind

TEXTS: Mapping[str, Texts] = load_texts()
DEPARTMENTS: Mapping[str, Department] = {each.id: each for each in load_departments()}


@dataclass(kw_only=True, slots=True)
class Board:
    """The rows, and what is rendered from them."""

    uow: SqliteUnitOfWork
    entries: dict[str, Entry] = field(default_factory=dict)
    departments: Mapping[str, Department] = field(default_factory=lambda: DEPARTMENTS)

    def render(
        self,
        kind: NoticeKind,
        chat_id: int = GROUP,
        *,
        ref: int = 1,
        ticket_id: int | None = 1,
        **data: Any,
    ) -> Rendered:
        """What goes out for one notice, now."""
        notice = Notice(
            kind=kind,
            chat_id=ChatId(chat_id),
            ref=ref,
            ticket_id=None if ticket_id is None else TicketId(ticket_id),
            data=data,
        )
        row = OutboxRow(
            id=1,
            notice=notice,
            state=OutboxState.SENDING,
            attempts=0,
            parts_done=0,
            uncertain=0,
            error="",
            created_at=NOW,
        )
        scenery = Scenery(
            texts=TEXTS,
            language="zh",
            departments=self.departments,
            find_entry=self.entries.get,
            username="HuzhuBot",
            zone=ZoneInfo("Asia/Shanghai"),
        )
        return Renderer(scenery).render(self.uow, row)

    def say(self, key: str, values: Mapping[str, str] | None = None, chat_id: int = GROUP) -> tuple[str, ...]:
        """The HTML of a plain text."""
        return htmls(
            self.render(NoticeKind.TEXT, chat_id, ticket_id=None, key=key, values=dict(values or {}))
        )

    def sent(self, rendered: Rendered, chat_id: int, *message_ids: int) -> None:
        """Record that these messages were made of it, as delivery does."""
        assert rendered.role is not None
        for part, message_id in enumerate(message_ids):
            key = MessageKey(chat_id=ChatId(chat_id), message_id=MessageId(message_id))
            link = Link(key=key, role=rendered.role, ref=rendered.ref, part=part, digest=rendered.digest)
            self.uow.links.put(link)

    def link(self, role: LinkRole, ref: int, chat_id: int, message_id: int) -> None:
        """Let a message of ours stand for a matter."""
        key = MessageKey(chat_id=ChatId(chat_id), message_id=MessageId(message_id))
        self.uow.links.put(Link(key=key, role=role, ref=ref))

    def speak(self, language: str, *chat_ids: int) -> None:
        """Let chats have a language of their own."""
        for chat_id in chat_ids:
            chat = self.uow.chats.get(ChatId(chat_id))
            assert chat is not None
            self.uow.chats.put(replace(chat, language=language))


@contextmanager
def open_board() -> Iterator[Board]:
    """One community with its group and desk, and an alliance with topics."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, Path(":memory:"), load_migrations())
        uow = SqliteUnitOfWork(connection, lambda: NOW)
        uow.communities.put(Community(code=LF, name="灵峰社区"))
        uow.chats.put(bound(GROUP, Room.MUTUAL_AID, "灵峰互助群"))
        uow.chats.put(bound(DESK, Room.DESK, "灵峰社工工作台"))
        uow.chats.put(bound(ALLIANCE, Room.ALLIANCE, "锋领企服联盟", community=None, is_forum=True))
        yield Board(uow=uow)


def htmls(rendered: Rendered) -> tuple[str, ...]:
    """The HTML of every message that is sent or edited."""
    return tuple(step.html for step in rendered.steps if isinstance(step, SendText | EditText))


def html_of(rendered: Rendered) -> str:
    (html,) = htmls(rendered)
    return html


def the_text(rendered: Rendered) -> SendText:
    """The one message that is sent."""
    (step,) = rendered.steps
    assert isinstance(step, SendText)
    return step


def the_edit(rendered: Rendered) -> EditText:
    (step,) = rendered.steps
    assert isinstance(step, EditText)
    return step


def the_copy(rendered: Rendered) -> CopyParts:
    (step,) = rendered.steps
    assert isinstance(step, CopyParts)
    return step


def seen(html: str) -> str:
    """What people read, by the rules of the messenger; raises where it would refuse the markup."""
    return parse_html(html)[0]


def length(html: str) -> int:
    """The length by which the messenger judges a text: UTF-16 units after parsing."""
    return len(seen(html).encode("utf-16-le")) // 2


def keys_of(rendered: Rendered) -> list[list[Key]]:
    """The buttons, row by row, of the message that has any."""
    steps = (step for step in rendered.steps if isinstance(step, SendText | EditText))
    return [list(row) for step in steps for row in step.keys]


def labels(rendered: Rendered) -> list[list[str]]:
    return [[key.label for key in row] for row in keys_of(rendered)]
