"""The order of the dispatch menu."""

from __future__ import annotations

import pytest

from knowledge import Department, load_departments
from knowledge.departments import Misroute
from tickets.routing import suggest_departments

FIRE = Department(id="fire", name="消防", keywords=("灭火器", "消防"), aliases=("119",))
MARKET = Department(
    id="market",
    name="市场监管",
    keywords=("叉车", "特种设备", "CCC"),
    not_mine=(Misroute(item="消防通道/消防栓", to="fire"), Misroute(item="停电", to="nobody_here")),
)
POWER = Department(id="power", name="供电", keywords=("停电",))
ALL = (POWER, MARKET, FIRE)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("叉车怎么上牌", "market"),
        ("ccc 认证找谁", "market"),  # people type in any case
        ("灭火器过期了", "fire"),
        ("119 来检查了", "fire"),
        ("园区又停电", "power"),
    ],
)
def test_the_department_whose_words_are_in_the_question_comes_first(text: str, first: str) -> None:
    assert suggest_departments(text, ALL)[0] == first


def test_a_matter_often_sent_to_the_wrong_department_speaks_for_the_right_one() -> None:
    assert suggest_departments("特种设备旁的消防通道被占", ALL)[0] == "fire"


def test_longer_words_say_more() -> None:
    assert suggest_departments("特种设备 停电", ALL)[:2] == ("market", "power")


def test_departments_that_nothing_speaks_for_keep_their_order_and_none_is_lost() -> None:
    assert suggest_departments("食堂涨价", ALL) == ("power", "market", "fire")
    assert set(suggest_departments("叉车", ALL)) == {"power", "market", "fire"}


def test_the_department_of_the_nearest_entry_is_suggested_where_words_say_nothing() -> None:
    assert suggest_departments("那个怎么弄", ALL, entry_department="fire")[0] == "fire"
    assert suggest_departments("那个怎么弄", ALL, entry_department="unheard_of")[0] == "power"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("工伤认定需要什么材料", "human_resources"),
        ("高新技术企业怎么认定", "science_tech"),
        ("项目备案赋码卡住了", "development_reform"),
    ],
)
def test_the_shipped_directory_sends_plain_cases_to_the_right_place(text: str, expected: str) -> None:
    assert suggest_departments(text, load_departments())[0] == expected
