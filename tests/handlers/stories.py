"""How a matter comes to the point where a test begins, each step by what people really send."""

from __future__ import annotations

from datetime import timedelta

from tests.handlers.places import ALLIANCE, CHEN, DESK, UNKNOWN, WANG, Json
from tests.handlers.station import Station
from tickets.identity import TicketId
from tickets.model import LinkRole, Ticket

QUIET = timedelta(seconds=4)
PEERS = timedelta(minutes=10)


async def waiting(station: Station) -> tuple[Json, Ticket]:
    """A question that nobody knows; peers have their time. Returns the message, too."""
    asked = await station.say(UNKNOWN)
    await station.wait(QUIET)
    return asked, (await station.tickets())[-1]


async def opened(station: Station) -> Ticket:
    """No peer replied: the ticket is at the desk."""
    _, ticket = await waiting(station)
    await station.wait(PEERS)
    await station.deliver()
    return await again(station, ticket)


async def dispatched(station: Station) -> Ticket:
    """The department's thread stands in a topic of the alliance, with its card."""
    ticket = await opened(station)
    station.telegram.seat(DESK["id"], WANG["id"])
    station.telegram.seat(ALLIANCE["id"], CHEN["id"])
    await press_card(station, "dispatch", ticket)
    menu = await station.shown(LinkRole.MENU, ticket.id, DESK)
    await station.press(f"to:{ticket.id}:market_regulation", by=WANG, on=menu)
    await station.deliver()
    return await again(station, ticket)


async def answered(station: Station, text: str = "已安排今晚维修。") -> Ticket:
    """A social worker's answer stands below the question."""
    ticket = await opened(station)
    station.telegram.seat(DESK["id"], WANG["id"])
    await press_card(station, "answer", ticket)
    draft = (await station.drafts())[-1]
    prompt = await station.shown(LinkRole.PROMPT, draft.id, DESK)
    await station.say(text, by=WANG, to=DESK, reply_to_message=prompt)
    preview = await station.shown(LinkRole.PREVIEW, draft.id, DESK)
    await station.press(f"publish:{draft.id}:{draft.fingerprint}", by=WANG, on=preview)
    await station.deliver()
    return await again(station, ticket)


async def press_card(station: Station, verb: str, ticket: Ticket, *, by: Json = WANG) -> Json:
    """A press on the ticket's card at the desk."""
    card = await station.shown(LinkRole.DESK_CARD, ticket.id, DESK)
    return await station.press(f"{verb}:{ticket.id}", by=by, on=card)


async def topic_of(station: Station, ticket: Ticket) -> int:
    """The forum topic of the ticket's thread."""
    thread = await station.do(lambda uow: uow.threads.get(ticket.id))
    assert thread is not None
    assert thread.topic_id is not None
    return thread.topic_id


async def again(station: Station, ticket: Ticket) -> Ticket:
    """The ticket as it is now."""
    found = await station.do(lambda uow: uow.tickets.get(TicketId(ticket.id)))
    assert found is not None
    return found


def in_topic(topic: int) -> Json:
    """The fields that mark a message as one in a forum topic."""
    return {"message_thread_id": topic, "is_topic_message": True}
