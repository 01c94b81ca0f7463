"""What may stand in the way of opening a database, and what whoever runs the bot is told."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from storage import (
    DamagedDatabaseError,
    DatabaseBusyError,
    DataFolderError,
    DiskFullError,
    NewerDatabaseError,
    NotOurDatabaseError,
    StorageError,
    open_store,
)
from storage.connection import connect_plainly, open_connection, set_up
from storage.errors import explain
from storage.schema import Migration, load_migrations, migrate
from tests.storage.samples import GROUP, NOW, ZHANG
from tickets.identity import UpdateId
from tickets.notices import Notice, NoticeKind

AT_ONCE = timedelta()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "huzhu.db"


def content(path: Path) -> bytes:
    return path.read_bytes()


async def test_the_folder_is_made_and_only_the_bots_user_may_read_what_people_wrote(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "huzhu.db"
    store = await open_store(path)
    await store.transact(lambda uow: uow.people.remember(ZHANG, NOW))
    modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    await store.close()
    assert modes == {0o600}


async def test_everything_is_there_after_a_restart(path: Path) -> None:
    store = await open_store(path)
    await store.transact(lambda uow: uow.people.remember(ZHANG, NOW))
    await store.close()
    again = await open_store(path)
    assert await again.read(lambda uow: uow.people.get(ZHANG.id)) == ZHANG
    assert again.schema_version == load_migrations()[-1].version
    await again.close()


async def test_the_text_of_an_update_is_gone_as_soon_as_it_is_done(path: Path) -> None:
    store = await open_store(path)
    await store.transact(lambda uow: uow.inbox.add([(UpdateId(1), 1, "机密"), (UpdateId(2), 1, "未办")], NOW))
    await store.transact(lambda uow: uow.finish(UpdateId(1)))
    await store.close()
    with closing(connect_plainly(path)) as connection:
        kept = connection.execute("SELECT update_id, payload FROM inbox ORDER BY update_id").fetchall()
    assert kept == [(1, ""), (2, "未办")]


async def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "huzhu.db", tmp_path):
        with pytest.raises(DataFolderError, match="let the bot's user write to the folder") as failure:
            await open_store(path)
        assert str(path) in str(failure.value)


async def test_a_newer_database_is_left_alone(path: Path) -> None:
    known = load_migrations()
    with closing(connect_plainly(path)) as connection:
        migrate(connection, path, [*known, Migration(version=999, sql="CREATE TABLE future (id INTEGER);")])
    before = content(path)
    with pytest.raises(NewerDatabaseError, match="version 999") as failure:
        await open_store(path)
    assert "install the newer program again" in str(failure.value)
    assert content(path) == before


@pytest.mark.parametrize("statement", ["CREATE TABLE stamps (id INTEGER)", "PRAGMA application_id = 5"])
async def test_another_programs_database_is_left_alone(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
    before = content(path)
    with pytest.raises(NotOurDatabaseError, match="name another file"):
        await open_store(path)
    assert content(path) == before


async def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    _write_notes(path)
    before = content(path)
    with pytest.raises(NotOurDatabaseError):
        await open_store(path)
    assert content(path) == before


async def test_a_database_held_by_another_program_is_named(path: Path) -> None:
    store = await open_store(path, busy_wait=AT_ONCE)
    with closing(connect_plainly(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusyError, match="end it, then try again"):
            await store.transact(lambda uow: uow.new_id())
        other.execute("ROLLBACK")
    assert await store.transact(lambda uow: uow.new_id()) == 1
    await store.close()


async def test_a_fault_found_after_the_writer_is_open_closes_the_writer(path: Path) -> None:
    await (await open_store(path)).close()

    def refuse(connection: sqlite3.Connection) -> None:
        connection.execute("SELECT * FROM no_such_table")

    with pytest.raises(StorageError, match="no_such_table"):
        await open_connection(path, refuse, AT_ONCE)


async def test_those_who_deliver_are_woken_after_the_commit_and_only_when_something_is_owed(
    path: Path,
) -> None:
    woken: list[str] = []
    store = await open_store(path, on_owed=lambda: woken.append("woken"))
    await store.transact(lambda uow: uow.new_id())
    assert woken == []
    await store.transact(lambda uow: uow.tell(Notice(kind=NoticeKind.TEXT, chat_id=GROUP)))
    assert woken == ["woken"]
    await store.close()


async def test_the_clock_of_the_machine_is_the_default(path: Path) -> None:
    store = await open_store(path, durable=True)
    await store.transact(lambda uow: uow.tell(Notice(kind=NoticeKind.TEXT, chat_id=GROUP)))
    now = (await store.transact(lambda uow: uow.outbox.claim(NOW, 1)))[0].created_at
    assert now.utcoffset() == timedelta()
    await store.close()


@pytest.mark.parametrize(("durable", "level"), [(False, 1), (True, 2)])
def test_commits_are_flushed_to_disk_only_where_asked(path: Path, durable: bool, level: int) -> None:
    with closing(connect_plainly(path)) as connection:
        set_up(connection, path, durable=durable)
        assert connection.execute("PRAGMA synchronous").fetchone() == (level,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_disk_without_a_write_ahead_log_is_refused(path: Path) -> None:
    with (
        closing(connect_plainly(Path(":memory:"))) as connection,
        pytest.raises(StorageError, match="use a local disk"),
    ):
        set_up(connection, path, durable=False)


def _provoke_full(path: Path) -> None:
    with closing(connect_plainly(path)) as connection:
        connection.execute("PRAGMA max_page_count = 1")
        connection.execute("CREATE TABLE a (b)")


def _provoke_busy(path: Path) -> None:
    with closing(connect_plainly(path)) as one, closing(connect_plainly(path)) as other:
        one.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")


def _provoke_folder(path: Path) -> None:
    connect_plainly(path / "missing" / "huzhu.db")


def _provoke_read_only(path: Path) -> None:
    path.touch()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.execute("CREATE TABLE a (b)")


def _write_notes(path: Path) -> None:
    path.write_text("安全生产台账" * 200)


def _provoke_no_database(path: Path) -> None:
    _write_notes(path)
    with closing(connect_plainly(path)) as connection:
        connection.execute("SELECT * FROM sqlite_master")


def _provoke_damage(path: Path) -> None:
    with closing(connect_plainly(path)) as connection:
        connection.execute("CREATE TABLE a (b)")
        connection.executemany("INSERT INTO a (b) VALUES (?)", [("x" * 3000,)] * 20)
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = b"\xff" * (len(damaged) - 4096)
    path.write_bytes(damaged)
    with closing(connect_plainly(path)) as connection:
        connection.execute("SELECT * FROM a").fetchall()


def _provoke_other(path: Path) -> None:
    with closing(connect_plainly(path)) as connection:
        connection.execute("NONSENSE")


def _provoke_the_driver(path: Path) -> None:
    connection = connect_plainly(path)
    connection.close()
    connection.execute("SELECT 1")


@pytest.mark.parametrize(
    ("provoke", "expected"),
    [
        (_provoke_full, DiskFullError),
        (_provoke_busy, DatabaseBusyError),
        (_provoke_folder, DataFolderError),
        (_provoke_read_only, DataFolderError),
        (_provoke_no_database, NotOurDatabaseError),
        (_provoke_damage, DamagedDatabaseError),
        (_provoke_other, StorageError),
        (_provoke_the_driver, StorageError),
    ],
)
def test_each_error_of_the_driver_is_told_with_the_file_it_is_about(
    path: Path, provoke: Callable[[Path], None], expected: type[StorageError]
) -> None:
    with pytest.raises(sqlite3.Error) as failure:
        provoke(path)
    explained = explain(failure.value, path)
    assert type(explained) is expected
    assert str(path) in str(explained)
