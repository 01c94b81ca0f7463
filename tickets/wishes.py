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
    r"没(有)?(解决|用(?!过|上|到)|搞定|搞明白|弄好|好)|未解决|(解决|办)不了|还(是)?(不行|不对|不懂|不明白|有问题)"
    # "还没" alone, or of the matter; "我还没去办" is only about what the asker has yet to do
    r"|还(是)?没(有)?(?=$|\W|解决|搞|弄|办好|好|懂|明白|清楚|人|回|收到|联系)"
    # "对不对", "行不行" and "是不是" ask
    r"|(?<!对)不对|(?<!行)不行|(?<!是)不是(这|我)|答非所问|没懂|没说清|帮不(上|了)"
    r"|unsolved|(not|n['’]?t) (solved|work|help)|no help",
    re.IGNORECASE,
)
_SOLVED: Final = re.compile(
    r"解决了|已解决|搞定|弄好了|办好了|可以了|好了|明白了|清楚了|懂了|知道了|没问题了|有用"
    r"|\bsolved|\bgot it|^((it|that|this) )?works\b",
    re.IGNORECASE,
)
_ASKING: Final = ("吗", "么", "没", "没有", "呢", "?", "？")
# No word of it is made of others, so a text can be read in one way only and is read in one go, however long.
_THANKS: Final = re.compile(
    r"(?=.*[\w👍🙏])(?:好的|好嘞|行|嗯|收到|okay|ok|明白|知道了|了解|谢|非常|太|感谢|多谢|辛苦"
    r"|thank you|thanks|thank|thx|[的了啦哈你您]|大家|各位|\W)++",
    re.IGNORECASE | re.DOTALL,
)


def read_wish(text: str) -> Wish:
    """Tell what a short reply to the bot says about the matter. "没解决" is looked for before "解决"."""
    if len(text) > _LONGEST:
        return Wish.OTHER
    if _UNSOLVED.search(text):
        return Wish.UNSOLVED
    if _SOLVED.search(text) and not text.rstrip().endswith(_ASKING):
        return Wish.SOLVED
    return Wish.OTHER


def sounds_thankful(text: str) -> bool:
    """Whether a message only acknowledges or thanks; it wants no answer."""
    return bool(_THANKS.fullmatch(text))
