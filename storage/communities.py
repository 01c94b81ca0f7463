"""Communities: the parks and sub-districts whose tickets are numbered."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from tickets.identity import CommunityCode
from tickets.model import Community

_GET = "SELECT code, name FROM communities WHERE code = ?"
_ALL = "SELECT code, name FROM communities ORDER BY code"
_PUT = (
    "INSERT INTO communities (code, name) VALUES (?, ?) ON CONFLICT (code) DO UPDATE SET name = excluded.name"
)
_COUNT_UP = "UPDATE communities SET counter = counter + 1 WHERE code = ? RETURNING counter"


class Communities:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, code: CommunityCode) -> Community | None:
        row = self._connection.execute(_GET, (code,)).fetchone()
        return None if row is None else _to_community(*row)

    def put(self, community: Community) -> None:
        """Insert or rename; the counter of the ticket numbers goes on."""
        self._connection.execute(_PUT, (community.code, community.name))

    def all(self) -> Sequence[Community]:
        """Every community, by code."""
        return [_to_community(*row) for row in self._connection.execute(_ALL)]

    def next_number(self, code: CommunityCode) -> str:
        """Count up and return the next ticket number, such as `LF-0001`; `LookupError` without community."""
        row = self._connection.execute(_COUNT_UP, (code,)).fetchone()
        if row is None:
            raise LookupError(f"there is no community {code}: put it before numbering its tickets")
        return f"{code}-{row[0]:04d}"


def _to_community(code: str, name: str) -> Community:
    return Community(code=CommunityCode(code), name=name)
