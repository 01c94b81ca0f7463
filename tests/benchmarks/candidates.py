"""The processes of a benchmark: the server, the baseline and the program itself, each watched while it runs.

The program is run as an operator runs it, by its command line and with its log, with all limits on sending
switched off and nothing else changed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final
from urllib.request import Request, urlopen

import psutil

TOKEN: Final = "1000000:bench_token_of_nobody"
_LOOK: Final = 0.1  # seconds between looks at a process
_PATIENCE: Final = 10.0  # seconds a process has to end
_HUZHU: Final = "import sys; from bot.cli import main; sys.argv = ['huzhu', 'run']; main()"
_UNLIMITED: Final = {
    "HUZHU_LIMITS_OVERALL_PER_SECOND": "0",
    "HUZHU_LIMITS_GROUP_PER_MINUTE": "0",
    "HUZHU_LIMITS_PRIVATE_PER_SECOND": "0",
}


@dataclass(kw_only=True, slots=True)
class Watched:
    """A running process and what it used: the most resident memory in bytes, and its processor time so far
    in seconds, by the system's monotonic clock."""

    process: subprocess.Popen[str]
    memory: int = 0
    looks: list[tuple[float, float]] = field(default_factory=lambda: [(0.0, 0.0)])
    _ended: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Look at the process until it ends or `stop` is called."""
        try:
            watched = psutil.Process(self.process.pid)
            while not self._ended.wait(_LOOK):
                self.look(watched)
        except psutil.NoSuchProcess:
            return

    def look(self, watched: psutil.Process) -> None:
        """Take the figures of this moment."""
        with watched.oneshot():
            self.memory = max(self.memory, watched.memory_info().rss)
            times = watched.cpu_times()
            self.looks.append((time.monotonic(), times.user + times.system))

    def processor_since(self, begun: float) -> float:
        """Seconds of processor time used since a moment, but for the time between two looks."""
        before = [used for at, used in self.looks if at <= begun]
        return self.looks[-1][1] - before[-1]

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """Ask it to end as an operator would, and wait."""
        self._ended.set()
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def running(
    arguments: Sequence[str], *, environment: Mapping[str, str] | None = None, log: IO[str] | None = None
) -> Iterator[Watched]:
    """Run a Python process and watch it. Its errors go to `log`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUZHU_")}
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env={**clean, **(environment or {})},
        stdout=subprocess.PIPE if log is None else log,
        stderr=log,
        text=True,
    )
    watched = Watched(process=process)
    watcher = threading.Thread(target=watched.watch, daemon=True)
    watcher.start()
    try:
        yield watched
    finally:
        watched.stop()
        watcher.join()


class Control:
    """The minimal server, as the benchmark steers it."""

    def __init__(self, watched: Watched, port: int) -> None:
        self.watched = watched
        self.api_base = f"http://127.0.0.1:{port}"

    def load(self, updates: Sequence[bytes], *, rate: float, delay: float) -> None:
        """Hand out these updates next, `rate` a second or (0) all at once; answer after `delay` seconds."""
        self._ask(f"load?rate={rate}&delay={delay}", b"\n".join(updates))

    def replies(self) -> int:
        """How many replies came so far."""
        return int(self._ask("progress")["replies"])

    def report(self) -> dict[str, Any]:
        """All that is known of the run; see `minimal_server.Course`."""
        return self._ask("report")

    def _ask(self, path: str, body: bytes | None = None) -> dict[str, Any]:
        request = Request(f"{self.api_base}/control/{path}", data=body)  # noqa: S310 (our own address)
        with urlopen(request, timeout=30) as response:  # noqa: S310
            answer: dict[str, Any] = json.load(response)
        return answer


@contextmanager
def minimal_server() -> Iterator[Control]:
    """Run the server."""
    with running(["-m", "tests.benchmarks.minimal_server"]) as watched:
        assert watched.process.stdout is not None
        yield Control(watched, int(watched.process.stdout.readline()))


def echo_arguments(api_base: str, concurrent: int) -> list[str]:
    """How the baseline is started."""
    options = ["--api-base", api_base, "--token", TOKEN, "--concurrent", str(concurrent)]
    return ["-m", "tests.benchmarks.echo_bot", *options]


def huzhu_arguments() -> list[str]:
    """How the program is started: as the command `huzhu run` does."""
    return ["-c", _HUZHU]


def huzhu_environment(api_base: str, data: Path) -> dict[str, str]:
    """How the program is configured."""
    return {"HUZHU_TOKEN": TOKEN, "HUZHU_API_BASE": api_base, "HUZHU_DATA": str(data), **_UNLIMITED}
