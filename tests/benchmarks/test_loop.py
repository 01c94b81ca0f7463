"""The benchmark runs, and what it measures is in order; no figure is asserted, machines differ."""

from __future__ import annotations

import re

import pytest

from tests.benchmarks.candidates import Watched
from tests.benchmarks.loop import evaluate, main


def test_a_quick_run_ends_well_and_answers_everything_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"^ratio to the echo bot +\d", shown, re.MULTILINE)
    assert re.search(r"^out of order +0 ", shown, re.MULTILINE)


def test_a_late_reply_counts_as_out_of_order_and_a_second_one_as_repeated() -> None:
    keys = [(-1, 1), (-1, 2), (-2, 1), (-2, 2)]
    replies = [(-1, 2, 13.0), (-1, 1, 14.0), (-2, 1, 12.0), (-2, 1, 15.0)]
    report = {"begun": 10.0, "arrived": [10.0, 11.0, 11.5, 12.0], "replies": replies}
    idle = Watched(process=None)  # type: ignore[arg-type]  # nothing is asked of it
    measured = evaluate(report, keys, idle, idle)
    assert (measured.replies, measured.missing, measured.repeated) == (3, 1, 1)
    assert measured.reordered == 1
    assert measured.seconds == 5.0
    assert list(measured.waits) == [0.5, 2.0, 4.0]
