"""Which group is what: an admin binds a group from inside it.

A community comes into being with its first group. Binding a desk, or the alliance, late loses nothing: what
is open by then is shown there at once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from tickets.change import faces, notice, say
from tickets.conversation import ChatKind, IncomingMessage
from tickets.identity import CommunityCode, DraftId, UserId
from tickets.model import BoundChat, Community, Draft, DraftKind, DraftState, LinkRole, Room
from tickets.notices import Notice, NoticeKind
from tickets.opening import relay_below, relay_to_desk
from tickets.unit_of_work import UnitOfWork

_CODE: Final = re.compile(r"[A-Z][A-Z0-9]{0,7}\Z")  # short enough for a ticket number
_LANGUAGES: Final = ("zh", "en")


class Binding:
    """Binds and unbinds groups, for the admins named in the configuration."""

    def __init__(self, *, admins: frozenset[UserId], language: str) -> None:
        self._admins = admins
        self._language = language

    def is_admin(self, message: IncomingMessage) -> bool:
        """Whether the sender is one of the program's admins, under their own name."""
        return message.sender.id in self._admins

    def bind(
        self,
        uow: UnitOfWork,
        message: IncomingMessage,
        words: list[str],
        missing: list[str],
        now: datetime,
    ) -> None:
        """`/bind mutual_aid LF`, `/bind desk LF`, `/bind alliance`, with an optional `zh` or `en`.

        `missing` names the rights that the bot lacks in this group, as keys of texts.
        """
        refusal = self._refuse(message)
        if refusal:
            self._say(uow, message, refusal)
            return
        language = next((word for word in words if word in _LANGUAGES), self._language)
        words = [word for word in words if word not in _LANGUAGES]
        room = next((room for room in Room if words and room.value == words[0].lower()), None)
        code = words[1].upper() if len(words) > 1 else ""
        if room is None or len(words) > 2 or (room is Room.ALLIANCE) != (not code):
            self._say(uow, message, "bind_usage")
            return
        if code and not _CODE.match(code):
            self._say(uow, message, "bind_code")
            return
        before = uow.chats.get(message.chat.id)
        if before is not None and before.room is not room:
            # What is shown at a desk must never appear among askers because of a slip of the hand.
            uow.tell(say(message.chat.id, "bound_otherwise", reply_to=message.key, room=before.room.value))
            return
        community = CommunityCode(code) if code else None
        created = self._ensure_community(uow, community)
        bound = self._bound(message, room, community, language, now)
        taken = self._taken(uow, bound)
        uow.chats.put(bound)
        self._report(uow, message, bound, missing, taken)
        if created and community is not None:
            self._ask_for_name(uow, message, community, now)
        self.catch_up(uow, bound)
        self._move_threads(uow, bound)

    def unbind(self, uow: UnitOfWork, message: IncomingMessage) -> None:
        """`/unbind`: the bot falls silent in this group; tickets stay."""
        refusal = self._refuse(message)
        if refusal:
            self._say(uow, message, refusal)
            return
        if uow.chats.get(message.chat.id) is None:
            self._say(uow, message, "not_bound")
            return
        uow.chats.remove(message.chat.id)
        self._say(uow, message, "unbound")

    def list_groups(self, uow: UnitOfWork, message: IncomingMessage) -> None:
        """`/groups`: what is bound where, one line each."""
        if not self.is_admin(message):
            self._turn_away(uow, message)
            return
        key = "groups" if uow.chats.all() else "no_groups"
        uow.tell(say(message.chat.id, key, reply_to=message.key))

    def name_community(self, uow: UnitOfWork, draft: Draft, message: IncomingMessage, now: datetime) -> None:
        """The admin's reply to the question for a new community's name."""
        name = " ".join(message.text.split())[:60]
        if not name or draft.community is None or draft.state is not DraftState.PROMPTED:
            return
        uow.communities.put(Community(code=draft.community, name=name))
        uow.drafts.put(replace(draft, state=DraftState.PUBLISHED))
        uow.tell(say(message.chat.id, "community_named", reply_to=message.key, name=name))

    @staticmethod
    def _turn_away(uow: UnitOfWork, message: IncomingMessage) -> None:
        """A polite no; in private also the id that whoever sets the program up is looking for."""
        private = message.chat.kind is ChatKind.PRIVATE
        key = "admins_only_id" if private else "admins_only"
        uow.tell(say(message.chat.id, key, reply_to=message.key, id=str(message.sender.id)))

    def _refuse(self, message: IncomingMessage) -> str:
        if not self.is_admin(message):
            return "admins_only"
        return "" if message.chat.kind is ChatKind.GROUP else "groups_only"

    @staticmethod
    def _ensure_community(uow: UnitOfWork, code: CommunityCode | None) -> bool:
        if code is None or uow.communities.get(code) is not None:
            return False
        uow.communities.put(Community(code=code, name=str(code)))
        return True

    @staticmethod
    def _bound(
        message: IncomingMessage,
        room: Room,
        community: CommunityCode | None,
        language: str,
        now: datetime,
    ) -> BoundChat:
        return BoundChat(
            chat_id=message.chat.id,
            room=room,
            community=community,
            title=message.chat.title,
            is_forum=message.chat.is_forum,
            language=language,
            bound_by=message.sender.id,
            bound_at=now,
        )

    @staticmethod
    def _taken(uow: UnitOfWork, bound: BoundChat) -> BoundChat | None:
        """The group that had this place; a community has one desk, and there is one alliance."""
        if bound.room is Room.MUTUAL_AID:
            return None
        if bound.room is Room.ALLIANCE:
            before = uow.chats.alliance()
        else:
            before = uow.chats.desk_of(bound.community) if bound.community else None
        if before is None or before.chat_id == bound.chat_id:
            return None
        uow.chats.remove(before.chat_id)
        return before

    @staticmethod
    def _report(
        uow: UnitOfWork,
        message: IncomingMessage,
        bound: BoundChat,
        missing: list[str],
        taken: BoundChat | None,
    ) -> None:
        uow.tell(
            say(
                message.chat.id,
                "bound",
                reply_to=message.key,
                room=bound.room.value,
                community=str(bound.community or ""),
                missing=" ".join(missing),
                instead_of=taken.title if taken else "",
            )
        )

    @staticmethod
    def _ask_for_name(
        uow: UnitOfWork, message: IncomingMessage, community: CommunityCode, now: datetime
    ) -> None:
        draft = Draft(
            id=DraftId(uow.new_id()),
            kind=DraftKind.COMMUNITY_NAME,
            ticket_id=None,
            community=community,
            chat_id=message.chat.id,
            thread_id=message.thread_id,
            author=message.sender,
            asked_by=message.key,
            channel="",
            state=DraftState.PROMPTED,
            parts=(),
            created_at=now,
        )
        uow.drafts.put(draft)
        uow.tell(Notice(kind=NoticeKind.PROMPT, chat_id=message.chat.id, ref=draft.id))

    @staticmethod
    def catch_up(uow: UnitOfWork, bound: BoundChat) -> None:
        """Show in a room that came late, or back, what is open by now."""
        if bound.room is not Room.DESK or bound.community is None:
            return
        for ticket in uow.tickets.living_of(bound.community):
            for each in (*faces(uow, ticket), *relay_to_desk(uow, ticket)):
                if each.chat_id == bound.chat_id:
                    uow.tell(each)

    @staticmethod
    def _move_threads(uow: UnitOfWork, bound: BoundChat) -> None:
        """Begin the threads of living tickets anew in a new alliance group; in the old one nobody may act."""
        communities = uow.communities.all() if bound.room is Room.ALLIANCE else ()
        for ticket in (each for one in communities for each in uow.tickets.living_of(one.code)):
            thread = uow.threads.get(ticket.id)
            if thread is None or thread.chat_id == bound.chat_id:
                continue
            uow.threads.put(replace(thread, chat_id=bound.chat_id, topic_id=None, closed=False))
            uow.links.forget(LinkRole.THREAD_CARD, ticket.id)
            uow.tell(notice(NoticeKind.THREAD_CARD, ticket, bound.chat_id))
            for each in relay_below(uow, ticket, bound.chat_id, LinkRole.THREAD_CARD):
                uow.tell(each)

    @staticmethod
    def _say(uow: UnitOfWork, message: IncomingMessage, key: str) -> None:
        uow.tell(say(message.chat.id, key, reply_to=message.key))
