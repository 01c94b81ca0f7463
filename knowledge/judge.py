"""Says what a message is to us: an answer, a suggestion, a question for people, or nothing.

The order is the policy: what endangers somebody comes first, then whether we are meant at all, then what
must not be said aloud, and only then what the knowledge base holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.alarms import emergency, likely_kind, private_matter
from knowledge.calibration import PRECISION, SAMPLE, Calibration, calibrate
from knowledge.entries import EntryId
from knowledge.followups import follow
from knowledge.form import Form, Shape, outside, read_form
from knowledge.index import Index
from knowledge.kinds import Kinds, Tone
from knowledge.knowledge_base import KnowledgeBase
from knowledge.reading import Reader
from knowledge.rerank import MEASURES, Reranker, by_rank
from knowledge.search import Finding, Search
from knowledge.text import normalise
from knowledge.verdicts import (
    Answer,
    Considered,
    Emergency,
    Expired,
    Explanation,
    MessageContext,
    NotAQuestion,
    Private,
    Suggest,
    Unknown,
    Verdict,
)
from knowledge.vocabulary import Vocabulary
from knowledge.weighing import Weighing, may_answer, weigh

NOWHERE = MessageContext()
SILENT = frozenset((Shape.NOTHING, Shape.BROADCAST))
ASKING = frozenset((Shape.QUESTION, Shape.ELLIPSIS, Shape.KEYWORDS, Shape.FOLLOWUP, Shape.DOUBTFUL))
PLAIN = frozenset((Shape.QUESTION, Shape.ELLIPSIS))  # forms in which people ask about rules
# Tones that decide by themselves; what asks, or nearly finds an entry, must sound it more clearly.
ALARMED, ALARMED_ASKING = 0.85, 0.9  # an alarm
FAINT = 0.03  # below this nothing is an alarm, whatever words it uses
CONFIDING, CONFIDING_ASKING, CONFIDING_KNOWN = 0.6, 0.7, 0.9  # a private matter
CHATTING, CHATTING_TROUBLE = 0.7, 0.85  # talk among members; the second for what tells of a trouble
CALM_AMONG, OPEN_AMONG = 0.5, 0.3  # such talk above which nothing is an alarm, or private, by its tone alone
RECENT = 3  # earlier messages that may belong to this one


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with all that led to it."""

    verdict: Verdict
    form: Form
    rule: str
    finding: Finding | None = None


