"""Reading entries: everything that is wrong is told, with the place where it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from knowledge import Entry, EntryId, KnowledgeBase, KnowledgeError, Severity, load_departments
from knowledge.checks import check
from knowledge.loading import load_entries, read_entry
from tests.knowledge.conftest import GOOD_FILE, TODAY, entry

Write = Callable[..., Path]


def test_a_good_file_becomes_entries_with_the_topic_above_them(written: Write) -> None:
    loaded = load_entries(written(good=GOOD_FILE))
    assert loaded.faults == ()
    [found] = loaded.entries
    assert (found.id, found.topic, found.wordings) == (
        "T-1",
        "特种设备",
        ("新买的叉车多久要上牌", "叉车上牌时限"),
    )
    assert found.review_by == date(2027, 11, 20)
    assert str(found.source[0]) == "《中华人民共和国特种设备安全法》第33条"


def test_a_single_file_is_a_knowledge_base_too(written: Write) -> None:
    assert len(KnowledgeBase.load(written(good=GOOD_FILE) / "good.yaml")) == 1


def test_an_empty_file_holds_nothing_and_is_no_fault(written: Write) -> None:
    assert load_entries(written(empty="")).faults == ()


@pytest.mark.parametrize(
    ("line", "key", "number"),
    [
        ("    answer: ''\n", "answer", 7),
        ("    also: 叉车上牌\n", "also", 7),
        ("    also: [叉车, '']\n", "also", 7),
        ("    answer: true\n", "answer", 7),
        ("    review_by: 明年\n", "review_by", 7),
        ("    private: 是\n", "private", 7),
        ("    source: 消防法\n", "source", 7),
        ("    source: [消防法]\n", "source", 7),
        ("    source: [{law: 消防法, page: 3}]\n", "source", 7),
        ("    colour: red\n", "colour", 7),
    ],
)
def test_a_fault_names_file_line_and_key(written: Write, line: str, key: str, number: int) -> None:
    text = (
        "topic: x\nentries:\n  - id: T-1\n    question: q\n    reviewed: 2026-11-20\n    region: 全国\n"
        + line
    )
    if key != "answer":
        text += "    answer: a\n"
    [fault] = load_entries(written(bad=text)).faults
    assert (fault.file, fault.line, fault.key) == ("bad.yaml", number, f"entries[0].{key}")
    assert fault.expected
    assert "bad.yaml:7" in str(fault)


def test_all_faults_are_told_at_once(written: Write) -> None:
    text = "entries:\n  - question: q\n    answer: a\n  - 叉车\n  - id: T-2\n    answer: ~\n    keywords: ~\n"
    faults = load_entries(written(bad=text)).faults
    assert [(fault.line, fault.key) for fault in faults] == [
        (2, "entries[0].id"),
        (4, "entries[1]"),
        (5, "entries[2].question"),
        (6, "entries[2].answer"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("entries: [", 2),
        ("- a\n- b\n", 1),
        ("topic: x\nentries: 3\n", 1),
        ("topic: x\n  bad: : y\n", 2),
        ("topic: x\nentries: []\ntopic: y\n", 3),
    ],
)
def test_what_is_no_list_of_entries_is_a_fault_of_the_file(written: Write, text: str, line: int) -> None:
    [fault] = load_entries(written(bad=text)).faults
    assert (fault.file, fault.line) == ("bad.yaml", line)


def test_a_file_that_is_not_utf8_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_bytes("topic: 特种设备".encode("gb18030"))
    [fault] = load_entries(tmp_path).faults
    assert (fault.line, fault.key) == (0, "")
    assert str(fault).startswith("bad.yaml: ")


def test_a_control_character_is_a_fault_without_a_line(written: Write) -> None:
    [fault] = load_entries(written(bad="topic: \x07\n")).faults
    assert fault.file == "bad.yaml"


def test_an_id_used_twice_is_a_fault_of_the_second(written: Write) -> None:
    loaded = load_entries(written(a=GOOD_FILE, b=GOOD_FILE.replace("新买的叉车多久要上牌", "别的问题")))
    assert len(loaded.entries) == 1
    [fault] = loaded.faults
    assert (fault.file, fault.line, fault.key) == ("b.yaml", 3, "entries[0].id")


def test_a_missing_directory_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="没有这个目录"):
        load_entries(tmp_path / "nowhere")


def test_a_knowledge_base_with_an_error_cannot_be_used(written: Write) -> None:
    with pytest.raises(KnowledgeError) as caught:
        KnowledgeBase.load(written(bad="entries:\n  - id: T-1\n"))
    assert len(caught.value.faults) == 2
    assert "entries[0].question" in str(caught.value)


def test_a_source_may_be_one_mapping_and_a_date_may_be_text() -> None:
    row = {"id": "T-1", "question": "q", "answer": "a", "source": {"law": "消防法"}, "reviewed": "2026-11-20"}
    found, misfits = read_entry(row)
    assert not misfits
    assert found is not None
    assert (found.source[0].law, found.source[0].article, found.reviewed) == ("消防法", "", TODAY)


def test_an_entry_is_found_by_every_id_it_goes_by() -> None:
    one, other = entry("T-1", "甲", covers=(EntryId("T-2"), EntryId("T-3"))), entry("T-2", "乙")
    base = KnowledgeBase([one, other])
    assert [base.get(name) for name in ("T-1", "T-2", "T-3", "T-4")] == [one, other, one, None]
    assert one.ids == {"T-1", "T-2", "T-3"}


def test_an_entry_expires_the_day_after_its_review_date() -> None:
    dated = entry("T-1", "甲", review_by=TODAY)
    assert not dated.is_expired(TODAY)
    assert dated.is_expired(TODAY + timedelta(days=1))
    assert not entry("T-1", "甲", review_by=None).is_expired(TODAY)


def faults_of(written: Write, text: str) -> list[tuple[str, Severity]]:
    found = check(load_entries(written(file=text)), load_departments(), TODAY)
    return [(fault.key, fault.severity) for fault in found]


@pytest.mark.parametrize(
    ("old", "new", "key", "severity"),
    [
        (
            "    source: [{law: 中华人民共和国特种设备安全法, article: 第33条}]\n",
            "",
            "source",
            Severity.ERROR,
        ),
        ("    department: market_regulation\n", "", "department", Severity.ERROR),
        ("market_regulation", "moon_base", "department", Severity.ERROR),
        ("    review_by: 2027-11-20\n", "", "review_by", Severity.WARNING),
        ("review_by: 2027-11-20", "review_by: 2025-11-20", "review_by", Severity.WARNING),
    ],
)
def test_what_an_editor_would_object_to(
    written: Write, old: str, new: str, key: str, severity: Severity
) -> None:
    assert faults_of(written, GOOD_FILE) == []
    assert faults_of(written, GOOD_FILE.replace(old, new)) == [(f"entries[0].{key}", severity)]


def test_a_wording_that_two_entries_share_is_named(written: Write) -> None:
    twin = GOOD_FILE + GOOD_FILE.split("entries:\n")[1].replace("T-1", "T-2").replace(
        "新买的叉车", "买叉车以后"
    )
    [(key, severity)] = faults_of(written, twin)
    assert (key, severity) == ("entries[1].also", Severity.WARNING)


def test_without_a_day_review_dates_are_not_looked_at(written: Write) -> None:
    loaded = load_entries(written(file=GOOD_FILE.replace("2027", "2001")))
    assert check(loaded, load_departments()) == ()


def test_a_fresh_entry_has_no_more_than_it_needs() -> None:
    bare = Entry(id=EntryId("T-1"), question="甲", answer="乙")
    assert bare.wordings == ("甲",)
    assert not bare.private
