"""Inquiries: what somebody asked, in one or several messages."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage.columns import to_person, to_stamp, to_time
from storage.parts import Parts
from storage.people import People
from tickets.identity import ChatId, CommunityCode, InquiryId, MessageKey, TicketId, UserId
from tickets.model import Finding, Inquiry, InquiryPart, InquiryState

_GET = "SELECT * FROM inquiry_rows WHERE id = ?"
_LATEST_OF = """
SELECT * FROM inquiry_rows WHERE asker_id = ? AND chat_id = ? AND touched_at >= ?
ORDER BY touched_at DESC, id DESC LIMIT 1
"""
_GATHERING_IN = "SELECT id FROM inquiries WHERE chat_id = ? AND state = 'gathering'"
_PEERS_IN = """
SELECT i.id FROM tickets t JOIN inquiries i ON i.ticket_id = t.id
WHERE t.status = 'waiting_peers' AND i.chat_id = ?
"""
_PUT = """
INSERT INTO inquiries (
    id, chat_id, thread_id, community, asker_id, addressed, private, state, finding, kind,
    entry_id, candidates, peer_replies, created_at, touched_at, ticket_id
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    chat_id = excluded.chat_id, thread_id = excluded.thread_id, community = excluded.community,
    asker_id = excluded.asker_id, addressed = excluded.addressed, private = excluded.private,
    state = excluded.state, finding = excluded.finding, kind = excluded.kind,
    entry_id = excluded.entry_id, candidates = excluded.candidates, peer_replies = excluded.peer_replies,
    created_at = excluded.created_at, touched_at = excluded.touched_at, ticket_id = excluded.ticket_id
"""


class Inquiries:
    def __init__(self, connection: sqlite3.Connection, people: People, parts: Parts) -> None:
        self._connection = connection
        self._people = people
        self._parts = parts

    def get(self, inquiry_id: InquiryId) -> Inquiry | None:
        return self._one(_GET, inquiry_id)

    def put(self, inquiry: Inquiry) -> None:
        """Insert or replace, parts included."""
        self._people.make_known(inquiry.asker)
        self._connection.execute(_PUT, _values(inquiry))
        self._parts.put("inquiry", inquiry.id, inquiry.parts)

    def by_message(self, key: MessageKey) -> Inquiry | None:
        """The inquiry that this message of the asker is a part of; the newest, should there be several."""
        owner = self._parts.owner("inquiry", key)
        return None if owner is None else self.get(InquiryId(owner))

    def latest_of(self, chat_id: ChatId, asker: UserId, since: datetime) -> Inquiry | None:
        """The last inquiry of this asker in this chat that was touched since then."""
        return self._one(_LATEST_OF, asker, chat_id, to_stamp(since))

    def waiting_in(self, chat_id: ChatId) -> Sequence[Inquiry]:
        """Inquiries of this chat that are gathering, or whose ticket waits for peers; oldest first."""
        ids = {row[0] for row in self._connection.execute(_GATHERING_IN, (chat_id,))}
        ids.update(row[0] for row in self._connection.execute(_PEERS_IN, (chat_id,)))
        found = [self.get(InquiryId(inquiry_id)) for inquiry_id in ids]
        return sorted(filter(None, found), key=lambda inquiry: (inquiry.created_at, inquiry.id))

    def _one(self, sql: str, *values: object) -> Inquiry | None:
        row = self._connection.execute(sql, values).fetchone()
        return None if row is None else _to_inquiry(row, self._parts.of("inquiry", row[0]))


def _values(inquiry: Inquiry) -> tuple[object, ...]:
    return (
        inquiry.id,
        inquiry.chat_id,
        inquiry.thread_id,
        inquiry.community,
        inquiry.asker.id,
        inquiry.addressed,
        inquiry.private,
        inquiry.state.value,
        inquiry.finding.value,
        inquiry.kind,
        inquiry.entry_id,
        json.dumps(inquiry.candidates, ensure_ascii=False),
        inquiry.peer_replies,
        to_stamp(inquiry.created_at),
        to_stamp(inquiry.touched_at),
        inquiry.ticket_id,
    )


def _to_inquiry(row: tuple[Any, ...], parts: tuple[InquiryPart, ...]) -> Inquiry:
    inquiry_id, chat_id, thread_id, community, *asker = row[:8]
    addressed, private, state, finding, kind, entry_id, candidates, peer_replies = row[8:16]
    created_at, touched_at, ticket_id = row[16:]
    return Inquiry(
        id=InquiryId(inquiry_id),
        chat_id=ChatId(chat_id),
        thread_id=thread_id,
        community=None if community is None else CommunityCode(community),
        asker=to_person(*asker),
        addressed=bool(addressed),
        private=bool(private),
        state=InquiryState(state),
        finding=Finding(finding),
        kind=kind,
        parts=parts,
        entry_id=entry_id,
        candidates=tuple(json.loads(candidates)),
        peer_replies=peer_replies,
        created_at=to_time(created_at),
        touched_at=to_time(touched_at),
        ticket_id=None if ticket_id is None else TicketId(ticket_id),
    )
