"""The knowledge base from the terminal: ask it, check it, measure it, fill it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

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
