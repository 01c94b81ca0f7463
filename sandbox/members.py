"""Who is in a chat and with which rights: changes, the service messages they leave, and the
my_chat_member and chat_member updates they cause."""

from __future__ import annotations

from dataclasses import replace

from sandbox.model import (
    ADMIN_RIGHTS,
    CHANNEL_RIGHTS,
    PERMISSIONS,
    Bot,
    Chat,
    ChatKind,
    Json,
    Member,
    Message,
    Status,
    User,
)
from sandbox.posting import post_service
from sandbox.rendering import chat_json, message_json, user_json
from sandbox.state import State


def member_json(state: State, chat: Chat, member: Member) -> Json:
    """ChatMember, with every boolean its status requires."""
    result: Json = {"user": user_json(state.users[member.user_id]), "status": member.status.value}
    match member.status:
        case Status.CREATOR:
            result["is_anonymous"] = member.is_anonymous
        case Status.ADMINISTRATOR:
            result |= {"can_be_edited": False, "is_anonymous": member.is_anonymous}
            result |= {right: right in member.rights for right in rights_of(chat)}
        case Status.RESTRICTED:
            result |= {"is_member": True, "until_date": member.until_date}
            result |= {permission: permission in member.rights for permission in PERMISSIONS}
        case Status.KICKED:
            result["until_date"] = member.until_date
        case _:
            return result
    if member.custom_title:
        result["custom_title"] = member.custom_title
    return result


def rights_of(chat: Chat) -> tuple[str, ...]:
    """The administrator rights that exist in this kind of chat."""
    if chat.kind is ChatKind.CHANNEL:
        return (
            tuple(r for r in ADMIN_RIGHTS if r not in ("can_pin_messages", "can_manage_topics"))
            + CHANNEL_RIGHTS
        )
    return tuple(r for r in ADMIN_RIGHTS if r != "can_manage_topics" or chat.kind is ChatKind.SUPERGROUP)


def set_member(state: State, chat: Chat, member: Member, actor: User, *, quiet: bool = False) -> None:
    """Put `member` in place of its user's present standing and tell everybody concerned.

    `quiet` is for building a world: no messages, no updates.
    """
    user = state.users[member.user_id]
    before = chat.member(user.id)
    chat.members[user.id] = member
    _keep_bots(chat, user)
    state.events.add("chat", chat, chat)
    if before.is_in and not member.is_in:
        state.events.add("chat", chat, chat, frozenset({user.id}))
    if quiet:
        return
    if isinstance(user, Bot):
        _tell_itself(state, chat, user, before, member, actor)
    _tell_admins(state, chat, user, before, member, actor)
    _leave_trace(state, chat, user, before, member, actor)


def _keep_bots(chat: Chat, user: User) -> None:
    if isinstance(user, Bot):
        inside = chat.members[user.id].is_in
        if inside and user not in chat.bots:
            chat.bots.append(user)
        elif not inside and user in chat.bots:
            chat.bots.remove(user)


def _tell_itself(state: State, chat: Chat, bot: Bot, before: Member, after: Member, actor: User) -> None:
    payload = changed_json(state, chat, before, after, actor)
    state.queues[bot.id].add("my_chat_member", payload, state.clock(), chat.id)


def _tell_admins(state: State, chat: Chat, user: User, before: Member, after: Member, actor: User) -> None:
    for bot in chat.bots:
        if bot is not user and chat.member(bot.id).is_admin and state.queues[bot.id].accepts("chat_member"):
            payload = changed_json(state, chat, before, after, actor)
            state.queues[bot.id].add("chat_member", payload, state.clock(), user.id)


def changed_json(state: State, chat: Chat, before: Member, after: Member, actor: User) -> Json:
    """ChatMemberUpdated."""
    return {
        "chat": chat_json(chat),
        "from": user_json(actor),
        "date": state.now(),
        "old_chat_member": member_json(state, chat, before),
        "new_chat_member": member_json(state, chat, after),
    }


def _leave_trace(state: State, chat: Chat, user: User, before: Member, after: Member, actor: User) -> None:
    """The service message that people see in a group when somebody comes or goes."""
    if chat.kind is ChatKind.CHANNEL or before.is_in == after.is_in:
        return
    who = user_json(user)
    if after.is_in:
        post_service(
            state,
            chat,
            actor,
            {"new_chat_members": [who], "new_chat_member": who, "new_chat_participant": who},
        )
    else:
        message = post_service(state, chat, actor, {"left_chat_member": who, "left_chat_participant": who})
        if isinstance(user, Bot):
            _tell_leaver(state, user, message)


def _tell_leaver(state: State, bot: Bot, message: Message) -> None:
    """A removed bot still receives the message about its own removal."""
    queue = state.queues[bot.id]
    queue.add("message", message_json(message, bot), state.clock(), message.chat.id)


def join(state: State, chat: Chat, user: User, actor: User | None = None) -> None:
    """`user` joins, or is added by `actor`."""
    set_member(state, chat, Member(user_id=user.id), actor or user)


def leave(state: State, chat: Chat, user: User) -> None:
    """`user` leaves."""
    set_member(state, chat, Member(user_id=user.id, status=Status.LEFT), user)


def kick(state: State, chat: Chat, user: User, actor: User, until_date: int = 0) -> None:
    """`actor` removes and bans `user`."""
    set_member(state, chat, Member(user_id=user.id, status=Status.KICKED, until_date=until_date), actor)


def promote(
    state: State, chat: Chat, user: User, actor: User, rights: frozenset[str], *, is_anonymous: bool = False
) -> None:
    """Make `user` an administrator with exactly `rights`."""
    title = chat.member(user.id).custom_title
    member = Member(
        user_id=user.id,
        status=Status.ADMINISTRATOR,
        rights=rights,
        is_anonymous=is_anonymous,
        custom_title=title,
    )
    set_member(state, chat, member, actor)


def demote(state: State, chat: Chat, user: User, actor: User) -> None:
    """Make an administrator an ordinary member again."""
    set_member(state, chat, replace(chat.member(user.id), status=Status.MEMBER, rights=frozenset()), actor)


def restrict(
    state: State, chat: Chat, user: User, actor: User, allowed: frozenset[str], until_date: int = 0
) -> None:
    """Limit `user` to the permissions in `allowed`; all of them lift the restriction."""
    status = Status.MEMBER if allowed >= frozenset(PERMISSIONS) else Status.RESTRICTED
    rights = frozenset() if status is Status.MEMBER else allowed
    set_member(
        state, chat, Member(user_id=user.id, status=status, rights=rights, until_date=until_date), actor
    )
