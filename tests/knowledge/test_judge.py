"""Verdicts: answers where everything agrees, suggestions where it does not, follow-ups, split messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from knowledge import (
    Answer,
    Emergency,
    EntryId,
    Expired,
    Judge,
    KnowledgeBase,
    Library,
    MessageContext,
    NotAQuestion,
    Suggest,
    Unknown,
)
from knowledge.judge import outcome
from knowledge.rerank import Candidate, Probe
from tests.knowledge.conftest import FINE, FORKLIFT, PERMIT, TODAY, entry

ADDRESSED = MessageContext(addressed=True)


def test_a_wording_is_answered_with_full_confidence(small: Judge) -> None:
    assert small.judge("叉车上牌时限") == Answer(FORKLIFT, 1.0)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("新叉车几天内要上牌", "T-1"),
        ("各位大佬 请教下 没上牌的叉车罚多少 谢谢", "T-2"),
        ("插车没尚牌罚多少", "T-2"),
        ("叉車沒上牌罰多少", "T-2"),
        ("排污许可证有效期是几年", "E-1"),
    ],
)
def test_a_question_in_other_words_finds_its_entry(small: Judge, text: str, name: str) -> None:
    assert small.search(text)[0] == name


def test_an_empty_knowledge_base_knows_nothing() -> None:
    judge = Judge(KnowledgeBase())
    assert judge.judge("叉车没上牌罚多少") == Unknown()
    assert judge.judge("叉车证 停用") == NotAQuestion("不像在问我们")
    assert judge.explain("叉车没上牌罚多少").candidates == ()
    assert judge.calibration.warning


def test_what_nothing_resembles_is_unknown(small: Judge) -> None:
    verdict = small.judge("食堂餐具谁来消毒")
    assert isinstance(verdict, Unknown)


def test_a_missing_facet_turns_an_answer_into_a_suggestion_and_names_the_gap() -> None:
    wordings = ("叉车没上牌罚几万", "没牌叉车处罚", "叉车不登记吃罚单", "叉车没牌照查到怎么罚")
    judge = Judge(KnowledgeBase([entry("T-2", "叉车没上牌罚多少", *wordings), PERMIT]))
    verdict = judge.judge("叉车没上牌多久要补办")
    assert isinstance(verdict, Suggest)
    assert verdict.gap == "时限"
    assert "facet" in judge.explain("叉车没上牌多久要补办").decided_by


@pytest.mark.parametrize(
    ("question", "asked", "objection"),
    [
        ("孩子发烧39度怎么办", "孩子发烧38度怎么办", "number"),
        ("痛风病人不能吃什么", "痛风病人能吃什么", "negation"),
    ],
)
def test_another_number_and_a_denial_are_objections(question: str, asked: str, objection: str) -> None:
    judge = Judge(KnowledgeBase([entry("M-1", question), FORKLIFT]))
    assert isinstance(judge.judge(asked), Suggest)
    assert objection in judge.explain(asked).decided_by


def test_two_entries_equally_likely_are_both_suggested() -> None:
    twins = [entry("A-1", "东门仓库怎么走"), entry("A-2", "西门仓库怎么走")]
    verdict = Judge(KnowledgeBase([*twins, FORKLIFT])).judge("仓库怎么走")
    assert isinstance(verdict, Suggest)
    assert {found.id for found in verdict.entries[:2]} == {"A-1", "A-2"}


def test_an_exchanged_word_is_another_question() -> None:
    judge = Judge(KnowledgeBase([entry("M-1", "糖尿病早期有什么症状"), FORKLIFT]))
    assert isinstance(judge.judge("糖尿病晚期有什么症状", ADDRESSED), Suggest | Unknown)
    assert isinstance(judge.judge("得了糖尿病早期有什么症状", ADDRESSED), Answer)


def test_past_its_review_date_nothing_is_an_answer() -> None:
    old = replace(FINE, review_by=date(2026, 1, 1))
    judge = Judge(KnowledgeBase([FORKLIFT, old, PERMIT]))
    assert judge.judge("叉车没上牌罚多少", MessageContext(today=TODAY)) == Expired(old)
    assert judge.judge("叉车没上牌罚多少") == Answer(old, 1.0)


def test_expired_entries_are_not_suggested_either() -> None:
    old = date(2026, 1, 1)
    twins = [entry("A-1", "东门仓库怎么走", review_by=old), entry("A-2", "西门仓库怎么走")]
    judge = Judge(KnowledgeBase(twins))
    verdict = judge.judge("仓库怎么走", MessageContext(today=TODAY))
    assert isinstance(verdict, Suggest)
    assert [found.id for found in verdict.entries] == ["A-2"]
    alone = Judge(KnowledgeBase([twins[0], entry("A-3", "北门仓库怎么走", review_by=old)]))
    assert isinstance(alone.judge("仓库怎么走", MessageContext(today=TODAY)), Expired)


@pytest.mark.parametrize("text", ["那要带什么材料", "那罚多少", "要多久", "我们这种情况呢"])
def test_a_follow_up_without_its_thread_is_nobodys(small: Judge, text: str) -> None:
    assert isinstance(small.judge(text), NotAQuestion)
    assert small.judge(text, ADDRESSED) == Unknown()


def follow_up(last: str, **more: object) -> MessageContext:
    return MessageContext(last_entry=EntryId(last), **more)  # type: ignore[arg-type]


def test_a_follow_up_asks_about_the_entry_given_last(small: Judge) -> None:
    assert small.judge("那要带什么材料", follow_up("T-1")) == Answer(FORKLIFT, 0.8)
    assert small.judge("要多久", follow_up("T-1")) == Answer(FORKLIFT, 0.8)


def test_a_follow_up_may_find_the_same_subjects_other_side(small: Judge) -> None:
    verdict = small.judge("那罚多少", follow_up("T-1"))
    assert isinstance(verdict, Suggest)
    assert verdict.entries[0] == FINE
    assert verdict.gap == "处罚"


def test_a_follow_up_that_nothing_answers_names_the_entry_it_was_about(small: Judge) -> None:
    assert small.judge("多少钱", follow_up("E-1")) == Unknown((PERMIT,), "费用")
    assert small.judge("我们这种情况呢", follow_up("E-1")) == Unknown((PERMIT,), None)
    assert small.judge("那罚多少", follow_up("E-1")) == Unknown((PERMIT,), "处罚")


def test_a_follow_up_to_an_expired_entry_gets_no_answer() -> None:
    old = replace(FORKLIFT, review_by=date(2026, 1, 1))
    judge = Judge(KnowledgeBase([old, FINE]))
    assert judge.judge("要多久", follow_up("T-1", today=TODAY)) == Expired(old)


def test_a_follow_up_to_an_entry_that_is_gone_is_nobodys(small: Judge) -> None:
    assert isinstance(small.judge("要多久", follow_up("GONE")), NotAQuestion)


def test_a_subject_without_keywords_is_its_question() -> None:
    bare = replace(FORKLIFT, keywords=(), topic="特种设备", bring=())
    judge = Judge(KnowledgeBase([bare, FINE, PERMIT]))
    verdict = judge.judge("那罚多少", follow_up("T-1"))
    assert isinstance(verdict, Suggest)
    assert verdict.entries[0] == FINE


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        (("我们新买了台叉车",), "多久要上牌"),
        (("叉车没上牌的",), "那罚多少"),
        (("请问下", "叉车没上牌"), "会罚多少"),
        (("罚多少啊",), "叉车没上牌"),
    ],
)
def test_a_split_message_is_read_as_one(small: Judge, earlier: tuple[str, ...], text: str) -> None:
    verdict = small.judge(text, MessageContext(earlier=earlier))
    assert isinstance(verdict, Answer | Suggest)
    found = verdict.entry if isinstance(verdict, Answer) else verdict.entries[0]
    assert found.id in ("T-1", "T-2")


@pytest.mark.parametrize("text", ["谢谢", "好的收到", "叉车没上牌罚多少"])
def test_what_stands_alone_is_not_joined(small: Judge, text: str) -> None:
    alone = small.judge(text)
    assert small.judge(text, MessageContext(earlier=("今天天气不错",))) == alone


def test_earlier_messages_that_add_nothing_change_nothing(small: Judge) -> None:
    context = MessageContext(earlier=("大家早",))
    assert isinstance(small.judge("要多久", context), NotAQuestion)
    assert isinstance(small.judge("我们厂在北边", context), NotAQuestion)


def test_once_answered_a_thread_is_not_answered_again(small: Judge) -> None:
    context = MessageContext(earlier=("叉车没上牌罚多少",), last_entry=EntryId("T-2"))
    assert isinstance(small.judge("我们厂有两台叉车", context), NotAQuestion)


def test_the_question_beside_a_notice_is_not_joined_into_it(small: Judge) -> None:
    context = MessageContext(earlier=("叉车没上牌罚多少",))
    assert isinstance(small.judge("【通知】下午开会", context), NotAQuestion)


def test_keywords_are_answered_for_sure_or_not_at_all(small: Judge) -> None:
    assert isinstance(small.judge("排污许可 几年到期"), Answer | Suggest)
    assert isinstance(small.judge("安全生产 人人有责"), NotAQuestion)


def test_a_trouble_gets_a_suggestion_only_when_it_is_near(small: Judge) -> None:
    assert isinstance(small.judge("厂门口路灯坏了"), Unknown)


def test_an_explanation_says_what_was_considered_and_which_rule_decided(small: Judge) -> None:
    explanation = small.explain("请问叉车没上牌罚几多钱")
    assert explanation.candidates[0].id == "T-2"
    assert explanation.candidates[0].features["units"] > 0.5
    assert explanation.gate.startswith("question")
    assert explanation.ranking[0] == "T-2"
    assert explanation.decided_by
    data = explanation.as_dict()
    assert data["outcome"] in ("answer", "suggest")
    assert small.explain("收到").outcome == "not_a_question"


def test_every_verdict_has_a_name() -> None:
    assert outcome(Emergency("fire")) == "emergency"
    assert outcome(Expired(PERMIT)) == "expired"


def test_another_reranker_may_reorder_but_opens_no_gate() -> None:
    def backwards(probe: Probe, candidates: Sequence[Candidate]) -> list[Candidate]:
        return sorted(candidates, key=lambda candidate: candidate.rank)

    base = KnowledgeBase([FORKLIFT, FINE, PERMIT])
    judge = Judge(base, reranker=backwards)
    assert judge.search("没上牌的叉车罚几万")[0] != "T-2"
    assert not isinstance(judge.judge("没上牌的叉车罚几万"), Answer)
    assert isinstance(judge.judge("今天真冷"), NotAQuestion)


def test_a_large_knowledge_base_is_searched_within_a_budget() -> None:
    many = [
        entry(f"N-{number}", f"第{number}号仓库的大门早上几点打开晚上几点关上星期天和节假日怎么安排")
        for number in range(2500)
    ]
    judge = Judge(KnowledgeBase([*many, FORKLIFT, FINE, PERMIT]))
    assert judge.search("没上牌的叉车罚多少")[0] == "T-2"
    assert judge.search("1234号仓库早上几点打开")[0] == "N-1234"
    assert judge.search("仓库的大门早上几点打开晚上几点关上星期天和节假日怎么安排")


def test_the_shipped_entries_are_found_by_their_own_wordings(starter: Library) -> None:
    entries = starter.knowledge_base.entries
    missed = [
        e.id for e in entries for wording in e.wordings[::4] if starter.judge.search(wording)[0] != e.id
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("請問廠裡的堆高機多久要上牌", "TSE-001"),
        ("chache duojiu yao shangpai", "TSE-001"),
        ("动火没有人看着被查到要罚多少钱", "HOT-003"),
    ],
)
def test_typing_habits_do_not_hide_an_entry(starter: Library, text: str, name: str) -> None:
    assert starter.judge.search(text)[0] == name
