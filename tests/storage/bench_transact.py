"""How many use cases a second the store takes; run by hand: `python -m tests.storage.bench_transact`.

Each use case is what a question in a group costs: is the group bound, remember the asker, keep the inquiry,
owe a reply, mark the update as done.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from storage import SqliteStore, SqliteUnitOfWork, open_store
from tickets.identity import ChatId, CommunityCode, InquiryId, MessageId, MessageKey, Person, UpdateId, UserId
from tickets.model import Finding, Inquiry, InquiryPart, InquiryState
from tickets.notices import Notice, NoticeKind

_NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
_CHATS = 50
_PEOPLE = 1000


def ask(uow: SqliteUnitOfWork, number: int) -> None:
    chat_id = ChatId(-1000 - number % _CHATS)
    asker = Person(id=UserId(1 + number % _PEOPLE), name=f"安全员{number % _PEOPLE}")
    uow.chats.get(chat_id)
    uow.people.remember(asker, _NOW)
    inquiry_id = InquiryId(uow.new_id())
    key = MessageKey(chat_id=chat_id, message_id=MessageId(number))
    uow.inquiries.put(
        Inquiry(
            id=inquiry_id,
            chat_id=chat_id,
            thread_id=None,
            community=CommunityCode("LF"),
            asker=asker,
            addressed=False,
            private=False,
            state=InquiryState.ANSWERED,
            finding=Finding.ANSWER,
            kind="",
            parts=(InquiryPart(key=key, text="新买的叉车怎么办使用登记"),),
            entry_id="TSE-001",
            candidates=(),
            peer_replies=0,
            created_at=_NOW,
            touched_at=_NOW,
            ticket_id=None,
        )
    )
    uow.tell(Notice(kind=NoticeKind.REPLY, chat_id=chat_id, ref=inquiry_id))
    uow.finish(UpdateId(number))


async def measure(store: SqliteStore, count: int, concurrency: int) -> tuple[float, float]:
    """Transactions a second, and the wait in milliseconds that 95 of 100 stay below."""
    numbers = iter(range(1, count + 1))
    waits: list[float] = []

    async def work_off() -> None:
        for number in numbers:
            begun = time.perf_counter()
            await store.transact(lambda uow, number=number: ask(uow, number))  # type: ignore[misc]
            waits.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*(work_off() for _ in range(concurrency)))
    rate = count / (time.perf_counter() - begun)
    return rate, sorted(waits)[int(len(waits) * 0.95)] * 1000


async def main(count: int, durable: bool) -> None:
    for concurrency in (1, 8, 32, 128):
        with tempfile.TemporaryDirectory() as folder:
            store = await open_store(Path(folder) / "huzhu.db", durable=durable)
            updates = [(UpdateId(number), -1000 - number % _CHATS, "{}") for number in range(1, count + 1)]
            await store.transact(lambda uow, updates=updates: uow.inbox.add(updates, _NOW))  # type: ignore[misc]
            rate, wait = await measure(store, count, concurrency)
            print(f"concurrency {concurrency:4}: {rate:7,.0f} transactions/s, 95 % below {wait:.1f} ms")
            await store.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--durable", action="store_true")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.count, arguments.durable))
