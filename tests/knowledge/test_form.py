"""Is a message for us? By its form and by what surrounds it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from knowledge import Answer, Judge, Library, MessageContext, NotAQuestion, Suggest, Unknown
from knowledge.form import Shape, read_form, strip_courtesy
from knowledge.text import normalise
from knowledge.vocabulary import Vocabulary

MESSAGES = yaml.safe_load(Path("tests/benchmarks/off_topic.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("叉车多久年检一次", Shape.QUESTION),
        ("叉车能不能停在通道", Shape.QUESTION),
        ("消防验收是消防大队还是住建局", Shape.QUESTION),
        ("安管员要专职伐", Shape.QUESTION),
        ("叉车上牌时限", Shape.ELLIPSIS),
        ("特种作业无证上岗 处罚依据", Shape.ELLIPSIS),
        ("叉车证 到期 怎样复审", Shape.QUESTION),
        ("叉车证 停用", Shape.KEYWORDS),
        ("厂门口的路灯坏了两周了", Shape.REQUEST),
        ("那要带什么材料", Shape.FOLLOWUP),
        ("要多久", Shape.FOLLOWUP),
        ("中午吃啥", Shape.DOUBTFUL),
        ("你们那边下雨了吗", Shape.DOUBTFUL),
        ("/help", Shape.BROADCAST),
        ("【通知】下午两点开会，谁来签到", Shape.BROADCAST),
        ("专业代办叉车证，包过，要的联系电话13800000000吗", Shape.BROADCAST),
        ("早上好各位", Shape.NOTHING),
        ("收到", Shape.NOTHING),
        ("👌", Shape.NOTHING),
        ("[图片]", Shape.NOTHING),
        ("灭火器全部换新", Shape.NOTHING),
        ("这台账真的有人看吗", Shape.NOTHING),
        ("30天内要办登记，别拖", Shape.NOTHING),
        ("厂房出租三千方", Shape.NOTHING),
    ],
)
def test_the_shape_of_a_message(words: Vocabulary, text: str, shape: Shape) -> None:
    assert read_form(normalise(text), words.questions).shape is shape


def test_a_long_text_with_dates_is_a_notice(words: Vocabulary) -> None:
    text = "11月3日9:30在三楼会议室，11月5日14:00在二楼，" + "请大家带好本子和笔，" * 14 + "有什么问题吗"
    assert read_form(normalise(text), words.questions).reason == "带日期的长文"


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("各位大佬 请教下 叉车证多久复审 谢谢", "叉车证多久复审"),
        ("@史书记 好的收到。另外请教群里，新叉车几天内要上牌？", "新叉车几天内要上牌"),
        ("收到！顺便问下灭火器多久检一次啊", "灭火器多久检1次"),
        ("通知已转发。请问排污证到期提前多久办？", "排污证到期提前多久办"),
        ("我们是做注塑的。上个月刚添了行车。要办什么手续", "我们是做注塑的 上个月刚添了行车 要办什么手续"),
    ],
)
def test_courtesy_and_remarks_are_taken_away_and_background_is_kept(
    words: Vocabulary, text: str, core: str
) -> None:
    assert read_form(normalise(text), words.questions).core == core


def test_a_driver_is_not_a_greeting(words: Vocabulary) -> None:
    assert strip_courtesy("行车工要不要证", words.questions) == "行车工要不要证"
    assert strip_courtesy("领导叫冒险作业能不听吗", words.questions) == "领导叫冒险作业能不听吗"


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        (MessageContext(from_bot=True), "别的机器人发的"),
        (MessageContext(from_bot=True, addressed=True), "别的机器人发的"),
        (MessageContext(forwarded=True), "转发的消息"),
        (MessageContext(replies_to_member=True), "在回复别的群友"),
    ],
)
def test_what_is_said_to_others_is_not_for_us(small: Judge, context: MessageContext, reason: str) -> None:
    assert small.judge("叉车没上牌罚多少", context) == NotAQuestion(reason)


def test_whoever_speaks_to_the_bot_is_answered_whatever_the_form(small: Judge) -> None:
    addressed = MessageContext(addressed=True, replies_to_member=True, forwarded=True)
    assert isinstance(small.judge("叉车没上牌罚款的事", addressed), Answer | Suggest)
    assert isinstance(small.judge("你好", addressed), NotAQuestion)
    assert isinstance(small.judge("中午吃啥", addressed), Unknown | Suggest)


@pytest.mark.parametrize("text", MESSAGES["chatter"])
def test_the_bot_is_silent_at_chatter(starter: Library, text: str) -> None:
    assert isinstance(starter.judge.judge(text), NotAQuestion | Unknown)


@pytest.mark.parametrize("text", [text for text in MESSAGES["requests"] if "电梯老是坏" not in text])
def test_what_people_need_done_is_for_us_but_gets_no_made_up_answer(starter: Library, text: str) -> None:
    assert isinstance(starter.judge.judge(text), Unknown | Suggest)
