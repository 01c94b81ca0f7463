"""Methods about a chat as a whole: what it is, its title, pins, link and permissions."""

from __future__ import annotations

from typing import Any, Final

from sandbox.api.access import Level, chat_of, message_of, require_admin
from sandbox.api.request import Request
from sandbox.members import leave
from sandbox.model import PERMISSIONS, Chat, ChatKind, Json
from sandbox.posting import post_service
from sandbox.refusal import bad_request
from sandbox.rendering import chat_json, message_json

_NO_PIN: Final = "not enough rights to manage pinned messages in the chat"


def get_chat(request: Request) -> Json:
    """getChat; returns a ChatFullInfo."""
    chat = chat_of(request, Level.READ)
    result = chat_json(chat) | {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }
    if chat.username:
        result["active_usernames"] = [chat.username]
    if chat.is_private:
        return result
    result["permissions"] = {permission: permission in chat.permissions for permission in PERMISSIONS}
    _add_details(request, chat, result)
    return result


def _add_details(request: Request, chat: Chat, result: Json) -> None:
    optional: dict[str, Any] = {
        "description": chat.description,
        "invite_link": chat.invite_link,
        "linked_chat_id": chat.linked_chat_id,
        "has_protected_content": chat.protected,
        "has_visible_history": chat.kind is ChatKind.SUPERGROUP,
    }
    result.update({name: value for name, value in optional.items() if value})
    pinned = [chat.messages[i] for i in chat.pinned if i in chat.messages]
    if pinned:
        result["pinned_message"] = message_json(pinned[-1], request.bot, with_reply=False)


def leave_chat(request: Request) -> bool:
    """leaveChat."""
    chat = chat_of(request, Level.EDIT)
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    leave(request.world, chat, request.bot)
    return True


def pin_chat_message(request: Request) -> bool:
    """pinChatMessage: in groups everybody sees a service message."""
    chat = chat_of(request, Level.WRITE)
    message = message_of(request, chat, "message to pin")
    if not chat.is_private:
        require_admin(request, chat, _pin_right(chat), _NO_PIN)
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        thread_id = message.thread_id if message.is_topic else None
        service = {"pinned_message": message}
        post_service(request.world, chat, request.bot, service, thread_id=thread_id)
    return True


def unpin_chat_message(request: Request) -> bool:
    """unpinChatMessage: the named message or the newest pinned one."""
    chat = chat_of(request, Level.WRITE)
    if not chat.is_private:
        require_admin(request, chat, _pin_right(chat), _NO_PIN)
    message_id = request.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    return True


def unpin_all_chat_messages(request: Request) -> bool:
    """unpinAllChatMessages."""
    chat = chat_of(request, Level.WRITE)
    if not chat.is_private:
        require_admin(request, chat, _pin_right(chat), _NO_PIN)
    chat.pinned.clear()
    return True


def _pin_right(chat: Chat) -> str:
    return "can_edit_messages" if chat.kind is ChatKind.CHANNEL else "can_pin_messages"


def export_chat_invite_link(request: Request) -> str:
    """exportChatInviteLink: a new primary link, the old one stops working."""
    chat = chat_of(request, Level.WRITE)
    require_admin(request, chat, "can_invite_users", "not enough rights to manage chat invite link")
    chat.invite_link = f"https://t.me/+{_invite_hash(request, chat)}"
    return chat.invite_link


def _invite_hash(request: Request, chat: Chat) -> str:
    return f"{abs(chat.id):x}{next(request.world.query_ids):x}"


def create_chat_invite_link(request: Request) -> Json:
    """createChatInviteLink; returns a ChatInviteLink."""
    chat = chat_of(request, Level.WRITE)
    require_admin(request, chat, "can_invite_users", "not enough rights to manage chat invite link")
    result: Json = {
        "invite_link": f"https://t.me/+{_invite_hash(request, chat)}",
        "creator": {"id": request.bot.id, "is_bot": True, "first_name": request.bot.first_name},
        "creates_join_request": request.flag("creates_join_request"),
        "is_primary": False,
        "is_revoked": False,
    }
    for name in ("name", "expire_date", "member_limit"):
        if request.text(name):
            result[name] = request.text(name) if name == "name" else request.integer(name)
    return result


def set_chat_title(request: Request) -> bool:
    """setChatTitle."""
    chat = chat_of(request, Level.WRITE)
    require_admin(request, chat, "can_change_info", "not enough rights to change chat title")
    title = request.text("title").strip()[:128]
    if not title:
        raise bad_request("title must be non-empty")
    if title != chat.title:
        chat.title = title
        post_service(request.world, chat, request.bot, {"new_chat_title": title})
        request.world.events.add("chat", chat, chat)
    return True


def set_chat_description(request: Request) -> bool:
    """setChatDescription."""
    chat = chat_of(request, Level.WRITE)
    require_admin(request, chat, "can_change_info", "not enough rights to set chat description")
    if request.text("description") == chat.description:
        raise bad_request("chat description is not modified")
    chat.description = request.text("description")[:255]
    return True


def set_chat_permissions(request: Request) -> bool:
    """setChatPermissions."""
    chat = chat_of(request, Level.WRITE)
    require_admin(request, chat, "can_restrict_members", "not enough rights to change chat permissions")
    chat.permissions = permissions_of(request)
    return True


def permissions_of(request: Request) -> frozenset[str]:
    """The `permissions` parameter, a ChatPermissions object; unnamed permissions are taken away."""
    given = request.json("permissions", "permissions")
    if not isinstance(given, dict):
        raise bad_request("object expected as permissions")
    return frozenset(name for name in PERMISSIONS if given.get(name))
