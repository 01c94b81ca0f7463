"""A small judge of its own for these tests: what it says of a text can be read off this page.

The rules about tickets must hold whatever the matching does, so they are tested with one whose verdicts
nobody needs to guess. That the real one fits is shown in test_asking_with_the_knowledge_base.
"""

from __future__ import annotations

from datetime import date

from knowledge import (
    Answer,
    Emergency,
    Entry,
    EntryId,
    Expired,
    MessageContext,
    NotAQuestion,
    Private,
    Suggest,
    Unknown,
    Verdict,
)

FORKLIFT = Entry(
    id=EntryId("TSE-001"),
    question="新买的叉车怎么办使用登记",
    answer="投用后 30 日内办理使用登记。",
    department="market_regulation",
)
PAPERS = Entry(id=EntryId("TSE-002"), question="叉车登记带什么材料", answer="带合格证。")
OUTDATED = Entry(
    id=EntryId("OLD-001"), question="旧的补贴怎么领", answer="已经停了。", review_by=date(2025, 1, 1)
)
INJURY = Entry(id=EntryId("INJ-001"), question="工伤怎么认定", answer="30 日内申请。", private=True)
ENTRIES = {entry.id: entry for entry in (FORKLIFT, PAPERS, OUTDATED, INJURY)}

_KNOWN: tuple[tuple[str, Verdict], ...] = (
    ("着火了", Emergency("fire")),
    ("叉车怎么上牌", Answer(FORKLIFT, 0.97)),
    ("叉车新规", Suggest((FORKLIFT, PAPERS, OUTDATED), 0.5)),
    ("旧的补贴", Expired(OUTDATED)),
    ("工伤怎么认定", Private("injury", INJURY)),
    ("老板拖欠工资", Private("wage")),
)


def find_entry(entry_id: str) -> Entry | None:
    return ENTRIES.get(EntryId(entry_id))


def judge(text: str, context: MessageContext) -> Verdict:
    """Known words decide, wherever the burst they stand in was cut; then the form of a question."""
    whole = "".join((*context.earlier, text))
    for words, verdict in _KNOWN:
        if words in whole:
            return verdict
    if context.last_entry == FORKLIFT.id and "材料" in text:
        return Answer(PAPERS, 0.9)
    if context.last_entry == FORKLIFT.id and "费用" in text:
        return Suggest((PAPERS,), 0.4)
    if "哈哈" in text or "谢谢" in text or (context.replies_to_member and not context.addressed):
        return NotAQuestion("chatter")
    if whole.endswith("？") or "请问" in whole or context.addressed:
        return Unknown((FORKLIFT,))
    return NotAQuestion("no_question_form")
