"""What can be wrong with the database, in the words of whoever runs the bot.

The driver's errors stop here: everything that leaves this package is a `StorageError` whose message is one
sentence or two, saying what is wrong, where, and what to do.

    StorageError
    ├── DataFolderError         the file cannot be made, opened or written
    ├── NewerDatabaseError      written by a newer version of the bot
    ├── NotOurDatabaseError     the file is something else
    ├── DamagedDatabaseError    the file is broken
    ├── DatabaseBusyError       another program holds the file
    ├── DiskFullError           no room left
    ├── BackupTargetError       the backup may not, or cannot, be written there
    ├── ReadOnlyError           a use case that was only to read wrote
    └── StoreClosedError        the store was closed before
"""

from __future__ import annotations

import sqlite3
from pathlib import Path


class StorageError(Exception):
    """The database did not do what was asked."""


class DataFolderError(StorageError):
    """The database file cannot be made, opened or written."""

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(
            f"The database {path} cannot be written ({cause}): "
            f"let the bot's user write to the folder {path.parent}, or name another folder."
        )


class NewerDatabaseError(StorageError):
    """A newer version of the bot has already changed this database."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"The database {path} has version {found}, this program knows versions up to {known}: "
            f"install the newer program again, or restore a backup made before the upgrade."
        )


class NotOurDatabaseError(StorageError):
    """The file exists and is not a database of this bot."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The file {path} is not a database of this bot, so nothing was changed: name another file."
        )


class DamagedDatabaseError(StorageError):
    """The database file is broken."""

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(
            f"The database {path} is damaged ({cause}): "
            f"stop the bot, keep a copy of the file, and restore the last backup."
        )


class DatabaseBusyError(StorageError):
    """Another program holds the database longer than we wait."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"Another program holds the database {path}: end it, then try again.")


class DiskFullError(StorageError):
    """There is no room for what should be written."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"There is no room left to write the database {path}: free space on that disk.")


class BackupTargetError(StorageError):
    """The backup may not, or cannot, be written to the place named."""

    def __init__(self, target: Path, cause: str) -> None:
        super().__init__(f"The backup cannot be written to {target} ({cause}): name another file.")


class ReadOnlyError(StorageError):
    """A use case that was started for reading tried to write."""

    def __init__(self) -> None:
        super().__init__(
            "This use case was started with read() and tried to write: start it with transact()."
        )


class StoreClosedError(StorageError):
    """The store was closed before."""

    def __init__(self) -> None:
        super().__init__("The store is closed: open it again before using it.")


_FULL = frozenset({sqlite3.SQLITE_FULL})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_FOLDER = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR})
_PRIMARY = 0xFF  # the low byte of an extended result code is the general one


def explain(error: sqlite3.Error, path: Path) -> StorageError:
    """Translate an error of the driver. The message never holds values, only names of tables and columns."""
    extended = getattr(error, "sqlite_errorcode", None)  # absent where the driver itself complained
    code = None if extended is None else extended & _PRIMARY
    if code in _FULL:
        return DiskFullError(path)
    if code in _BUSY:
        return DatabaseBusyError(path)
    if code in _FOLDER or code == sqlite3.SQLITE_READONLY:
        return DataFolderError(path, str(error))
    if code == sqlite3.SQLITE_NOTADB:
        return NotOurDatabaseError(path)
    if code == sqlite3.SQLITE_CORRUPT:
        return DamagedDatabaseError(path, str(error))
    return StorageError(f"The database {path} refused: {error}")
