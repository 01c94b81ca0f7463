"""Copies of the database, and whether it is sound.

Both open the file anew, so they work while the bot runs, from the bot itself or from another process, and
hold up neither its writer nor its readers.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from storage.connection import connect_plainly
from storage.errors import BackupTargetError, DataFolderError, explain
from storage.schema import refuse_foreign


def backup_database(source: Path, target: Path, *, overwrite: bool = False) -> None:
    """Copy the database `source`, as it is at one moment, to the single file `target`.

    The copy appears under its name only when it is complete. Raises `BackupTargetError` where `target`
    exists and `overwrite` is False or it cannot be written, `DataFolderError` where there is no `source`.
    """
    if target.exists() and not overwrite:
        raise BackupTargetError(target, "it exists already")
    _require(source)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        os.close(handle)
    except OSError as error:
        raise BackupTargetError(target, error.strerror or str(error)) from error
    unfinished = Path(name)
    try:
        _copy(source, unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def check_database(path: Path) -> tuple[str, ...]:
    """What is broken in the file, in SQLite's words, up to a hundred lines; empty when it is sound."""
    _require(path)
    try:
        with closing(connect_plainly(path)) as connection:
            refuse_foreign(connection, path)
            faults = [line for (line,) in connection.execute("PRAGMA quick_check") if line != "ok"]
            faults += [
                f"a row of {table} names a row of {parent} that does not exist"
                for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check")
            ]
    except sqlite3.DatabaseError as error:
        raise explain(error, path) from error
    return tuple(faults)


def _require(path: Path) -> None:
    if not path.is_file():
        raise DataFolderError(path, "there is no such file")


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(connect_plainly(source)) as reading, closing(connect_plainly(target)) as writing:
            refuse_foreign(reading, source)
            reading.backup(writing)  # in one step: a step that follows a write would start all over
            writing.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
    except sqlite3.Error as error:
        raise explain(error, source) from error
