"""Due work comes from rows: each timer does its work once and is gone."""

from __future__ import annotations

import pytest

from tests.tickets.people import ALLIANCE, CHEN, PHOTO
from tests.tickets.stories import DAY, POLICY, answered, dispatched, waiting
from tests.tickets.world import World
from tickets.model import LinkRole
from tickets.unit_of_work import Timer, TimerKind


async def pending(world: World) -> set[TimerKind]:
    far = world.now + 365 * DAY
    return {timer.kind for timer in await world.do(lambda uow: uow.timers.due(far, 99))}


async def test_each_stage_of_a_matter_sets_its_own_timer(world: World) -> None:
    await world.say("园区班车几点发？")
    assert await pending(world) == {TimerKind.SETTLE}
    await world.wait(POLICY.quiet)
    assert await pending(world) == {TimerKind.PEER_WINDOW}
    await world.say("园区班车七点半发", by=CHEN)
    await world.wait(POLICY.peer_window)
    assert await pending(world) == {TimerKind.PEERS_CONFIRM}
    await world.wait(POLICY.peers_confirm_window)
    assert await pending(world) == set()


async def test_the_confirm_window_is_the_last_timer_of_an_answered_ticket(world: World) -> None:
    await answered(world)
    assert await pending(world) == {TimerKind.CONFIRM}
    await world.wait(POLICY.confirm_window)
    assert await pending(world) == set()


async def test_an_album_in_the_thread_is_waited_for(world: World) -> None:
    ticket = await dispatched(world)
    card = await world.shown(LinkRole.THREAD_CARD, ticket.id)
    await world.reply("时刻表", card, by=CHEN, to=ALLIANCE, thread_id=77, attachment=PHOTO, album_id="a")
    assert await pending(world) == {TimerKind.PREVIEW}
    await world.wait(POLICY.album)
    assert await pending(world) == set()


@pytest.mark.parametrize("kind", TimerKind)
async def test_a_timer_whose_matter_is_gone_is_retired(world: World, kind: TimerKind) -> None:
    ticket = await waiting(world)
    await world.deliver()
    await world.wait(DAY)
    await world.deliver()
    before = await world.history(ticket)
    await world.do(lambda uow: uow.timers.set(Timer(kind=kind, ref=424242, due_at=world.now)))
    await world.wait(DAY)
    assert await world.deliver() == []
    assert await world.history(ticket) == before
    assert await pending(world) == set()
