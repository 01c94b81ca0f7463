"""Albums come in several messages without an end; they go on as one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tests.tickets.people import DESK, PHOTO
from tests.tickets.stories import POLICY, again, dispatched, opened, waiting
from tests.tickets.world import World
from tickets.conversation import Attachment
from tickets.identity import TicketId
from tickets.model import LinkRole, Room
from tickets.notices import Notice, NoticeKind
from tickets.unit_of_work import Timer, TimerKind, UnitOfWork


def photo(number: int) -> Attachment:
    return replace(PHOTO, file_id=f"photo-{number}")


def _set(timer: Timer, uow: UnitOfWork) -> None:
    uow.timers.set(timer)


async def carried(world: World) -> list[Notice]:
    return [each for each in await world.deliver() if each.kind is NoticeKind.RELAY]


async def test_an_album_asked_with_an_alarm_waits_for_its_rest_and_goes_as_one(world: World) -> None:
    await world.say("着火了", attachment=photo(1), album_id="a")
    assert await carried(world) == []
    await world.say("", attachment=photo(2), album_id="a")
    await world.wait(POLICY.album)
    (relay,) = await carried(world)
    assert (relay.chat_id, relay.data["album"]) == (DESK.id, "a")


async def test_what_was_shown_before_the_album_goes_at_once(world: World) -> None:
    await world.say("", attachment=photo(1))
    await world.say("着火了", attachment=photo(2), album_id="a")
    (relay,) = await carried(world)
    assert (relay.data["only"] is not None, relay.data["album"]) == (True, None)
    await world.wait(POLICY.album)
    (relay,) = await carried(world)
    assert relay.data["album"] == "a"


async def test_an_album_added_to_a_ticket_goes_to_desk_and_thread_as_one(world: World) -> None:
    ticket = await dispatched(world)
    notice = await world.shown(LinkRole.TICKET_NOTICE, ticket.id)
    await world.reply("", notice, attachment=photo(1), album_id="b")
    await world.reply("", notice, attachment=photo(2), album_id="b")
    assert await carried(world) == []
    await world.wait(POLICY.album)
    relays = await carried(world)
    thread = await world.do(lambda uow: uow.threads.get(ticket.id))
    assert thread is not None
    assert {each.chat_id for each in relays} == {DESK.id, thread.chat_id}
    assert {each.data["album"] for each in relays} == {"b"}


async def test_without_a_desk_the_album_waits_for_one(world: World) -> None:
    await world.do(lambda uow: uow.chats.remove(DESK.id))
    await world.say("着火了", attachment=photo(1), album_id="a")
    await world.wait(POLICY.album)
    assert await carried(world) == []
    await world.bind(DESK, Room.DESK)


async def test_an_album_added_while_peers_have_their_time_goes_with_the_card(world: World) -> None:
    ticket = await waiting(world)
    await world.say("", attachment=photo(1), album_id="c")
    await world.wait(POLICY.album)
    assert await carried(world) == []
    await world.wait(POLICY.peer_window)
    assert (await again(world, ticket)).number is not None
    (relay,) = await carried(world)
    assert relay.data["album"] == "c"


async def test_a_timer_for_what_holds_no_album_carries_nothing(world: World) -> None:
    ticket = await opened(world)
    for ref in (ticket.id, TicketId(999)):
        due = Timer(kind=TimerKind.CARRY, ref=ref, due_at=world.now)
        await world.do(partial(_set, due))
        await world.wait(POLICY.album)
    assert await carried(world) == []
