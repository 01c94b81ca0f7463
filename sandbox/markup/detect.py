"""Entities nobody marked: commands, mentions, hashtags, URLs, e-mail addresses and phone numbers.

Telegram finds them itself in every text, a person's and a bot's. The rules follow the server's:
a mention or command must not touch a letter or digit on either side, Chinese characters included.
"""

from __future__ import annotations

import re
from typing import Final

from sandbox.markup.units import utf16_len
from sandbox.model import Json

_PATTERN: Final = re.compile(
    r"""
    (?P<email>(?<![\w.+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,20}(?![\w@]))
  | (?P<url>(?<![\w@/.])(?:
        (?:https?|ftp|tg)://[^\s<>"'，。！？；：、（）《》“”【】]+
      | (?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+
        (?:com|cn|org|net|gov|edu|info|io|me|dev|app|top|xyz|site|ru|uk|de|jp|tv|cc|co|ai)
        (?::\d{1,5})?(?![A-Za-z0-9_-])(?:[/?\#][^\s<>"'，。！？；：、（）《》“”【】]*)?
    ))
  | (?P<bot_command>(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@]))
  | (?P<mention>(?<![\w@])@[A-Za-z0-9_]{2,32}(?!\w))
  | (?P<hashtag>(?<![\w\#])\#(?=\w*[^\W\d_])\w{1,256})
  | (?P<cashtag>(?<![\w$])\$[A-Z]{1,8}(?!\w))
  | (?P<phone_number>(?<![\w+])\+\d{7,15}(?!\w))
    """,
    re.VERBOSE,
)
_SIGNS: Final = re.compile(r"[@/#$+.:]")
_TRAILING: Final = ".,:;!?)]}'\""
_OPAQUE: Final = frozenset({"code", "pre", "text_link", "text_mention", "url", "custom_emoji"})


def detect_entities(text: str) -> list[Json]:
    """All automatic entities of `text`, in order, offsets in UTF-16 units."""
    if not _SIGNS.search(text):
        return []
    found: list[Json] = []
    for match in _PATTERN.finditer(text):
        kind = match.lastgroup or "url"
        word = match.group()
        if kind == "url":
            word = word.rstrip(_TRAILING)
        found.append({"offset": utf16_len(text[: match.start()]), "length": utf16_len(word), "type": kind})
    return found


def add_detected(text: str, marked: list[Json]) -> list[Json]:
    """`marked` plus the automatic entities outside of code, links and mentions, in Telegram's order."""
    automatic = detect_entities(text)
    if not automatic:
        return marked
    if marked:
        closed = [(e["offset"], e["offset"] + e["length"]) for e in marked if e["type"] in _OPAQUE]
        automatic = [
            e
            for e in automatic
            if all(e["offset"] + e["length"] <= lo or e["offset"] >= hi for lo, hi in closed)
        ]
    return sort_entities(marked + automatic)


def sort_entities(entities: list[Json]) -> list[Json]:
    """By offset, the longer (outer) one first."""
    return sorted(entities, key=lambda e: (e["offset"], -e["length"]))
