"""Forum topic methods; the rules are in `sandbox.topics`, the same for people and bots."""

from __future__ import annotations

from sandbox import topics
from sandbox.api.access import Level, chat_of, require_admin
from sandbox.api.request import Request
from sandbox.model import GENERAL_TOPIC, Chat, Json
from sandbox.refusal import bad_request


def _forum(request: Request) -> Chat:
    chat = chat_of(request, Level.WRITE)
    topics.require_forum(chat)
    return chat


def _thread(request: Request) -> int:
    thread_id = request.integer("message_thread_id")
    if thread_id <= 0:
        raise bad_request("invalid message thread identifier specified")
    return thread_id


def create_forum_topic(request: Request) -> Json:
    """createForumTopic; returns a ForumTopic."""
    topic = topics.create(
        request.world,
        _forum(request),
        request.bot,
        request.text("name"),
        request.integer("icon_color"),
        request.text("icon_custom_emoji_id"),
    )
    result: Json = {"message_thread_id": topic.thread_id, "name": topic.name, "icon_color": topic.icon_color}
    if topic.icon_custom_emoji_id:
        result["icon_custom_emoji_id"] = topic.icon_custom_emoji_id
    return result


def edit_forum_topic(request: Request) -> bool:
    """editForumTopic: an empty name keeps the name, an empty icon removes the icon."""
    icon = request.text("icon_custom_emoji_id") if request.has("icon_custom_emoji_id") else None
    name = request.text("name") or None
    topics.edit(request.world, _forum(request), request.bot, _thread(request), name, icon)
    return True


def close_forum_topic(request: Request) -> bool:
    """closeForumTopic."""
    topics.set_closed(request.world, _forum(request), request.bot, _thread(request), True)
    return True


def reopen_forum_topic(request: Request) -> bool:
    """reopenForumTopic."""
    topics.set_closed(request.world, _forum(request), request.bot, _thread(request), False)
    return True


def delete_forum_topic(request: Request) -> bool:
    """deleteForumTopic."""
    topics.delete(request.world, _forum(request), request.bot, _thread(request))
    return True


def unpin_all_forum_topic_messages(request: Request) -> bool:
    """unpinAllForumTopicMessages."""
    chat, thread_id = _forum(request), _thread(request)
    require_admin(
        request, chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat"
    )
    topics.find_topic(chat, thread_id)
    chat.pinned = [i for i in chat.pinned if i in chat.messages and chat.messages[i].thread_id != thread_id]
    return True


def unpin_all_general_forum_topic_messages(request: Request) -> bool:
    """unpinAllGeneralForumTopicMessages."""
    chat = _forum(request)
    require_admin(
        request, chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat"
    )
    chat.pinned = [i for i in chat.pinned if i in chat.messages and chat.messages[i].is_topic]
    return True


def edit_general_forum_topic(request: Request) -> bool:
    """editGeneralForumTopic."""
    topics.edit(request.world, _forum(request), request.bot, GENERAL_TOPIC, request.text("name"))
    return True


def close_general_forum_topic(request: Request) -> bool:
    """closeGeneralForumTopic."""
    topics.set_closed(request.world, _forum(request), request.bot, GENERAL_TOPIC, True)
    return True


def reopen_general_forum_topic(request: Request) -> bool:
    """reopenGeneralForumTopic."""
    topics.set_closed(request.world, _forum(request), request.bot, GENERAL_TOPIC, False)
    return True


def hide_general_forum_topic(request: Request) -> bool:
    """hideGeneralForumTopic."""
    topics.set_hidden(request.world, _forum(request), request.bot, True)
    return True


def unhide_general_forum_topic(request: Request) -> bool:
    """unhideGeneralForumTopic."""
    topics.set_hidden(request.world, _forum(request), request.bot, False)
    return True


def get_forum_topic_icon_stickers(request: Request) -> list[Json]:
    """getForumTopicIconStickers."""
    return [
        {
            "file_id": f"CAACAgUAAx{emoji_id}",
            "file_unique_id": f"AQAD{emoji_id}",
            "type": "custom_emoji",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
            "custom_emoji_id": emoji_id,
            "set_name": "Topics",
        }
        for emoji_id, emoji in topics.ICONS
    ]
