"""The store: runs use cases against the database, one group of them after the other.

SQLite has one writer. Here that writer is one connection, and the only way to it is `transact`, so no two
use cases ever share a transaction by accident; reads go to a second connection and never wait.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeVar, cast

from storage.backup import backup_database, check_database
from storage.connection import Connection, make_file, open_connection, refuse_writing, set_up
from storage.errors import StoreClosedError, explain
from storage.group_commit import Outcome, Work, commit_together, read_once
from storage.schema import load_migrations, migrate
from storage.unit_of_work import SqliteUnitOfWork

T = TypeVar("T")

_GROUP: Final = 128  # the most use cases in one commit: more would make the first of them wait for the last
_BUSY_WAIT: Final = timedelta(seconds=10)  # longer than any commit of a healthy program


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Waiting:
    work: Work[object]
    outcome: asyncio.Future[Outcome[object]]


class SqliteStore:
    """Implements `tickets.unit_of_work.Store`. Make one with `open_store`, in the loop that will use it."""

    def __init__(
        self,
        *,
        path: Path,
        schema_version: int,
        writer: Connection,
        reader: Connection,
        write_rows: SqliteUnitOfWork,
        read_rows: SqliteUnitOfWork,
        on_owed: Callable[[], None] | None,
    ) -> None:
        self.path = path
        self.schema_version = schema_version
        self._writer = writer
        self._reader = reader
        self._write_rows = write_rows
        self._read_rows = read_rows
        self._on_owed = on_owed
        self._waiting: deque[_Waiting] = deque()
        self._committer: asyncio.Task[None] | None = None
        self._closed = False

    async def transact(self, work: Callable[[SqliteUnitOfWork], T]) -> T:
        """Run `work` in a transaction and return what it returns, once that is stored.

        What `work` raises undoes all it wrote and is raised here; the driver's errors arrive as
        `StorageError`. A caller cancelled while its work waits withdraws it; later, the work is stored
        whole although nobody hears of it.
        """
        if self._closed:
            raise StoreClosedError
        waiting = _Waiting(work=work, outcome=asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._committer is None or self._committer.done():
            self._committer = asyncio.create_task(self._commit_waiting(), name="storage-committer")
        outcome = await waiting.outcome
        if outcome.error is not None:
            raise outcome.error
        return cast(T, outcome.result)

    async def read(self, work: Callable[[SqliteUnitOfWork], T]) -> T:
        """Run `work` against a snapshot of what is committed; a write raises `ReadOnlyError`."""
        if self._closed:
            raise StoreClosedError
        try:
            return await self._reader.run(partial(read_once, uow=self._read_rows, work=work))
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    async def backup(self, target: Path, *, overwrite: bool = False) -> None:
        """Write a consistent copy of the database to `target` while work goes on; see `backup_database`."""
        await asyncio.to_thread(backup_database, self.path, target, overwrite=overwrite)

    async def check(self) -> tuple[str, ...]:
        """What is broken in the database file; empty when it is sound."""
        return await asyncio.to_thread(check_database, self.path)

    async def close(self) -> None:
        """Store what still waits, then let go of the file. Closing twice is allowed."""
        if self._closed:
            return
        self._closed = True
        try:
            if self._committer is not None:
                await asyncio.wait({self._committer})
        finally:
            self._disappoint_waiting()
            await self._reader.close()
            await self._writer.close()

    async def _commit_waiting(self) -> None:
        """Commit group after group until nobody waits."""
        try:
            while group := self._next_group():
                await self._commit_group(group)
        finally:
            self._committer = None
            self._disappoint_waiting()

    def _disappoint_waiting(self) -> None:
        """Let nobody wait for ever. Somebody still waits only where the committer itself was cancelled."""
        for waiting in self._waiting:
            waiting.outcome.cancel()
        self._waiting.clear()

    def _next_group(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        while self._waiting and len(group) < _GROUP:
            waiting = self._waiting.popleft()
            if not waiting.outcome.cancelled():
                group.append(waiting)
        return group

    async def _commit_group(self, group: list[_Waiting]) -> None:
        works = [waiting.work for waiting in group]
        try:
            outcomes = await self._writer.run(partial(commit_together, uow=self._write_rows, works=works))
        except asyncio.CancelledError:
            for waiting in group:
                waiting.outcome.cancel()
            raise
        except BaseException as error:
            outcomes = [Outcome(error=error)] * len(group)
        for waiting, outcome in zip(group, outcomes, strict=True):
            if not waiting.outcome.done():
                waiting.outcome.set_result(self._explained(outcome))
        if self._on_owed is not None and any(outcome.owes for outcome in outcomes):
            self._on_owed()

    def _explained(self, outcome: Outcome[object]) -> Outcome[object]:
        if not isinstance(outcome.error, sqlite3.Error):
            return outcome
        explained = explain(outcome.error, self.path)
        explained.__cause__ = outcome.error
        return Outcome(error=explained)


async def open_store(
    path: Path,
    *,
    now: Callable[[], datetime] = _utc_now,
    durable: bool = False,
    on_owed: Callable[[], None] | None = None,
    busy_wait: timedelta = _BUSY_WAIT,
) -> SqliteStore:
    """Open the database at `path`, made or migrated where needed.

    `now` stamps the store's own bookkeeping. `durable` makes each commit survive a power cut and not only
    the death of a process. `on_owed` is called in the event loop after a commit by which somebody is owed
    a notice, and must not block. `busy_wait` is how long another program may hold the file. Raises
    `DataFolderError`, `NewerDatabaseError`, `NotOurDatabaseError`, `DatabaseBusyError`.
    """
    make_file(path)

    def prepare_writer(connection: sqlite3.Connection) -> tuple[int, SqliteUnitOfWork]:
        version = migrate(connection, path, load_migrations())
        set_up(connection, path, durable=durable)
        return version, SqliteUnitOfWork(connection, now)

    def prepare_reader(connection: sqlite3.Connection) -> SqliteUnitOfWork:
        set_up(connection, path, durable=durable)
        refuse_writing(connection)
        return SqliteUnitOfWork(connection, now)

    async with AsyncExitStack() as opened:
        writer, (version, write_rows) = await open_connection(path, prepare_writer, busy_wait)
        opened.push_async_callback(writer.close)
        reader, read_rows = await open_connection(path, prepare_reader, busy_wait)
        opened.pop_all()
    return SqliteStore(
        path=path,
        schema_version=version,
        writer=writer,
        reader=reader,
        write_rows=write_rows,
        read_rows=read_rows,
        on_owed=on_owed,
    )
