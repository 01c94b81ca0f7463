"""From what was found to what is said.

An answer needs confidence above the calibrated cut and no objection: the facet, the numbers and the denial
must agree, and the second entry must not be as likely. An objection turns an answer into a suggestion, and
a missing facet is named, so that somebody can write the entry that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from knowledge.calibration import SPARSE_CUT, SURE, Calibration
from knowledge.confidence import Assessment
from knowledge.form import Shape
from knowledge.search import Finding
from knowledge.verdicts import Answer, Expired, MessageContext, NotAQuestion, Suggest, Unknown, Verdict

SHOWN = 3  # suggestions
RELEVANT = 0.2  # relevance that a suggestion needs
RELEVANT_REQUEST = 0.6  # ... when somebody tells of a trouble and asks nothing
RELEVANT_ADDRESSED = 0.1  # ... when the bot was spoken to and has to say something
SILENT = frozenset((Shape.KEYWORDS, Shape.DOUBTFUL))  # answered for sure, or not spoken to at all


@dataclass(frozen=True, slots=True)
class Weighing:
    """A verdict and the rule that decided it."""

    verdict: Verdict
    rule: str


def may_answer(finding: Finding, calibration: Calibration, *, surely: bool = False) -> bool:
    """Whether the first entry may be given as an answer; `surely`: even against signs of an alarm."""
    assessment = finding.assessment
    if assessment is None or finding.exact:
        return finding.exact
    cut = _cut(assessment, calibration)
    return assessment.objection is None and assessment.confidence >= ((1 + cut) / 2 if surely else cut)


def weigh(
    finding: Finding,
    shape: Shape,
    calibration: Calibration,
    labels: Mapping[str, str],
    context: MessageContext,
) -> Weighing:
    """Weigh what was found for a message of this shape."""
    today = context.today
    assessment = finding.assessment
    if assessment is None:
        return _nothing(finding, shape, None)
    if may_answer(finding, calibration) and (shape not in SILENT or assessment.confidence >= SURE):
        return _answer(finding, assessment, today)
    gap = labels.get(assessment.clash or "")
    if shape in SILENT or assessment.relevance < _bar(shape, context):
        return _nothing(finding, shape, gap)
    current = [entry for entry in finding.entries if today is None or not entry.is_expired(today)]
    if not current:
        return Weighing(Expired(finding.entries[0]), "过了复核期限")
    rule = f"不直接答：{assessment.objection}" if assessment.objection else "把握不够，给出相近的"
    return Weighing(Suggest(tuple(current[:SHOWN]), assessment.confidence, gap), rule)


def _answer(finding: Finding, assessment: Assessment, today: date | None) -> Weighing:
    entry = finding.entries[0]
    if today is not None and entry.is_expired(today):
        return Weighing(Expired(entry), "过了复核期限")
    if finding.exact:
        return Weighing(Answer(entry, 1.0), "就是条目里的一种问法")
    return Weighing(Answer(entry, assessment.confidence), "把握够，各方面都对得上")


def _nothing(finding: Finding, shape: Shape, gap: str | None) -> Weighing:
    if shape in SILENT:
        return Weighing(NotAQuestion("不像在问我们"), "样子不像提问，知识库里也没有")
    return Weighing(Unknown(finding.entries[:SHOWN], gap), "知识库里没有")


def _cut(assessment: Assessment, calibration: Calibration) -> float:
    return calibration.cut if assessment.rich else SPARSE_CUT


def _bar(shape: Shape, context: MessageContext) -> float:
    if context.addressed:
        return RELEVANT_ADDRESSED
    return RELEVANT_REQUEST if shape is Shape.REQUEST else RELEVANT
