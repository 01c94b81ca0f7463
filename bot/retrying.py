"""What to do after a call: one pure decision, so that every case can be read and tested in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.outcomes import (
    Done,
    Outcome,
    Refused,
    RetryAfter,
    Trouble,
    Uncertain,
    Unreachable,
)

LONGEST_PAUSE: Final = 60.0  # seconds between two tries
#: Seconds between tries that may each have succeeded. Few, since each may repeat the message, but spread so
#: wide that a server that restarts, or is broken for some minutes, loses none.
UNCERTAIN_PAUSES: Final = (1.0, 5.0, 30.0, 120.0, 600.0)
GIVE_UP_AFTER: Final = timedelta(hours=24)  # after a day a message surprises more than it helps


@dataclass(frozen=True, kw_only=True, slots=True)
class GoOn:
    """It took effect: on to the next step."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Again:
    """Try again after so many seconds. `chat_pause`: nothing else may go to this chat before."""

    seconds: float
    chat_pause: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveUp:
    """It will never arrive. `reason` is one word for the record."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Repair:
    """Something we believed in is gone: put our rows right, then render anew."""


Decision = GoOn | Again | GiveUp | Repair


def back_off(attempts: int, *, longest: float = LONGEST_PAUSE) -> float:
    """Seconds before the next try after `attempts` failures before this one: 1, 2, 4 … `longest`."""
    return min(longest, 2.0 ** min(attempts, 30))


def decide(outcome: Outcome, *, attempts: int, uncertain: int, age: timedelta) -> Decision:
    """Judge one call.

    `attempts` counts the failures before this one, `uncertain` those before this one whose answer was lost,
    `age` is how long the notice has been owed.
    """
    match outcome:
        case Done():
            return GoOn()
        case RetryAfter(seconds=seconds):
            return Again(seconds=seconds, chat_pause=True)
        case Uncertain() if uncertain >= len(UNCERTAIN_PAUSES):
            return GiveUp(reason="uncertain")
        case Trouble() | Uncertain() if age >= GIVE_UP_AFTER:
            return GiveUp(reason="unanswered")
        case Uncertain():
            return Again(seconds=UNCERTAIN_PAUSES[uncertain])
        case Trouble():
            return Again(seconds=back_off(attempts))
        case Unreachable(reason=reason):
            return GiveUp(reason=reason)
        case Refused():
            return GiveUp(reason="refused")
        case _:  # migrated, a topic gone or closed, a message gone
            return Repair()
