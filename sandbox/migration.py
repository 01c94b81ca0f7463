"""A basic group becomes a supergroup: new id, new message ids, and an old chat that answers only
with the way to the new one."""

from __future__ import annotations

from dataclasses import replace

from sandbox.model import Chat, ChatKind, Status, User
from sandbox.posting import post_service
from sandbox.refusal import Refusal
from sandbox.state import State


def migrate(state: State, chat: Chat, actor: User | None = None) -> Chat:
    """Upgrade `chat`; bots get both service messages. Returns the supergroup.

    A chat that is a supergroup already may be migrated too: tests use it to change a demo group's id.
    """
    if chat.migrated_to is not None:
        raise Refusal(400, f"already upgraded to {chat.migrated_to}")
    new = replace(
        chat,
        id=-next(state.new_chat_ids),
        kind=ChatKind.SUPERGROUP,
        members={user_id: replace(member) for user_id, member in chat.members.items()},
        bots=list(chat.bots),
        topics={1: state.general_topic()} if chat.is_forum else {},
        messages={},
        deleted={},
        pinned=[],
        last_id=0,
        invite_link="",
        stub={},
    )
    state.chats[new.id] = new
    who = actor or _owner(state, chat)
    post_service(state, chat, who, {"migrate_to_chat_id": new.id})
    chat.migrated_to = new.id
    post_service(state, new, who, {"migrate_from_chat_id": chat.id})
    state.events.add("chat", chat, chat)
    state.events.add("chat", new, new)
    return new


def _owner(state: State, chat: Chat) -> User:
    """Who upgrades a group when nobody is named: its creator, else a human administrator."""
    humans = [m for m in chat.members.values() if m.is_admin and not state.users[m.user_id].is_bot]
    if not humans:
        raise Refusal(400, "nobody in the group could upgrade it: it has no human administrator")
    return state.users[max(humans, key=lambda member: member.status is Status.CREATOR).user_id]
