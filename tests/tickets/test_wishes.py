"""What short replies to the bot mean, as tables of what people really type."""

from __future__ import annotations

import time

import pytest

from tickets.wishes import Wish, read_wish, sounds_thankful

SOLVED = (
    "解决了",
    "已解决",
    "搞定",
    "搞定了，谢谢",
    "弄好了",
    "办好了！",
    "可以了",
    "好了",
    "明白了",
    "清楚了",
    "懂了",
    "没问题了",
    "有用",
    "很有用，谢谢",
    "问题已经解决了",
    "solved",
    "Got it, thanks",
    "It works now",
    "works",
)
UNSOLVED = (
    "没解决",
    "没有解决",
    "未解决",
    "还没解决",
    "还没",
    "还没有",
    "还是没解决",
    "还是不行",
    "还是不懂",
    "没用",
    "没有用",
    "没搞定",
    "没搞明白",
    "没弄好",
    "没好",
    "不对",
    "不行",
    "不是这个",
    "不是这个问题",
    "答非所问",
    "没懂",
    "没说清楚",
    "帮不上忙",
    "还有问题",
    "还是有问题",
    "还没人联系我",
    "not solved",
    "unsolved",
    "doesn't help",
    "This doesn't work",
    "it does not work",
    "no help",
)
OTHER = (
    "",
    "那要带什么材料",
    "我们是外地车",
    "这样行不行",
    "这个对不对",
    "我明天还没空，后天去",
    "好的，我还没去办，明天去",
    "办好了没",
    "好了没有",
    "可以了吗",
    "解决了吗？",
    "这样可以了么",
    "搞定了没呢",
    "how it works exactly?",
    "我们厂去年就没用过叉车，今年才买",
    "什么时候能有回复",
)
THANKS = (
    "谢谢",
    "谢谢！",
    "好的",
    "好的，谢谢",
    "收到",
    "收到，谢谢您",
    "嗯嗯",
    "嗯",
    "OK",
    "ok 👍",
    "👍",
    "🙏🙏",
    "👍👍👍",
    "多谢大家",
    "非常感谢",
    "太感谢了",
    "感谢",
    "辛苦了",
    "知道了，谢谢啦",
    "明白",
    "了解",
    "行",
    "thanks",
    "Thank you!",
    "thx",
    "好嘞\n谢谢",
)
NOT_THANKS = (
    "",
    "？",
    "……",
    "谢谢，那要带什么材料",
    "好的吗",
    "没解决",
    "行不行",
    "谢谢 但是还没解决",
    "🙂",
    "叉车怎么上牌",
)


@pytest.mark.parametrize("text", SOLVED)
def test_these_words_say_that_it_is_solved(text: str) -> None:
    assert read_wish(text) is Wish.SOLVED


@pytest.mark.parametrize("text", UNSOLVED)
def test_these_words_say_that_it_is_not_solved(text: str) -> None:
    assert read_wish(text) is Wish.UNSOLVED


@pytest.mark.parametrize("text", OTHER)
def test_these_words_say_neither(text: str) -> None:
    assert read_wish(text) is Wish.OTHER


def test_a_long_message_is_never_read_as_yes_or_no() -> None:
    long = "没解决" + "，情况是这样的" * 6
    assert len(long) > 40
    assert read_wish(long) is Wish.OTHER


@pytest.mark.parametrize("text", THANKS)
def test_these_words_only_thank_or_acknowledge(text: str) -> None:
    assert sounds_thankful(text)


@pytest.mark.parametrize("text", NOT_THANKS)
def test_these_words_want_something_or_say_nothing(text: str) -> None:
    assert not sounds_thankful(text)


@pytest.mark.parametrize("unit", ["谢", "嗯", "👍", "谢谢 ", "，", "了"])
def test_no_message_keeps_the_bot_busy_with_the_reading_of_thanks(unit: str) -> None:
    """A message is at most 4096 characters; one that almost thanks must not stop everybody else's work."""
    began = time.process_time()
    assert not sounds_thankful(unit * (4096 // len(unit)) + "叉")
    assert time.process_time() - began < 0.5
