"""Every question the program asks again and again is answered by an index, however many rows there are."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

import storage
from storage.connection import connect_plainly
from storage.schema import load_migrations, migrate

# Asked seldom, or of tables that stay small, or about every row anyway.
_MAY_SCAN: Final = {
    "storage.communities._ALL",
    "storage.chats._ALL",
    "storage.inbox._COUNTS",
    "storage.outbox._COUNTS",
    "storage.outbox._DEPTH",
    "storage.outbox._UNSLOTTED",  # a group changes its id once in its life
    "storage.chat_migration._REKEY",
    "storage.chat_migration._DROP",
    "storage.outbox._UNCERTAIN",  # once, at start
    "storage.outbox._HEADS",  # walks from chat to chat: one step for each chat that waits
    "storage.inquiries._PEERS_IN",  # walks the tickets that wait for peers: a few minutes' worth
}


def statements() -> Iterator[tuple[str, str]]:
    for module in pkgutil.iter_modules(storage.__path__):
        name = f"storage.{module.name}"
        for constant, value in vars(importlib.import_module(name)).items():
            texts = value if isinstance(value, tuple) else (value,)
            for text in texts:
                if isinstance(text, str) and text.split()[:1] in (
                    ["SELECT"],
                    ["UPDATE"],
                    ["DELETE"],
                    ["WITH"],
                ):
                    yield f"{name}.{constant}", text


def plan(path: Path, statement: str) -> list[str]:
    with closing(connect_plainly(path)) as connection:
        migrate(connection, path, load_migrations())
        named = {"id": 1, "old": 1, "new": 1}
        values = named if ":" in statement else (1,) * statement.count("?")
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


def test_all_statements_are_looked_at() -> None:
    assert {name for name, _ in statements()} >= _MAY_SCAN
    assert len(list(statements())) > 60


@pytest.mark.parametrize(("name", "statement"), list(statements()))
def test_every_lookup_uses_an_index(tmp_path: Path, name: str, statement: str) -> None:
    scans = [step for step in plan(tmp_path / "huzhu.db", statement) if step.startswith("SCAN")]
    assert name in _MAY_SCAN or not scans, f"{name}: {scans}"


def test_the_walk_from_chat_to_chat_jumps_and_never_reads_all_that_is_owed(tmp_path: Path) -> None:
    heads = next(text for name, text in statements() if name == "storage.outbox._HEADS")
    walked = [step for step in plan(tmp_path / "huzhu.db", heads) if step.startswith("SEARCH o ")]
    assert walked == [
        "SEARCH o USING INDEX outbox_open (chat_id>?)",
        "SEARCH o USING INDEX outbox_open (chat_id=?)",
    ]
