"""People: under which name somebody was last seen, where they speak, whether they can be written to."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime

from storage.columns import to_person, to_stamp
from tickets.identity import CommunityCode, Person, UserId

_GET = "SELECT id, name, kind, username FROM people WHERE id = ?"
_REMEMBER = """
INSERT INTO people (id, name, kind, username, updated_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, kind = excluded.kind, username = excluded.username, updated_at = excluded.updated_at
WHERE people.name <> excluded.name OR people.kind <> excluded.kind OR people.username <> excluded.username
"""
_MAKE_KNOWN = """
INSERT INTO people (id, name, kind, username, updated_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING
"""
_SEE_IN = "INSERT INTO people_communities (person_id, community) VALUES (?, ?) ON CONFLICT DO NOTHING"
_COMMUNITIES_OF = "SELECT community FROM people_communities WHERE person_id = ? ORDER BY community"
_SET_REACHABLE = """
INSERT INTO people_reachable (person_id, reachable) VALUES (?, ?)
ON CONFLICT (person_id) DO UPDATE SET reachable = excluded.reachable
"""
_IS_REACHABLE = "SELECT reachable FROM people_reachable WHERE person_id = ?"


class People:
    def __init__(self, connection: sqlite3.Connection, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now
        self._known: set[UserId] = set()  # whose rows surely exist, in this transaction

    def get(self, user_id: UserId) -> Person | None:
        row = self._connection.execute(_GET, (user_id,)).fetchone()
        return None if row is None else to_person(*row)

    def remember(self, person: Person, now: datetime) -> None:
        """Store or refresh the name under which somebody is shown; writes nothing where it is the same."""
        self._connection.execute(_REMEMBER, _values(person, now))
        self._known.add(person.id)

    def make_known(self, person: Person) -> None:
        """See to it that the person's row exists. An older name must not replace a remembered one."""
        if person.id not in self._known:
            self._connection.execute(_MAKE_KNOWN, _values(person, self._now()))
            self._known.add(person.id)

    def forget_known(self) -> None:
        """Start a new transaction: what an earlier one wrote may have been undone."""
        self._known.clear()

    def see_in(self, user_id: UserId, community: CommunityCode) -> None:
        """Note that somebody speaks in a group of this community."""
        self._connection.execute(_SEE_IN, (user_id, community))

    def communities_of(self, user_id: UserId) -> Sequence[CommunityCode]:
        """The communities in whose groups somebody spoke, by code."""
        return [CommunityCode(code) for (code,) in self._connection.execute(_COMMUNITIES_OF, (user_id,))]

    def set_reachable(self, user_id: UserId, reachable: bool) -> None:
        """Whether the person can be written to in private; the person need not be known."""
        self._connection.execute(_SET_REACHABLE, (user_id, reachable))

    def is_reachable(self, user_id: UserId) -> bool:
        """False until a start was seen: a bot cannot begin a private chat."""
        row = self._connection.execute(_IS_REACHABLE, (user_id,)).fetchone()
        return row is not None and bool(row[0])


def _values(person: Person, now: datetime) -> tuple[int, str, str, str, int]:
    return person.id, person.name, person.kind.value, person.username or "", to_stamp(now)
