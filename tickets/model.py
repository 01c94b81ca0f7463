"""What is kept: inquiries, tickets and what belongs to them.

An inquiry is what somebody asked, answered or not; a ticket is the work that an unanswered inquiry becomes.
Both are immutable: a rule returns the changed copy and the unit of work writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hashlib import blake2b

from tickets.conversation import Attachment
from tickets.identity import (
    AnswerId,
    ChatId,
    CommunityCode,
    DepartmentId,
    DraftId,
    InquiryId,
    MessageKey,
    Person,
    TicketId,
    UserId,
)
from tickets.lifecycle import Action, Status


class Room(Enum):
    """What a bound group is to the bot."""

    MUTUAL_AID = "mutual_aid"
    DESK = "desk"
    ALLIANCE = "alliance"


class TicketClass(Enum):
    """A: overseen by a named person (督办); B and C: ordinary and light."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True, kw_only=True, slots=True)
class Community:
    code: CommunityCode
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BoundChat:
    """A group and what it is bound as. The alliance serves every community, so its `community` is None."""

    chat_id: ChatId
    room: Room
    community: CommunityCode | None
    title: str
    is_forum: bool
    language: str
    bound_by: UserId
    bound_at: datetime


class Finding(Enum):
    """What the judge found last, kept because it decides how the bot's one reply is shown."""

    NONE = "none"
    ANSWER = "answer"
    SUGGESTION = "suggestion"
    EXPIRED = "expired"  # an entry past its review date: shown as such, never as an answer
    EMERGENCY = "emergency"
    PRIVATE = "private"


class InquiryState(Enum):
    GATHERING = "gathering"  # more messages of the same asker may belong to it
    SILENT = "silent"  # not a question for us
    ANSWERED = "answered"  # the knowledge base answered; the asker may say whether it helped
    SUGGESTED = "suggested"  # "did you mean" is shown
    PRIVATE_OFFERED = "private_offered"  # the asker was offered to go on in private
    HELPED = "helped"  # the asker said that the answer helped
    TICKETED = "ticketed"  # a ticket carries it


@dataclass(frozen=True, kw_only=True, slots=True)
class InquiryPart:
    """One message of an inquiry; the first one is what replies go to."""

    key: MessageKey
    text: str
    attachment: Attachment | None = None
    album_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Inquiry:
    """What one person asked in one place, in one or several messages."""

    id: InquiryId
    chat_id: ChatId
    thread_id: int | None
    community: CommunityCode | None
    asker: Person
    addressed: bool
    private: bool  # asked in the private chat with the bot
    state: InquiryState
    finding: Finding
    kind: str  # of an emergency or a private matter: which
    parts: tuple[InquiryPart, ...]
    entry_id: str | None
    candidates: tuple[str, ...]
    peer_replies: int
    created_at: datetime
    touched_at: datetime
    ticket_id: TicketId | None

    @property
    def origin(self) -> MessageKey:
        """The message that every answer replies to."""
        return self.parts[0].key

    @property
    def text(self) -> str:
        return "\n".join(part.text for part in self.parts if part.text)

    @property
    def attachments(self) -> tuple[InquiryPart, ...]:
        return tuple(part for part in self.parts if part.attachment is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """The work on one inquiry. `number` is None until the ticket opens (`LF-0001`)."""

    id: TicketId
    number: str | None
    community: CommunityCode
    inquiry_id: InquiryId
    asker: Person
    origin: MessageKey
    subject: str
    status: Status
    ticket_class: TicketClass
    holder: Person | None  # the social worker who took it
    department: DepartmentId | None  # the lead department
    officer: Person | None  # who reported in
    reason: str  # why it was opened, reopened, declined; the last one
    created_at: datetime
    opened_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One row of a ticket's history. `actor` None means the clock."""

    ticket_id: TicketId
    at: datetime
    actor: Person | None
    action: Action
    before: Status
    after: Status
    reason: str = ""


class DraftKind(Enum):
    DESK_ANSWER = "desk_answer"  # a social worker's answer
    DEPARTMENT_ANSWER = "department_answer"
    GUIDANCE = "guidance"  # why another channel is the right one
    REOPEN_REASON = "reopen_reason"  # what the asker still misses
    COMMUNITY_NAME = "community_name"


class DraftState(Enum):
    PROMPTED = "prompted"  # the bot asked for the text
    COMPOSED = "composed"  # the text is there and shown
    PUBLISHED = "published"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A text on its way: asked for, shown as it will be sent, then sent or dropped."""

    id: DraftId
    kind: DraftKind
    ticket_id: TicketId | None
    community: CommunityCode | None
    chat_id: ChatId
    thread_id: int | None
    author: Person
    asked_by: MessageKey | None  # the message that the prompt answers
    channel: str  # of a guidance: the channel pointed to
    state: DraftState
    parts: tuple[InquiryPart, ...]
    created_at: datetime
    department: DepartmentId | None = None  # of a department's answer: in whose name it was composed

    @property
    def text(self) -> str:
        return "\n".join(part.text for part in self.parts if part.text)

    @property
    def attachments(self) -> tuple[InquiryPart, ...]:
        return tuple(part for part in self.parts if part.attachment is not None)

    @property
    def fingerprint(self) -> str:
        """What is shown, in 8 hex digits: words, attachments and in whose name. A press carries it back."""
        files = tuple(part.attachment for part in self.attachments)
        shown = repr((self.text, files, self.department))
        return blake2b(shown.encode(errors="surrogatepass"), digest_size=4).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedAnswer:
    """An answer that went to the asker. `department` None: the desk answered itself."""

    id: AnswerId
    ticket_id: TicketId
    draft_id: DraftId
    text: str
    department: DepartmentId | None
    author: Person
    published_at: datetime
    edited_at: datetime | None
    verdict: str  # "", "solved", "unsolved", "expired"
    rating: str  # "", "satisfied", "fair", "dissatisfied"


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """Where a ticket is handled: a forum topic, or the reply chain below its card."""

    ticket_id: TicketId
    chat_id: ChatId
    topic_id: int | None  # None where the group is no forum, or before the topic is made
    closed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadMessage:
    """What somebody wrote in a thread: internal, kept so that an answer can be taken from it."""

    ticket_id: TicketId
    key: MessageKey
    sender: Person
    text: str
    attachment: Attachment | None
    album_id: str | None
    at: datetime


class LinkRole(Enum):
    """What a message of the bot's is, so that a reply to it or an edit of it finds its matter."""

    REPLY = "reply"  # ref: inquiry; the bot's one reply to a question
    PEERS_CHECK = "peers_check"  # ref: ticket
    TICKET_NOTICE = "ticket_notice"  # ref: ticket
    DESK_CARD = "desk_card"  # ref: ticket
    THREAD_CARD = "thread_card"  # ref: ticket
    MENU = "menu"  # ref: ticket
    PROMPT = "prompt"  # ref: draft
    PREVIEW = "preview"  # ref: draft
    ANSWER = "answer"  # ref: published answer
    RELAY = "relay"  # ref: ticket
    TEXT = "text"  # ref: 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A message of the bot's and what it stands for."""

    key: MessageKey
    role: LinkRole
    ref: int
    part: int = 0  # of a long text cut in pieces: which piece
    digest: str = ""  # of what was last shown, to leave unchanged messages alone
