"""Knowledge bases small enough to reason about, and the shipped one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge import Entry, EntryId, Judge, KnowledgeBase, Library, Source
from knowledge.reading import Reader
from knowledge.vocabulary import Vocabulary

LAW = (Source(law="中华人民共和国特种设备安全法", article="第33条"),)
TODAY = date(2026, 11, 20)

GOOD_FILE = """\
topic: 特种设备
entries:
  - id: T-1
    question: 新买的叉车多久要上牌
    keywords: [叉车, 上牌]
    also: [叉车上牌时限]
    answer: 30日内。
    department: market_regulation
    source: [{law: 中华人民共和国特种设备安全法, article: 第33条}]
    reviewed: 2026-11-20
    review_by: 2027-11-20
"""


def entry(name: str, question: str, *also: str, **fields: Any) -> Entry:
    """An entry with what a test cares about."""
    values: dict[str, Any] = {
        "answer": "答案",
        "department": "market_regulation",
        "source": LAW,
        "review_by": date(2027, 11, 20),
    }
    return Entry(id=EntryId(name), question=question, also=also, **(values | fields))


FORKLIFT = entry(
    "T-1",
    "新买的叉车多久要上牌",
    "叉车上牌时限",
    "叉车几天内要办使用登记",
    "刚提的叉车什么时候去登记",
    "叉车买来一个月没登记超期没",
    keywords=("叉车", "上牌"),
    bring=("合格证", "营业执照"),
    topic="特种设备",
)
FINE = entry(
    "T-2",
    "叉车没上牌罚多少",
    "叉车没办登记会怎么处罚",
    "没牌的叉车被查到什么后果",
    "叉车不上牌要罚款吗",
    "叉车没登记罚几万",
    keywords=("叉车", "没上牌", "处罚"),
    topic="特种设备",
)
PERMIT = entry(
    "E-1",
    "排污许可证有效期几年",
    "排污证多久换一次",
    "排污许可几年到期",
    "排污证能用多长时间",
    "排污许可证的年限",
    keywords=("排污许可", "有效期"),
    topic="环保",
)


@pytest.fixture(scope="session")
def words() -> Vocabulary:
    return Vocabulary.load()


@pytest.fixture(scope="session")
def reader(words: Vocabulary) -> Reader:
    return Reader(words.synonyms, words.sounds, words.facets, words.grammar)


@pytest.fixture(scope="session")
def starter() -> Library:
    return Library()


@pytest.fixture(scope="session")
def small() -> Judge:
    return Judge(KnowledgeBase([FORKLIFT, FINE, PERMIT]))


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write files into a fresh directory."""

    def write(**files: str) -> Path:
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return write
