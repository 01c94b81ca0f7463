"""The one door to a sandbox from Python: build people, bots and chats; act as a person; act as
Telegram. Everything is synchronous and needs no HTTP; each verb does what the app or the server does.

Private chats are addressed as people address them: by the bot's id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sandbox import members, people, pressing, topics
from sandbox.looking import Looking
from sandbox.migration import migrate
from sandbox.model import (
    ADMIN_RIGHTS,
    CHANNEL_RIGHTS,
    Bot,
    Chat,
    ChatKind,
    Json,
    Member,
    Message,
    Status,
    Topic,
    User,
)
from sandbox.people import Draft
from sandbox.posting import change
from sandbox.refusal import Refusal
from sandbox.state import Press
from sandbox.uploads import describe, kind_of, without_upload

ALL_RIGHTS = frozenset(ADMIN_RIGHTS + CHANNEL_RIGHTS)


class World(Looking):
    """A Telegram in memory. Raises `Refusal` wherever the real one says no."""

    builder: Callable[[World], None] | None = None

    # building ------------------------------------------------------------------------------------

    def add_person(self, user_id: int, first_name: str, **fields: Any) -> User:
        """A person; `fields` are those of `User` (username, role, avatar_color, language_code…)."""
        user = User(id=user_id, first_name=first_name, **fields)
        self.users[user_id] = user
        return user

    def add_bot(self, bot_id: int, token: str, first_name: str, username: str, **fields: Any) -> Bot:
        """A bot; `reads_all=True` switches its privacy mode off."""
        bot = Bot(id=bot_id, token=token, first_name=first_name, username=username, is_bot=True, **fields)
        self.register_bot(bot)
        return bot

    def add_chat(
        self,
        chat_id: int,
        title: str,
        *,
        kind: str = "supergroup",
        creator: int | None = None,
        member_ids: Iterable[int] = (),
        admin_ids: Iterable[int] = (),
        **fields: Any,
    ) -> Chat:
        """A group or channel with its members, silently; `fields` are those of `Chat` (is_forum…)."""
        chat = Chat(id=chat_id, kind=ChatKind(kind), title=title, **fields)
        # message 1 of every supergroup and channel is the one about its creation
        chat.last_id = 1 if chat.kind in (ChatKind.SUPERGROUP, ChatKind.CHANNEL) else 0
        if chat.is_forum:
            chat.topics[1] = self.general_topic()
        self.chats[chat_id] = chat
        ranks = [(user_id, Status.MEMBER) for user_id in member_ids]
        ranks += [(user_id, Status.ADMINISTRATOR) for user_id in admin_ids]
        ranks += [(creator, Status.CREATOR)] if creator is not None else []
        for user_id, status in ranks:
            user = self.user(user_id)
            rights = ALL_RIGHTS if status is Status.ADMINISTRATOR else frozenset()
            members.set_member(
                self, chat, Member(user_id=user_id, status=status, rights=rights), user, quiet=True
            )
        return chat

    def reset(self) -> None:
        """Back to the beginning: everything is forgotten, and `builder` builds anew if there is one."""
        for bot in self.bots.values():
            self.queues[bot.id].close()
            bot.webhook = None
            self.on_webhook(bot)
        self.clear()
        if self.builder is not None:
            self.builder(self)
        self.events.add("reset", None, {})

    # acting as people ------------------------------------------------------------------------------

    def send(self, as_: int, chat_id: int, text: str = "", **options: Any) -> Message:
        """Write a message; `options`: reply_to, thread_id, sender_chat_id, entities, quote, medias."""
        return self.send_draft(as_, chat_id, Draft(text=text, **options))[0]

    def send_draft(self, as_: int, chat_id: int, draft: Draft) -> list[Message]:
        """Send anything a draft can hold; an album comes back as several messages."""
        person = self.person(as_)
        return people.send(self, person, self.chat_as(person, chat_id), draft)

    def send_file(
        self,
        as_: int,
        chat_id: int,
        data: bytes,
        name: str,
        *,
        kind: str = "",
        text: str = "",
        **options: Any,
    ) -> Message:
        """Send one file; `kind` (photo, document, voice…) is told from the name unless given."""
        return self.send_album(as_, chat_id, [(data, name)], kind=kind, text=text, **options)[0]

    def send_album(
        self,
        as_: int,
        chat_id: int,
        files: Iterable[tuple[bytes, str]],
        *,
        kind: str = "",
        kinds: Sequence[str] = (),
        text: str = "",
        **options: Any,
    ) -> list[Message]:
        """Send several files as one album; the text becomes the caption of the first.

        `kind` is for all of them, `kinds` one by one; without, it is told from name and content.
        """
        medias = []
        for index, (data, name) in enumerate(files):
            mime, guessed = kind_of(name, data)
            wanted = (kinds[index] if index < len(kinds) else "") or kind or guessed
            medias.append(describe(wanted, self.files.add(data, name, mime), {}))
        return self.send_draft(as_, chat_id, Draft(text=text, medias=medias, **options))

    def send_media(self, as_: int, chat_id: int, kind: str, **details: Any) -> Message:
        """Send what has no file, e.g. kind="location", latitude=…, longitude=…; contact; sticker."""
        return self.send_draft(as_, chat_id, Draft(medias=[without_upload(self.files, kind, details)]))[0]

    def forward(self, as_: int, chat_id: int, from_chat_id: int, message_id: int) -> Message:
        """Forward a message the person can see."""
        source = self.message(from_chat_id, message_id, as_=as_)
        return self.send_draft(as_, chat_id, Draft(forward=source))[0]

    def edit(self, as_: int, chat_id: int, message_id: int, text: str) -> Message:
        """Edit one's own text or caption."""
        person = self.person(as_)
        return people.edit(self, person, self.chat_as(person, chat_id), message_id, text)

    def delete(self, as_: int, chat_id: int, message_id: int) -> None:
        """Delete a message; bots in groups hear nothing."""
        person = self.person(as_)
        people.delete(self, person, self.chat_as(person, chat_id), message_id)

    def react(self, as_: int, chat_id: int, message_id: int, emoji: str | None) -> Message:
        """Set one's reaction, or take it back with None."""
        person = self.person(as_)
        return people.react(self, person, self.chat_as(person, chat_id), message_id, emoji)

    def press(self, as_: int, chat_id: int, message_id: int, data: str, *, check: bool = False) -> Press:
        """Press a button; `await press.wait()` for the bot's answer."""
        person = self.person(as_)
        return pressing.press(self, person, self.chat_as(person, chat_id), message_id, data, check=check)

    def press_text(self, as_: int, chat_id: int, message_id: int, text: str) -> Press:
        """Press the button that shows `text`; raises when the message has none."""
        message = self.message(chat_id, message_id, as_=as_)
        for button in [button for row in message.inline_keyboard or [] for button in row]:
            if button["text"] == text and "callback_data" in button:
                return self.press(as_, chat_id, message_id, button["callback_data"])
        raise Refusal(400, f"the message has no button {text!r}")

    def start(self, as_: int, bot_id: int, payload: str = "") -> Message:
        """Press Start in the private chat with a bot."""
        return people.start(self, self.person(as_), self.bot(bot_id), payload)

    def block(self, as_: int, bot_id: int, blocked: bool = True) -> None:
        """Block or unblock a bot."""
        people.block(self, self.person(as_), self.bot(bot_id), blocked=blocked)

    # chats, topics, members --------------------------------------------------------------------------

    def topic(
        self, as_: int, chat_id: int, action: str, *, thread_id: int | None = None, name: str | None = None
    ) -> Topic | None:
        """create, edit, close, reopen or delete a topic as a person."""
        person, chat = self.person(as_), self.chat(chat_id)
        match action:
            case "create":
                return topics.create(self, chat, person, name or "")
            case "edit":
                topics.edit(self, chat, person, thread_id or 0, name)
            case "close" | "reopen":
                topics.set_closed(self, chat, person, thread_id or 0, action == "close")
            case "delete":
                topics.delete(self, chat, person, thread_id or 0)
            case _:
                raise Refusal(400, f"unknown action: {action}")
        return None

    def member(
        self, as_: int, chat_id: int, user_id: int, action: str, rights: Iterable[str] | None = None
    ) -> Member:
        """join, leave, kick, promote or demote `user_id` (a person or a bot) as somebody."""
        actor, chat, user = self.user(as_), self.chat(chat_id), self.user(user_id)
        match action:
            case "join":
                members.join(self, chat, user, actor)
            case "leave":
                members.leave(self, chat, user)
            case "kick":
                members.kick(self, chat, user, actor)
            case "promote":
                held = ALL_RIGHTS if rights is None else frozenset(rights)
                members.promote(self, chat, user, actor, held)
            case "demote":
                members.demote(self, chat, user, actor)
            case _:
                raise Refusal(400, f"unknown action: {action}")
        return chat.member(user_id)

    # acting as Telegram ------------------------------------------------------------------------------

    def migrate(self, chat_id: int) -> int:
        """Upgrade a group to a supergroup; returns the new chat id."""
        return migrate(self, self.chat(chat_id)).id

    def touch(self, chat_id: int, message_id: int, *, as_: int = 0) -> None:
        """An edit nobody can see (a link preview loaded, say): bots get edited_message, nothing changed."""
        change(self, self.message(chat_id, message_id, as_=as_), by_bot=False)

    def redeliver(self, bot_id: int, update_id: int) -> bool:
        """Put a confirmed update back, as when a confirmation is lost; False when it is unknown."""
        return self.queues[self.bot(bot_id).id].redeliver(update_id)

    def inject(self, bot_id: int, update: Json) -> int:
        """Queue a raw update; returns its id."""
        return self.queues[self.bot(bot_id).id].inject(update, self.clock())
