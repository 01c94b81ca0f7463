"""The knowledge base from the terminal: ask it, check it, measure it, fill it.

Everything heavy is imported inside the commands, so that no other command waits for it.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from knowledge.entries import Entry

KNOWLEDGE = click.option(
    "--knowledge",
    type=click.Path(exists=True, path_type=Path),
    default=Path(__file__).with_name("entries"),
    envvar="HUZHU_KNOWLEDGE",
    help="Directory of entries; HUZHU_KNOWLEDGE, or the shipped knowledge base, if not given.",
)


def _today() -> date:
    return date.today()  # noqa: DTZ011 (the day of whoever sits at this terminal)


@click.command()
@click.argument("text")
@KNOWLEDGE
@click.option("--json", "as_json", is_flag=True, help="Print all that led to the verdict.")
def ask(text: str, knowledge: Path, as_json: bool) -> None:
    """Ask the knowledge base one question."""
    from knowledge import Answer, Judge, KnowledgeBase, MessageContext
    from knowledge.reporting import explanation_lines

    judge = Judge(_load(KnowledgeBase, knowledge))
    verdict, explanation = judge.judge_and_explain(text, MessageContext(addressed=True, today=_today()))
    if as_json:
        click.echo(json.dumps(explanation.as_dict(), ensure_ascii=False, indent=2))
        return
    if isinstance(verdict, Answer):
        click.echo(verdict.entry.answer)
        click.echo("依据：" + "；".join(map(str, verdict.entry.source)))
        click.echo("")
    click.echo(explanation_lines(explanation))


def _load(kind: Any, knowledge: Path) -> Any:
    """Load a knowledge base, or say what is wrong with it and stop."""
    from knowledge.faults import KnowledgeError

    try:
        return kind.load(knowledge)
    except KnowledgeError as error:
        raise click.ClickException(str(error)) from error


@click.group()
def kb() -> None:
    """Check, measure and fill the knowledge base."""


@kb.command("check")
@KNOWLEDGE
def check_command(knowledge: Path) -> None:
    """Report every fault (exit code 1 if there is one), what to expect, and which entries are confusable."""
    from knowledge import Judge, KnowledgeBase
    from knowledge.checks import check
    from knowledge.departments import load_departments
    from knowledge.loading import load_entries
    from knowledge.reporting import calibration_line, collision_lines

    loaded = load_entries(knowledge)
    faults = (*loaded.faults, *check(loaded, load_departments(), _today()))
    for fault in faults:
        click.echo(f"{fault.severity.value}  {fault}", err=True)
    click.echo(f"{len(loaded.entries)} 个条目，{len(faults)} 处要改")
    calibration = Judge(KnowledgeBase(loaded.entries), sample=None).calibration
    click.echo(calibration_line(calibration))
    for line in collision_lines(calibration):
        click.echo(line)
    raise SystemExit(1 if faults else 0)


@kb.command("eval")
@KNOWLEDGE
@click.option("--queries", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--json", "as_json", is_flag=True, help="One object per message instead of the table.")
def evaluate_command(knowledge: Path, queries: Path, as_json: bool) -> None:
    """Measure the knowledge base on labelled messages, one JSON object per line."""
    from knowledge import Judge, KnowledgeBase, KnowledgeError
    from knowledge.evaluation import Report, evaluate, load_queries
    from knowledge.reporting import evaluation_table

    try:
        labelled = load_queries(queries)
    except KnowledgeError as error:
        raise click.ClickException(str(error)) from error
    judge = Judge(_load(KnowledgeBase, knowledge))
    results = evaluate(judge, labelled)
    if as_json:
        for result in results:
            click.echo(json.dumps(result.as_dict(), ensure_ascii=False))
        return
    click.echo(evaluation_table(Report(results=tuple(results)), judge.calibration))


@kb.command("stats")
@KNOWLEDGE
def stats_command(knowledge: Path) -> None:
    """Describe the knowledge base."""
    from knowledge import KnowledgeBase
    from knowledge.reporting import statistics

    click.echo(statistics(_load(KnowledgeBase, knowledge).entries))


@kb.command("add")
@KNOWLEDGE
def add_command(knowledge: Path) -> None:
    """Ask for one entry, question by question, and write it."""
    from knowledge.departments import load_departments
    from knowledge.loading import load_entries, read_entry
    from knowledge.writing import write_entries

    taken = load_entries(knowledge).places
    row: dict[str, Any] = {"id": click.prompt("编号（例如 TSE-101）").strip()}
    while row["id"] in taken:
        row["id"] = click.prompt(f"{row['id']} 已经用过，换一个").strip()
    topic = click.prompt("主题")
    row["question"] = click.prompt("问题，用你自己的话写完整")
    row["answer"] = click.prompt("答案，第一句就说结果")
    row["also"] = _several("还会怎么问（一行一种，越不一样越好，空行结束）")
    row["keywords"] = _several("关键词（一行一个，空行结束）")
    row["steps"] = _several("要分几步办（一行一步，没有就直接回车）")
    row["bring"] = _several("要带什么（一行一样，没有就直接回车）")
    names = {department.name: department.id for department in load_departments()}
    chosen = click.prompt("部门", type=click.Choice([*names, *names.values()]), show_choices=False)
    row["department"] = names.get(chosen, chosen)
    row["source"] = [{"law": click.prompt("依据哪部法律"), "article": click.prompt("第几条", default="")}]
    row["region"] = click.prompt("哪里适用", default="全国")
    row["reviewed"] = _today()
    row["review_by"] = click.prompt("什么时候要再核对一次", default=str(_next_year(_today())))
    row["private"] = click.confirm("公开问这件事会不会对提问的人不利", default=False)
    entry, misfits = read_entry({key: value for key, value in row.items() if value}, topic)
    if entry is None:
        raise click.ClickException(
            "\n".join(f"{key}：{found}，应为 {wanted}" for key, (found, wanted) in misfits.items())
        )
    for path in write_entries(knowledge, [entry]):
        click.echo(f"写进了 {path}")


def _several(prompt: str) -> list[str]:
    click.echo(prompt)
    lines: list[str] = []
    while line := click.prompt(f"{len(lines) + 1}", default="", show_default=False).strip():
        lines.append(line)
    return lines


def _next_year(day: date) -> date:
    return day.replace(year=day.year + 1, day=min(day.day, 28))


@kb.command("import")
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@KNOWLEDGE
def import_command(table: Path, knowledge: Path) -> None:
    """Take entries over from an .xlsx or .csv file; nothing is written while a row has a fault."""
    from knowledge.writing import write_entries

    entries = _read_table(table)
    paths = write_entries(knowledge, entries)
    click.echo(f"{len(entries)} 个条目写进了 {len(paths)} 个文件；请再跑一次 huzhu kb check")


def _read_table(table: Path) -> list[Entry]:
    from knowledge import KnowledgeError
    from knowledge.spreadsheet import read

    try:
        return read(table)
    except KnowledgeError as error:
        raise click.ClickException(str(error)) from error


@kb.command("export")
@click.argument("table", type=click.Path(dir_okay=False, path_type=Path))
@KNOWLEDGE
def export_command(table: Path, knowledge: Path) -> None:
    """Write all entries to an .xlsx or .csv file."""
    from knowledge import KnowledgeBase, KnowledgeError
    from knowledge.spreadsheet import export

    try:
        count = export(_load(KnowledgeBase, knowledge).entries, table)
    except KnowledgeError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} 个条目写进了 {table}")
