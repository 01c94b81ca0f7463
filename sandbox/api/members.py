"""Methods about the members of a chat."""

from __future__ import annotations

from typing import Final

from sandbox import members
from sandbox.api.access import Level, chat_of, require_admin
from sandbox.api.chats import permissions_of
from sandbox.api.request import Request
from sandbox.members import member_json, rights_of
from sandbox.model import Chat, ChatKind, Json, Member, Status, User
from sandbox.refusal import bad_request

_NO_RESTRICT: Final = "not enough rights to restrict/unrestrict chat member"


def _group(request: Request, level: Level = Level.EDIT) -> Chat:
    chat = chat_of(request, level)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return chat


def _user(request: Request) -> User:
    user_id = request.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    return request.world.user(user_id)


def get_chat_member(request: Request) -> Json:
    """getChatMember: strangers are "left"."""
    chat, user = chat_of(request, Level.EDIT), _user(request)
    if chat.is_private:
        inside = user.id in (chat.id, request.bot.id)
        return member_json(
            request.world, chat, Member(user_id=user.id, status=Status.MEMBER if inside else Status.LEFT)
        )
    return member_json(request.world, chat, chat.member(user.id))


def get_chat_administrators(request: Request) -> list[Json]:
    """getChatAdministrators: no bots but the caller itself."""
    chat = _group(request)
    users = request.world.users
    return [
        member_json(request.world, chat, member)
        for member in chat.members.values()
        if member.is_admin and (not users[member.user_id].is_bot or member.user_id == request.bot.id)
    ]


def get_chat_member_count(request: Request) -> int:
    """getChatMemberCount."""
    chat = chat_of(request, Level.EDIT)
    return 2 if chat.is_private else sum(member.is_in for member in chat.members.values())


def _require_target(request: Request, chat: Chat, user: User, right: str) -> None:
    require_admin(request, chat, right, _NO_RESTRICT)
    member = chat.member(user.id)
    if user is request.bot:
        raise bad_request("can't restrict self")
    if member.status is Status.CREATOR:
        raise bad_request("can't remove chat owner")
    if member.is_admin:
        raise bad_request("user is an administrator of the chat")


def ban_chat_member(request: Request) -> bool:
    """banChatMember."""
    chat, user = _group(request), _user(request)
    _require_target(request, chat, user, "can_restrict_members")
    members.kick(request.world, chat, user, request.bot, request.integer("until_date"))
    return True


def unban_chat_member(request: Request) -> bool:
    """unbanChatMember: without only_if_banned a present member is removed, but may come back."""
    chat, user = _group(request), _user(request)
    require_admin(
        request, chat, "can_restrict_members", "not enough rights to restrict/unrestrict chat member"
    )
    member = chat.member(user.id)
    if member.is_in and request.flag("only_if_banned"):
        return True
    if member.is_in or member.status is Status.KICKED:
        gone = Member(user_id=user.id, status=Status.LEFT)
        members.set_member(request.world, chat, gone, request.bot)
    return True


def restrict_chat_member(request: Request) -> bool:
    """restrictChatMember."""
    chat, user = _group(request), _user(request)
    if chat.kind is not ChatKind.SUPERGROUP:
        raise bad_request("method is available only for supergroups")
    _require_target(request, chat, user, "can_restrict_members")
    members.restrict(
        request.world, chat, user, request.bot, permissions_of(request), request.integer("until_date")
    )
    return True


def promote_chat_member(request: Request) -> bool:
    """promoteChatMember: all rights false demotes; nobody gives away a right he does not hold."""
    chat, user = _group(request), _user(request)
    require_admin(request, chat, "can_promote_members", "not enough rights to promote/demote chat member")
    if chat.member(user.id).status is Status.CREATOR:
        raise bad_request("can't remove chat owner")
    if not chat.member(user.id).is_in:
        raise bad_request("USER_NOT_PARTICIPANT")
    wanted = frozenset(right for right in rights_of(chat) if request.flag(right))
    if any(not chat.member(request.bot.id).may(right) for right in wanted):
        raise bad_request("RIGHT_FORBIDDEN")
    anonymous = request.flag("is_anonymous")
    if wanted or anonymous:
        members.promote(request.world, chat, user, request.bot, wanted, is_anonymous=anonymous)
    else:
        members.demote(request.world, chat, user, request.bot)
    return True


def ban_chat_sender_chat(request: Request) -> bool:
    """banChatSenderChat: the channel may no longer speak in the group."""
    chat = _group(request)
    require_admin(request, chat, "can_restrict_members", _NO_RESTRICT)
    chat.banned_channels.add(_channel(request).id)
    return True


def unban_chat_sender_chat(request: Request) -> bool:
    """unbanChatSenderChat."""
    chat = _group(request)
    require_admin(request, chat, "can_restrict_members", _NO_RESTRICT)
    chat.banned_channels.discard(_channel(request).id)
    return True


def _channel(request: Request) -> Chat:
    channel = request.world.chats.get(request.integer("sender_chat_id"))
    if channel is None or channel.kind is not ChatKind.CHANNEL:
        raise bad_request("chat not found")
    return channel


def set_chat_administrator_custom_title(request: Request) -> bool:
    """setChatAdministratorCustomTitle: at most 16 characters."""
    chat, user = _group(request), _user(request)
    require_admin(
        request, chat, "can_promote_members", "not enough rights to change custom title of the user"
    )
    if not chat.member(user.id).is_admin:
        raise bad_request("user is not an administrator")
    chat.members[user.id].custom_title = request.text("custom_title")[:16]
    return True
