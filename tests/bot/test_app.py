"""The whole program: started, running, stopped; and every way in which it cannot start."""

from __future__ import annotations

import asyncio
import io
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.app import Program, Running, build
from bot.foundation import AnyApplication, Foundation, Wired
from bot.instance import FolderTakenError
from bot.intake import Poller, SecondInstanceError, WrongTokenError
from bot.journal import Journal
from bot.outgoing import Rendered, SendText
from bot.queues import OutboxRow
from bot.settings import Settings
from sandbox.demo import BOT, BOT_TOKEN, DESK, MUTUAL_AID
from sandbox.server import Sandbox
from sandbox.world import World
from storage import NewerDatabaseError
from tests.bot.stage import START, owe, small_knowledge, until
from tickets.identity import MessageId, UpdateId
from tickets.mishaps import Mishaps
from tickets.unit_of_work import Timer, UnitOfWork

LIMITS = {"overall_per_second": 0, "group_per_minute": 0, "private_per_second": 0}


class Echo:
    """Rules that say everything back, through the inbox, the outbox and the library's application."""

    def __init__(self) -> None:
        self.errors: list[Exception] = []

    def render(self, uow: UnitOfWork, row: OutboxRow) -> Rendered:
        words, message_id = str(row.notice.data["key"]).split("|")
        step = SendText(chat_id=row.notice.chat_id, html=words, reply_to=MessageId(int(message_id)))
        return Rendered(steps=(step,))

    def wire(self, foundation: Foundation, application: AnyApplication) -> Wired:
        async def hear(update: Update, context: Any) -> None:
            message = update.effective_message
            assert message is not None
            if self.errors:
                raise self.errors.pop()
            words = f"{message.text}|{message.message_id}"

            def work(uow: UnitOfWork) -> None:
                uow.finish(UpdateId(update.update_id))
                uow.tell(owe(message.chat.id, words))

            await foundation.store.transact(work)

        application.add_handler(MessageHandler(filters.TEXT, hear))

        async def process(raw: dict[str, Any], received_at: datetime) -> None:
            await application.process_update(Update.de_json(raw, application.bot))

        def run_timer(uow: UnitOfWork, timer: Timer, now: datetime) -> None:
            uow.timers.cancel(timer.kind, timer.ref)

        return Wired(
            renderer=self,
            repairs=Mishaps(),
            run_timer=run_timer,
            process=process,
            housekeeping=lambda: None,
        )


@pytest.fixture
def echo() -> Echo:
    return Echo()


def settings(sandbox: Sandbox, data: Path, **fields: Any) -> Settings:
    plain = {"token": BOT_TOKEN, "api_base": sandbox.base_url, "data": data, "limits": LIMITS}
    return Settings.model_validate({**plain, **fields})


