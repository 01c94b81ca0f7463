"""Forum topics: made, renamed, closed, reopened, deleted, by people and by bots alike.

Error texts are tdlib's and the server's; "not modified" is not swallowed for bots.
"""

from __future__ import annotations

from typing import Final

from sandbox.model import GENERAL_TOPIC, Chat, Json, Topic, User
from sandbox.posting import post_service, remove
from sandbox.refusal import bad_request
from sandbox.state import State

ICON_COLORS: Final = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
MAX_NAME: Final = 128
ICONS: Final = (
    ("5434144690511290129", "📰"),
    ("5312536423851630001", "💡"),
    ("5312016608254762256", "⚡️"),
    ("5377544228505134960", "🎙"),
    ("5418085807791545980", "🔝"),
    ("5370870893004203704", "🗣"),
    ("5420216386448270341", "🆒"),
    ("5379748062124056162", "❗️"),
    ("5373251851074415873", "📝"),
    ("5433614043006903194", "📆"),
)


def clean_name(name: str) -> str:
    """A topic name as the server keeps it: one line, at most 128 characters; raises 400 when empty."""
    cleaned = " ".join(name.split())[:MAX_NAME].strip()
    if not cleaned:
        raise bad_request("topic name must be non-empty")
    return cleaned


def require_forum(chat: Chat) -> None:
    """Raises 400 "the chat is not a forum"."""
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")


def require_manager(chat: Chat, actor: User, topic: Topic | None = None) -> None:
    """The actor must hold can_manage_topics or, for an existing topic, have created it."""
    if topic is not None and topic.creator_id == actor.id:
        return
    if not chat.member(actor.id).may("can_manage_topics"):
        raise bad_request(
            "not enough rights to manage topics" if topic else "not enough rights to create a topic"
        )


def find_topic(chat: Chat, thread_id: int) -> Topic:
    """A living topic; raises 400 TOPIC_ID_INVALID, as for deleted ones."""
    topic = chat.topics.get(thread_id)
    if topic is None or topic.deleted:
        raise bad_request("TOPIC_ID_INVALID")
    return topic


def create(
    state: State, chat: Chat, actor: User, name: str, icon_color: int = 0, icon_emoji_id: str = ""
) -> Topic:
    """Make a topic; its thread id is the id of the service message that opens it."""
    require_forum(chat)
    name = clean_name(name)
    if icon_color and icon_color not in ICON_COLORS:
        raise bad_request("invalid icon color specified")
    if chat.permissions.isdisjoint({"can_manage_topics"}) or actor.is_bot:
        require_manager(chat, actor)
    topic = Topic(
        thread_id=0,
        name=name,
        icon_color=icon_color or ICON_COLORS[0],
        icon_custom_emoji_id=icon_emoji_id,
        creator_id=actor.id,
    )
    fields: Json = {"name": name, "icon_color": topic.icon_color}
    if icon_emoji_id:
        fields["icon_custom_emoji_id"] = icon_emoji_id
    topic.root = post_service(state, chat, actor, {"forum_topic_created": fields})
    topic.thread_id = topic.root.id
    chat.topics[topic.thread_id] = topic
    state.events.add("chat", chat, chat)
    return topic


def edit(
    state: State,
    chat: Chat,
    actor: User,
    thread_id: int,
    name: str | None = None,
    icon_emoji_id: str | None = None,
) -> None:
    """Rename a topic or change its icon; raises 400 TOPIC_NOT_MODIFIED when nothing changes."""
    require_forum(chat)
    topic = find_topic(chat, thread_id)
    require_manager(chat, actor, topic)
    fields: Json = {}
    if name is not None and clean_name(name) != topic.name:
        fields["name"] = topic.name = clean_name(name)
    if icon_emoji_id is not None and icon_emoji_id != topic.icon_custom_emoji_id:
        fields["icon_custom_emoji_id"] = topic.icon_custom_emoji_id = icon_emoji_id
    if not fields:
        raise bad_request("TOPIC_NOT_MODIFIED")
    _trace(state, chat, actor, topic, {"forum_topic_edited": fields})


def set_closed(state: State, chat: Chat, actor: User, thread_id: int, closed: bool) -> None:
    """Close or reopen; raises 400 TOPIC_NOT_MODIFIED when it is so already."""
    require_forum(chat)
    topic = find_topic(chat, thread_id)
    require_manager(chat, actor, topic)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    if not closed:
        topic.hidden = False
    _trace(state, chat, actor, topic, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})


def set_hidden(state: State, chat: Chat, actor: User, hidden: bool) -> None:
    """Hide or show General; hiding also closes it."""
    require_forum(chat)
    topic = find_topic(chat, GENERAL_TOPIC)
    require_manager(chat, actor)
    if topic.hidden == hidden:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.hidden = hidden
    topic.closed = topic.closed or hidden
    kind = "general_forum_topic_hidden" if hidden else "general_forum_topic_unhidden"
    _trace(state, chat, actor, topic, {kind: {}})


def delete(state: State, chat: Chat, actor: User, thread_id: int) -> None:
    """Delete a topic with all its messages; needs can_delete_messages or, for one's own topic, nothing."""
    require_forum(chat)
    if thread_id == GENERAL_TOPIC:
        raise bad_request("TOPIC_ID_INVALID")
    topic = find_topic(chat, thread_id)
    if topic.creator_id != actor.id and not chat.member(actor.id).may("can_delete_messages"):
        raise bad_request("not enough rights to delete a topic")
    topic.deleted = True
    remove(state, chat, [m.id for m in chat.messages.values() if m.is_topic and m.thread_id == thread_id])
    state.events.add("chat", chat, chat)


def _trace(state: State, chat: Chat, actor: User, topic: Topic, service: Json) -> None:
    thread_id = None if topic.thread_id == GENERAL_TOPIC else topic.thread_id
    post_service(state, chat, actor, service, thread_id=thread_id)
    state.events.add("chat", chat, chat)


def require_open(chat: Chat, actor_id: int, thread_id: int | None) -> None:
    """Posting needs a living, open topic; raises 400 "message thread not found" or TOPIC_CLOSED."""
    topic = chat.topics.get(thread_id or GENERAL_TOPIC)
    if topic is None or topic.deleted:
        raise bad_request("message thread not found")
    if topic.closed and topic.creator_id != actor_id and not chat.member(actor_id).may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
