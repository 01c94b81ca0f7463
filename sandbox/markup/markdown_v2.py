"""Parse mode MarkdownV2: nested marks, quotes, and the rule that every reserved sign is escaped.

Source: "MarkdownV2 style" of the Bot API documentation and the error texts of tdlib's parser.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sandbox.markup.units import utf8_offset, utf16_len
from sandbox.model import Json
from sandbox.refusal import Refusal, bad_request

_RESERVED: Final = frozenset("_*[]()~`>#+-=|{}.!")
_MARKS: Final = (
    ("||", "spoiler"),
    ("__", "underline"),
    ("_", "italic"),
    ("*", "bold"),
    ("~", "strikethrough"),
)
_NAMES: Final = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
}


@dataclass(slots=True)
class _Open:
    kind: str
    start: int
    begin: int


@dataclass(slots=True)
class _Parser:
    source: str
    position: int = 0
    out: list[str] = field(default_factory=list)
    length: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)
    quote_start: int | None = None
    expandable: bool = False

    def write(self, text: str) -> None:
        self.out.append(text)
        self.length += utf16_len(text)

    def at(self, text: str) -> bool:
        return self.source.startswith(text, self.position)

    def unclosed(self, kind: str, begin: int) -> Refusal:
        where = utf8_offset(self.source, begin)
        return bad_request(
            f"can't parse entities: Can't find end of {_NAMES[kind]} entity at byte offset {where}"
        )

    def run(self) -> tuple[str, list[Json]]:
        while self.position < len(self.source):
            self.step()
        if self.stack:
            raise self.unclosed(self.stack[-1].kind, self.stack[-1].begin)
        self.end_quote()
        return "".join(self.out), self.entities

    def step(self) -> None:
        sign = self.source[self.position]
        if self.line_start() and self.begin_quote():
            return
        if (
            sign == "\\"
            and self.position + 1 < len(self.source)
            and ord(self.source[self.position + 1]) < 127
        ):
            self.write(self.source[self.position + 1])
            self.position += 2
        elif sign == "`":
            self.code()
        elif sign == "\n":
            self.newline()
        elif sign in _RESERVED:
            self.mark(sign)
        else:
            self.write(sign)
            self.position += 1

    def line_start(self) -> bool:
        return self.position == 0 or self.source[self.position - 1] == "\n"

    def begin_quote(self) -> bool:
        if self.at("**>"):
            self.end_quote()
            self.quote_start, self.expandable = self.length, False
            self.position += 3
            return True
        if self.at(">"):
            self.quote_start = self.length if self.quote_start is None else self.quote_start
            self.position += 1
            return True
        return False

    def newline(self) -> None:
        if self.quote_start is not None and not self.source.startswith(">", self.position + 1):
            self.end_quote()
        self.write("\n")
        self.position += 1

    def end_quote(self) -> None:
        if self.quote_start is not None and self.length > self.quote_start:
            kind = "expandable_blockquote" if self.expandable else "blockquote"
            self.entities.append(
                {"type": kind, "offset": self.quote_start, "length": self.length - self.quote_start}
            )
        self.quote_start, self.expandable = None, False

    def code(self) -> None:
        fence = "```" if self.at("```") else "`"
        begin = self.position
        end = begin + len(fence)
        body = ""
        while not self.source.startswith(fence, end):
            if end >= len(self.source):
                raise self.unclosed("pre" if fence == "```" else "code", begin)
            end += self.source[end] == "\\" and end + 1 < len(self.source)
            body += self.source[end]
            end += 1
        self.position = end + len(fence)
        kind: Json = {"type": "code"}
        if fence == "```":
            language, newline, rest = body.partition("\n")
            kind = {"type": "pre", "language": language} if newline and language.strip() else {"type": "pre"}
            body = rest if newline else body
        self.add(kind, self.length, utf16_len(body))
        self.write(body)

    def mark(self, sign: str) -> None:
        if self.ends_expandable():
            self.expandable = True
            self.position += 2
            return
        for text, kind in _MARKS:
            if self.at(text):
                self.toggle(text, kind)
                return
        if self.at("![") or sign == "[":
            kind = "custom_emoji" if sign == "!" else "text_link"
            self.stack.append(_Open(kind, self.length, self.position))
            self.position += 2 if sign == "!" else 1
        elif sign == "]" and self.stack and self.stack[-1].kind in ("text_link", "custom_emoji"):
            self.link(self.stack.pop())
        else:
            text = f"Character '{sign}' is reserved and must be escaped with the preceding '\\'"
            raise bad_request(f"can't parse entities: {text}")

    def ends_expandable(self) -> bool:
        """`||` at the end of a quote's last line makes the quote expandable, unless it ends a spoiler."""
        at_end = self.at("||") and self.source[self.position + 2 : self.position + 3] in ("", "\n")
        return at_end and self.quote_start is not None and not self.in_stack("spoiler")

    def toggle(self, text: str, kind: str) -> None:
        if (
            kind == "underline"
            and self.stack
            and self.stack[-1].kind == "italic"
            and not self.in_stack("underline")
        ):
            text, kind = "_", "italic"
        if self.stack and self.stack[-1].kind == kind:
            opened = self.stack.pop()
            self.add({"type": kind}, opened.start, self.length - opened.start)
        elif self.in_stack(kind):
            raise self.unclosed(self.stack[-1].kind, self.stack[-1].begin)
        else:
            self.stack.append(_Open(kind, self.length, self.position))
        self.position += len(text)

    def in_stack(self, kind: str) -> bool:
        return any(entry.kind == kind for entry in self.stack)

    def link(self, opened: _Open) -> None:
        self.position += 1
        url = "".join(self.out)[-(self.length - opened.start) :] if self.length > opened.start else ""
        if self.at("("):
            end = self.position + 1
            url = ""
            while not self.source.startswith(")", end):
                if end >= len(self.source):
                    where = utf8_offset(self.source, self.position)
                    raise bad_request(f"can't parse entities: Can't find end of a URL at byte offset {where}")
                end += self.source[end] == "\\" and end + 1 < len(self.source)
                url += self.source[end]
                end += 1
            self.position = end + 1
        details: Json = {"type": "text_link", "url": url}
        if opened.kind == "custom_emoji":
            details = {"type": "custom_emoji", "custom_emoji_id": url.rpartition("id=")[2]}
        self.add(details, opened.start, self.length - opened.start)

    def add(self, kind: Json, offset: int, length: int) -> None:
        if length:
            self.entities.append({"offset": offset, "length": length} | kind)


def parse_markdown_v2(source: str) -> tuple[str, list[Json]]:
    """Text and entities of a MarkdownV2 message; raises 400 "can't parse entities: …"."""
    return _Parser(source).run()
