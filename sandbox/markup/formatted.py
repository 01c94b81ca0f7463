"""One door for all formatted text: parse mode or given entities, trimming, automatic entities.

The order is Telegram's: parse, validate, trim, then look for commands, mentions and links.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sandbox.markup.detect import add_detected, sort_entities
from sandbox.markup.html import parse_html
from sandbox.markup.markdown import parse_markdown
from sandbox.markup.markdown_v2 import parse_markdown_v2
from sandbox.markup.units import utf16_len
from sandbox.model import Json
from sandbox.refusal import bad_request

_PARSERS: Final[dict[str, Callable[[str], tuple[str, list[Json]]]]] = {
    "html": parse_html,
    "markdown": parse_markdown,
    "markdownv2": parse_markdown_v2,
}
_AUTOMATIC: Final = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
)
_MANUAL: Final = frozenset(
    {
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
    }
)
MAX_ENTITIES: Final = 100


def format_text(
    source: str,
    parse_mode: str = "",
    given: Any = None,
    user_json: Callable[[int], Json | None] | None = None,
) -> tuple[str, list[Json]]:
    """Text and entities of what a bot or a person sent.

    `parse_mode` wins over `given` entities. `user_json` turns the id of a tg://user link into a user
    for a text mention. Raises 400 "unsupported parse_mode" or "can't parse entities: …".
    """
    if parse_mode and parse_mode.lower() != "none":
        parser = _PARSERS.get(parse_mode.lower())
        if parser is None:
            raise bad_request("unsupported parse_mode")
        text, entities = parser(source)
        entities = _mentions(entities, user_json)
    elif given:
        text, entities = source, _validated(source, given)
    else:
        text, entities = source, []
    text, entities = _trimmed(text, entities)
    entities = add_detected(text, sort_entities(entities) if entities else entities)
    return text, entities[:MAX_ENTITIES]


def _mentions(entities: list[Json], user_json: Callable[[int], Json | None] | None) -> list[Json]:
    """Links to tg://user?id=N become text mentions; unknown users lose the link."""
    result = []
    for entity in entities:
        link = str(entity.get("url", ""))
        if not link.startswith("tg://user?id="):
            result.append(entity)
            continue
        tail = link.removeprefix("tg://user?id=")
        user = user_json(int(tail)) if user_json is not None and tail.isdigit() else None
        if user is not None:
            result.append(
                {"type": "text_mention", "offset": entity["offset"], "length": entity["length"], "user": user}
            )
    return result


def _validated(text: str, given: Any) -> list[Json]:
    if not isinstance(given, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    size = utf16_len(text)
    entities = []
    for entity in given:
        if not isinstance(entity, dict) or "type" not in entity:
            raise bad_request("can't parse entities: can't parse MessageEntity: Can't find field \"type\"")
        kind, offset, length = str(entity["type"]), entity.get("offset", 0), entity.get("length", 0)
        if not isinstance(offset, int) or not isinstance(length, int):
            raise bad_request("can't parse entities: offset and length must be Integers")
        if kind in _AUTOMATIC:
            continue
        if kind not in _MANUAL:
            raise bad_request("can't parse entities: can't parse MessageEntity: unsupported type specified")
        if offset >= 0 and length > 0 and offset + length <= size:
            entities.append(dict(entity) | {"offset": offset, "length": length})
    return entities


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without white space at both ends; entities move and shrink with the text."""
    short = text.strip()
    if short == text or not entities:
        return short, entities
    lead = utf16_len(text[: len(text) - len(text.lstrip())])
    size = utf16_len(short)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        end = min(size, entity["offset"] + entity["length"] - lead)
        if end > start:
            kept.append(dict(entity) | {"offset": start, "length": end - start})
    return short, kept
