"""Which message a message answers, and which thread it therefore belongs to.

Forum: a reply goes to the topic of the message it answers. Other supergroups: a reply opens a thread
named after the first message of the chain. Private chats and basic groups have no threads.
"""

from __future__ import annotations

from sandbox.markup.units import utf16_len
from sandbox.model import Chat, ChatKind, Json, Message
from sandbox.refusal import bad_request


def place(chat: Chat, thread_id: int | None, reply_to: Message | None) -> tuple[int | None, bool]:
    """Thread id and is_topic_message of a new message in `chat`."""
    if chat.is_forum:
        if thread_id is None and reply_to is not None and reply_to.is_topic:
            thread_id = reply_to.thread_id
        return thread_id, thread_id is not None
    if chat.kind is not ChatKind.SUPERGROUP:
        return None, False
    if reply_to is not None:
        return reply_to.thread_id or reply_to.id, False
    return thread_id, False


def require_thread(chat: Chat, thread_id: int) -> None:
    """A thread a message may be sent to; raises 400 "message thread not found".

    General is addressed by naming no thread: thread 1 does not exist for the Bot API.
    """
    if chat.is_forum:
        topic = chat.topics.get(thread_id)
        if topic is not None and topic.root is not None and not topic.deleted:
            return
    # elsewhere a thread exists as soon as somebody has replied to its first message
    elif chat.kind is ChatKind.SUPERGROUP:
        root = chat.messages.get(thread_id)
        if root is not None and root.has_replies:
            return
    raise bad_request("message thread not found")


def quote_json(replied: Message, text: str, position: int | None) -> Json:
    """TextQuote of a manual quote; it must be an exact part of the replied text."""
    index = replied.text.find(text)
    if index < 0:
        raise bad_request("QUOTE_TEXT_INVALID")
    where = utf16_len(replied.text[:index]) if position is None else position
    return {"text": text, "position": where, "is_manual": True}
