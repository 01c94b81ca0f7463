"""Emergencies and private matters, and what only sounds like them.

The messages are written for these tests and for the fit (tests/benchmarks/off_topic.yaml); none is taken
from a labelled file.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from knowledge import Answer, Emergency, Judge, KnowledgeBase, Library, MessageContext, Private
from knowledge.alarms import emergency, private_matter
from knowledge.text import normalise
from knowledge.vocabulary import Vocabulary
from tests.knowledge.conftest import FINE, FORKLIFT, PERMIT, entry

MESSAGES = yaml.safe_load(Path("tests/benchmarks/off_topic.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", MESSAGES["emergencies"])
def test_what_is_happening_now_is_an_emergency(starter: Library, text: str) -> None:
    assert isinstance(starter.judge.judge(text), Emergency)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("仓库着火了", "fire"),
        ("有股很浓的煤气味", "leak"),
        ("打磨间闪爆了", "explosion"),
        ("老张触电了", "electrocution"),
        ("货梯里困了两个人", "trapped"),
        ("有人中暑晕倒了", "poisoning"),
        ("围墙塌了", "collapse"),
        ("叉车撞到人了", "injury"),
        ("锅炉压力一直往上升", "equipment"),
        ("救命", "other"),
    ],
)
def test_an_emergency_has_a_kind(words: Vocabulary, text: str, kind: str) -> None:
    assert emergency(normalise(text), words.emergency) == kind


@pytest.mark.parametrize(
    "text",
    [
        "着火了先报老板还是先打119",
        "车间着火应该怎么疏散",
        "如果氨气泄漏要报哪些部门",
        "触电事故属于工伤吗",
        "昨天隔壁厂着火了",
        "我们今天消防演练，模拟仓库着火",
        "火了火了，我们厂上电视了",
        "都快累晕了",
        "事故警示：某公司发生爆炸",
        "灭火器压力掉了要换吗",
        "压力好大啊",
    ],
)
def test_rules_past_drills_and_figures_of_speech_are_none(words: Vocabulary, text: str) -> None:
    assert emergency(normalise(text), words.emergency) is None


def test_a_cry_for_help_that_asks_what_to_do_is_still_one(words: Vocabulary) -> None:
    assert emergency(normalise("着火了快来人，灭火器怎么用"), words.emergency) == "fire"


def test_nobody_is_asked_whether_the_bot_was_meant(small: Judge) -> None:
    reply = MessageContext(replies_to_member=True)
    assert isinstance(small.judge("快跑，仓库着火了", reply), Emergency)


@pytest.mark.parametrize("context", [MessageContext(forwarded=True), MessageContext(from_bot=True)])
def test_a_forwarded_cry_is_somebody_elses(small: Judge, context: MessageContext) -> None:
    assert not isinstance(small.judge("仓库着火了", context), Emergency)


def test_a_wording_of_the_knowledge_base_is_a_question_however_it_sounds() -> None:
    judge = Judge(KnowledgeBase([entry("A-1", "废水漏到河里了怎么办"), FORKLIFT]))
    assert isinstance(judge.judge("废水漏到河里了怎么办"), Answer)


@pytest.mark.parametrize(
    "text", [text for text in MESSAGES["private"] if "跳楼" not in text and "造假" not in text]
)
def test_what_must_not_be_said_aloud_is_private(starter: Library, text: str) -> None:
    assert isinstance(starter.judge.judge(text), Private)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我们厂有个工人手断了，老板让别声张", "injury"),
        ("老板拖欠我们工资三个月了", "wage"),
        ("匿名问一下，我们公司偷排废水", "report"),
        ("有人冒充消防局推销灭火器", "complaint"),
        ("身份证号330206199001011234帮查下社保", "personal"),
    ],
)
def test_a_private_matter_has_a_kind(words: Vocabulary, text: str, kind: str) -> None:
    matter = private_matter(normalise(text), words.private)
    assert matter is not None
    assert (matter.kind, matter.certain) == (kind, True)


@pytest.mark.parametrize(
    ("text", "certain"),
    [("昨天有个工人摔断了腿", False), ("员工摔断了腿算工伤吗", None), ("新买的叉车多久要上牌", None)],
)
def test_a_question_about_rules_is_not_private(words: Vocabulary, text: str, certain: bool | None) -> None:
    matter = private_matter(normalise(text), words.private)
    assert (None if matter is None else matter.certain) is certain


def test_a_private_matter_that_the_knowledge_base_answers_names_the_entry() -> None:
    wordings = ("老板不给报工伤怎么办", "公司不肯申报工伤怎么办", "单位不给我报工伤", "厂里拒绝报工伤")
    judge = Judge(
        KnowledgeBase([entry("I-2", "公司不给报工伤，员工自己能报吗", *wordings), FORKLIFT, FINE, PERMIT])
    )
    asked = judge.judge("公司不给报工伤，员工自己能报吗")
    assert isinstance(asked, Answer)
    told = judge.judge("老板不给报工伤，我骨折了，厂里让我私了")
    assert isinstance(told, Private)
    assert told.kind == "injury"


def test_no_wording_of_a_public_entry_is_taken_for_an_alarm(starter: Library) -> None:
    taken = [
        wording
        for found in starter.knowledge_base.entries
        if not found.private
        for wording in found.wordings
        if isinstance(starter.judge.judge(wording), Emergency | Private)
    ]
    assert taken == []
