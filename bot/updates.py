"""What can be told of a raw update without understanding it: its id, its chat, and its text for the inbox."""

from __future__ import annotations

import json
from typing import Any, Final

from tickets.identity import UpdateId

#: Asked for explicitly at every start: the server remembers the last list, whoever set it, and leaves out
#: membership and reactions unless they are named.
ALLOWED_UPDATES: Final = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "chat_member",
)


def id_of(update: dict[str, Any]) -> UpdateId:
    """The number by which the messenger knows this update."""
    return UpdateId(int(update["update_id"]))


def lane_of(update: dict[str, Any]) -> int:
    """The chat that an update happened in; 0 where it has none. Updates of one lane keep their order."""
    for name, content in update.items():
        if not isinstance(content, dict):
            continue
        if name == "callback_query":
            content = content.get("message") or {}
        chat = content.get("chat")
        return int(chat["id"]) if isinstance(chat, dict) and "id" in chat else 0
    return 0


def to_text(update: dict[str, Any]) -> str:
    """The update as it is kept in the inbox."""
    return json.dumps(update, ensure_ascii=False, separators=(",", ":"))
