"""UTF-16 arithmetic. Entity offsets and lengths count UTF-16 code units, Python counts code points;
this is the only place where the two are converted into one another."""

from __future__ import annotations


def utf16_len(text: str) -> int:
    """Length of `text` in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part of `text` that an entity covers; offset and length in UTF-16 units."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def utf8_offset(text: str, index: int) -> int:
    """Byte offset of code point `index`, which is what Telegram's parse errors name."""
    return len(text[:index].encode("utf-8", "surrogatepass"))
