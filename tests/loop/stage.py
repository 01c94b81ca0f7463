"""Telegram and the bot, side by side: the messenger in this process, the program in one of its own.

People act through the world as they would in their app; what the bot did is read from the same world.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import pytest
import pytest_asyncio

from sandbox.model import Member, Message
from sandbox.server import Sandbox
from sandbox.state import Press
from sandbox.world import World
from tests.loop import knowledge_base
from tests.loop.program import Program
from tests.loop.waiting import until

T = TypeVar("T")
BOT: Final = 7_000_000_001
TOKEN: Final = "7000000001:AAE-only-ever-a-sandbox-knows-it"
NAME: Final = "huzhu_test_bot"
ADMIN: Final = 900
ALLIANCE: Final = -1_003_000_000_001
OFFICER: Final = 701
SECOND_OFFICER: Final = 702
HASTE: Final = {
    "PEER_WINDOW": "0",
    "QUIET": "0",
    "ALBUM": "0.3s",
    "CONFIRM_WINDOW": "1h",
    "LIMITS_OVERALL_PER_SECOND": "0",
    "LIMITS_GROUP_PER_MINUTE": "0",
    "LIMITS_PRIVATE_PER_SECOND": "0",
    "POLLING_TIMEOUT": "10s",
    "LOG_LEVEL": "debug",
}


class Stage:
    """A world, its server, and the bot that lives in it."""

    def __init__(self, world: World, sandbox: Sandbox, program: Program, knowledge: Path) -> None:
        self.world = world
        self.sandbox = sandbox
        self.program = program
        self.knowledge = knowledge
        self.numbers = count(1)

    async def until(self, look: Callable[[], T | None], what: str) -> T:
        """Wait for the first true thing that `look()` finds."""
        return await until(self.world, look, what)

    # looking ---------------------------------------------------------------------------------------

    def said(
        self, chat_id: int, *fragments: str, as_: int = 0, thread: int | None = None, after: int = 0
    ) -> list[Message]:
        """The bot's messages in a chat that contain all `fragments`, oldest first."""
        return [
            message
            for message in self.world.messages(chat_id, as_=as_, thread_id=thread)
            if message.author_id == BOT
            and message.service is None
            and message.id > after
            and all(fragment in message.text for fragment in fragments)
        ]

    async def hear(
        self, chat_id: int, *fragments: str, as_: int = 0, thread: int | None = None, after: int = 0
    ) -> Message:
        """Wait for a message of the bot's with these fragments, the newest if there are several."""

        def look() -> Message | None:
            found = self.said(chat_id, *fragments, as_=as_, thread=thread, after=after)
            return found[-1] if found else None

        return await until(self.world, look, f"the bot says {fragments} in {chat_id}")

    async def hear_anybody(self, chat_id: int, *fragments: str) -> Message:
        """Wait for a message of whomever with these fragments."""

        def look() -> Message | None:
            found = [m for m in self.world.messages(chat_id) if all(part in m.text for part in fragments)]
            return found[-1] if found else None

        return await until(self.world, look, f"somebody says {fragments} in {chat_id}")

    async def shows(self, message: Message, *fragments: str) -> Message:
        """Wait until this message, edited in the meantime, contains all `fragments`."""

        def look() -> bool:
            return all(fragment in message.text for fragment in fragments)

        await until(self.world, look, f"message {message.id} ({message.text!r}) shows {fragments}")
        return message

    async def offers(self, message: Message, *labels: str) -> None:
        """Wait until exactly these buttons (links aside) hang on the message."""
        await until(
            self.world,
            lambda: labels_of(message) == list(labels),
            f"message {message.id} ({message.text!r}, {labels_of(message)}) offers {labels}",
        )

    async def reaction(self, message: Message, emoji: str) -> None:
        """Wait until the bot reacted so."""
        await until(self.world, lambda: message.reactions.get(BOT) == emoji, f"{emoji} on {message.text!r}")

    # acting ----------------------------------------------------------------------------------------

    async def press(self, person: int, message: Message, label: str) -> Press:
        """Press the button that shows `label`, once it is there, and wait for the bot's word on it."""
        chat_id = BOT if message.chat.is_private else message.chat.id
        await until(
            self.world,
            lambda: label in labels_of(message),
            f"a button {label} on {message.text!r} {labels_of(message)}",
        )
        press = self.world.press_text(person, chat_id, message.id, label)
        assert await press.wait(15), f"the bot did not answer the press of {label}"
        return press

    async def forge(self, person: int, message: Message, data: str) -> Press:
        """Send callback data that a client made up, from a message of the bot's."""
        chat_id = BOT if message.chat.is_private else message.chat.id
        press = self.world.press(person, chat_id, message.id, data)
        assert await press.wait(15), f"the bot did not answer the data {data}"
        return press

    async def forge_as_stranger(self, person: int, message: Message, data: str) -> Press:
        """The same from somebody who is no member any more, but whose app still shows the message."""
        chat = message.chat
        known = chat.members[person]
        chat.members[person] = Member(user_id=person)  # for the app that is behind, and for it alone
        press = self.world.press(person, chat.id, message.id, data)
        chat.members[person] = known
        assert await press.wait(15), f"the bot did not answer the data {data}"
        return press

    async def settled(self, *chats: tuple[int, int]) -> None:
        """Wait until the bot has done all it does about what was said in these chats so far.

        Each is (person, chat). A chat's updates are acted on in order and its messages sent in order, so a
        command's answer comes after everything that was still on its way.
        """
        for person, chat_id in chats:
            asked = self.world.send(person, chat_id, "/help")
            await until(
                self.world,
                lambda asked=asked, chat_id=chat_id, person=person: [  # type: ignore[misc]
                    reply for reply in self.said(chat_id, as_=person) if reply.reply_to is asked
                ],
                f"an answer to /help in {chat_id}",
            )

    # building --------------------------------------------------------------------------------------

    def person(self, name: str, *chats: int) -> int:
        """A new person, member of these chats."""
        user_id = 1_000_000 + next(self.numbers)
        self.world.add_person(user_id, name, username=f"user_{user_id}")
        for chat_id in chats:
            self.world.member(user_id, chat_id, user_id, "join")
        return user_id

    def group(self, title: str, *members: int, kind: str = "supergroup", is_forum: bool = False) -> int:
        """A new group of these people, the admin and the bot, which may do everything there."""
        chat_id = -1_002_000_000_000 - next(self.numbers)
        self.world.add_chat(
            chat_id, title, kind=kind, creator=ADMIN, member_ids=members, admin_ids=[BOT], is_forum=is_forum
        )
        return chat_id

    async def bind(self, chat_id: int, words: str) -> Message:
        """Let the admin bind a group; the bot's report on it."""
        asked = self.world.send(ADMIN, chat_id, f"/bind {words}")
        return await self.hear(chat_id, "绑定好了", after=asked.id)


