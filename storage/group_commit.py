"""Many use cases, one commit.

A commit costs more than the statements before it. Use cases that wait at the same time therefore share one
transaction, each within a savepoint of its own: one that raises is undone alone and its caller alone hears
of it. A commit that fails, or a disk so full that SQLite gives up the transaction, fails for all, because
nothing of theirs was stored.
"""

from __future__ import annotations

import inspect
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from storage.errors import ReadOnlyError
from storage.unit_of_work import SqliteUnitOfWork

T = TypeVar("T")
Work = Callable[[SqliteUnitOfWork], T]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome(Generic[T]):
    """What a use case came to: its result, or the error that undid it. `owes`: it told somebody something."""

    result: T | None = None
    error: BaseException | None = None
    owes: bool = False


def commit_together(
    connection: sqlite3.Connection, uow: SqliteUnitOfWork, works: Sequence[Work[object]]
) -> list[Outcome[object]]:
    """Run every work in one transaction and tell what each came to, in order.

    Raises what made the whole transaction fail; then nothing was stored.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        outcomes = [_run_one(connection, uow, work) for work in works]
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return outcomes


def read_once(connection: sqlite3.Connection, uow: SqliteUnitOfWork, work: Work[T]) -> T:
    """Run `work` against one snapshot, on a connection that refuses to write."""
    connection.execute("BEGIN")
    try:
        uow.begin()
        return _call(uow, work)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_READONLY:
            raise ReadOnlyError from error
        raise
    finally:
        connection.execute("ROLLBACK")


def _run_one(connection: sqlite3.Connection, uow: SqliteUnitOfWork, work: Work[object]) -> Outcome[object]:
    uow.begin()
    connection.execute("SAVEPOINT one_work")
    try:
        result = _call(uow, work)
    except BaseException as error:
        if not connection.in_transaction:  # on some errors SQLite gives up the whole transaction
            raise
        connection.execute("ROLLBACK TO one_work")
        connection.execute("RELEASE one_work")
        return Outcome(error=error)
    connection.execute("RELEASE one_work")
    return Outcome(result=result, owes=uow.owes)


def _call(uow: SqliteUnitOfWork, work: Work[T]) -> T:
    result = work(uow)
    if inspect.iscoroutine(result):
        result.close()
        raise TypeError("a use case must be a plain function: nothing can be awaited inside a transaction")
    return result
