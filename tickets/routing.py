"""Which departments a question probably belongs to, for the order of the dispatch menu.

A suggestion only: a social worker chooses. A department's keywords speak for it; a matter that is often
sent to it by mistake (`not_mine`) speaks for the department it names instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge import Department
from tickets.identity import DepartmentId


def suggest_departments(
    text: str, departments: Sequence[Department], *, entry_department: str | None = None
) -> tuple[DepartmentId, ...]:
    """All departments, the likeliest first; departments that nothing speaks for keep their order.

    Longer keywords say more and count by their length. `entry_department` is that of the nearest entry of
    the knowledge base, if one was found.
    """
    folded = text.casefold()
    scores: dict[str, float] = {department.id: 0.0 for department in departments}
    for department in departments:
        words = (*department.keywords, *department.aliases)
        scores[department.id] += sum(len(word) for word in words if word.casefold() in folded)
        for matter in department.not_mine:
            if matter.to in scores and _mentions(folded, matter.item):
                scores[matter.to] += len(matter.item)
                scores[department.id] -= len(matter.item)
    if entry_department in scores:
        scores[entry_department] += 2.0
    order = sorted(range(len(departments)), key=lambda place: (-scores[departments[place].id], place))
    return tuple(DepartmentId(departments[place].id) for place in order)


def _mentions(folded: str, item: str) -> bool:
    """Whether a text names a matter; `叉车/电梯/锅炉` names three."""
    return any(part and part.casefold() in folded for part in item.split("/"))
