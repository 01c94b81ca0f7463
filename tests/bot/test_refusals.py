"""Every error of the API means something, whatever the case of its text."""

from __future__ import annotations

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot import outcomes as o
from bot.refusals import pause_of, read_error
from bot.request import AnswerLostError
from tickets.identity import ChatId

TABLE: list[tuple[TelegramError, o.Outcome]] = [
    (RetryAfter(7), o.RetryAfter(seconds=7.0)),
    (ChatMigrated(-1005), o.Migrated(new_chat_id=ChatId(-1005))),
    (Forbidden("Forbidden: bot was blocked by the user"), o.Unreachable(reason="blocked")),
    (Forbidden("bot can't initiate conversation with a user"), o.Unreachable(reason="never_started")),
    (Forbidden("Forbidden: user is deactivated"), o.Unreachable(reason="deactivated")),
    (Forbidden("bot was kicked from the supergroup chat"), o.Unreachable(reason="kicked")),
    (Forbidden("bot is not a member of the channel chat"), o.Unreachable(reason="kicked")),
    (Forbidden("something new"), o.Unreachable(reason="forbidden")),
    (BadRequest("Bad Request: message is not modified: specified new…"), o.Done()),
    (BadRequest("TOPIC_NOT_MODIFIED"), o.Done()),
    (BadRequest("Message thread not found"), o.TopicGone()),
    (BadRequest("TOPIC_ID_INVALID"), o.TopicGone()),
    (BadRequest("Topic_closed"), o.TopicClosed()),
    (BadRequest("Message to edit not found"), o.MessageGone()),
    (BadRequest("Message can't be edited"), o.MessageGone()),
    (BadRequest("Chat not found"), o.Unreachable(reason="not_found")),
    (BadRequest("PEER_ID_INVALID"), o.Unreachable(reason="not_found")),
    (BadRequest("not enough rights to send text messages to the chat"), o.Unreachable(reason="no_rights")),
    (BadRequest("Button_data_invalid"), o.Refused(description="Button_data_invalid")),
    (TimedOut(), o.Uncertain()),
    (AnswerLostError("ServerDisconnectedError"), o.Uncertain()),
    (NetworkError("Bad Gateway"), o.Uncertain()),
    (NetworkError("Gateway Timeout (504). Parsing the server response b'' failed"), o.Uncertain()),
    (NetworkError("ClientConnectorError"), o.Trouble()),
    (InvalidToken("Not Found"), o.Refused(description="Not Found")),
    (InvalidToken("Unauthorized"), o.Trouble()),
    (Conflict("terminated by other getUpdates request"), o.Trouble()),
    (TelegramError("Invalid server response"), o.Uncertain()),
]


@pytest.mark.parametrize(("error", "outcome"), TABLE, ids=lambda each: str(each)[:40])
def test_every_error_means_something(error: TelegramError, outcome: o.Outcome) -> None:
    assert read_error(error) == outcome


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("opted_in", ["true", "false"])
def test_a_pause_is_read_as_seconds_however_the_library_gives_it(
    monkeypatch: pytest.MonkeyPatch, opted_in: str
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", opted_in)
    assert pause_of(RetryAfter(5)) == 5.0
