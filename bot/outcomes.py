"""What can become of a call: one type per consequence, so that whoever called need not read error texts."""

from __future__ import annotations

from dataclasses import dataclass

from tickets.identity import ChatId, MessageId


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """It took effect. `message_ids` are the messages made, `topic_id` the topic made."""

    message_ids: tuple[MessageId, ...] = ()
    topic_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryAfter:
    """Too fast for this chat; it did not take effect."""

    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Uncertain:
    """No answer, none that can be read, or a server error (5xx): it may have taken effect, and doing it again
    may do it twice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Network or server trouble. It did not take effect, or doing it again does no harm."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreachable:
    """We may not write there. Final until people change it.

    `reason` is one of blocked, never_started, deactivated, kicked, not_found, no_rights, forbidden.
    """

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Migrated:
    """The group has become another chat."""

    new_chat_id: ChatId


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicGone:
    """The forum topic was deleted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicClosed:
    """The forum topic is closed and we may not write into it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageGone:
    """The message to change is gone or is not ours to change."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """It will be refused every time. `description`, the server's, may quote the text: never log it."""

    description: str


Outcome = (
    Done
    | RetryAfter
    | Uncertain
    | Trouble
    | Unreachable
    | Migrated
    | TopicGone
    | TopicClosed
    | MessageGone
    | Refused
)
