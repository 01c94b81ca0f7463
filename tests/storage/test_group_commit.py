"""What happens to a group of use cases on the connection itself: one commit, and what makes it fail."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.connection import connect_plainly, set_up
from storage.group_commit import commit_together, read_once
from storage.schema import load_migrations, migrate
from storage.unit_of_work import SqliteUnitOfWork
from tests.storage.samples import GROUP, LI, NOW, WANG, ZHANG, Clock
from tickets.identity import Person
from tickets.notices import Notice, NoticeKind


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "huzhu.db"
    with closing(connect_plainly(path)) as connection:
        migrate(connection, path, load_migrations())
        set_up(connection, path, durable=False)
        yield connection


@pytest.fixture
def uow(connection: sqlite3.Connection) -> SqliteUnitOfWork:
    return SqliteUnitOfWork(connection, Clock())


def remember(person: Person) -> Callable[[SqliteUnitOfWork], None]:
    return lambda uow: uow.people.remember(person, NOW)


def names(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM people")}


def test_a_group_shares_one_commit(connection: sqlite3.Connection, uow: SqliteUnitOfWork) -> None:
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    commit_together(connection, uow, [remember(person) for person in (ZHANG, LI, WANG)])
    connection.set_trace_callback(None)
    assert statements[0] == "BEGIN IMMEDIATE"
    assert statements[-1] == "COMMIT"
    assert [each for each in statements if each.startswith(("BEGIN", "COMMIT"))] == [
        "BEGIN IMMEDIATE",
        "COMMIT",
    ]
    assert names(connection) == {ZHANG.name, LI.name, WANG.name}


def test_a_commit_that_fails_fails_for_all_and_stores_nothing(
    connection: sqlite3.Connection, uow: SqliteUnitOfWork
) -> None:
    def owe_a_person(_: SqliteUnitOfWork) -> None:
        connection.execute("PRAGMA defer_foreign_keys = ON")  # so that only the commit finds the fault
        connection.execute("INSERT INTO threads (ticket_id, chat_id, closed) VALUES (404, 1, 0)")

    with pytest.raises(sqlite3.IntegrityError):
        commit_together(connection, uow, [remember(ZHANG), owe_a_person])
    assert not connection.in_transaction
    assert names(connection) == set()
    commit_together(connection, uow, [remember(LI)])
    assert names(connection) == {LI.name}


def test_a_transaction_that_the_database_gave_up_fails_for_all(
    connection: sqlite3.Connection, uow: SqliteUnitOfWork
) -> None:
    def give_up(_: SqliteUnitOfWork) -> None:
        connection.execute("ROLLBACK")  # as SQLite does itself on some errors
        raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(sqlite3.OperationalError, match="disk"):
        commit_together(connection, uow, [remember(ZHANG), give_up, remember(LI)])
    assert names(connection) == set()


def test_a_full_disk_fails_for_the_whole_group_and_the_next_one_goes_on(
    connection: sqlite3.Connection, uow: SqliteUnitOfWork
) -> None:
    def write_much(uow: SqliteUnitOfWork) -> None:
        for _ in range(100):
            uow.feedback.add("helpful", "字" * 1000, None, NOW)

    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(sqlite3.OperationalError) as full:
        commit_together(connection, uow, [remember(ZHANG), write_much])
    assert full.value.sqlite_errorcode == sqlite3.SQLITE_FULL
    assert names(connection) == set()
    commit_together(connection, uow, [remember(LI)])
    assert names(connection) == {LI.name}


def test_only_use_cases_that_told_somebody_something_owe(
    connection: sqlite3.Connection, uow: SqliteUnitOfWork
) -> None:
    def tell(uow: SqliteUnitOfWork) -> None:
        uow.tell(Notice(kind=NoticeKind.TEXT, chat_id=GROUP))

    def tell_and_fail(uow: SqliteUnitOfWork) -> None:
        tell(uow)
        raise ValueError

    outcomes = commit_together(connection, uow, [tell, remember(ZHANG), tell_and_fail])
    assert [outcome.owes for outcome in outcomes] == [True, False, False]


def test_a_fault_of_the_database_while_reading_is_passed_on(
    connection: sqlite3.Connection, uow: SqliteUnitOfWork
) -> None:
    connection.execute("DROP TABLE timers")
    with pytest.raises(sqlite3.OperationalError, match="timers"):
        read_once(connection, uow, lambda uow: uow.timers.due(NOW, 1))
    assert not connection.in_transaction
