"""Parse mode Markdown, the legacy one: four marks, no nesting, one error."""

from __future__ import annotations

from typing import Final

from sandbox.markup.units import utf8_offset, utf16_len
from sandbox.model import Json
from sandbox.refusal import Refusal, bad_request

_KINDS: Final = {"*": "bold", "_": "italic", "`": "code"}


def _unclosed(source: str, index: int) -> Refusal:
    where = utf8_offset(source, index)
    return bad_request(f"can't parse entities: Can't find end of the entity starting at byte offset {where}")


def _link(source: str, begin: int) -> tuple[str, str, int]:
    """Text, URL and end of `[text](url)` at `begin`; the URL is empty when only brackets are there."""
    close = source.find("]", begin)
    if close < 0:
        raise _unclosed(source, begin)
    if not source.startswith("(", close + 1):
        return source[begin + 1 : close], "", close + 1
    end = source.find(")", close + 1)
    return (
        source[begin + 1 : close],
        source[close + 2 : end if end >= 0 else None],
        (end + 1 if end >= 0 else len(source)),
    )


def _fence(source: str, begin: int) -> tuple[str, Json, int]:
    """A ``` block: its text, its entity kind (with language) and its end."""
    end = source.find("```", begin + 3)
    if end < 0:
        raise _unclosed(source, begin)
    body = source[begin + 3 : end]
    language, newline, rest = body.partition("\n")
    if newline and language and " " not in language:
        return rest, {"type": "pre", "language": language}, end + 3
    return body.lstrip("\n"), {"type": "pre"}, end + 3


def _piece(source: str, begin: int) -> tuple[str, Json | None, int]:
    """The marked piece at `begin`: its plain text, its entity (None for none) and where it ends."""
    sign = source[begin]
    if sign == "[":
        text, url, end = _link(source, begin)
        return text, {"type": "text_link", "url": url} if url else None, end
    if source.startswith("```", begin):
        return _fence(source, begin)
    end = source.find(sign, begin + 1)
    if end < 0:
        raise _unclosed(source, begin)
    return source[begin + 1 : end], {"type": _KINDS[sign]}, end + 1


def parse_markdown(source: str) -> tuple[str, list[Json]]:
    """Text and entities of a legacy Markdown message; raises 400 "can't parse entities: …"."""
    out: list[str] = []
    entities: list[Json] = []
    position = length = 0
    while position < len(source):
        sign = source[position]
        if sign == "\\" and position + 1 < len(source) and source[position + 1] in "_*`[":
            text, kind, position = source[position + 1], None, position + 2
        elif sign in "*_`[":
            text, kind, position = _piece(source, position)
        else:
            text, kind, position = sign, None, position + 1
        size = utf16_len(text)
        if kind is not None and size:
            entities.append({"offset": length, "length": size} | kind)
        out.append(text)
        length += size
    return "".join(out), entities
