"""A press on an inline button, from the tap to the callback query the bot gets.

An app may still show a message that is gone, and may send data that no button has: the server passes
both on, and so does this.
"""

from __future__ import annotations

from typing import Final

from sandbox.model import Bot, Chat, Json, Message, User
from sandbox.refusal import Refusal
from sandbox.rendering import button_message_json, user_json
from sandbox.state import Press, State

_REMEMBERED: Final = 10_000


def press(
    state: State, person: User, chat: Chat, message_id: int, data: str, *, check: bool = False
) -> Press:
    """Press a button of a bot's message; `check` demands that the message has a button with the data."""
    message, bot = _pressable(state, person, chat, message_id)
    buttons = [button for row in message.inline_keyboard or [] for button in row]
    if check and not any(button.get("callback_data") == data for button in buttons):
        raise Refusal(400, f"the message has no button with the data {data!r}")
    pressed = Press(
        query_id=str(next(state.query_ids)),
        bot=bot,
        person_id=person.id,
        message=message,
        data=data,
        at=state.clock(),
    )
    state.presses[pressed.query_id] = pressed
    while len(state.presses) > _REMEMBERED:
        state.presses.pop(next(iter(state.presses)))
    query = _query_json(pressed, person)
    state.queues[bot.id].add("callback_query", query, state.clock(), person.id)
    return pressed


def _pressable(state: State, person: User, chat: Chat, message_id: int) -> tuple[Message, Bot]:
    message = chat.messages.get(message_id) or chat.deleted.get(message_id)
    if message is None:
        raise Refusal(404, f"no such message: {message_id}")
    if not chat.is_private and not chat.member(person.id).is_in:
        raise Refusal(403, f"{person.name} is not a member of {chat.title}")
    bot = state.users.get(message.author_id)
    if not isinstance(bot, Bot):
        raise Refusal(400, "only messages of bots have buttons")
    return message, bot


def _query_json(pressed: Press, person: User) -> Json:
    """CallbackQuery; an anonymous administrator is named here."""
    return {
        "id": pressed.query_id,
        "from": user_json(person),
        "message": button_message_json(pressed.message, pressed.bot),
        "chat_instance": str(-pressed.message.chat.id * 31 + 7),
        "data": pressed.data,
    }
