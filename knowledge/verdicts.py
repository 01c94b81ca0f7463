"""What the judge can say about a message, and what it needs to know besides the text.

The verdicts are the whole contract between matching and the rest of the program: whoever reads them never
needs a score, and whoever changes the matching never touches a caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from knowledge.entries import Entry, EntryId


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageContext:
    """What surrounds a message."""

    addressed: bool = False  # the bot was spoken to: the question of form does not arise
    replies_to_member: bool = False
    forwarded: bool = False
    from_bot: bool = False
    earlier: tuple[str, ...] = ()  # earlier messages of the same asker in this burst or thread, oldest first
    last_entry: EntryId | None = None  # the entry given last in this thread
    today: date | None = None  # without it, review dates are not looked at


@dataclass(frozen=True, slots=True)
class Answer:
    """Say it: this entry answers the question."""

    entry: Entry
    confidence: float  # 0..1


@dataclass(frozen=True, slots=True)
class Suggest:
    """Ask "did you mean": one to three entries, the likeliest first."""

    entries: tuple[Entry, ...]
    confidence: float  # 0..1, that the first one is right
    gap: str | None = None  # the subject is known, this facet of it is missing


@dataclass(frozen=True, slots=True)
class Unknown:
    """A question for us that the knowledge base does not answer."""

    nearest: tuple[Entry, ...] = ()  # for the person who will answer, not for the asker
    gap: str | None = None


@dataclass(frozen=True, slots=True)
class Expired:
    """This entry would answer, but nobody vouches for it any more."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class NotAQuestion:
    """Not meant for us: be silent."""

    reason: str


@dataclass(frozen=True, slots=True)
class Emergency:
    """Something is happening now. Kinds: fire, leak, explosion, electrocution, trapped, poisoning, collapse,
    injury, equipment, other."""

    kind: str


@dataclass(frozen=True, slots=True)
class Private:
    """Not to be discussed in a group. Kinds: self_harm, injury, wage, complaint, report, personal,
    other."""

    kind: str
    entry: Entry | None = None  # an entry that answers it too


Verdict = Answer | Suggest | Unknown | Expired | NotAQuestion | Emergency | Private


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """One candidate as the judge saw it."""

    id: EntryId
    question: str
    score: float
    wording: str  # the wording nearest to the message
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why the judge said what it said: for `/why`, and for `huzhu ask --json`."""

    text: str
    read_as: str  # the text after courtesy and spelling are taken away
    gate: str
    outcome: str
    decided_by: str
    confidence: float
    ranking: tuple[EntryId, ...]
    candidates: tuple[Considered, ...]

    def as_dict(self) -> dict[str, object]:
        """The same as plain data, for JSON."""
        return asdict(self)
