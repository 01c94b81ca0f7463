"""What a button carries: a verb, the id of its matter and perhaps one argument, in at most 64 bytes.

Nothing in it is trusted: whoever reads it checks the rows and the presser again, because a client may send
data that no button ever had.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verb(Enum):
    """What a press asks for; beside it whose id `ref` is and what `argument` holds."""

    HELPFUL = "helpful"  # inquiry
    NOT_HELPFUL = "nothelpful"  # inquiry
    CHOOSE = "choose"  # inquiry; place of the candidate, from 0
    NONE_OF_THESE = "none"  # inquiry
    PEERS_SOLVED = "peersok"  # ticket
    PEERS_FAILED = "peersno"  # ticket
    WITHDRAW = "withdraw"  # ticket
    CLAIM = "claim"  # ticket
    DESK_ANSWER = "answer"  # ticket
    DISPATCH = "dispatch"  # ticket; page of the menu
    DISPATCH_TO = "to"  # ticket; department
    GUIDE = "guide"  # ticket
    GUIDE_TO = "guideto"  # ticket; channel
    DISMISS = "dismiss"  # ticket
    CANCEL_MENU = "back"  # ticket
    REPORT_IN = "reportin"  # ticket
    DEPARTMENT_ANSWER = "reply"  # ticket
    PUBLISH = "publish"  # draft; fingerprint of what is shown
    DROP = "drop"  # draft
    SOLVED = "solved"  # published answer
    UNSOLVED = "unsolved"  # published answer
    RATE = "rate"  # published answer; rating
    HERE = "here"  # inquiry: no private talk, ask the social worker from here


_VERBS = {verb.value: verb for verb in Verb}
_LARGEST_ID = 2**62


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    """One button's meaning."""

    verb: Verb
    ref: int
    argument: str = ""

    def encode(self) -> str:
        """The data for the messenger: ASCII, at most 64 bytes."""
        data = f"{self.verb.value}:{self.ref}"
        return f"{data}:{self.argument}" if self.argument else data


def decode(data: str) -> Button | None:
    """Read what a press carried; None where it was never one of ours."""
    verb, _, rest = data.partition(":")
    ref, _, argument = rest.partition(":")
    if verb not in _VERBS or not (ref.isascii() and ref.isdigit()) or len(ref) > 19:
        return None
    if int(ref) > _LARGEST_ID:
        return None
    return Button(verb=_VERBS[verb], ref=int(ref), argument=argument)
