"""What goes out, after rendering and before the messenger's API: plain values, one per API call.

Rendering makes them from rows, the gateway turns them into calls. Between the two nothing knows tickets any
more, and nothing here knows the API.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from tickets.conversation import Attachment
from tickets.identity import ChatId, MessageId
from tickets.model import LinkRole


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """A button: its label and what it carries, either data of ours or an address to open."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskForReply:
    """Open the reply field for the person mentioned in the text, with a hint in it (1–64 characters)."""

    hint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SendText:
    """A new message. `html` is escaped and at most 4096 UTF-16 units long after parsing.

    `orphan_html` replaces it where the message to be replied to no longer exists: it names the person and
    quotes the question, so that the answer still finds its reader.
    """

    chat_id: ChatId
    html: str
    keys: tuple[tuple[Key, ...], ...] = ()
    reply_to: MessageId | None = None
    thread_id: int | None = None
    ask: AskForReply | None = None
    orphan_html: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class EditText:
    """Change a message of ours; no keys means that its buttons go."""

    chat_id: ChatId
    message_id: MessageId
    html: str
    keys: tuple[tuple[Key, ...], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyParts:
    """Copy messages of people without naming them; more than one keeps its album together.

    `attachments` are the same files by handle, for chats whose messages may not be copied. Messages that
    can be neither copied nor sent by handle are told as `fallback_html`.
    """

    chat_id: ChatId
    from_chat_id: ChatId
    message_ids: tuple[MessageId, ...]
    attachments: tuple[Attachment, ...]
    reply_to: MessageId | None = None
    thread_id: int | None = None
    fallback_html: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class React:
    """Set one emoji on a message; a silent courtesy whose failure nobody needs to hear of."""

    chat_id: ChatId
    message_id: MessageId
    emoji: str


class TopicStep(Enum):
    CREATE = "create"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """Make (by `name`, 1–128 characters), close or reopen a forum topic."""

    chat_id: ChatId
    step: TopicStep
    name: str = ""
    thread_id: int | None = None


Outgoing = SendText | EditText | CopyParts | React | Topic


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A notice, ready to go: its calls in order, and what the messages they make will stand for.

    No steps: there is nothing (left) to tell. After a `Topic` that creates, the notice is rendered again,
    now that the topic exists. `digest` is of what is shown, so that an edit that changes nothing is spared.
    """

    steps: tuple[Outgoing, ...] = ()
    role: LinkRole | None = None
    ref: int = 0
    digest: str = ""
    urgent: bool = field(default=False)  # goes before chatty edits when the overall budget is short
