"""One SQLite connection on a thread of its own.

aiosqlite gives each connection its thread and brings results back to the event loop. A use case is one hop
to that thread and not one per statement, which is what makes thousands of transactions a second possible,
and makes it impossible to await anything in the middle of one.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeVar, cast

import aiosqlite

from storage.errors import DataFolderError, StorageError, explain

T = TypeVar("T")

_CACHED_STATEMENTS: Final = 512  # more than we have, so that none is parsed twice


class Connection:
    """A connection and its thread. Make one with `open_connection`."""

    def __init__(self, driver: aiosqlite.Connection, raw: sqlite3.Connection) -> None:
        self._driver = driver
        self._raw = raw

    async def run(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run `function` on the connection's thread and return what it returns; its errors are raised here.

        A caller that is cancelled stops waiting; the function itself runs to its end.
        """

        def hop() -> tuple[T | None, BaseException | None]:
            # The driver logs what it runs and the errors it sees, and either could show what people wrote.
            try:
                return function(self._raw), None
            except BaseException as error:
                return None, error

        # aiosqlite has no public way to run a function of ours on its thread. This is the only use of the
        # private one, and the range of aiosqlite's versions in pyproject.toml is bound because of it.
        result, error = await self._driver._execute(hop)  # type: ignore[no-untyped-call]
        if error is not None:
            raise error
        return cast(T, result)

    async def close(self) -> None:
        """Finish what is waiting and end the thread."""
        await self._driver.close()


async def open_connection(
    path: Path, prepare: Callable[[sqlite3.Connection], T], busy_wait: timedelta
) -> tuple[Connection, T]:
    """Open `path` on a new thread, run `prepare` there and return what it returns beside the connection.

    On any error the thread is ended again. Raises `StorageError`.
    """
    opened: list[sqlite3.Connection] = []

    def connect() -> sqlite3.Connection:
        opened.append(connect_plainly(path, busy_wait))
        return opened[0]

    try:
        connection = Connection(await aiosqlite.Connection(connect, iter_chunk_size=64), opened[0])
        try:
            return connection, await connection.run(prepare)
        except BaseException:
            await connection.close()
            raise
    except sqlite3.Error as error:
        raise explain(error, path) from error


def connect_plainly(path: Path, busy_wait: timedelta = timedelta()) -> sqlite3.Connection:
    """A connection in autocommit mode: where a transaction begins and ends is written out by us.

    `busy_wait` is how long to wait for another process that holds the file.
    """
    return sqlite3.connect(
        path,
        timeout=busy_wait.total_seconds(),
        isolation_level=None,
        cached_statements=_CACHED_STATEMENTS,
    )


def make_file(path: Path) -> None:
    """Make the database's folder and an empty file that only the bot's user may read.

    The file holds what people wrote; SQLite gives its companion files the same rights.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise DataFolderError(path, error.strerror or str(error)) from error


def refuse_writing(connection: sqlite3.Connection) -> None:
    """Make every write on this connection an error."""
    connection.execute("PRAGMA query_only = ON")


def set_up(connection: sqlite3.Connection, path: Path, *, durable: bool) -> None:
    """Set what every connection of ours needs.

    With a write-ahead log a reader sees a snapshot and never waits for the writer. A commit survives the
    death of any process; `durable` makes it survive a power cut too, at the price of a disk flush each.
    """
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StorageError(f"The disk of {path} cannot keep a write-ahead log: use a local disk.")
    connection.execute("PRAGMA synchronous = FULL" if durable else "PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA journal_size_limit = 67108864")
