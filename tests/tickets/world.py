"""One whole set of use cases over the real store, and hands to play the messenger with.

`World` only does what the running program does around the use cases: it opens transactions, runs timers when
they fall due, and takes notices out of the outbox, giving each the message id that the messenger would give.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from storage import SqliteStore, SqliteUnitOfWork
from tests.tickets.judging import find_entry, judge
from tests.tickets.people import (
    ADMIN,
    ALLIANCE,
    DESK,
    GROUP,
    LF,
    MONDAY,
    OTHER_DESK,
    OTHER_GROUP,
    ZHANG,
    key_in,
    reply_to_bot,
    tap,
    write,
)
from tickets.asking import Asking, Judging
from tickets.binding import Binding
from tickets.buttons import Verb
from tickets.composing import Composing
from tickets.confirming import Confirming
from tickets.conversation import Chat, ChatKind, IncomingMessage, Press, PressReply
from tickets.due import DueWork
from tickets.handling import Handling
from tickets.helping import Helping
from tickets.identity import ChatId, CommunityCode, MessageKey, Person
from tickets.mishaps import Mishaps
from tickets.model import BoundChat, Community, Draft, Event, Link, LinkRole, Room, Ticket
from tickets.notices import UPSERTS, Notice, NoticeKind
from tickets.opening import Opening
from tickets.peers import Peers
from tickets.policy import Policy
from tickets.pressing import Pressing
from tickets.reception import Reception
from tickets.revising import Revising
from tickets.standing import Standing
from tickets.triage import Desk
from tickets.use_cases import UseCases

T = TypeVar("T")
DEPARTMENTS = ("market_regulation", "fire", "emergency_mgmt")
CHANNELS = ("hotline", "court")
_ROLES = {
    **UPSERTS,
    NoticeKind.MENU: LinkRole.MENU,
    NoticeKind.PROMPT: LinkRole.PROMPT,
    NoticeKind.RELAY: LinkRole.RELAY,
    NoticeKind.TEXT: LinkRole.TEXT,
}


class World:
    """The use cases, the store they work on, and the time."""

    def __init__(
        self,
        store: SqliteStore,
        *,
        policy: Policy = Policy(),  # noqa: B008 (frozen)
        judging: Judging = judge,
    ) -> None:
        self.store = store
        self.now = MONDAY
        opening = Opening(policy)
        asking = Asking(judge=judging, policy=policy, opening=opening)
        composing = Composing(policy=policy)
        self.cases = UseCases(
            asking=asking,
            binding=Binding(admins=frozenset({ADMIN.id}), language="zh"),
            composing=composing,
            confirming=Confirming(policy=policy),
            desk=Desk(departments=DEPARTMENTS, channels=CHANNELS),
            handling=Handling(composing=composing),
            helping=Helping(opening=opening, find_entry=find_entry),
            opening=opening,
            peers=Peers(policy=policy, opening=opening),
            revising=Revising(asking=asking, policy=policy),
        )
        self.reception = Reception(self.cases)
        self.pressing = Pressing(self.cases)
        self.due = DueWork(
            asking=asking, peers=self.cases.peers, composing=composing, confirming=self.cases.confirming
        )
        self.mishaps = Mishaps()
        self.standing = Standing()

    async def do(self, work: Callable[[SqliteUnitOfWork], T]) -> T:
        return await self.store.transact(work)

    async def bind(self, chat: Chat, room: Room, community: CommunityCode | None = LF) -> None:
        bound = BoundChat(
            chat_id=chat.id,
            room=room,
            community=community,
            title=chat.title,
            is_forum=chat.is_forum,
            language="zh",
            bound_by=ADMIN.id,
            bound_at=self.now,
        )

        def put(uow: SqliteUnitOfWork) -> None:
            if community is not None and uow.communities.get(community) is None:
                uow.communities.put(Community(code=community, name=community))
            uow.chats.put(bound)

        await self.do(put)

    async def bind_all(self) -> None:
        """One community with its group and desk, another one beside it, and the alliance of both."""
        await self.bind(GROUP, Room.MUTUAL_AID)
        await self.bind(DESK, Room.DESK)
        await self.bind(OTHER_GROUP, Room.MUTUAL_AID, CommunityCode("XQ"))
        await self.bind(OTHER_DESK, Room.DESK, CommunityCode("XQ"))
        await self.bind(ALLIANCE, Room.ALLIANCE, None)

    # -- what people do --

    async def receive(self, message: IncomingMessage, *, late: timedelta = timedelta(0)) -> IncomingMessage:
        """Receive a message; `late` is how long it has been tried already."""
        await self.do(lambda uow: self.reception.receive(uow, message, self.now, self.now - late))
        return message

    async def say(self, text: str, *, by: Person = ZHANG, to: Chat = GROUP, **more: Any) -> IncomingMessage:
        late = more.pop("late", timedelta(0))
        return await self.receive(write(text, by=by, to=to, at=self.now, **more), late=late)

    async def reply(
        self,
        text: str,
        key: MessageKey,
        *,
        by: Person = ZHANG,
        to: Chat = GROUP,
        shown: str = "",
        **more: Any,
    ) -> IncomingMessage:
        """Reply to a message of the bot's, which shows the text `shown`."""
        return await self.say(text, by=by, to=to, replied=reply_to_bot(key, shown, self.now), **more)

    async def press(
        self, verb: Verb, ref: int, argument: str = "", *, by: Person = ZHANG, at: Chat = GROUP, **more: Any
    ) -> PressReply:
        return await self.tap(tap(verb, ref, argument, by=by, at=at, now=self.now, **more))

    async def tap(self, press: Press) -> PressReply:
        return await self.do(lambda uow: self.pressing.press(uow, press, self.now))

    async def wait(self, span: timedelta) -> None:
        """Let time pass, running whatever falls due on the way, each timer at its own time."""
        end = self.now + span
        while due := await self.do(lambda uow: uow.timers.due(end, 1)):
            self.now = max(self.now, due[0].due_at)
            timer = due[0]
            await self.do(lambda uow: self.due.run(uow, timer, self.now))  # noqa: B023 (awaited here)
        self.now = end

    # -- what the messenger does --

    async def deliver(self) -> list[Notice]:
        """Send all that is owed, oldest first, and return it."""
        sent: list[tuple[int, Notice]] = []
        while rows := await self.do(lambda uow: uow.outbox.claim(self.now, 100)):
            for row in rows:
                sent.append((row.id, row.notice))
                await self.do(lambda uow: uow.outbox.sent(row.id))  # noqa: B023 (awaited here)
                await self.do(lambda uow: _record(uow, row.notice))  # noqa: B023
        return [notice for _, notice in sorted(sent, key=lambda pair: pair[0])]

    async def shown(self, role: LinkRole, ref: int) -> MessageKey:
        """The message that stands for this matter, once all is delivered."""
        await self.deliver()
        return (await self.do(lambda uow: uow.links.latest(role, ref)))[0].key

    # -- what one may look up --

    async def tickets(self) -> list[Ticket]:
        """All tickets, numbered or not, oldest first."""

        def find(uow: SqliteUnitOfWork) -> list[Ticket]:
            highest = uow.new_id()
            found = (uow.tickets.get(ticket_id) for ticket_id in range(1, highest))  # type: ignore[arg-type]
            return [ticket for ticket in found if ticket is not None]

        return await self.do(find)

    async def the_ticket(self) -> Ticket:
        (ticket,) = await self.tickets()
        return ticket

    async def history(self, ticket: Ticket) -> list[Event]:
        return list(await self.do(lambda uow: uow.history.of(ticket.id)))

    async def the_draft(self) -> Draft:
        """The newest draft."""

        def find(uow: SqliteUnitOfWork) -> Draft:
            highest = uow.new_id()
            found = (uow.drafts.get(draft_id) for draft_id in range(highest, 0, -1))  # type: ignore[arg-type]
            return next(draft for draft in found if draft is not None)

        return await self.do(find)


def _record(uow: SqliteUnitOfWork, notice: Notice) -> None:
    role = _ROLES.get(notice.kind)
    if role is None or (notice.kind in UPSERTS and uow.links.latest(role, notice.ref)):
        return
    chat = Chat(id=notice.chat_id, kind=ChatKind.GROUP)
    uow.links.put(Link(key=key_in(chat), role=role, ref=notice.ref))


def keys_of(notices: list[Notice], chat: Chat | None = None) -> list[str]:
    """The texts said, by their keys, in one chat or everywhere."""
    return [
        str(notice.data["key"])
        for notice in notices
        if notice.kind is NoticeKind.TEXT and (chat is None or notice.chat_id == chat.id)
    ]


def kinds_of(notices: list[Notice], chat: Chat) -> list[NoticeKind]:
    """What was told in one chat, in order."""
    return [notice.kind for notice in notices if notice.chat_id == ChatId(chat.id)]
