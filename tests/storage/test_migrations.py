"""Migrations: every older database becomes the present one, in whole steps, whoever else tries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.connection import connect_plainly
from storage.schema import Migration, load_migrations, migrate, read_version

ALL = load_migrations()
_SCRIPT = """-- Why: a; comment
CREATE TABLE a (
    b TEXT DEFAULT ';' -- not; the end
);
INSERT INTO a (b) VALUES (';');
-- the end
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "huzhu.db"


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_plainly(path)) as connection:
        yield connection


def shape(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    return connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()


def test_migrations_are_numbered_without_gaps_and_each_begins_with_why() -> None:
    assert [migration.version for migration in ALL] == list(range(1, len(ALL) + 1))
    assert all(migration.sql.startswith("-- Why: ") for migration in ALL)


@pytest.mark.parametrize("version", range(1, len(ALL)))
def test_a_database_of_any_version_becomes_the_present_one_and_keeps_its_rows(
    connection: sqlite3.Connection, path: Path, version: int
) -> None:
    with closing(connect_plainly(path.with_name("fresh.db"))) as fresh:
        migrate(fresh, path, ALL)
        expected = shape(fresh)
    assert migrate(connection, path, ALL[:version]) == version
    assert read_version(connection) == version
    connection.execute("INSERT INTO communities (code, name, counter) VALUES ('LF', '联锋', 127)")
    assert migrate(connection, path, ALL) == len(ALL)
    assert shape(connection) == expected
    assert connection.execute("SELECT counter FROM communities WHERE code = 'LF'").fetchone() == (127,)


def test_migrating_again_changes_nothing(connection: sqlite3.Connection, path: Path) -> None:
    migrate(connection, path, ALL)
    before = connection.execute("SELECT version, applied_at FROM schema_version").fetchall()
    assert migrate(connection, path, ALL) == len(ALL)
    assert connection.execute("SELECT version, applied_at FROM schema_version").fetchall() == before


def test_a_step_that_fails_leaves_the_version_before_it(connection: sqlite3.Connection, path: Path) -> None:
    migrate(connection, path, ALL)
    before = shape(connection)
    broken = Migration(
        version=len(ALL) + 1, sql="CREATE TABLE half (id INTEGER);\nINSERT INTO nowhere VALUES (1);"
    )
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(connection, path, [*ALL, broken])
    assert not connection.in_transaction
    assert shape(connection) == before
    assert read_version(connection) == len(ALL)


def test_a_step_during_which_the_transaction_was_given_up_is_reported_as_it_was(
    connection: sqlite3.Connection, path: Path
) -> None:
    migrate(connection, path, ALL)
    lost = Migration(version=len(ALL) + 1, sql="ROLLBACK;\nINSERT INTO nowhere VALUES (1);")
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(connection, path, [*ALL, lost])
    assert read_version(connection) == len(ALL)


def test_a_step_that_another_process_did_meanwhile_is_not_done_again(
    connection: sqlite3.Connection, path: Path
) -> None:
    with closing(connect_plainly(path)) as other:

        def overtake(statement: str) -> None:
            if statement == "BEGIN IMMEDIATE":
                connection.set_trace_callback(None)
                migrate(other, path, ALL)

        connection.set_trace_callback(overtake)
        assert migrate(connection, path, ALL) == len(ALL)
    applied = connection.execute("SELECT version FROM schema_version ORDER BY version").fetchall()
    assert applied == [(version,) for version in range(1, len(ALL) + 1)]


def test_comments_and_several_lines_do_not_confuse_a_script(
    connection: sqlite3.Connection, path: Path
) -> None:
    migrate(connection, path, [*ALL, Migration(version=len(ALL) + 1, sql=_SCRIPT)])
    assert connection.execute("SELECT b FROM a").fetchall() == [(";",)]