def labels_of(message: Message) -> list[str]:
    """The buttons under a message, row by row, without links."""
    rows = message.inline_keyboard or []
    return [button["text"] for row in rows for button in row if "callback_data" in button]


def build_world(*, forum: bool = True) -> World:
    """The bot, the admin, and the alliance with two officers."""
    world = World()
    world.add_person(ADMIN, "管理员", username="admin")
    world.add_person(OFFICER, "周科长", username="officer")
    world.add_person(SECOND_OFFICER, "吴工", username="second_officer")
    world.add_bot(BOT, TOKEN, "互助小助手", NAME)
    world.add_chat(
        ALLIANCE,
        "企服联盟",
        creator=ADMIN,
        member_ids=[OFFICER, SECOND_OFFICER],
        admin_ids=[BOT],
        is_forum=forum,
    )
    return world


def settings_for(sandbox: Sandbox, folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a bot that works with this server and keeps its state in `folder`."""
    return {
        "TOKEN": TOKEN,
        "API_BASE": sandbox.base_url,
        "DATA": str(folder / "data"),
        "KNOWLEDGE": str(folder / "knowledge"),
        "ADMINS": str(ADMIN),
        **HASTE,
        **settings,
    }


@asynccontextmanager
async def open_stage(
    folder: Path, settings: Mapping[str, str], *, forum: bool = True, faultless: bool = True
) -> AsyncIterator[Stage]:
    """Server and program, the alliance bound; ended by Ctrl-C, and its log looked through.

    `faultless`: no error is expected in the log.
    """
    knowledge = knowledge_base.write(folder / "knowledge")
    async with Sandbox(build_world(forum=forum)) as sandbox:
        program = Program(settings_for(sandbox, folder, **settings))
        await program.start()
        stage = Stage(sandbox.world, sandbox, program, knowledge)
        try:
            await stage.bind(ALLIANCE, "alliance")
            yield stage
        finally:
            code = await program.interrupt()
        assert code == 0, program.log
    check_log(stage, faultless=faultless)


def stage_with(*, scope: Literal["module", "package"] = "module", forum: bool = True, **settings: str) -> Any:
    """A fixture: the stage of one file, or of the whole folder, with these settings."""

    @pytest_asyncio.fixture(scope=scope, loop_scope="package", name="stage")
    async def open_for(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
        async with open_stage(tmp_path_factory.mktemp("stage"), settings, forum=forum) as stage:
            yield stage

    return open_for


def check_log(stage: Stage, *, faultless: bool = True) -> None:
    """Nothing went wrong that nobody arranged, and nobody's words or secrets stand in the log."""
    wrong = [line for line in stage.program.events() if line["level"] == "error"]
    assert not (wrong and faultless), wrong
    assert TOKEN not in stage.program.log
    for text in written(stage.world):
        assert text not in stage.program.log, f"the log quotes {text!r}"


def written(world: World) -> set[str]:
    """Every line that anybody, or the bot, wrote anywhere, but those too short to mean anything."""
    chats = [*world.chats.values(), *world.privates.values()]
    messages = [message for chat in chats for message in (*chat.messages.values(), *chat.deleted.values())]
    lines = {line.strip() for message in messages for line in message.text.splitlines()}
    return {line for line in lines if len(line.encode()) > 8}
