"""Where everything is kept: SQL, and only here.

The rest of the program knows the protocols of `tickets.unit_of_work`; this package keeps their promises on
SQLite, together with the inbox and outbox that the running program needs around them.
"""

from storage.backup import backup_database, check_database
from storage.errors import (
    BackupTargetError,
    DamagedDatabaseError,
    DatabaseBusyError,
    DataFolderError,
    DiskFullError,
    NewerDatabaseError,
    NotOurDatabaseError,
    ReadOnlyError,
    StorageError,
    StoreClosedError,
)
from storage.inbox import InboxRow, InboxState
from storage.outbox import OutboxRow, OutboxState
from storage.store import SqliteStore, open_store
from storage.unit_of_work import SqliteUnitOfWork

__all__ = [
    "BackupTargetError",
    "DamagedDatabaseError",
    "DataFolderError",
    "DatabaseBusyError",
    "DiskFullError",
    "InboxRow",
    "InboxState",
    "NewerDatabaseError",
    "NotOurDatabaseError",
    "OutboxRow",
    "OutboxState",
    "ReadOnlyError",
    "SqliteStore",
    "SqliteUnitOfWork",
    "StorageError",
    "StoreClosedError",
    "backup_database",
    "check_database",
    "open_store",
]
