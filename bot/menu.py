"""The list of commands that the messenger offers while somebody types a slash.

Members of a group need none, so groups get an empty list; private chats get the few that help. A server that
does not know the method, or is slow, must not keep the program from starting.
"""

from __future__ import annotations

from collections.abc import Mapping

from telegram.error import TelegramError

from bot.journal import Journal
from bot.request import Api
from bot.texts import Texts

PRIVATE = ("ask", "my", "status", "help")


async def offer_commands(api: Api, texts: Mapping[str, Texts], language: str, journal: Journal) -> None:
    """Set the commands of private chats: in `language` for everybody, and for those of other languages."""
    for code, words in texts.items():
        commands = [{"command": name, "description": words(f"command.{name}")} for name in PRIVATE]
        parameters: dict[str, object] = {
            "commands": commands,
            "scope": {"type": "all_private_chats"},
        }
        if code != language:
            parameters["language_code"] = code
        try:
            await api.call("setMyCommands", parameters)
        except TelegramError as error:
            journal.warning("commands_not_offered", error=type(error).__name__)
            return
