"""SIGKILL at random moments in a stream of updates: none is lost, none acts twice, every promise is kept."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from storage import SqliteStore, open_store
from storage.inbox import InboxState
from tests.loop.park import open_park
from tests.loop.stage import BOT, open_stage
from tests.loop.sudden_death import Stream, number_of
from tickets.lifecycle import Action
from tickets.model import Ticket
from tickets.unit_of_work import UnitOfWork

_SEED = 20261120
_KILLS = 6
_PARKS = 4
_QUESTIONS = 40  # in each park; half become tickets, which are claimed, and some sent on


async def test_a_program_killed_again_and_again_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    async with open_stage(tmp_path, {}) as stage:
        parks = [await open_park(stage) for _ in range(_PARKS)]
        begun = stage.world.queues[BOT].next_id
        stream = Stream(stage=stage, parks=parks, questions=_QUESTIONS)
        async with asyncio.timeout(120):
            await asyncio.gather(stream.flow(), stream.kill(_KILLS, random.Random(_SEED)))
            await stream.settled()
        assert stage.world.queues[BOT].next_id - begun >= 200
    assert len(stream.kills) == _KILLS
    print(f"{len(stream.kills)} kills, {len(stream.repeated())} things done twice")
    check_messages(stream)
    await check_rows(tmp_path / "data" / "huzhu.db", stream)


def check_messages(stream: Stream) -> None:
    """Each question has its reply, in the order asked; a repeated message is explained by a kill."""
    causes = [stream.cause(pair) for pair in stream.repeated()]
    assert None not in causes, "a message was repeated although no kill fell between its call and its record"
    assert all(count == 1 for count in Counter(causes).values()), (
        "a kill repeats one message of a chat at most"
    )
    for park in stream.parks:
        replies = [message.reply_to.id for message in stream.stage.said(park.group) if message.reply_to]
        first = list(dict.fromkeys(replies))
        assert first == sorted(first), "replies out of order"
        cards = Counter(number_of(card) for card in stream.stage.said(park.desk, "📋"))
        assert len(cards) == _QUESTIONS // 2


async def check_rows(database: Path, stream: Stream) -> None:
    """One ticket for each question, claimed once; nothing left to act on or to send."""
    store = await open_store(database, now=lambda: datetime.now(UTC))
    try:
        counts = await store.read(lambda uow: uow.inbox.counts())
        assert counts[InboxState.PENDING] == counts[InboxState.PARKED] == 0
        confirmed = stream.stage.world.queues[BOT].confirmed
        assert counts[InboxState.DONE] == len(confirmed)
        for park in stream.parks:
            tickets = await read_tickets(store, park.code)
            asked = {question.id for question in stream.unknown if question.chat.id == park.group}
            assert {int(ticket.origin.message_id) for ticket, _ in tickets} == asked
            assert len(tickets) == len(asked)
            assert len({ticket.number for ticket, _ in tickets}) == len(asked)
            for ticket, actions in tickets:
                sent_on = [Action.DISPATCH, Action.REPORT_IN] if ticket.number in stream.dispatched else []
                assert actions == [Action.ASK, Action.CLAIM, *sent_on], ticket.number
    finally:
        await store.close()


async def read_tickets(store: SqliteStore, code: str) -> list[tuple[Ticket, list[Action]]]:
    """A community's tickets, each with the actions of its history."""

    def read(uow: UnitOfWork) -> list[tuple[Ticket, list[Action]]]:
        community = next(each.code for each in uow.communities.all() if each.code == code)
        found = uow.tickets.living_of(community)
        return [(ticket, [event.action for event in uow.history.of(ticket.id)]) for ticket in found]

    return await store.read(read)