class Judge:
    """Judges messages against one knowledge base. Unchanging once made, so threads may share it."""

    def __init__(
        self,
        kb: KnowledgeBase,
        vocabulary: Vocabulary | None = None,
        *,
        precision: float = PRECISION,
        reranker: Reranker = by_rank,
        sample: int | None = SAMPLE,
        kinds: Kinds | None = None,
    ) -> None:
        """Index and calibrate.

        `precision`: wanted share of right answers among those given, 0..1. `sample`: how many wordings
        the calibration hides, None for all.
        """
        self.knowledge_base = kb
        self._words = words = vocabulary or Vocabulary.load()
        self._index = Index(kb.entries, Reader(words.synonyms, words.sounds, words.facets, words.grammar))
        self._numbers = {each.entry.id: number for number, each in enumerate(self._index.profiles)}
        self._kinds = kinds or Kinds.load()
        self._search = Search(self._index, reranker)
        self.calibration: Calibration = calibrate(self._index, precision, sample)

    def judge(self, text: str, context: MessageContext = NOWHERE) -> Verdict:
        """The verdict on one message."""
        return self._decide(normalise(text), context).verdict

    def search(self, text: str) -> tuple[EntryId, ...]:
        """The entries most like a question, the best first, without any judgement of it."""
        finding = self._search.find(normalise(text))
        return tuple([entry.id for entry in finding.entries])

    def explain(self, text: str, context: MessageContext = NOWHERE) -> Explanation:
        """The same, with everything that led to it."""
        return self.judge_and_explain(text, context)[1]

    def judge_and_explain(self, text: str, context: MessageContext = NOWHERE) -> tuple[Verdict, Explanation]:
        """Both at once, for half the work."""
        decision = self._decide(normalise(text), context)
        finding = decision.finding or self._search.find(decision.form.core)
        return decision.verdict, _explanation(text, decision, finding)

    def _decide(self, text: str, context: MessageContext) -> Decision:
        """What the rules say, unless the message sounds otherwise. A tone never opens the answer gate."""
        decision = self._by_rules(text, context)
        heard = not (context.from_bot or context.forwarded or decision.form.shape is Shape.BROADCAST)
        if not heard or _is_plainly_asked(decision, context):
            return decision
        return self._by_tone(text, context, decision)

    def _by_tone(self, text: str, context: MessageContext, decision: Decision) -> Decision:
        """A second opinion on what the rules made of a message, by what it sounds like."""
        form, verdict = decision.form, decision.verdict
        # The last of several messages ("已经两周了") sounds like nothing; all together are a question.
        tone = self._kinds.listen(" ".join([*map(normalise, context.earlier[-RECENT:]), text]))
        if isinstance(verdict, Answer | Expired):
            return decision if tone.silent < CALM_AMONG else _small_talk(form, tone)
        if isinstance(verdict, Emergency):
            if tone.emergency > FAINT:
                return decision
            calm = self._by_rules(text, context, alarms=False)
            return calm if isinstance(calm.verdict, Answer | Private) else self._by_tone(text, context, calm)
        asking = form.shape in ASKING
        alarmed = tone.emergency > (ALARMED_ASKING if asking else ALARMED)
        if alarmed and tone.silent < CALM_AMONG:
            kind = likely_kind(text, self._words.emergency)
            return Decision(Emergency(kind), form, f"听着像正在出事：{tone.emergency:.2f}", decision.finding)
        if outside(context) or isinstance(verdict, Private):
            return decision
        confiding = CONFIDING_ASKING if asking else CONFIDING
        bar = CONFIDING_KNOWN if isinstance(verdict, Suggest) else confiding
        if tone.private > bar and tone.silent < OPEN_AMONG:
            rule = f"听着不宜在群里说：{tone.private:.2f}"
            return Decision(Private("other", None), form, rule, decision.finding)
        chatting = CHATTING_TROUBLE if form.shape is Shape.REQUEST else CHATTING
        if tone.silent > chatting and isinstance(verdict, Suggest | Unknown) and not context.addressed:
            return _small_talk(form, tone)
        return decision

    def _by_rules(self, text: str, context: MessageContext, *, alarms: bool = True) -> Decision:
        form = read_form(text, self._words.questions, addressed=context.addressed)
        heard = alarms and not (context.from_bot or context.forwarded)
        if heard and (alarm := self._emergency(text, form)):
            return alarm
        if reason := outside(context):
            return Decision(NotAQuestion(reason), form, reason)
        if form.shape is not Shape.BROADCAST and (matter := self._private(text, form)):
            return matter
        form = self._join(form, context)
        if form.shape is Shape.FOLLOWUP:
            return self._follow(form, context)
        if form.shape in SILENT and not self._search.knows(text):
            return Decision(NotAQuestion(form.reason), form, form.reason)
        return self._look_up(form, context)

    def _emergency(self, text: str, form: Form) -> Decision | None:
        kind = emergency(text, self._words.emergency)
        if kind is None:
            return None
        finding = self._search.find(form.core)
        if finding.exact:  # likeness is not enough to overrule a cry for help
            return None
        return Decision(Emergency(kind), form, f"正在发生的险情：{kind}", finding)

    def _private(self, text: str, form: Form) -> Decision | None:
        """A private matter, unless it is a question that the knowledge base answers."""
        matter = private_matter(text, self._words.private)
        if matter is None:
            return None
        finding = self._search.find(form.core)
        if finding.exact or (
            form.shape in PLAIN and may_answer(finding, self.calibration, surely=matter.certain)
        ):
            return None
        entry = finding.entries[0] if may_answer(finding, self.calibration) else None
        return Decision(Private(matter.kind, entry), form, f"不宜在群里说：{matter.kind}", finding)

    def _join(self, form: Form, context: MessageContext) -> Form:
        """Complete a message by what the asker wrote just before, if it does not stand alone."""
        if not context.earlier or context.last_entry is not None or form.shape is Shape.BROADCAST:
            return form
        if form.shape is Shape.NOTHING and not form.open:
            return form
        before = [normalise(text) for text in context.earlier[-RECENT:]]
        whole = read_form(" ".join([*before, form.core]), self._words.questions, addressed=context.addressed)
        if form.shape in (Shape.FOLLOWUP, Shape.NOTHING, Shape.KEYWORDS):
            return whole if whole.shape not in SILENT else form
        joined, alone = self._search.find(whole.core), self._search.find(form.core)
        if whole.shape in SILENT or alone.exact or joined.assessment is None or alone.assessment is None:
            return form
        return whole if joined.assessment.confidence > alone.assessment.confidence else form

    def _follow(self, form: Form, context: MessageContext) -> Decision:
        last = self.knowledge_base.get(context.last_entry) if context.last_entry else None
        if last is not None:
            each = self._index.profiles[self._numbers[last.id]]
            words = self._words
            weighing = follow(form.core, each, self._search, words.facets, words.labels)
            return Decision(_dated(weighing, context), form, weighing.rule)
        if context.addressed:
            return Decision(Unknown(), form, form.reason)
        return Decision(NotAQuestion("追问，但不知道上文"), form, form.reason)

    def _look_up(self, form: Form, context: MessageContext) -> Decision:
        finding = self._search.find(form.core)
        weighing = weigh(finding, form.shape, self.calibration, self._words.labels, context)
        return Decision(weighing.verdict, form, weighing.rule, finding)


