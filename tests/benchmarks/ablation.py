"""What each stage contributes: python -m tests.benchmarks.ablation --queries FILE.jsonl

Every row leaves one thing out of the engine or of the shipped entries and measures the same labelled
messages again. The last rows spoil the messages instead: two characters replaced by homophones, or all of
them written in traditional characters.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import opencc

from knowledge import Entry, Judge, KnowledgeBase
from knowledge.evaluation import Query, Report, evaluate, load_queries
from knowledge.facets import FacetRules
from knowledge.library import STARTER
from knowledge.rerank import Candidate, Probe
from knowledge.vocabulary import Vocabulary

TYPOS = 2


def in_index_order(probe: Probe, candidates: Sequence[Candidate]) -> list[Candidate]:
    """No reranking."""
    return list(candidates)


def stripped(entries: Iterable[Entry], **fields: object) -> KnowledgeBase:
    """The entries with some fields replaced."""
    return KnowledgeBase(replace(entry, **fields) for entry in entries)  # type: ignore[arg-type]


def judges(entries: Sequence[Entry]) -> Iterator[tuple[str, Judge]]:
    """The engine, whole and with one thing missing."""
    whole, words = KnowledgeBase(entries), Vocabulary.load()
    yield "everything", Judge(whole)
    yield "no reranker", Judge(whole, reranker=in_index_order)
    yield "no synonyms", Judge(whole, replace(words, synonyms={}))
    yield "no sounds", Judge(whole, replace(words, sounds={}))
    yield "no facets", Judge(whole, replace(words, facets=FacetRules({}, {})))
    yield "no answer texts", Judge(stripped(entries, answer="–", steps=(), bring=()))
    yield "no keywords", Judge(stripped(entries, keywords=()))
    yield "questions and keywords only", Judge(stripped(entries, also=()))
    yield "questions only", Judge(stripped(entries, also=(), keywords=(), answer="–", steps=(), bring=()))


def misspelled(sounds: dict[str, list[str]], of: dict[str, str]) -> Callable[[str], str]:
    """Replace two characters of a text by others of the same sound."""
    dice = random.Random(1)

    def spoil(text: str) -> str:
        chars = list(text)
        places = [at for at, char in enumerate(chars) if len(sounds.get(of.get(char, ""), ())) > 1]
        for at in dice.sample(places, min(TYPOS, len(places))):
            chars[at] = dice.choice([char for char in sounds[of[chars[at]]] if char != chars[at]])
        return "".join(chars)

    return spoil


def row(name: str, judge: Judge, queries: Sequence[Query]) -> str:
    """One line of the table."""
    report = Report(results=tuple(evaluate(judge, queries)))
    spoken = report.spoken_per_thousand()
    shares = (report.hit(1), report.hit(3), report.precision(), report.coverage(), report.offered())
    figures = " | ".join("–" if share.value is None else f"{share.value:.1%}" for share in shares)
    return f"| {name} | {figures} | {'–' if spoken is None else f'{spoken:.0f}'} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=Path, required=True)
    queries = load_queries(parser.parse_args().queries)
    entries = KnowledgeBase.load(STARTER).entries
    print("| | hit@1 | hit@3 | precision | coverage | answered or offered | spoken per 1,000 |")
    print("|---|---|---|---|---|---|---|")
    whole: Judge | None = None
    for name, judge in judges(entries):
        whole = whole or judge
        print(row(name, judge, queries), flush=True)
    assert whole is not None
    of = dict(Vocabulary.load().sounds)
    sounds: dict[str, list[str]] = {}
    for char, syllable in of.items():
        sounds.setdefault(syllable, []).append(char)
    answerable = [query for query in queries if query.accept]
    spoiled = {
        "two homophone typos": misspelled(sounds, of),
        "traditional characters": opencc.OpenCC("s2t").convert,
    }
    for name, spoil in spoiled.items():
        print(row(name, whole, [replace(query, text=spoil(query.text)) for query in answerable]), flush=True)


if __name__ == "__main__":
    main()
