"""Measures a knowledge base and the engine on labelled messages, whoever wrote either.

The figures are those an operator decides by: does the right entry come first, are the answers that are given
right, is the bot silent where it should be, is nobody in danger overlooked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.entries import Entry
from knowledge.faults import Fault, KnowledgeError
from knowledge.judge import Judge, outcome
from knowledge.verdicts import Answer, Expired, MessageContext, Private, Suggest, Verdict

NOT_FOR_US = frozenset(("silent", "command"))
EMERGENCY = "emergency_banner"
PRIVATE = "private_ticket"
SPOKEN = frozenset(("answer", "suggest", "expired"))
DEPTH = 10  # of the ranking
SHOWN = 3  # suggestions


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One labelled message."""

    text: str
    accept: frozenset[str] = frozenset()  # ids of the entries that answer it; empty: none does
    expected: str = ""
    context: tuple[str, ...] = ()
    addressed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the judge made of one message."""

    query: Query
    outcome: str
    entry: str | None
    suggestions: tuple[str, ...]
    ranking: tuple[str, ...]
    confidence: float
    rank: int | None  # 1-based place of the first right entry in the ranking
    right: bool  # the answer given is right
    offered: bool  # a right entry is answered or among the suggestions

    def as_dict(self) -> dict[str, object]:
        """What `kb eval --json` prints for this message."""
        return {
            "text": self.query.text,
            "outcome": self.outcome,
            "entry": self.entry,
            "suggestions": list(self.suggestions),
            "ranking": list(self.ranking),
            "confidence": round(self.confidence, 4),
        }


@dataclass(frozen=True, slots=True)
class Share:
    """A count out of a total."""

    count: float
    total: int

    @property
    def value(self) -> float | None:
        """The share, or None of nothing."""
        return self.count / self.total if self.total else None

    def __str__(self) -> str:
        return "–" if self.value is None else f"{self.value:7.1%}  ({self.count:g} / {self.total})"


def load_queries(path: Path) -> list[Query]:
    """Read one JSON object per line. Raises KnowledgeError with every faulty line."""
    queries: list[Query] = []
    faults: list[Fault] = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            queries.append(_query(json.loads(line)))
        except (ValueError, TypeError, KeyError) as exc:
            expected = '{"text": …, "accept": […], "expected": …}'
            faults.append(Fault(file=path.name, line=number, key="", found=repr(exc), expected=expected))
    if faults:
        raise KnowledgeError(faults)
    return queries


def _query(row: dict[str, Any]) -> Query:
    text = str(row["text"])
    context = row.get("context") or ()
    return Query(
        text=text,
        accept=frozenset(map(str, row.get("accept") or ())),
        expected=str(row.get("expected") or ""),
        context=(context,) if isinstance(context, str) else tuple(map(str, context)),
        addressed=bool(row.get("addressed", False)),
    )


def evaluate(judge: Judge, queries: Iterable[Query]) -> Iterator[Result]:
    """Judge every message."""
    for query in queries:
        context = MessageContext(addressed=query.addressed, earlier=query.context)
        verdict, explanation = judge.judge_and_explain(query.text, context)
        entries = [entry for name in explanation.ranking[:DEPTH] if (entry := judge.knowledge_base.get(name))]
        yield _result(query, verdict, entries, explanation.confidence)


def _result(query: Query, verdict: Verdict, ranking: Sequence[Entry], confidence: float) -> Result:
    def fits(entry: Entry) -> bool:
        return bool(entry.ids & query.accept)

    given = verdict.entry if isinstance(verdict, Answer | Expired | Private) else None
    suggested = verdict.entries if isinstance(verdict, Suggest) else ()
    answered = isinstance(verdict, Answer)
    right = answered and given is not None and fits(given)
    return Result(
        query=query,
        outcome=outcome(verdict),
        entry=given.id if given else None,
        suggestions=tuple(entry.id for entry in suggested),
        ranking=tuple(entry.id for entry in ranking),
        confidence=confidence,
        rank=next((place for place, entry in enumerate(ranking, start=1) if fits(entry)), None),
        right=right,
        offered=right or any(map(fits, suggested)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures of one evaluation."""

    results: tuple[Result, ...]

    @property
    def answerable(self) -> list[Result]:
        """Messages that some entry answers."""
        return [result for result in self.results if result.query.accept]

    def hit(self, depth: int) -> Share:
        """Answerable messages whose right entry is among the first `depth`."""
        rows = self.answerable
        return Share(sum(row.rank is not None and row.rank <= depth for row in rows), len(rows))

    def reciprocal_rank(self) -> Share:
        """Mean of 1 / place of the right entry, 0 beyond the tenth."""
        rows = self.answerable
        return Share(round(sum(1 / row.rank for row in rows if row.rank), 3), len(rows))

    def precision(self) -> Share:
        """Of the answers given, to whatever message, those that are right."""
        rows = [row for row in self.results if row.outcome == "answer"]
        return Share(sum(row.right for row in rows), len(rows))

    def coverage(self) -> Share:
        """Answerable messages that got an answer, right or wrong."""
        rows = self.answerable
        return Share(sum(row.outcome == "answer" for row in rows), len(rows))

    def suggested(self) -> Share:
        """Of the suggestions made to answerable messages, those with the right entry among them."""
        rows = [row for row in self.answerable if row.outcome == "suggest"]
        return Share(sum(row.offered for row in rows), len(rows))

    def offered(self) -> Share:
        """Answerable messages answered rightly, or with the right entry among the suggestions."""
        rows = self.answerable
        return Share(sum(row.offered for row in rows), len(rows))

    def spoken_per_thousand(self) -> float | None:
        """Messages not meant for the bot to which it spoke, for every thousand of them."""
        rows = [row for row in self.results if row.query.expected in NOT_FOR_US]
        return 1000 * sum(row.outcome in SPOKEN for row in rows) / len(rows) if rows else None

    def found(self, expected: str, name: str) -> Share:
        """Messages labelled `expected` that came out as `name`."""
        rows = [row for row in self.results if row.query.expected == expected]
        return Share(sum(row.outcome == name for row in rows), len(rows))

    def false_alarms(self, name: str) -> Share:
        """Answerable messages taken for an emergency or a private matter."""
        rows = self.answerable
        return Share(sum(row.outcome == name for row in rows), len(rows))

    def worst(self, count: int = 20) -> list[tuple[str, Result]]:
        """The worst mistakes with their names, the worst first."""
        named = [(severity, row) for row in self.results if (severity := _mistake(row))]
        named.sort(key=lambda pair: (pair[0][0], -pair[1].confidence))
        return [(severity[1], row) for severity, row in named[:count]]


def _mistake(row: Result) -> tuple[int, str] | None:
    """How bad, and what; None if nothing is wrong."""
    expected, answerable = row.query.expected, bool(row.query.accept)
    rules = (
        (expected == EMERGENCY and row.outcome != "emergency", "险情没认出来"),
        (answerable and row.outcome in ("emergency", "private"), "把提问当成了险情或私密事"),
        (row.outcome == "answer" and not row.right, "答错了"),
        (expected in NOT_FOR_US and row.outcome in SPOKEN, "不该说话却说了"),
        (expected in NOT_FOR_US and row.outcome in ("emergency", "private"), "把闲聊当成了险情或私密事"),
        (expected == PRIVATE and row.outcome != "private", "私密事没认出来"),
        (answerable and row.outcome == "not_a_question", "提问没认出来"),
        (answerable and not row.offered and row.outcome != "answer", "没有给出对的条目"),
    )
    return next(((level, name) for level, (wrong, name) in enumerate(rules) if wrong), None)
