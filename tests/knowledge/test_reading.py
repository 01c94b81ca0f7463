"""Spelling, units, sounds, facets, numbers and denials of a text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.facets import FacetRules, denial_conflict, denied, number_conflict, numbers
from knowledge.reading import Reader
from knowledge.text import normalise, squeeze

chinese = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=30)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Ｎ１证", "n1证"),
        ("廠裡的堆高機要報檢嗎", "厂里的堆高机要报检吗"),
        ("三十天", "30天"),
        ("一百二十人以上", "120人以上"),
        ("三四十个人", "30个人"),
        ("三四天", "三四天"),
        ("超一百了", "超100了"),
        ("几十万", "几十万"),
        ("二零二六年", "2026年"),
        ("第二十四条", "第24条"),
        ("两个月", "2个月"),
        ("十天", "10天"),
        (" 叉车\u200b \n 上牌 ", "叉车 上牌"),
    ],
)
def test_one_spelling_for_the_same_words(typed: str, read: str) -> None:
    assert normalise(typed) == read


def test_squeezing_keeps_letters_digits_and_decimal_points() -> None:
    assert squeeze("4.5 吨，叉车。罚 1.5%？_") == "4.5吨叉车罚1.5%"


@given(st.text(max_size=60))
def test_normalising_and_reading_never_fail_and_squeezing_is_final(text: str) -> None:
    clean = squeeze(normalise(text))
    assert squeeze(clean) == clean


@given(chinese)
def test_every_character_of_a_text_is_a_unit_or_part_of_one(text: str) -> None:
    reader = Reader({}, {"车": "che"}, FacetRules({}, {}), re.compile("$^"))
    assert "".join(reader.read_clean(text).units) == text


def test_numbers_and_abbreviations_are_one_unit_each(reader: Reader) -> None:
    assert reader.read("4.5吨货车要MSDS吗").units == ("4.5", "吨", "货", "车", "要", "msds", "吗")


def test_synonyms_read_as_their_standard_form_the_longest_first(reader: Reader) -> None:
    assert reader.standardise("没配安管员被处罚") == "没配安全员被罚"
    assert reader.standardise("消验没过") == "消防验收没过"


def test_homophones_sound_the_same(reader: Reader) -> None:
    right, wrong = reader.read("叉车上牌"), reader.read("插车尚牌")
    assert right.sound == wrong.sound
    assert {"cha'che", "shang'pai"} <= {sound for _, sound in right.echoes} & {
        sound for _, sound in wrong.echoes
    }


def test_typed_pinyin_finds_its_characters(reader: Reader) -> None:
    assert {"cha'che", "shang'pai"} <= set(reader.read("chache shangpai").grams)
    assert "cha'che" not in reader.read("msds n1 chxche").grams


def test_a_question_has_facets_and_a_keyword_has_none(reader: Reader) -> None:
    reading = reader.read("叉车没上牌罚多少")
    assert "penalty" in reading.hard
    assert "§penalty" in reading.grams
    assert not reader.read_plain("叉车处罚").hard


def test_content_is_what_grammar_leaves(reader: Reader) -> None:
    assert reader.content("叉车怎么才能上牌") == set("叉车上牌")


def test_numbers_carry_their_units() -> None:
    assert numbers("30天内罚5万元，1次，8级") == {("30", "天"), ("5", "万"), ("8", "级")}
    assert numbers("3个工作日") == {("3", "工作日")}


@pytest.mark.parametrize(
    ("asked", "offered", "conflict"),
    [
        ("60天", "30天", True),
        ("30天", "30天", False),
        ("30天", "5万", False),
        ("30", "40", False),
        ("", "30天", False),
    ],
)
def test_another_number_of_the_same_unit_is_a_conflict(asked: str, offered: str, conflict: bool) -> None:
    assert number_conflict(numbers(asked), numbers(offered)) is conflict


@pytest.mark.parametrize(
    ("text", "chars"),
    [
        ("能不能吃", ""),
        ("不能吃", "吃"),
        ("没上牌", "上"),
        ("禁止吸烟", "吸"),
        ("行不", ""),
        ("不得使用", "使"),
    ],
)
def test_what_stands_behind_a_denial_is_denied(text: str, chars: str) -> None:
    assert denied(text) == set(chars)


@pytest.mark.parametrize(
    ("text", "wordings", "conflict"),
    [
        ("痛风能吃什么", ["痛风不能吃什么"], True),
        ("痛风不能吃什么", ["痛风能吃什么"], True),
        ("痛风不能吃什么", ["痛风能吃什么", "痛风不能吃什么"], False),
        ("痛风不能喝什么", ["痛风能吃什么"], False),
        ("痛风好吗", ["痛风不能吃什么"], False),
    ],
)
def test_a_denial_that_no_wording_shares_is_a_conflict(
    text: str, wordings: list[str], conflict: bool
) -> None:
    assert denial_conflict(text, wordings, [denied(wording) for wording in wordings]) is conflict
