"""Questions without a subject: "那要带什么材料", "这个多少钱". The thread knows what they are about."""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.entries import Entry
from knowledge.facets import FacetRules, hard_facets
from knowledge.profiles import Profile
from knowledge.rerank import RARE
from knowledge.search import Search
from knowledge.text import squeeze
from knowledge.verdicts import Answer, Suggest, Unknown
from knowledge.weighing import SHOWN, Weighing

AGAIN = 0.8  # confidence of giving the thread's own entry once more
SUBJECT = 3  # keywords that stand for an entry's subject


def follow(
    text: str, last: Profile, search: Search, rules: FacetRules, labels: Mapping[str, str]
) -> Weighing:
    """Answer a normalised follow-up from the entry given last, or from a neighbour that has the facet."""
    asked = hard_facets(squeeze(text), rules)
    if _has(last, asked):
        return Weighing(Answer(last.entry, AGAIN), "接着上文，上一个答案里就有")
    gap = "、".join(labels.get(name, name) for name in sorted(asked)) or None
    subject = "".join(last.entry.keywords[:SUBJECT]) or last.entry.question
    neighbours = [
        candidate.profile.entry
        for candidate in search.find(subject + squeeze(text)).candidates
        if candidate.profile is not last and asked and _asks_for(candidate.profile, asked)
    ]
    if neighbours and _akin(neighbours[0], last.entry):
        return Weighing(Suggest(tuple(neighbours[:SHOWN]), AGAIN / 2, gap), "接着上文，找同一件事的这一面")
    return Weighing(Unknown((last.entry,), gap), "接着上文，知识库里没有这一面")


def _has(each: Profile, asked: frozenset[str]) -> bool:
    if not asked:
        return False
    return ("materials" in asked and bool(each.entry.bring)) or _asks_for(each, asked)


def _asks_for(each: Profile, asked: frozenset[str]) -> bool:
    return any(each.facets.get(name, 0.0) >= RARE for name in asked)


def _akin(one: Entry, other: Entry) -> bool:
    return one.topic == other.topic or bool(set(one.keywords) & set(other.keywords))
