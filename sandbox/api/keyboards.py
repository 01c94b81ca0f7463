"""Reply markup: what the four kinds may hold and what the server refuses."""

from __future__ import annotations

import re
from typing import Any, Final

from sandbox.api.request import Request
from sandbox.model import Json
from sandbox.refusal import Refusal, bad_request

_ACTIONS: Final = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_URL: Final = re.compile(r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?P<host>[^\s/?#]+)[^\s]*")
_SCHEMES: Final = frozenset({"", "http", "https", "tg", "ton", "tonsite", "mailto", "tel"})
MAX_DATA_BYTES: Final = 64
MAX_BUTTONS: Final = 100


def markup_of(request: Request) -> Json | None:
    """The checked `reply_markup` parameter, None when there is none or it is empty."""
    raw = request.params.get("reply_markup")
    if raw is None or raw == "":
        return None
    markup = request.json("reply_markup", "reply keyboard markup")
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _inline(markup["inline_keyboard"])
    for key in ("keyboard", "remove_keyboard", "force_reply"):
        if markup.get(key):
            return dict(markup)
    return None


def _inline(rows: Any) -> Json | None:
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    checked = []
    for row in rows:
        if not isinstance(row, list):
            raise bad_request(
                'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
            )
        if row:
            checked.append([_button(button) for button in row])
    if sum(len(row) for row in checked) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": checked} if checked else None


def _unparsable(text: str) -> Refusal:
    return bad_request(f"can't parse inline keyboard button: {text}")


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise _unparsable("InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise _unparsable('Can\'t find field "text"')
    actions = [name for name in _ACTIONS if name in button]
    if not actions:
        raise _unparsable("Text buttons are unallowed in the inline keyboard")
    if not str(button["text"]).strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if "callback_data" in button:
        if not 1 <= len(str(button["callback_data"]).encode()) <= MAX_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "url" in button:
        _check_url(str(button["url"]))
    return dict(button)


def _check_url(url: str) -> None:
    match = _URL.fullmatch(url.strip())
    scheme = ((match["scheme"] or "") if match else "").lower()
    if match is None or (
        scheme in ("", "http", "https") and "." not in match["host"] and match["host"] != "localhost"
    ):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if scheme not in _SCHEMES:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
