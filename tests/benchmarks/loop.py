"""How fast the whole loop is: `python -m tests.benchmarks.loop`.

The program itself (`huzhu run`: durable inbox, judge, outbox, reply) is measured against a plain echo bot of
python-telegram-bot on the same minimal server in the same run. Both get the same updates. A backlog gives the
throughput: from the first poll to the last reply. Updates that arrive evenly give the time from arrival to
reply. A reply is out of order where a later message of its group was replied to before.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.benchmarks.candidates import (
    Control,
    Watched,
    echo_arguments,
    huzhu_arguments,
    huzhu_environment,
    minimal_server,
    running,
)
from tests.benchmarks.traffic import (
    CHATS,
    Questions,
    answered_questions,
    bind_groups,
    make_updates,
    still_owed,
)

_PATIENCE = 300.0  # seconds for one run
_LOOK = 0.1
_ROW = "{:44} {:>9} {:>9} {:>9} {:>9} {:>9} {:>7} {:>9}"


class BenchmarkError(Exception):
    """A run came to no end, or to a wrong one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is measured: sizes in updates, rates in updates a second, times in seconds."""

    backlog: int
    rate: float
    paced: int
    rounds: int
    concurrent: Sequence[int]
    delay: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """One run: seconds, bytes, and waits in seconds by order of size."""

    replies: int
    missing: int
    repeated: int
    reordered: int
    seconds: float
    waits: Sequence[float]
    memory: int
    processor: float
    server: float

    @property
    def rate(self) -> float:
        """Replies a second."""
        return self.replies / self.seconds

    def wait(self, share: float) -> float:
        """The wait in seconds that this share of all stays below."""
        return self.waits[min(len(self.waits) - 1, int(len(self.waits) * share))]


def evaluate(
    report: dict[str, Any], keys: Sequence[tuple[int, int]], watched: Watched, server: Watched
) -> Measured:
    """What a report of the server comes to. `keys` are (chat, message) of the updates in their order."""
    arrived = dict(zip(keys, report["arrived"], strict=True))
    seen: set[tuple[int, int]] = set()
    latest: dict[int, int] = {}
    waits, reordered = [], 0
    for chat, answered, at in report["replies"]:
        reordered += answered < latest.get(chat, 0)
        latest[chat] = max(answered, latest.get(chat, 0))
        if (chat, answered) in arrived and (chat, answered) not in seen:
            waits.append(at - arrived[chat, answered])
            seen.add((chat, answered))
    return Measured(
        replies=len(seen),
        missing=len(keys) - len(seen),
        repeated=len(report["replies"]) - len(seen),
        reordered=reordered,
        seconds=max((at for _, _, at in report["replies"]), default=report["begun"]) - report["begun"],
        waits=sorted(waits),
        memory=watched.memory,
        processor=watched.processor_since(report["begun"]),
        server=server.processor_since(report["begun"]),
    )


def wait_for_replies(control: Control, watched: Watched, count: int) -> None:
    """Return once there are so many replies. Raises `BenchmarkError`."""
    deadline = time.monotonic() + _PATIENCE
    while control.replies() < count:
        if not watched.is_alive():
            raise BenchmarkError("the bot ended before it had replied to everything")
        if time.monotonic() > deadline:
            raise BenchmarkError(f"only {control.replies()} of {count} replies came in {_PATIENCE:.0f} s")
        time.sleep(_LOOK)


class Bench:
    """Runs candidates, one after the other, on one server."""

    def __init__(self, control: Control, questions: Questions, folder: Path) -> None:
        self._control = control
        self._questions = questions
        self._folder = folder
        self._runs = 0

    def echo(self, count: int, *, rate: float = 0, delay: float = 0, concurrent: int = 0) -> Measured:
        """Measure the baseline."""
        arguments = echo_arguments(self._control.api_base, concurrent)
        return self._run(arguments, {}, count, rate, delay)

    def huzhu(self, count: int, *, rate: float = 0, delay: float = 0) -> Measured:
        """Measure the program, with a database of its own. Raises `BenchmarkError` where something is owed
        at the end."""
        data = self._folder / f"data-{self._runs}"
        asyncio.run(bind_groups(data / "huzhu.db"))
        environment = huzhu_environment(self._control.api_base, data)
        measured = self._run(huzhu_arguments(), environment, count, rate, delay)
        owed = asyncio.run(still_owed(data / "huzhu.db"))
        if any(owed):
            raise BenchmarkError(f"at the end {owed[0]} updates were not done and {owed[1]} notices not sent")
        return measured

    def _run(
        self, arguments: Sequence[str], environment: dict[str, str], count: int, rate: float, delay: float
    ) -> Measured:
        self._runs += 1
        updates, keys = make_updates(self._questions.texts, count)
        self._control.load(updates, rate=rate, delay=delay)
        with (
            open(self._folder / f"log-{self._runs}", "w", encoding="utf-8") as log,
            running(arguments, environment=environment, log=log) as watched,
        ):
            wait_for_replies(self._control, watched, count)
            time.sleep(3 * _LOOK)  # the watcher's last look, and a repeated reply if there is one
        return evaluate(self._control.report(), keys, watched, self._control.watched)


def facts(questions: Questions) -> list[str]:
    """The machine, the versions and the material."""
    sniffio = "with" if importlib.util.find_spec("sniffio") else "without"
    return [
        f"{platform.machine()}, {_processor()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        ", ".join(
            f"{name} {version(name)}" for name in ("python-telegram-bot", "httpx", "aiohttp", "aiosqlite")
        )
        + f", {sniffio} sniffio",
        f"{len(questions.texts)} different questions in {CHATS} groups; "
        f"one judgement by itself takes {questions.seconds * 1e3:.3f} ms",
        "baseline: ApplicationBuilder().token(…).base_url(…).build(), run_polling(), "
        "and one MessageHandler(filters.TEXT) that calls reply_text",
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def show(name: str, measured: Measured) -> None:
    """Print one line of the table."""
    print(
        _ROW.format(
            name,
            f"{measured.rate:,.0f}",
            f"{measured.seconds:.2f} s",
            f"{measured.wait(0.5) * 1e3:,.1f} ms",
            f"{measured.wait(0.99) * 1e3:,.1f} ms",
            f"{measured.memory / 2**20:.0f} MiB",
            f"{measured.reordered}",
            f"{measured.processor / measured.replies * 1e6:,.0f} µs",
        ),
        flush=True,
    )
    if measured.missing or measured.repeated:
        print(f"  !! {measured.missing} without a reply, {measured.repeated} replies too many")


def measure(plan: Plan) -> list[Measured]:
    """Run everything, print the table, and return the program's own runs."""
    questions = answered_questions(plan.backlog)
    print("\n".join(facts(questions)), end="\n\n")
    print(_ROW.format("", "replies/s", "seconds", "p50", "p99", "memory", "disord.", "CPU each"))
    with minimal_server() as control, tempfile.TemporaryDirectory(prefix="huzhu-bench-") as folder:
        bench = Bench(control, questions, Path(folder))
        plain, ours = [], []
        for _ in range(plan.rounds):
            plain.append(bench.echo(plan.backlog, delay=plan.delay))
            show(f"echo bot, backlog of {plan.backlog:,}", plain[-1])
            ours.append(bench.huzhu(plan.backlog, delay=plan.delay))
            show(f"huzhu, backlog of {plan.backlog:,}", ours[-1])
        for concurrent in plan.concurrent:
            other = bench.echo(plan.backlog, delay=plan.delay, concurrent=concurrent)
            show(f"  (echo bot, concurrent_updates({concurrent}))", other)
        show(f"  (echo bot at {plan.rate:g}/s)", bench.echo(plan.paced, rate=plan.rate, delay=plan.delay))
        paced = bench.huzhu(plan.paced, rate=plan.rate, delay=plan.delay)
        show(f"huzhu at {plan.rate:g}/s", paced)
    conclude(plan, questions, plain, ours, paced)
    return [*ours, paced]


