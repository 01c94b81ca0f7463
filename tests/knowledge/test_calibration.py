"""The cut is found on the knowledge base itself, and what to expect of it is published."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import EntryId, Judge, KnowledgeBase, Library
from knowledge.calibration import SHIPPED_CUT, UNANSWERED, Trial, calibrate, choose_cut
from knowledge.confidence import Assessment
from knowledge.index import Index
from knowledge.reading import Reader
from tests.knowledge.conftest import FINE, FORKLIFT, PERMIT, entry


def assessed(confidence: float, objection: str | None = None) -> Assessment:
    return Assessment(confidence, confidence, True, {}, None, objection)


def trial(kept: float, fooled: float | None, *, right: bool = True, objection: str | None = None) -> Trial:
    refused = None if fooled is None else assessed(fooled)
    return Trial(
        EntryId("A"), "甲", EntryId("A" if right else "B"), right, True, assessed(kept, objection), refused
    )


def test_the_cut_is_the_least_that_keeps_the_wanted_precision() -> None:
    trials = [trial(0.9, 0.2)] * 95 + [trial(0.8, 0.2)] * 5 + [trial(0.5, 0.2, right=False)] * 20
    cut, precision, coverage = choose_cut(trials, 0.95)
    assert (cut, precision, coverage) == (0.8, 1.0, 100 / 120)


def test_a_neighbour_that_wins_a_hidden_entrys_wording_raises_the_cut() -> None:
    trials = [trial(0.9, 0.1)] * 50 + [trial(0.6, 0.7)] * 50
    cut, precision, _ = choose_cut(trials, 0.95)
    assert cut == 0.9
    assert precision == 1.0
    assert choose_cut(trials, 0.9)[0] == 0.6


def test_what_something_stands_against_is_no_answer() -> None:
    assert trial(0.9, None, objection="facet").answered == 0
    assert trial(0.9, None).fooled == 0
    assert trial(0.9, 0.4).fooled == 0.4


@given(
    st.lists(
        st.builds(trial, st.floats(0.01, 1), st.floats(0.01, 1), right=st.booleans()), min_size=1, max_size=40
    )
)
def test_the_published_precision_is_the_one_counted_at_the_cut(trials: list[Trial]) -> None:
    cut, precision, coverage = choose_cut(trials, 0.95)
    given_ = [one for one in trials if one.answered >= cut]
    wrong = sum(not one.right for one in given_) + UNANSWERED * sum(one.fooled >= cut for one in trials)
    right = sum(one.right for one in given_)
    if precision >= 0.95 and len(
        {one.answered for one in trials} | {one.fooled for one in trials}
    ) == 2 * len(trials):
        assert right / (right + wrong) == pytest.approx(precision)
    assert coverage == len(given_) / len(trials)


def test_too_few_wordings_mean_the_shipped_cut_and_a_warning(small: Judge) -> None:
    calibration = small.calibration
    assert calibration.cut == SHIPPED_CUT
    assert (calibration.precision, calibration.coverage, calibration.found) == (None, None, None)
    assert calibration.warning
    assert calibration.hidden == 15


def test_entries_that_take_each_others_wordings_are_named(reader: Reader) -> None:
    twins = [
        entry("A-1", "一号门几点开", "一号门开门时间", "一号门开到几点", "一号门早上开吗", "一号门夜里开吗"),
        entry(
            "A-2", "二号门几点开", "二号门开门时间", "二号门开到几点", "二号门早上开吗", "东边的门夜里开吗"
        ),
    ]
    calibration = calibrate(Index(twins, reader), sample=None)
    [collision] = [one for one in calibration.collisions if one.wording == "东边的门夜里开吗"]
    assert (collision.entry, collision.other) == ("A-2", "A-1")


def test_one_entry_alone_is_nobodys_neighbour(reader: Reader) -> None:
    assert calibrate(Index([FORKLIFT], reader)).hidden == 5


def test_a_precision_that_cannot_be_had_is_admitted(reader: Reader) -> None:
    subjects = "甲乙丙丁戊己庚辛壬癸子丑寅卯"
    texts = ("怎么办", "多久办好", "去哪里办", "要什么材料", "谁来办")
    entries = [
        entry(f"A-{name}", *(f"这个事情{text}" + "呢" * at for at, text in enumerate(texts)))
        for name in subjects
    ]
    calibration = calibrate(Index(entries, reader), precision=0.999, sample=None)
    assert calibration.warning is not None
    assert calibration.precision is not None
    assert calibration.precision < 0.999


def test_the_shipped_knowledge_base_expects_what_it_is_asked_for(starter: Library) -> None:
    calibration = starter.judge.calibration
    assert calibration.coverage is not None
    assert calibration.coverage > 0.3
    assert calibration.found is not None
    assert calibration.found > 0.6
    stricter = Judge(KnowledgeBase(starter.knowledge_base.entries[:120]), precision=0.99).calibration
    looser = Judge(KnowledgeBase(starter.knowledge_base.entries[:120]), precision=0.8).calibration
    assert stricter.cut > looser.cut


def test_a_small_knowledge_base_is_not_sampled(reader: Reader) -> None:
    assert calibrate(Index([FORKLIFT, FINE, PERMIT], reader), sample=4).hidden == 5
