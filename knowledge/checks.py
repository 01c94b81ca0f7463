"""What a careful editor would object to in a knowledge base that reads well.

Reading (loading.py) finds what is malformed; this finds what is unwise or has aged: an answer nobody can
trace to a law, an entry past its review date, two entries that claim the same wording.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from knowledge.departments import Department
from knowledge.entries import Entry
from knowledge.faults import Fault, Severity
from knowledge.loading import Loaded
from knowledge.text import normalise, squeeze


def check(loaded: Loaded, departments: Iterable[Department], today: date | None = None) -> tuple[Fault, ...]:
    """Every editorial fault of what was loaded. Without `today`, review dates are not looked at."""
    names = frozenset(department.id for department in departments)
    faults = [fault for entry in loaded.entries for fault in _check_entry(loaded, entry, names, today)]
    return (*faults, *_shared_wordings(loaded))


def _check_entry(loaded: Loaded, entry: Entry, names: frozenset[str], today: date | None) -> Iterator[Fault]:
    place = loaded.places[entry.id]
    if not entry.source:
        yield place.fault("source", "没有写来源", "答案依据的法律和条款：[{law: …, article: …}]")
    if not entry.department:
        yield place.fault("department", "没有写部门", "谁对这个答案负责，写部门的 id")
    elif entry.department not in names:
        yield place.fault("department", f"没有 {entry.department} 这个部门", "departments.yaml 里的部门 id")
    if entry.review_by is None:
        yield place.fault("review_by", "没有写复核期限", "下次核对的日期，如 2027-11-20", Severity.WARNING)
    elif today is not None and entry.is_expired(today):
        found = f"{entry.review_by} 已过复核期限"
        yield place.fault("review_by", found, "重新核对后改 reviewed 和 review_by", Severity.WARNING)


def _shared_wordings(loaded: Loaded) -> Iterator[Fault]:
    owners: dict[str, Entry] = {}
    for entry in loaded.entries:
        for wording in entry.wordings:
            owner = owners.setdefault(squeeze(normalise(wording)), entry)
            if owner is not entry:
                found = f"问法“{wording}”和 {owner.id} 的一样"
                yield loaded.places[entry.id].fault("also", found, "一种问法只归一个条目", Severity.WARNING)
