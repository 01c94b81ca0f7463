"""Speed of the matching engine, against rapidfuzz in the same run: python -m tests.benchmarks.matching

Knowledge bases of three sizes are made by joining halves of shipped wordings, eleven wordings to an entry.
The questions are joined the same way and stand in none of them. Three things are timed: finding and ranking
the entries for a question (what `extractOne` is asked to do), the whole judgement of a message with gate and
alarms, and `rapidfuzz.process.extractOne` with its default scorer over all wordings.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

from rapidfuzz import fuzz, process

from knowledge import Entry, EntryId, Judge, KnowledgeBase, MessageContext
from knowledge.calibration import SAMPLE
from knowledge.library import STARTER

SIZES = (1_000, 10_000, 100_000)  # wordings
PER_ENTRY = 11
QUESTIONS = 400
MOST_RIVAL_SECONDS = 4.0
GOALS = {1_000: (20, 2.0), 10_000: (50, 5.0), 100_000: (200, 15.0)}  # times faster, p99 in ms
SPOKEN_TO = MessageContext(addressed=True)


@dataclass(frozen=True, slots=True)
class Timing:
    """Durations in milliseconds."""

    mean: float
    median: float
    worst: float  # 99th percentile


def made_up(count: int, halves: Sequence[str], dice: random.Random) -> list[str]:
    """Different texts, each the first half of one wording and the second half of another."""
    texts: dict[str, None] = {}
    while len(texts) < count:
        first, second = dice.choice(halves), dice.choice(halves)
        texts[
            first[: len(first) // 2 + dice.randint(0, 2)] + second[len(second) // 2 - dice.randint(0, 2) :]
        ] = None
    return list(texts)


def knowledge_base(texts: Sequence[str]) -> KnowledgeBase:
    """Entries of eleven wordings each."""
    groups = [texts[start : start + PER_ENTRY] for start in range(0, len(texts), PER_ENTRY)]
    return KnowledgeBase(
        Entry(id=EntryId(f"B-{number}"), question=group[0], also=tuple(group[1:]), answer="答案")
        for number, group in enumerate(groups)
    )


def time_calls(call: Callable[[str], object], texts: Sequence[str], most: float = 60.0) -> Timing:
    """Time one call per text, for at most so many seconds."""
    taken: list[float] = []
    for text in texts:
        start = perf_counter()
        call(text)
        taken.append((perf_counter() - start) * 1000)
        if sum(taken) > most * 1000:
            break
    taken.sort()
    return Timing(sum(taken) / len(taken), taken[len(taken) // 2], taken[int(len(taken) * 0.99)])


def memory() -> float:
    """Most memory this process has had, in MB."""
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024


def run(size: int, wordings: Sequence[str]) -> str:
    """One line of the table."""
    dice = random.Random(size)
    texts = made_up(size + QUESTIONS, wordings, dice)
    questions, texts = texts[:QUESTIONS], texts[QUESTIONS:]
    before, start = memory(), perf_counter()
    judge = Judge(knowledge_base(texts), sample=SAMPLE)
    loading, used = perf_counter() - start, memory() - before
    search = time_calls(judge.search, questions)
    whole = time_calls(lambda text: judge.judge(text, SPOKEN_TO), questions)
    rival = time_calls(
        lambda text: process.extractOne(text, texts, scorer=fuzz.WRatio), questions, MOST_RIVAL_SECONDS
    )
    faster, least = GOALS[size]
    times = f"{search.mean:8.3f} {search.worst:8.3f} {whole.mean:8.3f} {whole.worst:8.3f} {rival.mean:10.3f}"
    ratios = f"{rival.mean / search.mean:7.0f}x {rival.mean / whole.mean:6.0f}x"
    goal = f"(>= {faster}x, p99 < {least:g} ms)"
    return f"{size:>8} {times} {ratios}  {goal} {loading:6.1f} s {used:6.0f} MB"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), choices=SIZES)
    sizes = parser.parse_args().sizes
    wordings = [wording for entry in KnowledgeBase.load(STARTER).entries for wording in entry.wordings]
    print("milliseconds; search: find and rank, judge: the whole judgement, WRatio: extractOne")
    print("wordings   search      p99    judge      p99     WRatio  search   judge  (goal)  load  memory")
    for size in sizes:
        print(run(size, wordings), flush=True)


if __name__ == "__main__":
    main()
