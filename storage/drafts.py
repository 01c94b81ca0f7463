"""Drafts: texts on their way, from being asked for to being published or dropped."""

from __future__ import annotations

import sqlite3
from typing import Any

from storage.columns import to_key, to_person, to_stamp, to_time
from storage.parts import Parts
from storage.people import People
from tickets.identity import ChatId, CommunityCode, DepartmentId, DraftId, MessageKey, TicketId, UserId
from tickets.model import Draft, DraftKind, DraftState, InquiryPart

_GET = "SELECT * FROM draft_rows WHERE id = ?"
_PROMPTED_FOR = """
SELECT * FROM draft_rows WHERE chat_id = ? AND author_id = ? AND state = 'prompted' ORDER BY id DESC LIMIT 1
"""
_PUT = """
INSERT INTO drafts (
    id, kind, ticket_id, community, chat_id, thread_id, author_id, asked_chat_id, asked_message_id,
    channel, state, created_at, department
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    kind = excluded.kind, ticket_id = excluded.ticket_id, community = excluded.community,
    chat_id = excluded.chat_id, thread_id = excluded.thread_id, author_id = excluded.author_id,
    asked_chat_id = excluded.asked_chat_id, asked_message_id = excluded.asked_message_id,
    channel = excluded.channel, state = excluded.state, created_at = excluded.created_at,
    department = excluded.department
"""


class Drafts:
    def __init__(self, connection: sqlite3.Connection, people: People, parts: Parts) -> None:
        self._connection = connection
        self._people = people
        self._parts = parts

    def get(self, draft_id: DraftId) -> Draft | None:
        return self._one(_GET, draft_id)

    def put(self, draft: Draft) -> None:
        """Insert or replace, parts included."""
        self._people.make_known(draft.author)
        self._connection.execute(_PUT, _values(draft))
        self._parts.put("draft", draft.id, draft.parts)

    def by_source(self, key: MessageKey) -> Draft | None:
        """The newest draft that this message is a part of."""
        owner = self._parts.owner("draft", key)
        return None if owner is None else self.get(DraftId(owner))

    def prompted_for(self, chat_id: ChatId, author: UserId) -> Draft | None:
        """The newest draft in this chat whose text this author was asked for and has not given."""
        return self._one(_PROMPTED_FOR, chat_id, author)

    def _one(self, sql: str, *values: object) -> Draft | None:
        row = self._connection.execute(sql, values).fetchone()
        return None if row is None else _to_draft(row, self._parts.of("draft", row[0]))


def _values(draft: Draft) -> tuple[object, ...]:
    return (
        draft.id,
        draft.kind.value,
        draft.ticket_id,
        draft.community,
        draft.chat_id,
        draft.thread_id,
        draft.author.id,
        None if draft.asked_by is None else draft.asked_by.chat_id,
        None if draft.asked_by is None else draft.asked_by.message_id,
        draft.channel,
        draft.state.value,
        to_stamp(draft.created_at),
        draft.department,
    )


def _to_draft(row: tuple[Any, ...], parts: tuple[InquiryPart, ...]) -> Draft:
    draft_id, kind, ticket_id, community, chat_id, thread_id, *author = row[:10]
    asked_chat_id, asked_message_id, channel, state, created_at, department = row[10:]
    return Draft(
        id=DraftId(draft_id),
        kind=DraftKind(kind),
        ticket_id=None if ticket_id is None else TicketId(ticket_id),
        community=None if community is None else CommunityCode(community),
        chat_id=ChatId(chat_id),
        thread_id=thread_id,
        author=to_person(*author),
        asked_by=None if asked_chat_id is None else to_key(asked_chat_id, asked_message_id),
        channel=channel,
        state=DraftState(state),
        parts=parts,
        created_at=to_time(created_at),
        department=None if department is None else DepartmentId(department),
    )
