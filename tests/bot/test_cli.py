"""The command line: what an operator types, and what they are told when something is wrong."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli, freeze_when, has_display, main
from storage import open_store

HUZHU = [sys.executable, "-c", "from bot.cli import main; main()"]
TOKEN = "123456789:AAE-abc_def"


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for name in os.environ:
        if name.startswith("HUZHU_"):
            monkeypatch.delenv(name)
    return CliRunner()


def environment(**fields: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("HUZHU_")}
    return {**plain, **fields}


@pytest.fixture
def demo() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*HUZHU, "demo", "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    yield process
    process.kill()
    process.communicate()


def test_every_command_is_listed(runner: CliRunner) -> None:
    listed = runner.invoke(cli, ["--help"]).output
    for command in ("run", "demo", "doctor", "backup", "ask", "kb"):
        assert f"  {command} " in listed


def test_a_wrong_use_is_told_with_its_own_exit_code(runner: CliRunner) -> None:
    assert runner.invoke(cli, ["backup"]).exit_code == 2
    assert runner.invoke(cli, ["dance"]).exit_code == 2


def test_run_without_a_token_says_where_to_get_one(runner: CliRunner) -> None:
    result = runner.invoke(cli, ["run"])
    assert result.exit_code == 1
    assert "@BotFather" in result.stderr
    assert "Traceback" not in result.output


def test_every_fault_of_the_configuration_is_told(runner: CliRunner, tmp_path: Path) -> None:
    faulty = {"HUZHU_TOKEN": "x", "HUZHU_PEER_WINDOW": "soon", "HUZHU_DATA": str(tmp_path)}
    result = runner.invoke(cli, ["run"], env=faulty)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 2


def test_run_against_a_server_that_does_not_know_the_token(
    tmp_path: Path, demo: subprocess.Popen[str]
) -> None:
    assert demo.stdout is not None
    address = address_in(demo.stdout.readline())
    settings = environment(
        HUZHU_TOKEN=TOKEN,
        HUZHU_API_BASE=address,
        HUZHU_DATA=str(tmp_path),
        HUZHU_WEBHOOK_URL="https://example.org",
        HUZHU_WEBHOOK_SECRET="hook-secret",
        HUZHU_TYPO="1",
    )
    done = subprocess.run([*HUZHU, "run"], env=settings, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "The token is wrong" in done.stderr
    assert "HUZHU_TYPO" in done.stderr
    assert "Traceback" not in done.stderr
    assert TOKEN not in done.stderr


def address_in(line: str) -> str:
    return next(word for word in line.split() if word.startswith("http://127.0.0.1:"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_says_its_address_first_and_ends_cleanly(
    demo: subprocess.Popen[str], number: signal.Signals
) -> None:
    assert demo.stdout is not None
    assert address_in(demo.stdout.readline()).endswith("/")
    demo.send_signal(number)
    rest, errors = demo.communicate(timeout=5)
    assert demo.returncode == 0
    assert "Traceback" not in rest + errors


async def test_a_backup_is_made_and_replaces_nothing_unasked(runner: CliRunner, tmp_path: Path) -> None:
    store = await open_store(tmp_path / "huzhu.db")
    target, data = tmp_path / "copy.db", {"HUZHU_DATA": str(tmp_path)}
    assert runner.invoke(cli, ["backup", str(target)], env=data).exit_code == 0
    again = runner.invoke(cli, ["backup", str(target)], env=data)
    assert again.exit_code == 1
    assert "exists already" in again.stderr
    assert runner.invoke(cli, ["backup", "--overwrite", str(target)], env=data).exit_code == 0
    await store.close()
    with sqlite3.connect(target) as copy:
        assert copy.execute("SELECT count(*) FROM inbox").fetchone() == (0,)
    copy.close()


def test_a_backup_of_nothing_says_so(runner: CliRunner, tmp_path: Path) -> None:
    result = runner.invoke(cli, ["backup", str(tmp_path / "x")], env={"HUZHU_DATA": str(tmp_path / "none")})
    assert result.exit_code == 1
    assert "no such file" in result.stderr


def test_the_doctor_says_what_to_do_and_fails_where_something_is_wrong(tmp_path: Path) -> None:
    settings = environment(HUZHU_DATA=str(tmp_path), HUZHU_LANGUAGE="en")
    done = subprocess.run([*HUZHU, "doctor"], env=settings, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "✗ There is no token" in done.stdout
    assert "✗ There are no admins" in done.stdout


@pytest.mark.parametrize(
    ("platform", "display", "expected"),
    [("linux", ":0", True), ("linux", "", False), ("darwin", "", True), ("win32", "", True)],
)
def test_a_browser_is_opened_only_where_it_gets_a_window(
    monkeypatch: pytest.MonkeyPatch, platform: str, display: str, expected: bool
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert has_display() is expected


@pytest.fixture
def quiet_libraries() -> Iterator[None]:
    """Gives the libraries' log back after a command took it."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers, root.level = before, level


@pytest.mark.usefixtures("quiet_libraries")
def test_the_demo_opens_its_page_and_ctrl_c_ends_it(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def look_and_leave(address: str) -> None:
        opened.append(address)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", look_and_leave)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = runner.invoke(cli, ["demo", "--port", str(port)])
    assert result.exit_code == 0
    assert opened[0] in result.stdout.splitlines()[0]
    assert opened[0] != f"http://127.0.0.1:{port}/"
    assert str(port) in result.stderr


@pytest.mark.usefixtures("quiet_libraries")
def test_misspelt_variables_are_told_when_the_bot_starts(
    runner: CliRunner, tmp_path: Path, demo: subprocess.Popen[str]
) -> None:
    assert demo.stdout is not None
    settings = {
        "HUZHU_TOKEN": TOKEN,
        "HUZHU_API_BASE": address_in(demo.stdout.readline()),
        "HUZHU_DATA": str(tmp_path),
        "HUZHU_TYPO": "1",
        "HUZHU_WEBHOOK_URL": "https://example.org",
        "HUZHU_WEBHOOK_SECRET": "hook-secret",
    }
    result = runner.invoke(cli, ["run"], env=settings)
    assert result.exit_code == 1
    assert "HUZHU_TYPO" in result.stderr
    assert "The token is wrong" in result.stderr


@pytest.mark.usefixtures("quiet_libraries")
@pytest.mark.parametrize(("token", "code"), [("7000000001:DEMO-TOKEN-huzhu-sandbox", 0), ("", 1)])
def test_the_doctors_exit_code_says_whether_something_must_be_done(
    runner: CliRunner, tmp_path: Path, demo: subprocess.Popen[str], token: str, code: int
) -> None:
    assert demo.stdout is not None
    settings = {
        "HUZHU_TOKEN": token,
        "HUZHU_API_BASE": address_in(demo.stdout.readline()),
        "HUZHU_DATA": str(tmp_path),
        "HUZHU_ADMINS": "900",
    }
    assert runner.invoke(cli, ["doctor"], env=settings).exit_code == code


def test_main_is_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["huzhu", "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0


async def test_what_lives_long_is_taken_out_of_the_collectors_rounds() -> None:
    started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    freezing = asyncio.create_task(freeze_when(started))
    started.set_result(None)
    await freezing
    try:
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
