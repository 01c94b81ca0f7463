"""The bot as a process of its own, started the way an operator starts it and read only through its log."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

T = TypeVar("T")
ROOT: Final = Path(__file__).parents[2]
_SECONDS: Final = 30.0  # a start imports everything; the machine may be busy
_ENTRY: Final = (
    "import os\n"
    "if os.environ.get('COVERAGE_PROCESS_START'):\n"
    "    import coverage; coverage.process_startup()\n"
    "from bot.cli import main; main()"
)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with `settings` as its only HUZHU_ variables."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUZHU_")}
    if _measures_coverage():
        inherited["COVERAGE_PROCESS_START"] = str(ROOT / "pyproject.toml")
    return {**inherited, **{f"HUZHU_{name}": value for name, value in settings.items()}}


def _measures_coverage() -> bool:
    coverage = sys.modules.get("coverage")
    return coverage is not None and coverage.Coverage.current() is not None


class Program:
    """`huzhu COMMAND` with these settings (names without HUZHU_)."""

    def __init__(self, settings: Mapping[str, str], *command: str) -> None:
        self.settings = dict(settings)
        self.command = command or ("run",)
        self.log = ""  # of all its runs
        self.output = ""
        self._process: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []
        self._heard = asyncio.Event()

    async def start(self) -> None:
        """Start it and wait until it takes updates."""
        await self.spawn()
        begun = len(self.log)
        await self.logged("started", since=begun)

    async def spawn(self) -> None:
        """Start it and wait for nothing."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _ENTRY,
            *self.command,
            env=environment(self.settings),
            cwd=ROOT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        process = self._process
        self._readers = [
            asyncio.create_task(self._read(process.stderr, "log")),
            asyncio.create_task(self._read(process.stdout, "output")),
        ]

    async def logged(self, event: str, *, since: int = 0) -> dict[str, Any]:
        """Wait for a line of the log after position `since` that tells of `event`."""
        return await self.found(lambda: self._find(event, since), f"the log tells of {event}")

    async def printed(self, words: str) -> None:
        """Wait until it has printed these words for people."""
        await self.found(lambda: words in self.output, f"it prints {words}")

    async def found(self, look: Callable[[], T | None], what: str) -> T:
        """Wait until `look()` finds something in what the process wrote; fails when the process ends."""
        try:
            async with asyncio.timeout(_SECONDS):
                while not (hit := look()):
                    over = all(reader.done() for reader in self._readers)
                    assert not over, f"the program ended before {what}:\n{self.log}{self.output}"
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            raise AssertionError(f"not within {_SECONDS} s: {what}\n{self.log}{self.output}") from None
        return hit

    async def ended(self) -> int:
        """Wait until it ends by itself; its exit code."""
        assert self._process is not None
        async with asyncio.timeout(_SECONDS):
            code = await self._process.wait()
            await asyncio.gather(*self._readers)
        return code

    async def interrupt(self) -> int:
        """Ctrl-C; its exit code."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGINT)
        return await self.ended()

    async def kill(self) -> None:
        """SIGKILL: it gets no chance to finish anything."""
        assert self._process is not None
        self._process.kill()
        await self.ended()

    @property
    def runs(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._process is not None and self._process.returncode is None

    def events(self) -> list[dict[str, Any]]:
        """The log's lines, as written by the program's own journal."""
        return [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]

    def _find(self, event: str, since: int) -> dict[str, Any] | None:
        for line in self.log[since:].splitlines(keepends=True):
            if line.endswith("\n") and line.startswith("{"):
                read: dict[str, Any] = json.loads(line)
                if read["event"] == event:
                    return read
        return None

    async def _read(self, stream: asyncio.StreamReader | None, name: str) -> None:
        assert stream is not None
        while line := await stream.readline():
            setattr(self, name, getattr(self, name) + line.decode())
            self._heard.set()
        self._heard.set()
