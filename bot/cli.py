"""The command line: `huzhu run`, `demo`, `doctor`, `backup`, `ask` and `kb`.

Whatever goes wrong ends as one sentence on stderr that says what to do, and exit code 1; a wrong use of a
command is 2. Imports that are only needed to run the bot are made by the commands that run it.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import webbrowser
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from bot.config import ConfigError, load_settings, require_token, unknown_variables
from bot.journal import Journal, adopt_libraries
from bot.settings import Settings
from knowledge import KnowledgeError
from knowledge.commands import ask, kb
from storage import StorageError, backup_database

P = ParamSpec("P")
T = TypeVar("T")


class Complaint(click.ClickException):
    """An error in the words of whoever must act, and nothing else."""

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file or sys.stderr)


def explains_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Turn the errors that people can do something about into a sentence and exit code 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        from bot.demo import NoPortError
        from bot.instance import FolderError
        from bot.intake import IntakeError
        from bot.texts import TextsError

        known = (
            ConfigError,
            FolderError,
            IntakeError,
            KnowledgeError,
            NoPortError,
            StorageError,
            TextsError,
        )
        try:
            command(*args, **kwargs)
        except known as error:
            raise Complaint(str(error)) from error

    return run


@click.group()
@click.version_option(package_name="huzhu")
def cli() -> None:
    """互助: answers questions in the mutual-aid groups of an industrial park and sees them through."""


@cli.command()
@explains_errors
def run() -> None:
    """Run the bot against Telegram; configured by HUZHU_* variables and the file in HUZHU_CONFIG."""
    from bot.app import build

    settings = require_token(load_settings(os.environ))
    journal = journal_for(settings)
    adopt_libraries(journal)
    for name in unknown_variables(os.environ):
        journal.warning("unknown_variable", name=name)
    program = build(settings, journal=journal)

    async def run_program(stop: asyncio.Event) -> None:
        freezing = asyncio.create_task(freeze_when(program.started()))
        try:
            await program.run(stop)
        finally:
            freezing.cancel()

    run_until_stopped(run_program)


@cli.command()
@click.option(
    "--port",
    default=8099,
    show_default=True,
    type=click.IntRange(0, 65_535),
    help="Port of the page; the next free one if taken, any free one if 0.",
)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Folder to keep the state in.")
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser.")
@explains_errors
def demo(port: int, data: Path | None, *, browser: bool) -> None:
    """Run the whole program against a messenger of its own, with a page to try it on. Ctrl-C ends it."""
    from bot.demo import run_demo

    journal = Journal(level="warning", readable=True)
    adopt_libraries(journal)

    def say(address: str) -> None:
        click.echo(f"打开 {address} 就能试用（Ctrl-C 结束）。Open {address} (Ctrl-C ends).")
        if browser and has_display():
            webbrowser.open(address)

    def warn(sentence: str) -> None:
        click.echo(sentence, err=True)

    run_until_stopped(lambda stop: run_demo(stop, port=port, data=data, journal=journal, say=say, warn=warn))


@cli.command()
@explains_errors
def doctor() -> None:
    """Check token, server, rights in every bound group, database and knowledge base; say what to do."""
    from bot.doctor import Health, examine, load_words, say

    settings = load_settings(os.environ)
    adopt_libraries(journal_for(settings))
    words = load_words(settings.language)
    findings = run_loop(examine(settings))
    for finding in findings:
        click.echo(say(finding, words))
    if any(finding.health is Health.BAD for finding in findings):
        raise SystemExit(1)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--overwrite", is_flag=True, help="Replace FILE where it exists.")
@explains_errors
def backup(file: Path, *, overwrite: bool) -> None:
    """Write a consistent copy of the database to FILE, also while the bot runs."""
    backup_database(load_settings(os.environ).database, file, overwrite=overwrite)
    click.echo(str(file))


cli.add_command(ask)
cli.add_command(kb)


def journal_for(settings: Settings) -> Journal:
    """The log that these settings ask for: lines for people on a terminal, JSON elsewhere."""
    secrets = [settings.token.get_secret_value()]
    if settings.webhook is not None:
        secrets.append(settings.webhook.secret.get_secret_value())
    return Journal(level=settings.log.level, secrets=secrets, readable=sys.stderr.isatty())


async def freeze_when(started: Awaitable[object]) -> None:
    """Once started, take what will live as long as the program (the knowledge base above all) out of the
    garbage collector's rounds; that saves about a twentieth of the processor time (measured). Fewer rounds
    save as much again: what an update makes is gone, without any round, once it was acted on."""
    await started
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def run_until_stopped(program: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `program(stop)`; SIGINT and SIGTERM set `stop`."""

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, stop.set)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        await program(stop)

    run_loop(main())


def run_loop(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, on uvloop where there is one."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(main)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def has_display() -> bool:
    """Whether a browser would open in a window; a text browser would take over the terminal."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main() -> None:
    """The entry point of the command `huzhu`."""
    cli()
