"""Text that fits: cutting, splitting and measuring the way the messenger counts.

The messenger counts UTF-16 units after parsing, at most 4096 a message; an emoji is two. Splitting by that
measure is always safe.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import accumulate, takewhile
from typing import Final

LONGEST: Final = 4096  # UTF-16 units of one message
LONGEST_LABEL: Final = 60  # characters of a button's label that a phone still shows in two lines


def units(text: str) -> int:
    """How many UTF-16 units a text has."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis, in at most `limit` UTF-16 units."""
    if units(text) <= limit:
        return text
    return _take(text, limit - 1) + "…"


def split(text: str, first: int, rest: int = LONGEST) -> tuple[str, ...]:
    """Cut a long text into pieces of at most `first`, then `rest` units, at line ends where possible.

    Both are at least 2. Nothing is lost but line ends where the pieces part, and blanks that fill a piece.
    """
    pieces: list[str] = []
    limit = first
    while units(text) > limit:
        piece = _take(text, limit)
        at = piece.rfind("\n")
        if at > len(piece) // 2:
            piece = piece[: at + 1]
        text = text[len(piece) :].lstrip("\n")
        if piece.strip():  # the messenger refuses a message of nothing but blanks
            pieces.append(piece.rstrip("\n"))
            limit = rest
    return (*pieces, text) if text.strip() or not pieces else tuple(pieces)


def pack(lines: Sequence[str], limit: int = LONGEST) -> tuple[str, ...]:
    """Lines of HTML in as few messages of `limit` units as hold them. No line is torn, so no tag is."""
    pieces: list[str] = []
    for line in lines:
        if pieces and units(pieces[-1]) + units(line) < limit:
            pieces[-1] += f"\n{line}"
        else:
            pieces.append(line)
    return tuple(pieces)


def safe(text: str) -> str:
    """User text as HTML."""
    return escape(text, quote=False)


def mention(user_id: int, name: str) -> str:
    """A name that notifies its bearer, whether or not they have a user name."""
    return f'<a href="tg://user?id={user_id}">{safe(name)}</a>'


def _take(text: str, limit: int) -> str:
    ends = accumulate(2 if ord(letter) > 0xFFFF else 1 for letter in text)
    return text[: sum(1 for _ in takewhile(lambda end: end <= limit, ends))]
