"""Where a ticket stands, and who may know."""

from __future__ import annotations

import pytest

from tests.tickets.people import (
    ADMIN,
    ALLIANCE,
    CHEN,
    DESK,
    GROUP,
    LF,
    LI,
    NOWHERE,
    OTHER_DESK,
    OTHER_GROUP,
    WANG,
    ZHANG,
    private_with,
    write,
)
from tests.tickets.stories import dispatched, opened, waiting
from tests.tickets.world import World
from tickets.conversation import Chat
from tickets.identity import Person
from tickets.notices import NoticeKind


async def told(world: World) -> tuple[str, str]:
    """The text said and the tickets it is about."""
    (said,) = [each for each in await world.deliver() if each.kind is NoticeKind.TEXT]
    return str(said.data["key"]), str(said.data.get("tickets", ""))


async def status(world: World, number: str, *, by: Person, at: Chat, admin: bool = False) -> tuple[str, str]:
    message = write(f"/status {number}", by=by, to=at)
    await world.do(lambda uow: world.standing.show_one(uow, message, number, admin=admin))
    return await told(world)


async def test_my_lists_ones_own_tickets_newest_first(world: World) -> None:
    message = write("/my")
    await world.do(lambda uow: world.standing.list_mine(uow, message))
    assert await told(world) == ("no_tickets", "")
    first = await opened(world)
    second = await opened(world, text="食堂几点开？")
    await opened(world, text="宿舍怎么申请？", by=LI)
    await waiting(world, text="快递放哪里？")  # has no number yet
    await world.deliver()
    await world.do(lambda uow: world.standing.list_mine(uow, message))
    assert await told(world) == ("my_tickets", f"{second.id} {first.id}")


@pytest.mark.parametrize(
    ("by", "at"), [(ZHANG, GROUP), (ZHANG, private_with(ZHANG)), (WANG, DESK), (CHEN, ALLIANCE)]
)
async def test_the_asker_the_desk_and_the_department_may_know(world: World, by: Person, at: Chat) -> None:
    ticket = await dispatched(world)
    for number in ("LF-0001", "lf-0001"):
        assert await status(world, number, by=by, at=at) == ("ticket_status", str(ticket.id))


@pytest.mark.parametrize(
    ("by", "at"),
    [
        (LI, GROUP),
        (LI, OTHER_GROUP),
        (LI, OTHER_DESK),
        (LI, NOWHERE),
        (LI, private_with(LI)),
        (WANG, private_with(WANG)),
    ],
)
async def test_to_everybody_else_it_does_not_exist(world: World, by: Person, at: Chat) -> None:
    await dispatched(world)
    assert await status(world, "LF-0001", by=by, at=at) == ("no_such_ticket", "")


async def test_a_department_knows_only_of_what_was_sent_to_it(world: World) -> None:
    await opened(world)
    assert await status(world, "LF-0001", by=CHEN, at=ALLIANCE) == ("no_such_ticket", "")


async def test_what_was_asked_in_private_is_not_told_in_a_group(world: World) -> None:
    await world.do(lambda uow: uow.people.see_in(ZHANG.id, LF))
    ticket = await opened(world, to=private_with(ZHANG))
    assert await status(world, "LF-0001", by=ZHANG, at=GROUP) == ("no_such_ticket", "")
    known = await status(world, "LF-0001", by=ZHANG, at=private_with(ZHANG))
    assert known == ("ticket_status", str(ticket.id))
    await world.do(lambda uow: world.standing.list_mine(uow, write("/my")))
    assert await told(world) == ("no_tickets", "")


async def test_a_number_may_be_typed_as_people_type_it(world: World) -> None:
    ticket = await opened(world)
    for number in ("lf1", "LF0001", " lf-1 "):
        assert await status(world, number, by=ZHANG, at=GROUP) == ("ticket_status", str(ticket.id))
    assert (await status(world, "LF-0001", by=ADMIN, at=NOWHERE, admin=True))[0] == "no_such_ticket"


async def test_an_admin_may_know(world: World) -> None:
    ticket = await opened(world)
    known = await status(world, "LF-0001", by=ADMIN, at=private_with(ADMIN), admin=True)
    assert known == ("ticket_status", str(ticket.id))


async def test_a_number_is_needed_and_must_exist(world: World) -> None:
    assert await status(world, "", by=ZHANG, at=GROUP) == ("status_usage", "")
    assert await status(world, "LF-9999", by=ZHANG, at=GROUP) == ("no_such_ticket", "")
