"""Finds, on the knowledge base itself, how sure the judge must be before it answers.

No fixed threshold carries from one knowledge base to another. So each is its own test: a wording is hidden,
and its entry should still be found; a whole entry is hidden, and its wordings should be refused. The least
cut that keeps the wanted precision is used, and what to expect of it is published. Entries that win each
other's wordings are named, since only a person can tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from knowledge.confidence import WORDINGS, Assessment, assess
from knowledge.entries import EntryId
from knowledge.index import Index
from knowledge.profiles import without
from knowledge.rerank import Probe, by_rank, measure, measure_best

PRECISION = 0.95  # wanted, of the answers given
UNANSWERED = 0.15  # questions that no entry answers, for each one that some entry does
DEPTH = 6  # entries looked at
SAMPLE = 240  # wordings hidden at load; `kb check` hides all
ENOUGH = 60  # hidden wordings below which nothing can be learned
SHIPPED_CUT = 0.85  # for a knowledge base that is too small to calibrate
SPARSE_CUT = 0.8  # for entries with too few wordings
SURE = 0.96  # the least cut of what hardly looks like a question for us


@dataclass(frozen=True, slots=True)
class Collision:
    """A wording that another entry would win if it were not written down."""

    entry: EntryId
    other: EntryId
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The cuts in force and what to expect of them."""

    cut: float  # an answer needs this confidence
    precision: float | None  # expected, of the answers given; None: not known
    coverage: float | None  # expected share of answerable questions that are answered
    found: float | None  # hidden wordings whose entry came first
    hidden: int  # wordings that were hidden
    collisions: tuple[Collision, ...] = ()
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one hidden wording."""

    entry: EntryId
    wording: str
    winner: EntryId
    right: bool
    in_three: bool
    kept: Assessment  # with the entry's other wordings in place
    refused: Assessment | None  # with the whole entry gone; None if nothing else was found

    @property
    def answered(self) -> float:
        """How sure the judge would have been; 0 if something stood against an answer."""
        return 0.0 if self.kept.objection else self.kept.confidence

    @property
    def fooled(self) -> float:
        """How sure it would have been of a neighbour's answer."""
        return 0.0 if self.refused is None or self.refused.objection else self.refused.confidence


def calibrate(index: Index, precision: float = PRECISION, sample: int | None = SAMPLE) -> Calibration:
    """Try up to `sample` wordings, spread evenly (None: all), and choose the cuts."""
    trials = list(run_trials(index, sample))
    collisions = tuple(Collision(t.entry, t.winner, t.wording) for t in trials if not t.right)
    if len(trials) < ENOUGH:
        warning = f"只有 {len(trials)} 条问法可以试，少于 {ENOUGH} 条：用保守的默认分数线，准确率没有验证过"
        return Calibration(
            cut=SHIPPED_CUT, precision=None, coverage=None, found=None,
            hidden=len(trials), collisions=collisions, warning=warning,
        )  # fmt: skip
    cut, reached, coverage = choose_cut(trials, precision)
    short = f"在这个知识库上达不到 {precision:.0%} 的准确率" if reached < precision else None
    return Calibration(
        cut=cut,
        precision=reached,
        coverage=coverage,
        found=sum(trial.right for trial in trials) / len(trials),
        hidden=len(trials),
        collisions=collisions,
        warning=short,
    )


def run_trials(index: Index, sample: int | None) -> Iterator[Trial]:
    """Hide wordings one at a time."""
    places = [
        (number, hidden)
        for number, each in enumerate(index.profiles)
        if len(each.texts) > WORDINGS
        for hidden in range(len(each.texts))
    ]
    step = 1 if sample is None else max(1, len(places) // max(sample, 1))
    for number, hidden in places[:: step + (step > 1 and step % 2 == 0)]:
        yield _try(index, number, hidden)


def _try(index: Index, number: int, hidden: int) -> Trial:
    each = index.profiles[number]
    probe = Probe(index.reader.read(each.entry.wordings[hidden]), index)
    others = measure_best(probe, index.find(probe.weights, DEPTH), index, but=number)
    rest = without(each, hidden)
    own = measure(probe, rest, index.scale(rest), index.mass(rest))
    ranked = by_rank(probe, [*others, own])
    alone = by_rank(probe, others)
    return Trial(
        entry=each.entry.id,
        wording=each.entry.wordings[hidden],
        winner=ranked[0].profile.entry.id,
        right=ranked[0] is own,
        in_three=own in ranked[:3],
        kept=assess(probe, ranked, index),
        refused=assess(probe, alone, index) if alone else None,
    )


def choose_cut(trials: Sequence[Trial], precision: float) -> tuple[float, float, float]:
    """The least cut with the wanted precision, the precision it has, and the share of questions it answers.

    If no cut has it, the one that comes nearest. Precision is counted over answerable questions and
    UNANSWERED times as many that nothing answers.
    """
    events = [(trial.answered, float(trial.right), float(not trial.right)) for trial in trials]
    events += [(trial.fooled, 0.0, UNANSWERED) for trial in trials]
    events.sort(key=lambda event: -event[0])
    right = list(accumulate(event[1] for event in events))
    wrong = list(accumulate(event[2] for event in events))
    reached = [
        (hits / (hits + misses), hits, at) for at, (hits, misses) in enumerate(zip(right, wrong, strict=True))
    ]
    enough = [
        row
        for row in reached
        if row[0] >= precision and row[1] >= len(trials) / 100 and events[row[2]][0] > 0
    ]
    best, _, at = max(enough, key=lambda row: row[1]) if enough else max(reached)
    answered = sum(trial.answered >= events[at][0] for trial in trials)
    return max(events[at][0], 0.01), best, answered / len(trials)
