"""Brings what people type to one spelling: width, case, traditional characters, numbers, spaces.

Matching compares characters, so everything that makes the same words look different is taken away here,
once, for messages and entries alike. What carries meaning (digits with their units, Latin abbreviations)
is kept whole.
"""

from __future__ import annotations

import re
import unicodedata

import opencc

_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_SCALES = {"十": 10, "百": 100, "千": 1000}
_UNITS = (
    "个?小时|个?钟头|个?月|个?工作日|个?星期|个?礼拜|[天日年周岁级类倍成次条项吨元块米辆台人家名度档批份步万伏]"
    "|公斤|千克|公里|分钟|千瓦|平方|平米|以上|以下|以内"
)
_NUMERAL = "[零〇一二两三四五六七八九十百千]"
_CHINESE_NUMBER = re.compile(
    f"(?<![几数好第]){_NUMERAL}+(?={_UNITS})|(?<=第){_NUMERAL}+(?={_UNITS})|[一二两三四五六七八九][十百千]{_NUMERAL}*"
)
_VAGUE = re.compile("([一二三四五六七八九])[一二三四五六七八九](?=[十百千])")  # 三四十: say thirty
_TWO_DIGITS = re.compile("[一二两三四五六七八九]{2}")  # 三四天 is no thirty-four
_SPACES = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff]")
_BETWEEN = re.compile(r"[^\w%.]+|_+|\.(?!\d)|(?<!\d)\.")
_TO_SIMPLIFIED = opencc.OpenCC("t2s")


def normalise(text: str) -> str:
    """One spelling: NFKC, lower case, simplified characters, Arabic numerals before units, single spaces."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
    if not _is_simplified(text):
        text = _TO_SIMPLIFIED.convert(text)
    text = _VAGUE.sub(r"\1", _SPACES.sub(" ", text).strip())
    return _CHINESE_NUMBER.sub(_arabic, text)


def squeeze(text: str) -> str:
    """Letters, digits, percent signs and decimal points only: what two wordings must share to be the same."""
    return _BETWEEN.sub("", text)


def _is_simplified(text: str) -> bool:
    """Whether every character is in GB 2312, the set of simplified characters."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _arabic(match: re.Match[str]) -> str:
    numeral = match.group()
    if _TWO_DIGITS.fullmatch(numeral):
        return numeral
    total, digit = 0, 0
    for char in numeral:
        if char in _SCALES:
            total += (digit or 1) * _SCALES[char]
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[char]
    return str(total + digit)
