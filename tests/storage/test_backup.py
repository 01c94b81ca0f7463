"""Copies of the database, made while it is written, and whether a database is sound."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from storage import (
    BackupTargetError,
    DamagedDatabaseError,
    DataFolderError,
    NotOurDatabaseError,
    SqliteStore,
    SqliteUnitOfWork,
    StorageError,
    backup_database,
    check_database,
    open_store,
)
from storage.connection import connect_plainly
from tests.storage.samples import NOW, ZHANG, ticket
from tickets.identity import TicketId, UserId


def write_pair(uow: SqliteUnitOfWork, number: int) -> None:
    """Two rows that belong together: a person and the ticket they ask."""
    asker = replace(ZHANG, id=UserId(number))
    uow.people.remember(asker, NOW)
    uow.tickets.put(replace(ticket(number, asker=asker), subject="叉车" * 200))


async def keep_writing(store: SqliteStore, stop: asyncio.Event) -> int:
    """Write pairs until told to stop; return how many."""
    number = 0
    while not stop.is_set():
        number += 1
        await store.transact(lambda uow, number=number: write_pair(uow, number))  # type: ignore[misc]
    return number


def pairs(path: Path) -> tuple[int, int]:
    with closing(connect_plainly(path)) as connection:
        people, tickets = (
            connection.execute("SELECT count(*) FROM people").fetchone()[0],
            connection.execute("SELECT count(*) FROM tickets").fetchone()[0],
        )
    return people, tickets


async def test_a_copy_made_while_others_write_is_one_moment_and_sound(
    store: SqliteStore, tmp_path: Path
) -> None:
    stop = asyncio.Event()
    writing = asyncio.create_task(keep_writing(store, stop))
    targets = [tmp_path / "backups" / f"{number}.db" for number in range(5)]
    for target in targets:
        await store.backup(target)
    stop.set()
    written = await writing
    for target in targets:
        people, tickets = pairs(target)
        assert people == tickets <= written
        assert check_database(target) == ()
    assert pairs(targets[-1]) > pairs(targets[0])


async def test_a_copy_can_be_opened_and_worked_with(store: SqliteStore, tmp_path: Path) -> None:
    await store.transact(lambda uow: write_pair(uow, 1))
    await store.backup(tmp_path / "copy.db")
    copy = await open_store(tmp_path / "copy.db")
    found = await copy.read(lambda uow: uow.tickets.get(TicketId(1)))
    assert found is not None
    assert found.asker.name == ZHANG.name
    await copy.close()


async def test_a_copy_is_one_file_that_only_its_owner_may_read(store: SqliteStore, tmp_path: Path) -> None:
    target = tmp_path / "backups" / "copy.db"
    await store.backup(target)
    assert [file.name for file in target.parent.iterdir()] == ["copy.db"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


async def test_another_process_can_make_a_copy_while_the_bot_runs(store: SqliteStore, tmp_path: Path) -> None:
    await store.transact(lambda uow: write_pair(uow, 1))
    target = tmp_path / "copy.db"
    program = "import sys, pathlib, storage; storage.backup_database(*map(pathlib.Path, sys.argv[1:]))"
    await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", program, str(store.path), str(target)], check=True
    )
    assert pairs(target) == (1, 1)


async def test_an_existing_file_is_only_replaced_when_told(store: SqliteStore, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("important")
    with pytest.raises(BackupTargetError, match="it exists already"):
        await store.backup(target)
    assert target.read_text() == "important"
    await store.backup(target, overwrite=True)
    assert pairs(target) == (0, 0)


async def test_a_target_that_cannot_be_written_is_named(store: SqliteStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "copy.db"
    with pytest.raises(BackupTargetError, match="name another file") as failure:
        await store.backup(target)
    assert str(target) in str(failure.value)


def test_without_a_database_there_is_no_copy(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="no such file"):
        backup_database(tmp_path / "missing.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_another_programs_database_is_not_copied_and_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "other.db"
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("CREATE TABLE stamps (id INTEGER)")
    with pytest.raises(NotOurDatabaseError):
        backup_database(source, tmp_path / "copy.db")
    with pytest.raises(NotOurDatabaseError):
        check_database(source)
    assert list(tmp_path.iterdir()) == [source]


def test_a_file_that_is_no_database_is_not_copied(tmp_path: Path) -> None:
    source = tmp_path / "notes.txt"
    source.write_text("x" * 5000)
    with pytest.raises(StorageError):
        backup_database(source, tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == [source]


async def test_a_sound_database_has_no_faults(store: SqliteStore) -> None:
    await store.transact(lambda uow: write_pair(uow, 1))
    assert await store.check() == ()


async def test_a_row_that_names_nobody_is_a_fault(store: SqliteStore) -> None:
    with closing(connect_plainly(store.path)) as connection:
        connection.execute("INSERT INTO threads (ticket_id, chat_id, closed) VALUES (404, 1, 0)")
    assert await store.check() == ("a row of threads names a row of tickets that does not exist",)


async def test_a_damaged_file_is_found_out(store: SqliteStore) -> None:
    for number in range(1, 200):
        await store.transact(lambda uow, number=number: write_pair(uow, number))  # type: ignore[misc]
    await store.close()
    content = bytearray(store.path.read_bytes())
    content[len(content) // 2 :] = b"\xff" * (len(content) - len(content) // 2)
    store.path.write_bytes(content)
    try:
        faults = check_database(store.path)
    except DamagedDatabaseError as error:
        faults = (str(error),)
    assert faults


def test_a_missing_database_cannot_be_checked(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError):
        check_database(tmp_path / "missing.db")
