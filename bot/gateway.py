"""Turns what goes out into calls of the Bot API, and every answer into a consequence.

Behind it there are only outcomes. Several refusals have a better second try (the message replied to is gone,
the markup is bad, a message may not be copied), which is made here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from telegram.error import BadRequest, TelegramError

from bot.outcomes import (
    Done,
    MessageGone,
    Outcome,
    Refused,
    TopicGone,
    Trouble,
    Uncertain,
)
from bot.outgoing import CopyParts, EditText, Key, Outgoing, React, SendText, Topic, TopicStep
from bot.refusals import BAD_MARKUP, REPLY_GONE, read_error, says
from bot.request import Api
from bot.resending import as_media_group, by_handle
from tickets.identity import ChatId, MessageId

_TAG: Final = re.compile(r"<[^<>]*>")
_LONGEST_COPY: Final = 100  # messages in one copyMessages


class Gateway:
    """Performs what goes out. The only place, beside intake, that knows the API's errors."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def perform(self, outgoing: Outgoing) -> Outcome:
        """Make the call, with its second tries, and tell what became of it. Raises nothing of the API's."""
        match outgoing:
            case SendText():
                return await self._send_text(outgoing)
            case EditText():
                return await self._edit_text(outgoing)
            case CopyParts():
                return await self._copy(outgoing)
            case React():
                return await self._react(outgoing)
            case _:
                return await self._topic(outgoing)

    async def _send_text(self, text: SendText) -> Outcome:
        parameters: dict[str, Any] = {
            "chat_id": text.chat_id,
            "text": text.html,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if text.thread_id is not None:
            parameters["message_thread_id"] = text.thread_id
        if text.reply_to is not None:
            # With other words at hand for the orphan, the server must not send these as one.
            lenient = text.orphan_html is None
            parameters["reply_parameters"] = _reply(text.reply_to, lenient=lenient)
        if text.ask is not None:
            parameters["reply_markup"] = {
                "force_reply": True,
                "selective": True,
                "input_field_placeholder": text.ask.hint,
            }
        elif text.keys:
            parameters["reply_markup"] = _keyboard(text.keys)

        def orphan() -> None:
            del parameters["reply_parameters"]
            parameters["text"] = text.orphan_html or text.html
            parameters["parse_mode"] = "HTML"

        return await _guarded(lambda: self._send_parameters(parameters, orphan))

    async def _send_parameters(self, parameters: dict[str, Any], orphan: Callable[[], None]) -> Outcome:
        """Send; where the reply or the markup is at fault, repair that (each at most once) and send again."""
        while True:
            try:
                return _made(await self._call("sendMessage", parameters))
            except BadRequest as error:
                if says(error, BAD_MARKUP) and "parse_mode" in parameters:
                    _make_plain(parameters)
                elif _may_blame_reply(error) and "reply_parameters" in parameters:
                    orphan()
                else:
                    raise

    async def _edit_text(self, edit: EditText) -> Outcome:
        parameters: dict[str, Any] = {
            "chat_id": edit.chat_id,
            "message_id": edit.message_id,
            "text": edit.html,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": _keyboard(edit.keys),
        }

        async def change() -> Outcome:
            try:
                await self._call("editMessageText", parameters)
            except BadRequest as error:
                if not says(error, BAD_MARKUP):
                    raise
                _make_plain(parameters)
                await self._call("editMessageText", parameters)
            return Done(message_ids=(edit.message_id,))

        outcome = await _guarded(change, repeatable=True)
        return Done(message_ids=(edit.message_id,)) if isinstance(outcome, Done) else outcome

    async def _react(self, reaction: React) -> Outcome:
        parameters = {
            "chat_id": reaction.chat_id,
            "message_id": reaction.message_id,
            "reaction": [{"type": "emoji", "emoji": reaction.emoji}],
        }
        await _guarded(lambda: self._plainly("setMessageReaction", parameters))
        return Done()  # tried once: no failed courtesy may hold up what the chat waits for

    async def _topic(self, topic: Topic) -> Outcome:
        if topic.step is TopicStep.CREATE:
            return await _guarded(lambda: self._create_topic(topic.chat_id, topic.name))
        closing = topic.step is TopicStep.CLOSE
        method = "closeForumTopic" if closing else "reopenForumTopic"
        parameters = {"chat_id": topic.chat_id, "message_thread_id": topic.thread_id}
        outcome = await _guarded(lambda: self._plainly(method, parameters), repeatable=True)
        return Done() if closing and isinstance(outcome, TopicGone) else outcome

    async def _create_topic(self, chat_id: ChatId, name: str) -> Outcome:
        made = await self._call("createForumTopic", {"chat_id": chat_id, "name": name})
        return Done(topic_id=_number(made, "message_thread_id"))

    async def _plainly(self, method: str, parameters: dict[str, Any]) -> Outcome:
        await self._call(method, parameters)
        return Done()

    async def _call(self, method: str, parameters: dict[str, Any]) -> Any:
        """The result of a call. Raises `TelegramError`, also where a success came without a result."""
        try:
            return await self._api.call(method, parameters)
        except KeyError:
            raise TelegramError("the answer has no result") from None

    async def _copy(self, parts: CopyParts) -> Outcome:
        outcome = await _guarded(lambda: self._copy_messages(parts))
        if not isinstance(outcome, Refused | MessageGone):
            return outcome
        return await self._resend(parts, outcome)

    async def _copy_messages(self, parts: CopyParts) -> Outcome:
        ids = sorted(set(parts.message_ids))[:_LONGEST_COPY]
        parameters: dict[str, Any] = {"chat_id": parts.chat_id, "from_chat_id": parts.from_chat_id}
        if parts.thread_id is not None:
            parameters["message_thread_id"] = parts.thread_id
        if len(ids) > 1:  # keeps the album together; the API knows no reply for several messages at once
            copied = await self._call("copyMessages", {**parameters, "message_ids": ids})
            return _made_many(copied) if copied else Refused(description="there are no messages to copy")
        parameters["message_id"] = ids[0]
        if parts.reply_to is not None:
            parameters["reply_parameters"] = _reply(parts.reply_to)
        try:
            return _made(await self._call("copyMessage", parameters))
        except BadRequest as error:
            if "reply_parameters" not in parameters or not _may_blame_reply(error):
                raise
        del parameters["reply_parameters"]
        return _made(await self._call("copyMessage", parameters))

    async def _resend(self, parts: CopyParts, refusal: Outcome) -> Outcome:
        """Send the same files by their handles, then say in words what had none."""
        made: list[MessageId] = []
        missing = not parts.attachments
        group = as_media_group(parts)
        calls = [group] if group is not None else [by_handle(parts, file) for file in parts.attachments]
        for call in calls:
            outcome = await self._send_handle(*call) if call is not None else refusal
            if isinstance(outcome, Done):
                made.extend(outcome.message_ids)
            elif isinstance(outcome, Refused | MessageGone):
                missing = True
            elif not made:
                return outcome  # nothing went out yet: the whole may be tried again
            else:
                missing = True
        if missing and parts.fallback_html:
            told = await self.perform(
                SendText(
                    chat_id=parts.chat_id,
                    html=parts.fallback_html,
                    reply_to=parts.reply_to,
                    thread_id=parts.thread_id,
                )
            )
            if not isinstance(told, Done):
                return Done(message_ids=tuple(made)) if made else told
            made.extend(told.message_ids)
        return Done(message_ids=tuple(made)) if made else _final(refusal)

    async def _send_handle(self, method: str, parameters: dict[str, Any]) -> Outcome:
        async def send() -> Outcome:
            result = await self._call(method, parameters)
            return _made_many(result) if isinstance(result, list) else _made(result)

        return await _guarded(send)


async def _guarded(call: Callable[[], Awaitable[Outcome]], *, repeatable: bool = False) -> Outcome:
    """Run a call and read its error. `repeatable`: doing it twice is the same as doing it once."""
    try:
        return await call()
    except TelegramError as error:
        outcome = read_error(error)
        return Trouble() if repeatable and isinstance(outcome, Uncertain) else outcome


def _final(outcome: Outcome) -> Outcome:
    return outcome if isinstance(outcome, Refused) else Refused(description="the message can't be copied")


def _made(message: Any) -> Done:
    return Done(message_ids=(MessageId(_number(message, "message_id")),))


def _made_many(messages: Any) -> Done:
    if not isinstance(messages, list):
        raise TelegramError("the result is no list")
    return Done(message_ids=tuple(MessageId(_number(message, "message_id")) for message in messages))


def _number(result: Any, name: str) -> int:
    """A number in a result. Raises `TelegramError`, which nobody can read: the call may have taken effect."""
    try:
        return int(result[name])
    except (KeyError, TypeError, ValueError):
        raise TelegramError(f"the result has no {name}") from None


def _may_blame_reply(error: BadRequest) -> bool:
    """Whether sending without the reply may help: the reply is named, or the words are unknown to us."""
    return says(error, REPLY_GONE) or isinstance(read_error(error), Refused | MessageGone)


def _reply(message_id: MessageId, *, lenient: bool = True) -> dict[str, Any]:
    return {"message_id": message_id, "allow_sending_without_reply": lenient}


def _make_plain(parameters: dict[str, Any]) -> None:
    """Show the text without markup: better plain than not at all."""
    del parameters["parse_mode"]
    parameters["text"] = html.unescape(_TAG.sub("", parameters["text"]))


def _keyboard(keys: tuple[tuple[Key, ...], ...]) -> dict[str, Any]:
    return {"inline_keyboard": [[_button(key) for key in row] for row in keys]}


def _button(key: Key) -> dict[str, str]:
    return {"text": key.label, "url": key.url} if key.url else {"text": key.label, "callback_data": key.data}
