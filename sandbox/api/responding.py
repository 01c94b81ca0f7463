"""answerCallbackQuery and setMessageReaction: the small answers a bot gives to what people do."""

from __future__ import annotations

from typing import Final

from sandbox.api.access import Level, chat_of, message_of
from sandbox.api.request import Request
from sandbox.model import Chat
from sandbox.refusal import bad_request

MAX_ANSWER: Final = 200
# The reactions a bot may use (Bot API, ReactionTypeEmoji).
EMOJI: Final = frozenset(
    [
        "❤",
        "👍",
        "👎",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "🐳",
        "❤\u200d🔥",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👨\u200d💻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷\u200d♂",
        "🤷",
        "🤷\u200d♀",
        "😡",
    ]
)


def answer_callback_query(request: Request) -> bool:
    """answerCallbackQuery; raises 400 "query is too old…" when late, unknown or answered before."""
    world = request.world
    if len(request.text("text")) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    press = world.presses.get(request.text("callback_query_id"))
    late = press is None or world.clock() - press.at > world.limits.callback_seconds
    if press is None or late or press.answered or press.bot is not request.bot:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    press.answered = True
    press.text, press.show_alert = request.text("text"), request.flag("show_alert")
    press.url = request.text("url")
    press.event.set()
    answer = {
        "query_id": press.query_id,
        "text": press.text,
        "show_alert": press.show_alert,
        "url": press.url,
    }
    world.events.add("callback_answer", None, answer, frozenset({press.person_id}))
    return True


def set_message_reaction(request: Request) -> bool:
    """setMessageReaction: at most one emoji of the fixed set, none on service messages."""
    chat = chat_of(request, Level.EDIT)
    message = message_of(request, chat, "message to react")
    if message.service is not None:
        raise bad_request("MESSAGE_ID_INVALID")
    emoji = _wanted(request, chat)
    if emoji is None:
        message.reactions.pop(request.bot.id, None)
    else:
        message.reactions[request.bot.id] = emoji
    request.world.events.add("reaction", chat, message)
    return True


def _wanted(request: Request, chat: Chat) -> str | None:
    reactions = request.json("reaction", "reaction types") or []
    if not isinstance(reactions, list):
        raise bad_request("expected an Array of ReactionType")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if not reactions:
        return None
    first = reactions[0]
    emoji = str(first.get("emoji", "")) if isinstance(first, dict) and first.get("type") == "emoji" else ""
    if emoji.replace("\ufe0f", "") not in EMOJI:
        raise bad_request("REACTION_INVALID")
    return emoji