def _is_plainly_asked(decision: Decision, context: MessageContext) -> bool:
    """Whether an answer is given to what can only be a question, in form or word for word."""
    if not isinstance(decision.verdict, Answer | Expired):
        return False
    exact = decision.finding is not None and decision.finding.exact
    return exact or context.addressed or decision.form.shape in (Shape.QUESTION, Shape.FOLLOWUP)


def _small_talk(form: Form, tone: Tone) -> Decision:
    return Decision(NotAQuestion("像群友之间的话"), form, f"听着像群友之间的话：{tone.silent:.2f}")


def outcome(verdict: Verdict) -> str:
    """The verdict's name as data: answer, suggest, unknown, expired, not_a_question, emergency or private."""
    return _OUTCOMES[type(verdict)]


_OUTCOMES: Mapping[type, str] = {
    Answer: "answer",
    Suggest: "suggest",
    Unknown: "unknown",
    Expired: "expired",
    NotAQuestion: "not_a_question",
    Emergency: "emergency",
    Private: "private",
}


def _dated(weighing: Weighing, context: MessageContext) -> Verdict:
    verdict = weighing.verdict
    expired = (
        isinstance(verdict, Answer) and context.today is not None and verdict.entry.is_expired(context.today)
    )
    return Expired(verdict.entry) if isinstance(verdict, Answer) and expired else verdict


def _explanation(text: str, decision: Decision, finding: Finding) -> Explanation:
    assessment = finding.assessment
    candidates = tuple(
        Considered(
            id=candidate.profile.entry.id,
            question=candidate.profile.entry.question,
            score=candidate.rank,
            wording=candidate.profile.entry.wordings[candidate.nearest],
            features=assessment.features
            if assessment and not number
            else dict(zip(MEASURES, candidate.measures, strict=True)),
        )
        for number, candidate in enumerate(finding.candidates[:3])
    )
    return Explanation(
        text=text,
        read_as=finding.read_as,
        gate=f"{decision.form.shape.value}：{decision.form.reason}",
        outcome=outcome(decision.verdict),
        decided_by=decision.rule,
        confidence=assessment.confidence if assessment else 0.0,
        ranking=tuple(entry.id for entry in finding.entries),
        candidates=candidates,
    )
