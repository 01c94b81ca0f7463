"""The figures of an evaluation, on any knowledge base and any labelled file."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge import Answer, Expired, Judge, KnowledgeBase, KnowledgeError
from knowledge.evaluation import Query, Report, Result, Share, evaluate, load_queries
from knowledge.reporting import (
    calibration_line,
    collision_lines,
    evaluation_table,
    explanation_lines,
    statistics,
)
from tests.knowledge.conftest import FINE, FORKLIFT, PERMIT, entry

LABELLED = (
    Query(text="叉车没上牌罚多少", accept=frozenset({"T-2"}), expected="answer"),
    Query(text="仓库的叉车没牌被抓后果", accept=frozenset({"T-2"}), expected="answer", addressed=True),
    Query(text="那罚多少", accept=frozenset({"T-2"}), expected="answer", context=("叉车没上牌",)),
    Query(text="食堂餐具谁来消毒", expected="ticket"),
    Query(text="收到", expected="silent"),
    Query(text="仓库着火了", expected="emergency_banner"),
    Query(text="老板拖欠我们工资", expected="private_ticket"),
)


@pytest.fixture(scope="module")
def report(small: Judge) -> Report:
    return Report(results=tuple(evaluate(small, LABELLED)))


def test_every_message_has_an_outcome_and_a_ranking(report: Report) -> None:
    first = report.results[0]
    assert first.as_dict() == {
        "text": "叉车没上牌罚多少",
        "outcome": "answer",
        "entry": "T-2",
        "suggestions": [],
        "ranking": list(first.ranking),
        "confidence": round(first.confidence, 4),
    }
    assert first.ranking[0] == "T-2"
    outcomes = [result.outcome for result in report.results]
    assert outcomes[3:] == ["unknown", "not_a_question", "emergency", "private"]
    assert report.results[4].ranking is not None


def test_the_figures_count_what_they_say(report: Report) -> None:
    assert report.hit(1) == Share(3, 3)
    assert report.hit(3).value == 1.0
    assert report.reciprocal_rank() == Share(3, 3)
    assert report.precision().count == report.precision().total
    assert report.offered() == Share(3, 3)
    assert report.spoken_per_thousand() == 0
    assert report.found("emergency_banner", "emergency") == Share(1, 1)
    assert report.found("private_ticket", "private") == Share(1, 1)
    assert report.false_alarms("private") == Share(0, 3)
    assert report.coverage().total == 3
    assert report.worst() == []


def test_a_share_of_nothing_is_no_figure() -> None:
    empty = Report(results=())
    assert empty.hit(1).value is None
    assert str(empty.hit(1)) == "–"
    assert empty.spoken_per_thousand() is None
    assert "100.0%" in str(Share(2, 2))


def result(
    outcome: str, *, expected: str = "", accept: str = "", right: bool = False, offered: bool = False
) -> Result:
    return Result(
        query=Query(text=outcome + expected, accept=frozenset(accept.split()), expected=expected),
        outcome=outcome,
        entry=None,
        suggestions=(),
        ranking=("T-1",),
        confidence=0.5,
        rank=1,
        right=right,
        offered=offered,
    )


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (result("unknown", expected="emergency_banner"), "险情没认出来"),
        (result("private", accept="T-1"), "把提问当成了险情或私密事"),
        (result("answer", expected="ticket"), "答错了"),
        (result("suggest", expected="silent"), "不该说话却说了"),
        (result("private", expected="silent"), "把闲聊当成了险情或私密事"),
        (result("unknown", expected="private_ticket"), "私密事没认出来"),
        (result("not_a_question", accept="T-1"), "提问没认出来"),
        (result("suggest", accept="T-1"), "没有给出对的条目"),
    ],
)
def test_every_mistake_has_a_name(made: Result, name: str) -> None:
    assert [found for found, _ in Report(results=(made,)).worst()] == [name]


def test_the_worst_mistakes_come_first_and_no_more_than_asked() -> None:
    mild, grave = result("suggest", accept="T-1"), result("unknown", expected="emergency_banner")
    report = Report(results=(mild, grave, result("answer", accept="T-1", right=True, offered=True)))
    assert [row for _, row in report.worst()] == [grave, mild]
    assert len(report.worst(1)) == 1


def test_an_entry_that_covers_the_accepted_one_is_right() -> None:
    judge = Judge(KnowledgeBase([entry("T-9", "叉车没上牌罚多少", covers=("T-2",)), PERMIT]))
    [row] = evaluate(judge, LABELLED[:1])
    assert (row.rank, row.right, row.entry) == (1, True, "T-9")


def test_labelled_lines_are_read_whatever_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text(
        '{"text": "甲", "accept": ["T-1"], "expected": "answer", "context": "乙", "addressed": true}\n\n'
        '{"text": "丙", "context": ["丁"], "accept": null}\n',
        encoding="utf-8",
    )
    assert load_queries(path) == [
        Query(text="甲", accept=frozenset({"T-1"}), expected="answer", context=("乙",), addressed=True),
        Query(text="丙", context=("丁",)),
    ]


def test_every_faulty_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text('{"text": "甲"}\n{"txt": 1}\nnot json\n[1]\n', encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_queries(path)
    assert [fault.line for fault in caught.value.faults] == [2, 3, 4]


def test_the_table_shows_figures_calibration_and_mistakes(small: Judge, report: Report) -> None:
    table = evaluation_table(report, small.calibration)
    assert "hit@1" in table
    assert "MRR@10" in table
    assert "没有" in table
    wrong = Report(
        results=(result("answer", expected="ticket"), result("answer", accept="T-1"), result("answer"))
    )
    assert "答错了" in evaluation_table(wrong, small.calibration)
    assert "–" in evaluation_table(Report(results=()), small.calibration)


def test_the_calibration_is_told_in_one_line(small: Judge, starter: object) -> None:
    from knowledge import Library

    assert isinstance(starter, Library)
    calibration = starter.judge.calibration
    assert "预计准确率" in calibration_line(calibration)
    assert small.calibration.warning is not None
    assert small.calibration.warning in calibration_line(small.calibration)
    from dataclasses import replace

    assert calibration_line(replace(calibration, warning="达不到")).endswith("；达不到")
    assert any("容易混" in line for line in collision_lines(calibration))


def test_statistics_describe_a_knowledge_base() -> None:
    regional = entry("R-1", "甲", region="浙江", private=True, review_by=None, topic="")
    text = statistics([FORKLIFT, FINE, PERMIT, regional])
    assert "4 个条目" in text
    assert "私下说的：1 个；地方规定：1 个" in text
    assert "特种设备 2" in text
    assert "2027-11-20" in text
    assert "复核" not in statistics([])


def test_an_explanation_can_be_read(small: Judge) -> None:
    assert "T-2" in explanation_lines(small.explain("叉车没上牌罚多少"))
    assert isinstance(small.judge("叉车没上牌罚多少"), Answer)
    assert Expired(FINE).entry is FINE
