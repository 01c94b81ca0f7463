"""Presses of anybody, anywhere, with anything: nothing breaks, and nothing happens that may not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import SqliteUnitOfWork, open_store
from tests.tickets.people import (
    ALLIANCE,
    CHEN,
    DESK,
    GROUP,
    LI,
    NOWHERE,
    OTHER_DESK,
    OTHER_GROUP,
    WANG,
    ZHANG,
    private_with,
    tap,
)
from tests.tickets.stories import MINUTE, answered, dispatched, drafted, opened, waiting
from tests.tickets.world import World
from tickets.buttons import Button, Verb
from tickets.conversation import Chat, Press
from tickets.identity import Person
from tickets.lifecycle import allows
from tickets.model import Event, Ticket

CHATS = (GROUP, OTHER_GROUP, DESK, OTHER_DESK, ALLIANCE, NOWHERE, private_with(ZHANG), private_with(LI))
PEOPLE = (ZHANG, LI, WANG, CHEN)
ARGUMENTS = ("", "0", "1", "fire", "market_regulation", "court", "satisfied", "x", "-1", "999999999")


@dataclass(frozen=True)
class Attempt:
    """Somebody presses something somewhere; what they press may have been shown to nobody.

    `place` picks an id that exists, of whatever kind, counted round.
    """

    verb: Verb
    place: int
    argument: str
    by: Person
    at: Chat
    member: bool
    admin: bool


ATTEMPTS = st.builds(
    Attempt,
    verb=st.sampled_from(Verb),
    place=st.integers(min_value=0, max_value=99),
    argument=st.sampled_from(ARGUMENTS),
    by=st.sampled_from(PEOPLE),
    at=st.sampled_from(CHATS),
    member=st.booleans(),
    admin=st.booleans(),
)
REPLIES_THAT_ACT = {
    "claimed_by_you",
    "dispatched",
    "dismissed",
    "reported_in",
    "published",
    "closed_solved",
    "reopened",
    "rated",
    "withdrawn",
    "peers_solved",
    "ticket_opened",
}


async def populate(world: World) -> None:
    """Tickets in every state, of two askers, with drafts and answers."""
    await world.bind_all()
    await world.say("叉车新规")
    await world.say("叉车怎么上牌", by=LI)
    await world.wait(MINUTE)
    await opened(world)
    await waiting(world, text="快递放哪里？", by=LI)
    await answered(world, text="宿舍怎么申请？")
    ticket = await dispatched(world, text="食堂几点开？", by=LI)
    await drafted(world, ticket, "十一点。")


async def snapshot(world: World) -> dict[Ticket, list[Event]]:
    return {ticket: await world.history(ticket) for ticket in await world.tickets()}


async def ids_in(world: World) -> list[int]:
    """The ids of all inquiries, tickets, drafts and answers, and one that nobody has."""

    def find(uow: SqliteUnitOfWork) -> list[int]:
        kinds: tuple[Callable[[Any], object], ...] = (
            uow.inquiries.get,
            uow.tickets.get,
            uow.drafts.get,
            uow.answers.get,
        )
        highest = uow.new_id()
        return [each for each in range(1, highest) if any(get(each) for get in kinds)]

    return [*await world.do(find), 424242]


def check_step(before: list[Event], after: list[Event], reply: str) -> None:
    """History only grows, by legal steps, and only where the presser was told so."""
    assert after[: len(before)] == before
    for event in after[len(before) :]:
        assert allows(event.before, event.action)
    assert after == before or reply in REPLIES_THAT_ACT


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ATTEMPTS, min_size=20, max_size=60))
def test_whatever_is_pressed_by_whomever_tickets_change_only_by_legal_steps(attempts: list[Attempt]) -> None:
    async def play(folder: Path) -> None:
        store = await open_store(folder / "huzhu.db")
        world = World(store)
        await populate(world)
        for each in attempts:
            ids = await ids_in(world)
            before = await snapshot(world)
            reply = await world.press(
                each.verb,
                ids[each.place % len(ids)],
                each.argument,
                by=each.by,
                at=each.at,
                member=each.member,
                chat_admin=each.admin,
            )
            after = {ticket.id: events for ticket, events in (await snapshot(world)).items()}
            for ticket, events in before.items():
                check_step(events, after[ticket.id], reply.text)
                staff = each.member and each.at in (DESK, ALLIANCE)
                assert staff or each.by.id == ticket.asker.id or after[ticket.id] == events
        await store.close()

    with TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder)))


@pytest.mark.parametrize("data", ["", "claim", "claim:x", "hack:1", "claim:99999999999999999999", "派单:1"])
async def test_data_that_no_button_had_is_of_no_use(world: World, data: str) -> None:
    await populate(world)
    before = await snapshot(world)
    press: Press = tap(Verb.CLAIM, 1, by=WANG, at=DESK, data=data)
    reply = await world.tap(press)
    assert (reply.text, reply.alert) == ("gone", True)
    assert await snapshot(world) == before


@pytest.mark.parametrize("verb", Verb)
async def test_every_button_leads_somewhere_and_unknown_ids_lead_nowhere(world: World, verb: Verb) -> None:
    button = Button(verb=verb, ref=424242)
    reply = await world.press(verb, button.ref, by=ZHANG, at=DESK)
    assert (reply.text, reply.alert) == ("gone", True)
    assert await world.deliver() == []


async def test_who_presses_is_remembered_under_their_present_name(world: World) -> None:
    ticket = await opened(world)
    await world.press(Verb.CLAIM, ticket.id, by=WANG, at=DESK)
    assert await world.do(lambda uow: uow.people.get(WANG.id)) == WANG
