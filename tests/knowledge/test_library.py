"""Reloading: edits are in service without a restart, mistakes are not."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge import Answer, KnowledgeError, Library
from tests.knowledge.conftest import GOOD_FILE

Write = Callable[..., Path]


def touch(path: Path, text: str) -> None:
    """Write, with a time that differs whatever the clock's grain."""
    later = path.stat().st_mtime_ns + 1_000_000_000 if path.exists() else 0
    path.write_text(text, encoding="utf-8")
    if later:
        os.utime(path, ns=(later, later))


def test_nothing_changed_is_nothing_done(written: Write) -> None:
    library = Library(written(file=GOOD_FILE))
    judge = library.judge
    assert not library.refresh().changed
    assert library.judge is judge


def test_an_edit_is_in_service_after_a_refresh(written: Write) -> None:
    directory = written(file=GOOD_FILE)
    library = Library(directory)
    touch(directory / "file.yaml", GOOD_FILE.replace("30日内。", "三十日内。"))
    assert library.refresh().changed
    verdict = library.judge.judge("叉车上牌时限")
    assert isinstance(verdict, Answer)
    assert verdict.entry.answer == "三十日内。"


def test_a_new_file_is_noticed(written: Write) -> None:
    directory = written(file=GOOD_FILE)
    library = Library(directory)
    touch(directory / "more.yaml", GOOD_FILE.replace("T-1", "T-2").replace("叉车", "行车"))
    assert library.refresh().changed
    assert len(library.knowledge_base) == 2


@pytest.mark.parametrize(
    "broken", ["entries: [", GOOD_FILE.replace("    answer: 30日内。\n", ""), GOOD_FILE * 2]
)
def test_a_fault_keeps_the_former_knowledge_base_and_is_reported(written: Write, broken: str) -> None:
    directory = written(file=GOOD_FILE)
    library = Library(directory)
    judge = library.judge
    touch(directory / "file.yaml", broken)
    reload = library.refresh()
    assert (reload.changed, library.judge is judge) == (False, True)
    assert reload.faults[0].file == "file.yaml"
    assert not library.refresh().faults  # told once


def test_a_missing_source_keeps_the_former_knowledge_base(written: Write) -> None:
    directory = written(file=GOOD_FILE)
    library = Library(directory)
    touch(directory / "file.yaml", GOOD_FILE.replace("market_regulation", "nobody"))
    reload = library.refresh()
    assert not reload.changed
    assert [fault.key for fault in reload.faults] == ["entries[0].department"]


def test_a_warning_does_not_keep_a_knowledge_base_out(written: Write) -> None:
    library = Library(written(file=GOOD_FILE.replace("    review_by: 2027-11-20\n", "")))
    assert [fault.key for fault in library.faults] == ["entries[0].review_by"]


def test_at_the_start_a_fault_stops_everything(written: Write) -> None:
    with pytest.raises(KnowledgeError):
        Library(written(file="entries: ["))


def test_the_shipped_knowledge_base_is_in_service(starter: Library) -> None:
    assert len(starter.knowledge_base) >= 250
    assert starter.faults == ()
    calibration = starter.judge.calibration
    assert calibration.precision is not None
    assert calibration.precision >= 0.95
    assert calibration.warning is None
