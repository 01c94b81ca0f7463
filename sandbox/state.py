"""Everything the sandbox remembers, and the look-ups that go with it. No rules: those are in the
modules that change the state, and `world.World` gathers them behind one door."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sandbox.calls import CallLog
from sandbox.events import EventLog
from sandbox.faults import Faults, Flood
from sandbox.files import FileStore
from sandbox.model import (
    ANONYMOUS_ADMIN,
    CHANNEL_BOT,
    GENERAL_TOPIC,
    TELEGRAM,
    Bot,
    Chat,
    ChatKind,
    Message,
    Topic,
    User,
)
from sandbox.refusal import Refusal, bad_request
from sandbox.updates import UpdateQueue

Clock = Callable[[], float]
_FIRST_UPDATE: Final = 100_000_001


@dataclass(slots=True, kw_only=True)
class Limits:
    """Numbers of Telegram that are unpublished or that a test may want smaller."""

    callback_seconds: float = 15.0
    delete_seconds: int = 48 * 3600
    long_poll_seconds: float = 50.0
    download_bytes: int = 20 << 20
    upload_bytes: int = 50 << 20
    photo_bytes: int = 10 << 20
    webhook_first_retry: float = 1.0
    webhook_last_retry: float = 60.0
    webhook_timeout: float = 60.0
    heartbeat_seconds: float = 15.0
    shutdown_seconds: float = 2.0
    guards_hammering: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Press:
    """A press on an inline button: the callback query a bot gets and, in time, its answer."""

    query_id: str
    bot: Bot
    person_id: int
    message: Message
    data: str
    at: float
    answered: bool = False
    text: str = ""
    show_alert: bool = False
    url: str = ""
    event: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, seconds: float = 5.0) -> bool:
        """Wait for the bot's answer; True when it came within `seconds`."""
        try:
            await asyncio.wait_for(self.event.wait(), seconds)
        except TimeoutError:
            return False
        return True


class State:
    """Users, bots, chats, files, queues and logs of one Telegram."""

    def __init__(self, clock: Clock = time.time) -> None:
        self.clock = clock
        self.events = EventLog()
        self.on_webhook: Callable[[Bot], None] = lambda bot: None
        self.clear()

    def clear(self) -> None:
        """Forget people, chats, bots, files, faults and calls; event numbers go on."""
        self.limits = Limits()
        self.users: dict[int, User] = {}
        self.bots: dict[str, Bot] = {}
        self.chats: dict[int, Chat] = {}
        self.privates: dict[tuple[int, int], Chat] = {}
        self.files = FileStore()
        self.faults = Faults()
        self.flood = Flood()
        self.calls = CallLog()
        self.queues: dict[int, UpdateQueue] = {}
        self.presses: dict[str, Press] = {}
        self.album_ids = itertools.count(13_800_000_000_000_001)
        self.query_ids = itertools.count(4_400_000_000_000_000_001)
        self.basic_group_ids = itertools.count(1)
        self.new_chat_ids = itertools.count(1_002_000_000_001)
        self.new_group_ids = itertools.count(400_000_001)
        self._add_service_accounts()

    def _add_service_accounts(self) -> None:
        self.users[TELEGRAM] = User(id=TELEGRAM, first_name="Telegram", language_code="")
        for user_id, name, username in (
            (ANONYMOUS_ADMIN, "Group", "GroupAnonymousBot"),
            (CHANNEL_BOT, "Channel", "Channel_Bot"),
        ):
            self.users[user_id] = User(
                id=user_id, first_name=name, username=username, language_code="", is_bot=True
            )

    def open(self) -> None:
        """Serve long polls and streams; undone by `close`."""
        self.events.open()
        for queue in self.queues.values():
            queue.open()

    def close(self) -> None:
        """Let every long poll and stream go, so that a server can end at once. The state stays."""
        self.events.close()
        for queue in self.queues.values():
            queue.close()

    def now(self) -> int:
        """Unix time in whole seconds."""
        return int(self.clock())

    def register_bot(self, bot: Bot) -> None:
        """Make a bot known, with an empty queue of updates."""
        self.users[bot.id] = bot
        self.bots[bot.token] = bot
        self.queues[bot.id] = UpdateQueue(_FIRST_UPDATE)

    def user(self, user_id: int) -> User:
        """A known user; raises 400 "user not found"."""
        user = self.users.get(user_id)
        if user is None:
            raise bad_request("user not found")
        return user

    def person(self, user_id: int) -> User:
        """A known human; raises 404 with a sentence for the page."""
        user = self.users.get(user_id)
        if user is None or user.is_bot or user_id == TELEGRAM:
            raise Refusal(404, f"no such person: {user_id}")
        return user

    def people(self) -> list[int]:
        """The ids of all humans."""
        return [user.id for user in self.users.values() if not user.is_bot and user.id != TELEGRAM]

    def bot(self, bot_id: int) -> Bot:
        """A known bot; raises 404 with a sentence for the page."""
        bot = self.users.get(bot_id)
        if not isinstance(bot, Bot):
            raise Refusal(404, f"no such bot: {bot_id}")
        return bot

    def private_chat(self, person: User, bot: Bot) -> Chat:
        """The private chat of a person with a bot, made when first looked at."""
        key = (person.id, bot.id)
        if key not in self.privates:
            self.privates[key] = Chat(id=person.id, kind=ChatKind.PRIVATE, person=person, bot=bot)
        return self.privates[key]

    def chat(self, chat_id: int) -> Chat:
        """A group or channel; raises 404 with a sentence for the page."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise Refusal(404, f"no such chat: {chat_id}")
        return chat

    def chat_as(self, person: User, chat_id: int) -> Chat:
        """The chat a person means: a group by its id, a private chat by the bot's id."""
        if chat_id > 0:
            return self.private_chat(person, self.bot(chat_id))
        return self.chat(chat_id)

    def new_message_id(self, chat: Chat) -> int:
        """The next message id: per supergroup or channel; per account in private chats and basic groups."""
        if chat.bot is not None:
            chat.bot.last_private_id += 1
            return chat.bot.last_private_id
        if chat.kind is ChatKind.GROUP:
            chat.last_id = next(self.basic_group_ids)
        else:
            chat.last_id += 1
        return chat.last_id

    def general_topic(self) -> Topic:
        """A fresh General topic, which every forum has."""
        return Topic(thread_id=GENERAL_TOPIC, name="General")
