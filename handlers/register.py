"""The one list of handlers. Order matters: the first that fits takes the update."""

from __future__ import annotations

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
    for name in ("start", "help", "ask", "my", "status", "answer", "bind", "unbind", "groups", "why"):
        add(CommandHandler(name, getattr(commands, name), filters=_NEW))
    add(MessageHandler(_NEW & filters.COMMAND, commands.unknown))  # after ours: what is left is not ours
    add(MessageHandler(filters.UpdateType.EDITED_MESSAGE, messages.hear_edit))
    add(MessageHandler(_NEW, messages.hear))  # last: takes every message that is left
    add(ChatMemberHandler(chats.my_standing, ChatMemberHandler.MY_CHAT_MEMBER))
    add(ChatMemberHandler(chats.member, ChatMemberHandler.CHAT_MEMBER))
