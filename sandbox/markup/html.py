"""Parse mode HTML: the handful of tags Telegram allows, and its errors with byte offsets.

Source: "Formatting options" of the Bot API documentation and the error texts of tdlib's HTML parser.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Final

from sandbox.markup.units import utf8_offset, utf16_len
from sandbox.model import Json
from sandbox.refusal import Refusal, bad_request

_SIMPLE: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
}
_NAMES: Final = frozenset(_SIMPLE) | {"a", "span", "pre", "blockquote", "tg-emoji"}
_TOKEN: Final = re.compile(r"[<&]")
_TAG_NAME: Final = re.compile(r"[^\s>]*")
_ATTRIBUTE: Final = re.compile(r"""\s*([^\s=>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?""")
_CHARACTER: Final = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


@dataclass(slots=True)
class _Open:
    name: str
    attributes: dict[str, str]
    start: int


@dataclass(slots=True)
class _Parser:
    source: str
    position: int = 0
    out: list[str] = field(default_factory=list)
    length: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.out.append(text)
        self.length += utf16_len(text)

    def error(self, text: str, index: int) -> Refusal:
        return bad_request(f"can't parse entities: {text} at byte offset {utf8_offset(self.source, index)}")

    def run(self) -> tuple[str, list[Json]]:
        while (match := _TOKEN.search(self.source, self.position)) is not None:
            self.write(self.source[self.position : match.start()])
            self.position = match.start()
            if match.group() == "&":
                self.character()
            elif self.source.startswith("</", self.position):
                self.end_tag()
            else:
                self.start_tag()
        self.write(self.source[self.position :])
        if self.stack:
            name = self.stack[-1].name
            raise bad_request(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{name}\""
            )
        return "".join(self.out), self.entities

    def character(self) -> None:
        match = _CHARACTER.match(self.source, self.position)
        self.write("&" if match is None else html.unescape(match.group()))
        self.position += 1 if match is None else len(match.group())

    def start_tag(self) -> None:
        begin = self.position
        match = _TAG_NAME.match(self.source, begin + 1)
        name = (match.group() if match else "").lower()
        if name not in _NAMES:
            raise self.error(f'Unsupported start tag "{name}"', begin)
        position, attributes = begin + 1 + len(name), {}
        while True:
            position += len(self.source[position:]) - len(self.source[position:].lstrip())
            if self.source.startswith(">", position):
                break
            found = _ATTRIBUTE.match(self.source, position)
            if found is None:
                raise self.error("Unclosed start tag", begin)
            attributes[found.group(1).lower()] = html.unescape((found.group(2) or "").strip("\"'"))
            position = found.end()
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self.error('Tag "span" must have class "tg-spoiler"', begin)
        self.stack.append(_Open(name, attributes, self.length))
        self.position = position + 1

    def end_tag(self) -> None:
        begin = self.position
        close = self.source.find(">", begin)
        if close < 0:
            raise self.error("Unclosed end tag", begin)
        if not self.stack:
            raise self.error("Unexpected end tag", begin)
        name = self.source[begin + 2 : close].strip().lower()
        tag = self.stack.pop()
        if name and name != tag.name:
            where = utf8_offset(self.source, begin)
            text = f'Unmatched end tag at byte offset {where}, expected "</{tag.name}>", found "</{name}>"'
            raise bad_request(f"can't parse entities: {text}")
        self.position = close + 1
        if self.length > tag.start:
            self.finish(tag)

    def finish(self, tag: _Open) -> None:
        details = self.describe(tag)
        if details is not None:
            self.entities.append({"offset": tag.start, "length": self.length - tag.start} | details)

    def describe(self, tag: _Open) -> Json | None:
        match tag.name:
            case "a":
                return {"type": "text_link", "url": tag.attributes.get("href") or self.text_from(tag.start)}
            case "span":
                return {"type": "spoiler"}
            case "pre":
                language = tag.attributes.get("language")
                return {"type": "pre", "language": language} if language else {"type": "pre"}
            case "blockquote":
                return {"type": "expandable_blockquote" if "expandable" in tag.attributes else "blockquote"}
            case "tg-emoji":
                return {"type": "custom_emoji", "custom_emoji_id": tag.attributes.get("emoji-id", "")}
            case "code" if self.stack and self.stack[-1].name == "pre" and self.stack[-1].start == tag.start:
                # `<pre><code class="language-x">` is one entity with a language, not two
                self.stack[-1].attributes["language"] = tag.attributes.get("class", "").removeprefix(
                    "language-"
                )
                return None
            case name:
                return {"type": _SIMPLE[name]}

    def text_from(self, start: int) -> str:
        raw = "".join(self.out).encode("utf-16-le")
        return raw[2 * start :].decode("utf-16-le")


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Text and entities of an HTML message; raises 400 "can't parse entities: …"."""
    return _Parser(source).run()
