"""Reads the errors of the Bot API: the one table of texts and what they mean.

The texts are those of the Bot API server and of the client library behind it. They are matched without
regard to case, because the client library changes the case of some.
"""

from __future__ import annotations

from typing import Final

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)
from telegram.error import RetryAfter as TooFast

from bot.outcomes import (
    Done,
    MessageGone,
    Migrated,
    Outcome,
    Refused,
    RetryAfter,
    TopicClosed,
    TopicGone,
    Trouble,
    Uncertain,
    Unreachable,
)
from tickets.identity import ChatId

REPLY_GONE: Final = (
    "message to be replied not found",
    "replied message not found",
    "reply message not found",
)
POOL_CLOSED: Final = "the connection pool is not open"  # as `bot.request` says it
BAD_MARKUP: Final = ("can't parse entities",)
_BY_TEXT: Final[tuple[tuple[str, Outcome], ...]] = (
    ("message is not modified", Done()),
    ("topic_not_modified", Done()),
    ("message thread not found", TopicGone()),
    ("topic_id_invalid", TopicGone()),
    ("topic_deleted", TopicGone()),
    ("invalid message thread", TopicGone()),
    ("topic_closed", TopicClosed()),
    ("message to edit not found", MessageGone()),
    ("message can't be edited", MessageGone()),
    ("message_id_invalid", MessageGone()),
    ("there is no text in the message to edit", MessageGone()),
    ("chat not found", Unreachable(reason="not_found")),
    ("peer_id_invalid", Unreachable(reason="not_found")),
    ("user is deactivated", Unreachable(reason="deactivated")),
    ("have no rights to send a message", Unreachable(reason="no_rights")),
    ("not enough rights to send", Unreachable(reason="no_rights")),
    ("need administrator rights in the channel", Unreachable(reason="no_rights")),
    ("chat_write_forbidden", Unreachable(reason="no_rights")),
)
_FORBIDDEN: Final = (
    ("blocked by the user", "blocked"),
    ("can't initiate conversation", "never_started"),
    ("user is deactivated", "deactivated"),
    ("kicked", "kicked"),
    ("not a member", "kicked"),
)


def read_error(error: TelegramError) -> Outcome:
    """What an error of the API means. In the library a `BadRequest` is a `NetworkError`: order matters."""
    match error:
        case TooFast():
            return RetryAfter(seconds=pause_of(error))
        case ChatMigrated():
            return Migrated(new_chat_id=ChatId(error.new_chat_id))
        case Forbidden():
            return Unreachable(reason=_reason(error))
        case BadRequest():
            return _read_refusal(error)
        case TimedOut():
            return Uncertain()
        case InvalidToken() if not is_unauthorized(error):
            return Refused(description=error.message)  # 404: the server has no such method
        case InvalidToken() | Conflict():
            return Trouble()
        case NetworkError():
            return Trouble() if _never_left(error) else Uncertain()  # a 5xx may come after the effect
        case _:
            return Uncertain()  # an answer nobody can read


def _read_refusal(error: BadRequest) -> Outcome:
    text = error.message.casefold()
    for fragment, outcome in _BY_TEXT:
        if fragment in text:
            return outcome
    return Refused(description=error.message)


def is_unauthorized(error: InvalidToken) -> bool:
    """Whether the server rejects the token (401). The library says the same of a method it lacks (404)."""
    return "unauthorized" in error.message.casefold()


def _never_left(error: NetworkError) -> bool:
    """Whether the call cannot have reached the server.

    Our own requests then tell only the error's class, which is one word; a server's text never is.
    """
    return error.message.isidentifier() or error.message == POOL_CLOSED


def _reason(error: Forbidden) -> str:
    text = error.message.casefold()
    return next((word for fragment, word in _FORBIDDEN if fragment in text), "forbidden")


def pause_of(error: TooFast) -> float:
    """The seconds for which the server asked us to wait."""
    after = error.retry_after
    return float(after) if isinstance(after, int | float) else after.total_seconds()


def says(error: TelegramError, fragments: tuple[str, ...]) -> bool:
    """Whether the error's text contains one of these (lower-case) fragments."""
    text = error.message.casefold()
    return any(fragment in text for fragment in fragments)