def conclude(
    plan: Plan, questions: Questions, plain: Sequence[Measured], ours: Sequence[Measured], paced: Measured
) -> None:
    """Print the figures that the aims are about. Of several rounds the median counts."""
    rate, base = statistics.median(each.rate for each in ours), statistics.median(each.rate for each in plain)
    each = statistics.median(each.processor / each.replies for each in ours)
    memory = max(each.memory for each in ours) / 2**20, max(each.memory for each in plain) / 2**20
    seconds = statistics.median(each.seconds for each in ours)
    server = statistics.median(each.server / each.replies for each in ours)
    print(
        f"\nratio to the echo bot   {rate / base:.2f}  ({rate:,.0f} to {base:,.0f} replies a second; aim 1.0)"
        f"\nbacklog of {plan.backlog:,}       {seconds:.2f} s  (aim 10)"
        f"\np99 at {plan.rate:g}/s           {paced.wait(0.99) * 1e3:.1f} ms  (aim 100)"
        f"\nout of order            {sum(each.reordered for each in [*ours, paced])}  (aim 0)"
        f"\nmemory                  {memory[0]:.0f} MiB to {memory[1]:.0f} MiB"
        f"\nprocessor time          {each * 1e6:,.0f} µs an update, of which one judgement is"
        f" {questions.seconds / each:.0%}; the server's {server * 1e6:,.0f} µs"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit code: 0 when every update had its one reply, in order."""
    parser = argparse.ArgumentParser(description="Throughput and delay of the whole loop.")
    parser.add_argument("--quick", action="store_true", help="small sizes: only to show that it runs")
    parser.add_argument("--backlog", type=int, default=10_000, help="updates that wait at the start")
    parser.add_argument("--rate", type=float, default=300.0, help="updates a second")
    parser.add_argument("--paced", type=int, default=6_000, help="updates sent at that rate")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the backlog; the median counts")
    parser.add_argument("--concurrent", type=int, nargs="*", default=[8, 64], help="further baselines")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds until the server answers a call")
    given = parser.parse_args(arguments)
    plan = Plan(
        backlog=300 if given.quick else given.backlog,
        rate=given.rate,
        paced=150 if given.quick else given.paced,
        rounds=1 if given.quick else given.rounds,
        concurrent=[] if given.quick else given.concurrent,
        delay=given.delay,
    )
    measured = measure(plan)
    wrong = any(each.missing or each.repeated or each.reordered for each in measured)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
