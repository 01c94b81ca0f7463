"""What an asker says in words instead of pressing a button.

People answer the bot the way they answer a colleague: "搞定了", "还是不行". Only short replies are read this
way, and only in reply to the bot; anything longer is a new message.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final


class Wish(Enum):
    SOLVED = "solved"
    UNSOLVED = "unsolved"
    OTHER = "other"


_LONGEST: Final = 40  # characters; what says yes or no is short
_UNSOLVED: Final = re.compile(
    r"没(有)?(解决|用|搞定|搞明白|弄好|好)|未解决|还(是)?(没|不行|不对|不懂|不明白|有问题)|不(对|行|是这个|是我|解决)"
    r"|答非所问|不是(这|我)|没懂|没说清|帮不(上|了)|not solved|doesn'?t help|no help",
    re.IGNORECASE,
)
_SOLVED: Final = re.compile(
    r"解决了|已解决|搞定|弄好了|办好了|可以了|好了|明白了|清楚了|懂了|知道了|没问题了|有用"
    r"|solved|got it|works",
    re.IGNORECASE,
)
_THANKS: Final = re.compile(
    r"^\W*((好的|好嘞|行|嗯+|收到|ok|okay|明白|知道了|了解|谢+|多谢|感谢|辛苦|thanks?|thank you|thx"
    r"|👍|🙏|的|了|啦|哈|你|您|大家|各位)\W*)+$",
    re.IGNORECASE,
)


def read_wish(text: str) -> Wish:
    """Tell what a short reply to the bot says about the matter. "没解决" is looked for before "解决"."""
    if len(text) > _LONGEST:
        return Wish.OTHER
    if _UNSOLVED.search(text):
        return Wish.UNSOLVED
    if _SOLVED.search(text) and not text.rstrip().endswith(("吗", "?", "？", "么")):
        return Wish.SOLVED
    return Wish.OTHER


def sounds_thankful(text: str) -> bool:
    """Whether a message only acknowledges or thanks; it wants no answer."""
    return bool(_THANKS.match(text))
