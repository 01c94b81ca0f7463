"""A process killed in the middle of writing: what it said it stored is there, and whole."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from storage import InboxState, SqliteStore, SqliteUnitOfWork, check_database, open_store
from tests.storage.samples import NOW
from tickets.identity import CommunityCode, TicketId, UpdateId

_PROGRAM = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path

from storage import open_store
from tests.storage.samples import LF, NOW, ticket
from tickets.identity import UpdateId
from tickets.model import Community


def act(uow, number):
    uow.tickets.put(replace(ticket(number), number=uow.communities.next_number(LF)))
    uow.finish(UpdateId(number))


async def write(store, numbers):
    for number in numbers:
        await store.transact(lambda uow: act(uow, number))
        print(number, flush=True)


async def main():
    store = await open_store(Path(sys.argv[1]))
    await store.transact(lambda uow: uow.communities.put(Community(code=LF, name="LF")))
    updates = [(UpdateId(number), 1, "{}") for number in range(1, 20_001)]
    await store.transact(lambda uow: uow.inbox.add(updates, NOW))
    numbers = iter(range(1, 20_001))
    await asyncio.gather(*(write(store, numbers) for _ in range(8)))


asyncio.run(main())
"""


async def write_until_killed(path: Path, after: int) -> list[int]:
    """Run the program, kill it once it has claimed `after` commits, return all it claimed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PROGRAM, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    claimed = [int(await process.stdout.readline()) for _ in range(after)]
    process.send_signal(signal.SIGKILL)
    claimed += [
        int(line) for line in (await process.stdout.read()).splitlines(keepends=True) if line[-1:] == b"\n"
    ]
    assert await process.wait() == -signal.SIGKILL
    return claimed


async def survivors(store: SqliteStore) -> tuple[set[int], set[int]]:
    """The numbers whose ticket is there, and those whose update is done."""

    def look(uow: SqliteUnitOfWork) -> tuple[set[int], set[int]]:
        numbers = range(1, 20_001)
        with_ticket = {number for number in numbers if uow.tickets.get(TicketId(number)) is not None}
        done = {number for number in numbers if uow.inbox.state(UpdateId(number)) is InboxState.DONE}
        return with_ticket, done

    return await store.read(look)


async def test_a_killed_process_loses_nothing_it_committed_and_leaves_nothing_half_done(
    tmp_path: Path,
) -> None:
    path = tmp_path / "huzhu.db"
    claimed = await write_until_killed(path, after=300)
    assert check_database(path) == ()
    store = await open_store(path, now=lambda: NOW)
    with_ticket, done = await survivors(store)
    assert with_ticket >= set(claimed)
    assert with_ticket == done
    waiting = await store.read(lambda uow: uow.inbox.pending(20_000))
    assert len(waiting) == 20_000 - len(done)
    number = await store.transact(lambda uow: uow.communities.next_number(CommunityCode("LF")))
    assert number == f"LF-{len(done) + 1:04d}"
    await store.close()
