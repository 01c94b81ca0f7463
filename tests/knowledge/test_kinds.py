"""The tone of a message: what it sounds like, whatever words it uses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import (
    Answer,
    Emergency,
    Judge,
    Library,
    MessageContext,
    NotAQuestion,
    Private,
    Suggest,
    Unknown,
)
from knowledge.kinds import Kinds, grams
from knowledge.text import normalise


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    return Kinds.load()


@pytest.mark.parametrize("text", ["老张叫不醒 嘴巴发紫", "液氯瓶在冒黄烟", "货架倒了 底下压了人 几个不知道"])
def test_an_alarm_is_heard_without_its_usual_words(kinds: Kinds, starter: Library, text: str) -> None:
    assert kinds.listen(normalise(text)).emergency > 0.5
    assert isinstance(starter.judge.judge(text), Emergency)


@pytest.mark.parametrize("text", ["厂里让我把摔伤说成在家摔的", "班长天天针对我就因为我提了意见"])
def test_what_is_told_in_confidence_is_heard(starter: Library, text: str) -> None:
    assert isinstance(starter.judge.judge(text), Private)


@pytest.mark.parametrize("text", ["三年 到期前三个月去延期", "年检到期前一个月报检 特检院小程序上约"])
def test_an_answer_of_a_peer_in_keywords_is_no_question(starter: Library, text: str) -> None:
    assert isinstance(starter.judge.judge(text), NotAQuestion)
    assert not isinstance(starter.judge.judge(text, MessageContext(addressed=True)), NotAQuestion)


def test_a_tone_never_silences_a_plain_question(starter: Library) -> None:
    assert isinstance(starter.judge.judge("新买的叉车去哪办登记"), Answer)


def test_messages_that_are_one_question_are_heard_together(starter: Library) -> None:
    context = MessageContext(earlier=("请问厂门口的路灯坏了找谁修", "就是三号门那一盏"))
    assert not isinstance(starter.judge.judge("已经两周了", context), NotAQuestion)


def test_without_weights_every_tone_is_the_same(small: Judge) -> None:
    neutral = Kinds({}, (-3.0, -3.0, -3.0))
    assert neutral.listen("着火了") == neutral.listen("叉车怎么上牌")


def test_the_weights_are_read_as_written(tmp_path: Path) -> None:
    file = tmp_path / "kinds.json"
    file.write_text(json.dumps({"bias": [0, 0, 0], "weights": {"火": [900, 0, -900]}}), encoding="utf-8")
    tone = Kinds.load(file).listen("火")
    assert tone.emergency > 0.5 > tone.silent
    assert tone.private == 0.5


def test_the_words_of_an_alarm_in_a_tone_that_is_none_raise_none(small: Judge) -> None:
    calm = Judge(small.knowledge_base, kinds=Kinds({}, (-30.0, -30.0, -30.0)))
    assert isinstance(small.judge("着火了！三号车间冒烟"), Emergency)
    assert not isinstance(calm.judge("着火了！三号车间冒烟"), Emergency)
    assert isinstance(calm.judge("叉车怎么上牌 着火了"), Answer | Suggest | Unknown | NotAQuestion)


@given(st.text(max_size=400))
def test_any_text_has_a_tone_between_nothing_and_certainty(text: str) -> None:
    tone = Kinds({}, (0.0, 2.0, -2.0)).listen(text)
    assert all(0 <= value <= 1 for value in (tone.emergency, tone.private, tone.silent))
    assert len(grams(text)) <= 3 * 202