@asynccontextmanager
async def running(program: Program) -> AsyncIterator[Running]:
    """The program while it runs; ended as an operator would."""
    stop = asyncio.Event()
    task = asyncio.create_task(program.run(stop))
    starting = asyncio.create_task(program.started())
    await asyncio.wait((task, starting), return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        starting.cancel()
        await task
    try:
        yield starting.result()
    finally:
        stop.set()
        await task


def answers(world: World, chat_id: int = MUTUAL_AID, as_: int = 0) -> list[str]:
    return [each.text for each in world.messages(chat_id, as_=as_) if each.author_id == BOT]


async def test_a_message_comes_in_and_its_answer_goes_out(
    sandbox: Sandbox, world: World, tmp_path: Path, echo: Echo, journal: Journal, log: io.StringIO
) -> None:
    program = build(settings(sandbox, tmp_path), wire=echo.wire, journal=journal)
    async with running(program) as parts:
        assert parts.me.id == BOT
        asked = world.send(101, MUTUAL_AID, "叉车")
        await until(lambda: answers(world) == ["叉车"])
        reply = world.messages(MUTUAL_AID)[-1]
        assert reply.reply_to is not None
        assert reply.reply_to.id == asked.id
    assert "叉车" not in log.getvalue()
    assert BOT_TOKEN not in log.getvalue()


async def test_two_programs_fit_into_one_loop(
    sandbox: Sandbox, world: World, tmp_path: Path, journal: Journal
) -> None:
    other = world.add_bot(8_000_000_001, "8000000001:OTHER-TOKEN-xyz", "另一个", "other_bot")
    world.member(900, DESK, other.id, "join")
    world.member(900, DESK, other.id, "promote")
    first = build(settings(sandbox, tmp_path / "1"), wire=Echo().wire, journal=journal)
    second = build(settings(sandbox, tmp_path / "2", token=other.token), wire=Echo().wire, journal=journal)
    async with running(first), running(second):
        world.send(201, DESK, "两个")
        await until(lambda: len([m for m in world.messages(DESK) if m.text == "两个"]) == 3)


async def test_a_second_program_on_the_same_folder_is_refused(
    sandbox: Sandbox, tmp_path: Path, echo: Echo, journal: Journal
) -> None:
    chosen = settings(sandbox, tmp_path)
    async with running(build(chosen, wire=echo.wire, journal=journal)):
        with pytest.raises(FolderTakenError):
            await build(chosen, wire=echo.wire, journal=journal).run(asyncio.Event())


async def test_a_wrong_token_ends_with_what_to_do(sandbox: Sandbox, tmp_path: Path, echo: Echo) -> None:
    program = build(settings(sandbox, tmp_path, token="1:wrong"), wire=echo.wire)
    with pytest.raises(WrongTokenError):
        async with running(program):
            pytest.fail("started with a wrong token")


async def test_a_newer_database_ends_with_what_to_do(sandbox: Sandbox, tmp_path: Path, echo: Echo) -> None:
    chosen = settings(sandbox, tmp_path)
    async with running(build(chosen, wire=echo.wire)):
        pass
    with sqlite3.connect(chosen.database) as connection:
        connection.execute("INSERT INTO schema_version (version, applied_at) VALUES (9999, 'x')")
    connection.close()
    with pytest.raises(NewerDatabaseError):
        await build(chosen, wire=echo.wire).run(asyncio.Event())


async def test_without_a_network_it_keeps_trying(
    world: World, tmp_path: Path, echo: Echo, journal: Journal, log: io.StringIO
) -> None:
    async with Sandbox(world) as sandbox:
        port = sandbox.port
    stop = asyncio.Event()
    program = build(settings(sandbox, tmp_path), wire=echo.wire, journal=journal)
    task = asyncio.create_task(program.run(stop))
    await until(lambda: "server_unreachable" in log.getvalue())
    async with Sandbox(world, port=port):
        async with asyncio.timeout(10):
            await program.started()
        world.send(101, MUTUAL_AID, "回来了")
        await until(lambda: answers(world) == ["回来了"])
        stop.set()
        await task


async def test_told_to_stop_before_it_reached_anybody_it_ends(
    world: World, tmp_path: Path, echo: Echo, journal: Journal, log: io.StringIO
) -> None:
    async with Sandbox(world) as sandbox:
        pass
    stop = asyncio.Event()
    task = asyncio.create_task(build(settings(sandbox, tmp_path), wire=echo.wire, journal=journal).run(stop))
    await until(lambda: "server_unreachable" in log.getvalue())
    stop.set()
    async with asyncio.timeout(2):
        await task


async def test_a_handlers_error_reaches_the_processor(
    sandbox: Sandbox, world: World, tmp_path: Path, echo: Echo, journal: Journal, log: io.StringIO
) -> None:
    echo.errors = [ValueError("私密")]
    chosen = settings(sandbox, tmp_path, inbox={"retries": 0})
    async with running(build(chosen, wire=echo.wire, journal=journal)):
        world.send(101, MUTUAL_AID, "坏")
        world.send(101, MUTUAL_AID, "好")
        await until(lambda: answers(world) == ["好"])
    assert "update_parked" in log.getvalue()
    assert "私密" not in log.getvalue()


async def test_what_was_left_by_a_program_that_died_is_done_by_the_next(
    sandbox: Sandbox, world: World, tmp_path: Path, echo: Echo, journal: Journal
) -> None:
    chosen = settings(sandbox, tmp_path)
    dying = asyncio.create_task(build(chosen, wire=echo.wire, journal=journal).run(asyncio.Event()))
    await until(lambda: world.queues[BOT].poller is not None)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    world.send(101, MUTUAL_AID, "还在吗")
    async with running(build(chosen, wire=echo.wire, journal=journal)):
        await until(lambda: answers(world) == ["还在吗"])


async def test_a_webhook_takes_the_place_of_polling(
    sandbox: Sandbox, world: World, tmp_path: Path, echo: Echo, journal: Journal, log: io.StringIO
) -> None:
    hook = {"url": "https://example.org", "secret": "hook-secret", "port": 0}
    program = build(settings(sandbox, tmp_path, webhook=hook), wire=echo.wire)
    async with running(program) as parts:
        await until(lambda: world.calls.of("setWebhook"))
        assert world.calls.of("getUpdates") == []
        assert parts.intake is not None


async def test_another_poller_on_the_same_token_ends_the_program_with_what_to_do(
    sandbox: Sandbox, world: World, tmp_path: Path, echo: Echo, journal: Journal
) -> None:
    program = build(settings(sandbox, tmp_path), wire=echo.wire, journal=journal)
    task = asyncio.create_task(program.run(asyncio.Event()))
    parts = await program.started()
    assert isinstance(parts.intake, Poller)
    await until(lambda: world.queues[BOT].poller is not None)
    parts.intake._conflicts = 5  # as after five refusals, which take half a minute
    world.queues[BOT].take_over()
    with pytest.raises(SecondInstanceError):
        await task


async def test_the_admins_are_told_of_an_update_that_was_given_up(
    sandbox: Sandbox, world: World, tmp_path: Path, journal: Journal
) -> None:
    chosen = settings(sandbox, tmp_path, admins=[900], inbox={"retries": 0})
    async with running(build(chosen, journal=journal)):
        world.inject(BOT, {"message": {"chat": {"id": MUTUAL_AID}, "message_id": "no number"}})
        await until(lambda: answers(world, BOT, as_=900))
    assert "update" in answers(world, BOT, as_=900)[0]


async def test_rights_and_rules_are_wired_for_real(
    sandbox: Sandbox, world: World, tmp_path: Path, journal: Journal
) -> None:
    program = build(settings(sandbox, tmp_path, admins=[900]), journal=journal)
    async with running(program):
        world.send(900, DESK, "/bind desk LF")
        await until(lambda: answers(world, DESK))
        world.send(101, MUTUAL_AID, "/bind desk LF")
        await until(lambda: answers(world))


async def test_edited_entries_are_in_service_without_a_restart(
    sandbox: Sandbox, world: World, tmp_path: Path, journal: Journal, log: io.StringIO
) -> None:
    folder = small_knowledge(tmp_path / "kb")
    program = build(settings(sandbox, tmp_path, admins=[900], knowledge=folder), journal=journal)
    async with running(program) as parts:
        world.send(900, DESK, "/bind desk LF")
        await until(lambda: answers(world, DESK))
        world.start(900, BOT)
        world.send(900, BOT, "/why 新买的叉车怎么办使用登记")
        await until(lambda: any("A-1" in each for each in answers(world, BOT, as_=900)))
        path = folder / "a.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("A-1", "A-22"), encoding="utf-8")
        await parts.clock.run_once(START)
        world.send(900, BOT, "/why 新买的叉车怎么办使用登记")
        await until(lambda: any("A-22" in each for each in answers(world, BOT, as_=900)))
    assert "knowledge_reloaded" in log.getvalue()
