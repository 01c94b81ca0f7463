"""The door between the rules and the rows.

A use case is a plain function that is given a `UnitOfWork`, reads and writes through it, and returns. The
store runs it inside one transaction, on the connection's own thread: everything it wrote becomes true
together, or, if it raised, nothing does. The protocols name every question that the use cases ask, so
another database is another implementation of this file and of nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol, TypeVar

from tickets.identity import (
    AnswerId,
    ChatId,
    CommunityCode,
    DraftId,
    InquiryId,
    MessageKey,
    Person,
    TicketId,
    UpdateId,
    UserId,
)
from tickets.model import (
    BoundChat,
    Community,
    Draft,
    Event,
    Inquiry,
    InquiryPart,
    Link,
    LinkRole,
    PublishedAnswer,
    Thread,
    ThreadMessage,
    Ticket,
)
from tickets.notices import Notice

T = TypeVar("T")


class AlreadyDoneError(Exception):
    """This update was acted on before; nothing may be done again."""


class NotYetKnownError(Exception):
    """The update refers to a message of ours whose sending is not yet recorded; try again shortly."""


class TimerKind(Enum):
    """Due work. `ref` is the id of what the kind names."""

    SETTLE = "settle"  # inquiry: the asker has paused, act on what was gathered
    PEER_WINDOW = "peer_window"  # ticket: peers had their time
    PEERS_CONFIRM = "peers_confirm"  # ticket: the asker did not say whether peers helped
    CONFIRM = "confirm"  # ticket: the asker did not say whether the answer helped
    PREVIEW = "preview"  # draft: the album is complete, show the draft
    CARRY = "carry"  # ticket: the asker's album is complete, carry it to where the ticket is worked on


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    kind: TimerKind
    ref: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What an action on a ticket comes to: the ticket as it is now, why, and what people are told."""

    ticket: Ticket
    events: tuple[Event, ...]
    notices: tuple[Notice, ...] = ()
    timers: tuple[Timer, ...] = ()
    cancels: tuple[TimerKind, ...] = field(default=())  # timers of this ticket that no longer matter


class Communities(Protocol):
    def get(self, code: CommunityCode) -> Community | None: ...
    def put(self, community: Community) -> None: ...
    def all(self) -> Sequence[Community]: ...
    def next_number(self, code: CommunityCode) -> str:
        """Count up and return the community's next ticket number, such as `LF-0001`."""
        ...


class Chats(Protocol):
    def get(self, chat_id: ChatId) -> BoundChat | None: ...
    def put(self, chat: BoundChat) -> None: ...
    def remove(self, chat_id: ChatId) -> None: ...
    def all(self) -> Sequence[BoundChat]: ...
    def desk_of(self, community: CommunityCode) -> BoundChat | None: ...
    def alliance(self) -> BoundChat | None: ...
    def migrate(self, old: ChatId, new: ChatId) -> None:
        """Give every row that names `old` the id `new`; doing it twice changes nothing.

        Message ids of the old chat are not valid in the new one, so links to its messages are dropped.
        """
        ...

    def moved_to(self, chat_id: ChatId) -> ChatId | None:
        """The id this chat has now, if it changed."""
        ...


class People(Protocol):
    def get(self, user_id: UserId) -> Person | None: ...
    def remember(self, person: Person, now: datetime) -> None:
        """Store or refresh the name under which somebody is shown."""
        ...

    def see_in(self, user_id: UserId, community: CommunityCode) -> None:
        """Note that somebody speaks in a group of this community."""
        ...

    def communities_of(self, user_id: UserId) -> Sequence[CommunityCode]: ...
    def set_reachable(self, user_id: UserId, reachable: bool) -> None:
        """Whether the person can be written to in private: False after a block, True after a start."""
        ...

    def is_reachable(self, user_id: UserId) -> bool: ...


class Fragments(Protocol):
    """Short messages and lone attachments that may turn out to be the beginning of a question."""

    def add(self, chat_id: ChatId, sender: UserId, part: InquiryPart, now: datetime) -> None: ...
    def take(self, chat_id: ChatId, sender: UserId, since: datetime) -> tuple[InquiryPart, ...]:
        """Return, oldest first, and forget what this sender left in this chat since then."""
        ...

    def purge(self, before: datetime) -> None: ...


class Inquiries(Protocol):
    def get(self, inquiry_id: InquiryId) -> Inquiry | None: ...
    def put(self, inquiry: Inquiry) -> None:
        """Insert or replace, parts included."""
        ...

    def by_message(self, key: MessageKey) -> Inquiry | None:
        """The inquiry that this message of the asker is a part of."""
        ...

    def latest_of(self, chat_id: ChatId, asker: UserId, since: datetime) -> Inquiry | None:
        """The last inquiry of this asker in this chat that was touched since then."""
        ...

    def waiting_in(self, chat_id: ChatId) -> Sequence[Inquiry]:
        """Inquiries of this chat that are gathering, or whose ticket waits for peers; oldest first."""
        ...


