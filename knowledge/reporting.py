"""What the terminal prints about a knowledge base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from knowledge.calibration import Calibration
from knowledge.entries import Entry
from knowledge.evaluation import EMERGENCY, PRIVATE, Report
from knowledge.verdicts import Explanation

MOST_COLLISIONS = 20


def evaluation_table(report: Report, calibration: Calibration) -> str:
    """The figures of an evaluation and its twenty worst mistakes."""
    spoken = report.spoken_per_thousand()
    rows = (
        ("hit@1", report.hit(1)),
        ("hit@3", report.hit(3)),
        ("MRR@10", report.reciprocal_rank()),
        ("答案准确率", report.precision()),
        ("答案覆盖率", report.coverage()),
        ("建议里有对的", report.suggested()),
        ("答对或在建议里", report.offered()),
        ("每千条不该说却说了", "–" if spoken is None else f"{spoken:6.1f}"),
        ("险情认出", report.found(EMERGENCY, "emergency")),
        ("私密事认出", report.found(PRIVATE, "private")),
        ("提问被当成险情", report.false_alarms("emergency")),
        ("提问被当成私密事", report.false_alarms("private")),
    )
    mistakes = [
        f"  {name}：{row.query.text} → {row.outcome} {row.entry or ''} {' '.join(row.suggestions)}".rstrip()
        + f"（应为 {' '.join(sorted(row.query.accept)) or row.query.expected or '不答'}）"
        for name, row in report.worst()
    ]
    figures = [f"{name:　<10}{value}" for name, value in rows]
    return "\n".join(
        [*figures, "", calibration_line(calibration), "", "最要紧的错：", *(mistakes or ["  没有"])]
    )


def calibration_line(calibration: Calibration) -> str:
    """What to expect of the answers."""
    if calibration.precision is None or calibration.coverage is None:
        return f"校准：{calibration.warning}"
    line = (
        f"校准：藏起 {calibration.hidden} 条问法来试，分数线 {calibration.cut:.2f}，"
        f"预计准确率 {calibration.precision:.1%}，预计覆盖率 {calibration.coverage:.1%}"
    )
    return f"{line}；{calibration.warning}" if calibration.warning else line


def collision_lines(calibration: Calibration) -> list[str]:
    """The pairs of entries that take each other's wordings, the most often first."""
    pairs: dict[tuple[str, str], list[str]] = {}
    for collision in calibration.collisions:
        low, high = sorted((collision.entry, collision.other))
        pairs.setdefault((low, high), []).append(f"{collision.entry} 的“{collision.wording}”")
    worst = sorted(pairs.items(), key=lambda pair: -len(pair[1]))[:MOST_COLLISIONS]
    return [f"  {low} 和 {high} 容易混：{'、'.join(wordings[:3])}" for (low, high), wordings in worst]


def statistics(entries: Sequence[Entry]) -> str:
    """How many entries, wordings, topics; who answers for them; where wordings are thin."""
    wordings = [len(entry.wordings) for entry in entries]
    topics = Counter(entry.topic for entry in entries)
    departments = Counter(entry.department for entry in entries)
    average = sum(wordings) / max(len(entries), 1)
    private, regional = sum(entry.private for entry in entries), sum(map(_is_regional, entries))
    lines = [
        f"{len(entries)} 个条目，{sum(wordings)} 种问法，平均每条 {average:.1f} 种",
        f"少于 8 种问法的条目：{sum(count < 8 for count in wordings)} 个",
        f"私下说的：{private} 个；地方规定：{regional} 个",
        "按主题：" + "，".join(f"{name or '（没写）'} {count}" for name, count in topics.most_common()),
        "按部门：" + "，".join(f"{name or '（没写）'} {count}" for name, count in departments.most_common()),
    ]
    if dates := sorted(entry.review_by for entry in entries if entry.review_by):
        lines.append(f"最近要复核的日期：{dates[0]}，最晚：{dates[-1]}")
    return "\n".join(lines)


def _is_regional(entry: Entry) -> bool:
    return entry.region not in ("", "全国")


def explanation_lines(explanation: Explanation) -> str:
    """One judgement for a person to read."""
    lines = [
        f"{explanation.outcome}（{explanation.decided_by}）",
        f"读作：{explanation.read_as}",
        f"样子：{explanation.gate}；把握 {explanation.confidence:.2f}",
    ]
    lines += [f"  {c.score:6.2f}  {c.id}  {c.question}（最像：{c.wording}）" for c in explanation.candidates]
    return "\n".join(lines)
