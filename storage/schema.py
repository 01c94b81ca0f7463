"""The shape of the database and how an older one becomes the present one.

Migrations are numbered files that only go forward. Each is applied in one transaction with the row that says
so, therefore a crash leaves the database at one version or the next, never between.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from storage.errors import NewerDatabaseError, NotOurDatabaseError

APPLICATION_ID: Final = 0x4855_5A48  # "HUZH": tells our files from other programs' databases


@dataclass(frozen=True, kw_only=True, slots=True)
class Migration:
    """One step forward: to which version, and the statements that lead there."""

    version: int
    sql: str


def load_migrations() -> tuple[Migration, ...]:
    """All migrations that came with the program, in order."""
    folder = files("storage") / "migrations"
    found = [
        Migration(version=int(file.name.split("_")[0]), sql=file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    ]
    return tuple(sorted(found, key=lambda migration: migration.version))


def migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> int:
    """Bring the database to the last of `migrations` and return its version.

    `connection` must be in autocommit mode. Raises `NotOurDatabaseError` for another program's database
    and `NewerDatabaseError` where the database is ahead of us; both leave it untouched.
    """
    refuse_foreign(connection, path)
    known = migrations[-1].version
    if (found := read_version(connection)) > known:
        raise NewerDatabaseError(path, found, known)
    for migration in migrations:
        if migration.version > found:
            _apply(connection, migration)
    return known


def read_version(connection: sqlite3.Connection) -> int:
    """The version of the database; 0 for an empty one."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'").fetchone():
        return 0
    found: int = connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()[0]
    return found


def refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    """Raise `NotOurDatabaseError` unless the database is empty or carries our mark."""
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if mark != APPLICATION_ID and (mark or tables):
        raise NotOurDatabaseError(path)


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again now that nobody else can write: another process may just have done this step.
        if read_version(connection) < migration.version:
            _run(connection, migration)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _run(connection: sqlite3.Connection, migration: Migration) -> None:
    connection.execute("PRAGMA application_id = 1213553224")  # APPLICATION_ID; a pragma takes no parameter
    connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL)"
    )
    # executescript() would commit first, so that a crash could fall between the steps and their version.
    for statement in _split(migration.sql):
        connection.execute(statement)
    connection.execute(
        "INSERT INTO schema_version (version, applied_at) VALUES (?, CURRENT_TIMESTAMP)", (migration.version,)
    )


def _split(sql: str) -> Iterator[str]:
    """The statements of a script, each with the comments before it."""
    gathered = ""
    for line in sql.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""
