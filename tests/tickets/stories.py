"""How tickets come to the point where a test begins, each step by what people really do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.tickets.people import ALLIANCE, CHEN, DESK, GROUP, WANG, ZHANG
from tests.tickets.world import World
from tickets.buttons import Verb
from tickets.conversation import Chat, IncomingMessage
from tickets.identity import Person
from tickets.model import Draft, Inquiry, LinkRole, PublishedAnswer, Ticket
from tickets.policy import Policy

POLICY = Policy()
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


async def waiting(world: World, text: str = "园区班车几点发？", **more: Any) -> Ticket:
    """Somebody asked what nobody knows; peers have their time."""
    await world.say(text, **more)
    await world.wait(POLICY.quiet)
    return (await world.tickets())[-1]


async def opened(world: World, text: str = "园区班车几点发？", **more: Any) -> Ticket:
    """No peer replied: the ticket is at the desk."""
    ticket = await waiting(world, text, **more)
    await world.wait(POLICY.peer_window)
    await world.deliver()
    return await again(world, ticket)


async def claimed(world: World, **more: Any) -> Ticket:
    ticket = await opened(world, **more)
    await world.press(Verb.CLAIM, ticket.id, by=WANG, at=DESK)
    return await again(world, ticket)


async def dispatched(world: World, **more: Any) -> Ticket:
    """The market regulator leads, and its thread stands in topic 77."""
    ticket = await claimed(world, **more)
    await world.press(Verb.DISPATCH_TO, ticket.id, "market_regulation", by=WANG, at=DESK)
    await world.deliver()
    await world.do(lambda uow: world.mishaps.topic_made(uow, ticket.id, 77))
    return await again(world, ticket)


async def drafted(world: World, ticket: Ticket, text: str, *, by: Person = CHEN) -> Draft:
    """An officer replied to the thread's card."""
    card = await world.shown(LinkRole.THREAD_CARD, ticket.id)
    await world.reply(text, card, by=by, to=ALLIANCE, thread_id=77)
    return await world.the_draft()


async def published(world: World, draft: Draft, *, by: Person = CHEN, at: Chat = ALLIANCE) -> PublishedAnswer:
    await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=by, at=at)
    await world.deliver()
    answer = await world.do(lambda uow: uow.answers.by_draft(draft.id))
    assert answer is not None
    return answer


async def answered(world: World, text: str = "每天七点半。", **more: Any) -> tuple[Ticket, PublishedAnswer]:
    """The department's answer stands in the group."""
    ticket = await dispatched(world, **more)
    answer = await published(world, await drafted(world, ticket, text))
    return await again(world, ticket), answer


async def closed(world: World) -> tuple[Ticket, PublishedAnswer]:
    """The asker said that it is solved."""
    ticket, answer = await answered(world)
    await world.press(Verb.SOLVED, answer.id, by=ZHANG, at=GROUP)
    await world.deliver()
    return await again(world, ticket), await again_answer(world, answer)


async def again(world: World, ticket: Ticket) -> Ticket:
    """The ticket as it is now."""
    found = await world.do(lambda uow: uow.tickets.get(ticket.id))
    assert found is not None
    return found


async def again_answer(world: World, answer: PublishedAnswer) -> PublishedAnswer:
    found = await world.do(lambda uow: uow.answers.get(answer.id))
    assert found is not None
    return found


async def again_draft(world: World, draft: Draft) -> Draft:
    found = await world.do(lambda uow: uow.drafts.get(draft.id))
    assert found is not None
    return found


async def asked(world: World, message: IncomingMessage) -> Inquiry | None:
    """The inquiry that this message belongs to."""
    return await world.do(lambda uow: uow.inquiries.by_message(message.key))


async def carried(world: World, message: IncomingMessage) -> Inquiry:
    """The same, where there must be one."""
    inquiry = await asked(world, message)
    assert inquiry is not None
    return inquiry
