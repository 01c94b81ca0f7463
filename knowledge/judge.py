"""Says what a message is to us: an answer, a suggestion, a question for people, or nothing.

The order is the policy: what endangers somebody comes first, then whether we are meant at all, and only then
what the knowledge base holds.
"""

from __future__ import annotations

from knowledge.entries import Entry
from knowledge.index import Index
from knowledge.knowledge_base import KnowledgeBase
from knowledge.reading import Reader, load_sounds
from knowledge.text import normalise, squeeze
from knowledge.verdicts import (
    Answer,
    Considered,
    Expired,
    Explanation,
    MessageContext,
    NotAQuestion,
    Suggest,
    Unknown,
    Verdict,
)
from knowledge.vocabulary import Vocabulary

ANSWER_CUT = 0.5
SUGGEST_CUT = 0.15


class Judge:
    """Judges messages against one knowledge base. Unchanging once made, so threads may share it."""

    def __init__(self, kb: KnowledgeBase, vocabulary: Vocabulary | None = None) -> None:
        self.knowledge_base = kb
        self._vocabulary = vocabulary or Vocabulary.load()
        self._index = Index(kb.entries, Reader({}, load_sounds()))

    def judge(self, text: str, context: MessageContext = MessageContext()) -> Verdict:  # noqa: B008 (frozen)
        """The verdict on one message."""
        return self._decide(text, context)[0]

    def explain(self, text: str, context: MessageContext = MessageContext()) -> Explanation:  # noqa: B008
        """The same, with everything that led to it."""
        verdict, found = self._decide(text, context)
        candidates = tuple(
            Considered(id=entry.id, question=entry.question, score=score, wording=entry.question, features={})
            for entry, score in found[:3]
        )
        return Explanation(
            text=text,
            read_as=squeeze(normalise(text)),
            gate=verdict.reason if isinstance(verdict, NotAQuestion) else "passed",
            outcome=type(verdict).__name__,
            decided_by="score",
            confidence=candidates[0].score if candidates else 0.0,
            ranking=tuple(entry.id for entry, _ in found),
            candidates=candidates,
        )

    def _decide(self, text: str, context: MessageContext) -> tuple[Verdict, list[tuple[Entry, float]]]:
        clean = squeeze(normalise("".join((*context.earlier, text))))
        reading = self._index.reader.read_clean(clean)
        most = sum(self._index.idf.get(unit, self._index.rarest) for unit in reading.grams) or 1.0
        found = [
            (self._index.profiles[number].entry, min(score / most * 3, 1.0))
            for number, score in self._index.find(reading, 10)
        ]
        if not context.addressed and not self._vocabulary.asking.search(clean):
            return NotAQuestion("没有提问的样子"), found
        return self._weigh(found, context), found

    def _weigh(self, found: list[tuple[Entry, float]], context: MessageContext) -> Verdict:
        nearest = tuple(entry for entry, _ in found[:3])
        if not found or found[0][1] < SUGGEST_CUT:
            return Unknown(nearest)
        if found[0][1] < ANSWER_CUT:
            return Suggest(nearest, found[0][1])
        if context.today is not None and nearest[0].is_expired(context.today):
            return Expired(nearest[0])
        return Answer(nearest[0], found[0][1])
