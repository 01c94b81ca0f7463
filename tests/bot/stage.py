"""What tests of the running program share: a clock that is told, words that the test writes, patience."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.outgoing import Rendered
from bot.queues import OutboxRow
from tickets.identity import ChatId
from tickets.notices import Notice, NoticeKind
from tickets.unit_of_work import UnitOfWork

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Now:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        """The same clock, as a monotonic one."""
        return (self.at - START).total_seconds()

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Script:
    """A renderer whose words the test writes: by notice key, steps or a function that makes them."""

    lines: dict[str, Callable[[UnitOfWork, OutboxRow], Rendered]] = field(default_factory=dict)
    rendered: list[int] = field(default_factory=list)

    def render(self, uow: UnitOfWork, row: OutboxRow) -> Rendered:
        self.rendered.append(row.id)
        return self.lines[str(row.notice.data["key"])](uow, row)

    def say(self, key: str, rendered: Rendered) -> None:
        """Let the notice called `key` always render to this."""
        self.lines[key] = lambda uow, row: rendered


def owe(chat_id: int, key: str, **fields: Any) -> Notice:
    """A notice that the script renders by `key`."""
    return Notice(kind=NoticeKind.TEXT, chat_id=ChatId(chat_id), data={"key": key}, **fields)


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Let the loop run until the condition holds; fails after `seconds`."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (what is waited for happens outside of this loop's reach)
            await asyncio.sleep(0.002)


def small_knowledge(folder: Path) -> Path:
    """A knowledge base of one entry, which is read in no time."""
    folder.mkdir()
    entry = {
        "id": "A-1",
        "question": "新买的叉车怎么办使用登记",
        "answer": "投用前或投用后 30 日内办理使用登记。",
        "keywords": ["叉车", "使用登记"],
        "department": "market_regulation",
        "source": [{"law": "特种设备安全法", "article": "第三十三条"}],
        "review_by": "2099-01-01",
    }
    text = yaml.safe_dump({"topic": "特种设备", "entries": [entry]}, allow_unicode=True)
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return folder
