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
_BEYOND: Final = 1 << 63  # the store's whole numbers end before it


def id_of(update: dict[str, Any]) -> UpdateId:
    """The number by which the messenger knows this update."""
    return UpdateId(int(update["update_id"]))


def lane_of(update: dict[str, Any]) -> int:
    """The chat that an update happened in; 0 where it has none, or none that can be read.

    Updates of one lane keep their order. One that is odd must not keep its whole batch from being stored.
    """
    for name, content in update.items():
        if not isinstance(content, dict):
            continue
        if name == "callback_query":
            content = content.get("message")
        chat = content.get("chat") if isinstance(content, dict) else None
        return _to_lane(chat.get("id")) if isinstance(chat, dict) else 0
    return 0


def _to_lane(chat_id: object) -> int:
    if not isinstance(chat_id, int | str):
        return 0
    try:
        lane = int(chat_id)
    except ValueError:
        return 0
    return lane if abs(lane) < _BEYOND else 0


def to_text(update: dict[str, Any]) -> str:
    """The update as it is kept in the inbox."""
    return json.dumps(update, ensure_ascii=False, separators=(",", ":"))
