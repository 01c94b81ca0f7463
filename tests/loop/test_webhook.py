"""Receiving by webhook instead of polling; the web server that would end TLS in front is left out."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import closing

import httpx
import pytest
import pytest_asyncio

from sandbox.server import Sandbox
from tests.loop import knowledge_base
from tests.loop.knowledge_base import ANSWER, ANSWERED
from tests.loop.park import open_park
from tests.loop.program import Program
from tests.loop.stage import ALLIANCE, BOT, Stage, build_world, check_log, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="package")
SECRET = "only-the-messenger-knows-it"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("webhook")
    knowledge = knowledge_base.write(folder / "knowledge")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with Sandbox(build_world()) as sandbox:
        settings = settings_for(
            sandbox,
            folder,
            WEBHOOK_URL="https://localhost:1",
            WEBHOOK_SECRET=SECRET,
            WEBHOOK_PORT=str(port),
        )
        stage = Stage(sandbox.world, sandbox, Program(settings), knowledge)
        await start(stage)
        await stage.bind(ALLIANCE, "alliance")
        yield stage
        assert await stage.program.interrupt() == 0
    assert SECRET not in stage.program.log
    check_log(stage)


async def start(stage: Stage) -> None:
    """Start the program and push to it directly where the messenger would push to the web server."""
    bot, port = stage.world.bot(BOT), stage.program.settings["WEBHOOK_PORT"]
    bot.webhook = None
    await stage.program.start()
    webhook = await stage.until(lambda: bot.webhook, "the webhook is set")
    assert webhook.url == "https://localhost:1/telegram"
    assert webhook.secret == SECRET
    webhook.url = f"http://127.0.0.1:{port}/telegram"
    stage.world.on_webhook(bot)


async def test_questions_that_are_pushed_are_answered(stage: Stage) -> None:
    park = await open_park(stage)
    await park.reply(await park.ask(ANSWERED), ANSWER)
    case = await park.ticket()
    await stage.press(park.worker, case.card, "接单")
    await stage.shows(case.card, "接单：陈社工")


async def test_strangers_who_push_are_turned_away(stage: Stage) -> None:
    address = f"http://127.0.0.1:{stage.program.settings['WEBHOOK_PORT']}/telegram"
    update = {"update_id": 1, "message": {"text": ANSWERED}}
    async with httpx.AsyncClient() as client:
        for headers in ({}, {HEADER: "guessed"}, {HEADER: SECRET[:-1]}):
            assert (await client.post(address, json=update, headers=headers)).status_code == 403
        answer = await client.post(address, content=b"{", headers={HEADER: SECRET})
        assert answer.status_code == 400


async def test_what_is_pushed_while_the_program_dies_is_acted_on_once(stage: Stage) -> None:
    park = await open_park(stage)
    people = [stage.person(f"安全员{number}", park.group) for number in range(30)]
    questions = [stage.world.send(who, park.group, ANSWERED) for who in people[:15]]
    await stage.until(lambda: stage.said(park.group, ANSWER), "the first answer")
    await stage.program.kill()
    questions += [stage.world.send(who, park.group, ANSWERED) for who in people[15:]]
    await start(stage)

    def answered() -> set[int]:
        return {message.reply_to.id for message in stage.said(park.group, ANSWER) if message.reply_to}

    await stage.until(lambda: len(answered()) == len(questions), "an answer to every question")
    replied = stage.said(park.group, ANSWER)
    assert list(dict.fromkeys(m.reply_to.id for m in replied if m.reply_to)) == [q.id for q in questions]
    assert len(replied) <= 31  # the one that was on its way may have been said twice