class Tickets(Protocol):
    def get(self, ticket_id: TicketId) -> Ticket | None: ...
    def put(self, ticket: Ticket) -> None: ...
    def by_number(self, number: str) -> Ticket | None:
        """The ticket of this number, upper or lower case."""
        ...

    def of_asker(self, asker: UserId, limit: int) -> Sequence[Ticket]:
        """The asker's numbered tickets, newest first."""
        ...

    def living_of(self, community: CommunityCode) -> Sequence[Ticket]:
        """Numbered tickets that are not retired, oldest first."""
        ...


class History(Protocol):
    def add(self, event: Event) -> None: ...
    def of(self, ticket_id: TicketId) -> Sequence[Event]:
        """All events of a ticket, oldest first."""
        ...


class Drafts(Protocol):
    def get(self, draft_id: DraftId) -> Draft | None: ...
    def put(self, draft: Draft) -> None: ...
    def by_source(self, key: MessageKey) -> Draft | None:
        """The newest draft that this message is a part of."""
        ...

    def prompted_for(self, chat_id: ChatId, author: UserId) -> Draft | None:
        """The newest draft in this chat whose text this author was asked for and has not given."""
        ...


class Answers(Protocol):
    def get(self, answer_id: AnswerId) -> PublishedAnswer | None: ...
    def put(self, answer: PublishedAnswer) -> None: ...
    def by_draft(self, draft_id: DraftId) -> PublishedAnswer | None: ...
    def latest_of(self, ticket_id: TicketId) -> PublishedAnswer | None: ...


class Threads(Protocol):
    def get(self, ticket_id: TicketId) -> Thread | None: ...
    def put(self, thread: Thread) -> None: ...
    def by_topic(self, chat_id: ChatId, topic_id: int) -> Thread | None: ...
    def add_message(self, message: ThreadMessage) -> None: ...
    def message(self, key: MessageKey) -> ThreadMessage | None: ...
    def album(self, chat_id: ChatId, album_id: str) -> Sequence[ThreadMessage]: ...
    def last_messages(self, ticket_id: TicketId, limit: int) -> Sequence[ThreadMessage]:
        """The last few messages of a thread, oldest first."""
        ...


class Links(Protocol):
    def find(self, key: MessageKey) -> Link | None: ...
    def latest(self, role: LinkRole, ref: int) -> Sequence[Link]:
        """The messages that now stand for this matter, by part; empty where none was sent."""
        ...

    def put(self, link: Link) -> None: ...
    def forget(self, role: LinkRole, ref: int) -> None:
        """The messages of this matter are gone: the next notice is sent anew."""
        ...


class Timers(Protocol):
    def set(self, timer: Timer) -> None:
        """Set, or move, the one timer of this kind and ref."""
        ...

    def cancel(self, kind: TimerKind, ref: int) -> None: ...
    def due(self, now: datetime, limit: int) -> Sequence[Timer]: ...


class Feedback(Protocol):
    def add(self, label: str, text: str, inquiry_id: InquiryId | None, now: datetime) -> None:
        """Remember what people said of a judgement (`not_a_request`, `helpful`, …), to learn from."""
        ...


class UnitOfWork(Protocol):
    """All rows, within one transaction."""

    @property
    def communities(self) -> Communities: ...
    @property
    def chats(self) -> Chats: ...
    @property
    def people(self) -> People: ...
    @property
    def fragments(self) -> Fragments: ...
    @property
    def inquiries(self) -> Inquiries: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def history(self) -> History: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def answers(self) -> Answers: ...
    @property
    def threads(self) -> Threads: ...
    @property
    def links(self) -> Links: ...
    @property
    def timers(self) -> Timers: ...
    @property
    def feedback(self) -> Feedback: ...

    def new_id(self) -> int:
        """A number never given before, for any kind of row."""
        ...

    def tell(self, notice: Notice) -> None:
        """Owe this notice: it goes out after the commit."""
        ...

    def save(self, change: Change) -> None:
        """Write a ticket's change: ticket, history, notices and timers."""
        ...

    def finish(self, update_id: UpdateId) -> None:
        """Mark the update as acted on; raise `AlreadyDoneError` where it was before."""
        ...


class Store(Protocol):
    """Runs use cases, each in a transaction of its own."""

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T: ...
    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run `work` against a consistent snapshot; what it writes is an error."""
        ...
