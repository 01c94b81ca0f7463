"""The knowledge base from the terminal: ask it, check it, measure it, fill it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from knowledge.calibration import Calibration
    from knowledge.evaluation import Report

KNOWLEDGE = click.option(
    "--knowledge",
    type=click.Path(exists=True, path_type=Path),
    default=None,
    help="Directory of entries; the shipped knowledge base if not given.",
)


@click.command()
@click.argument("text")
@KNOWLEDGE
@click.option("--json", "as_json", is_flag=True, help="Print everything the judge considered.")
def ask(text: str, knowledge: Path | None, as_json: bool) -> None:
    """Ask the knowledge base one question."""
    from knowledge import Judge, KnowledgeBase, MessageContext
    from knowledge.library import STARTER

    judge = Judge(KnowledgeBase.load(knowledge or STARTER))
    context = MessageContext(addressed=True, today=date.today())  # noqa: DTZ011 (the reader's own day)
    explanation = judge.explain(text, context)
    if as_json:
        click.echo(json.dumps(explanation.as_dict(), ensure_ascii=False, indent=2))
        return
    click.echo(explanation.outcome)
    for candidate in explanation.candidates:
        click.echo(f"  {candidate.score:.2f}  {candidate.id}  {candidate.question}")


@click.group()
def kb() -> None:
    """Check, measure and fill the knowledge base."""


@kb.command("check")
@KNOWLEDGE
def check_command(knowledge: Path | None) -> None:
    """Report every fault; the exit code is 1 if there is one."""
    from knowledge.checks import check
    from knowledge.departments import load_departments
    from knowledge.library import STARTER
    from knowledge.loading import load_entries

    loaded = load_entries(knowledge or STARTER)
    today = date.today()  # noqa: DTZ011 (the reader's own day)
    faults = (*loaded.faults, *check(loaded, load_departments(), today))
    for fault in faults:
        click.echo(str(fault), err=True)
    click.echo(f"{len(loaded.entries)} 个条目，{len(faults)} 处要改")
    raise SystemExit(1 if faults else 0)


@kb.command("eval")
@KNOWLEDGE
@click.option("--queries", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--json", "as_json", is_flag=True, help="One object per message instead of the table.")
def evaluate_command(knowledge: Path | None, queries: Path, as_json: bool) -> None:
    """Measure the knowledge base on labelled messages, one JSON object per line."""
    from knowledge import Judge, KnowledgeBase
    from knowledge.evaluation import Report, evaluate, load_queries
    from knowledge.library import STARTER

    judge = Judge(KnowledgeBase.load(knowledge or STARTER))
    results = evaluate(judge, load_queries(queries))
    if as_json:
        for result in results:
            click.echo(json.dumps(result.as_dict(), ensure_ascii=False))
        return
    click.echo(_table(Report(results=tuple(results)), judge.calibration))


def _table(report: Report, calibration: Calibration) -> str:
    spoken = report.spoken_per_thousand()
    rows = {
        "hit@1": report.hit(1),
        "hit@3": report.hit(3),
        "MRR@10": report.reciprocal_rank(),
        "答案准确率": report.precision(),
        "答案覆盖率": report.coverage(),
        "建议命中（三个之内）": report.suggested(),
        "答对或在建议里": report.offered(),
        "不该说话却说了（每千条）": "–" if spoken is None else f"{spoken:7.1f}",
        "险情认出": report.found("emergency_banner", "emergency"),
        "私密事认出": report.found("private_ticket", "private"),
        "提问被当成险情": report.false_alarms("emergency"),
        "提问被当成私密事": report.false_alarms("private"),
    }
    lines = [f"{name:<14}{value}" for name, value in rows.items()]
    lines += ["", f"校准：{_calibration(calibration)}", "", "最要紧的错："]
    lines += [
        f"  {name}：{row.query.text} → {row.outcome} {row.entry or ''} {' '.join(row.suggestions)}"
        f"（应为 {' '.join(sorted(row.query.accept)) or row.query.expected}）"
        for name, row in report.worst()
    ]
    return "\n".join(lines)


def _calibration(calibration: Calibration) -> str:
    if calibration.precision is None or calibration.coverage is None:
        return calibration.warning or ""
    expected = f"预计准确率 {calibration.precision:.1%}，预计覆盖率 {calibration.coverage:.1%}"
    text = f"分数线 {calibration.cut:.2f}，{expected}"
    return f"{text}（藏起 {calibration.hidden} 条问法试的）{calibration.warning or ''}"
