"""The one list of handlers. Order matters: the first that fits takes the update."""

from __future__ import annotations

import re
from typing import Any

from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from handlers.chats import Chats
from handlers.commands import Commands
from handlers.messages import Messages
from handlers.presses import Presses
from handlers.services import Services

_NEW = filters.UpdateType.MESSAGE  # PTB's handlers would take edits for new messages otherwise
_NEW_OR_EDITED = filters.UpdateType.MESSAGES
_MIGRATION = filters.StatusUpdate.MIGRATE
_TOPIC = filters.StatusUpdate.FORUM_TOPIC_CLOSED | filters.StatusUpdate.FORUM_TOPIC_REOPENED


def register(application: Application[Any, Any, Any, Any, Any, Any], services: Services) -> None:
    """Give the application every handler of the program."""
    messages, chats = Messages(services), Chats(services)
    commands, presses = Commands(services, messages), Presses(services)
    add = application.add_handler
    add(CallbackQueryHandler(presses.press))
    add(MessageHandler(_NEW & _MIGRATION, chats.migrate))  # before messages: it is one, without a sender
    add(MessageHandler(_NEW & _TOPIC, chats.topic))
    # An edit of a question behind /ask must not make the command a part of it.
    add(CommandHandler("ask", commands.ask, filters=_NEW_OR_EDITED))
    add(MessageHandler(_NEW_OR_EDITED & _ask_below_photo(services.me.username), commands.ask))
    for name in ("start", "help", "my", "status", "answer", "bind", "unbind", "groups", "why"):
        add(CommandHandler(name, getattr(commands, name), filters=_NEW))
    add(MessageHandler(_NEW & filters.COMMAND, commands.unknown))  # after ours: what is left is not ours
    add(MessageHandler(filters.UpdateType.EDITED_MESSAGE, messages.hear_edit))
    add(MessageHandler(_NEW, messages.hear))  # last: takes every message that is left
    add(ChatMemberHandler(chats.my_standing, ChatMemberHandler.MY_CHAT_MEMBER))
    add(ChatMemberHandler(chats.member, ChatMemberHandler.CHAT_MEMBER))


def _ask_below_photo(username: str) -> filters.CaptionRegex:
    """`/ask` as a caption, which PTB's CommandHandler does not see."""
    return filters.CaptionRegex(re.compile(rf"\A/ask(@{re.escape(username)})?(?!\S)", re.IGNORECASE))
