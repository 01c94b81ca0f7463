"""Is this message for us? Judged by its form and by what surrounds it, never by its topic.

Chatter, notices and peers' answers are full of the very words that questions are made of, so no likeness to
an entry can tell them from questions. The question mark is no sign either: hardly anybody types it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from knowledge.text import squeeze
from knowledge.verdicts import MessageContext
from knowledge.vocabulary import QuestionRules

_MEDIA = re.compile(r"\[[^\[\]]{1,6}\]|https?://\S+|\S+\.(?:docx?|xlsx?|pptx?|pdf|mp4|jpe?g|png|zip|rar)\b")
_SENTENCE = re.compile(r"[^。!?;\n~…]+[。!?;\n~…]*")
_DATES = re.compile(r"[0-9]+月[0-9]+[日号]|[0-9]+[:点][0-9]*")
LONG = 140  # characters; a longer text with two dates in it is a notice
SHORT = 24  # characters; an elliptical question is not longer


class Shape(Enum):
    """How a message presents itself."""

    QUESTION = "question"
    REQUEST = "request"  # tells of a trouble or a wish that somebody should see to
    ELLIPSIS = "ellipsis"  # "叉车上牌时限": names what it wants to know
    KEYWORDS = "keywords"  # "叉车证 到期 复审": a question only if the knowledge base knows the words
    DOUBTFUL = "doubtful"  # asks, but sounds like small talk: only a sure answer may speak
    FOLLOWUP = "followup"  # "那要带什么材料": asks, but names no subject
    BROADCAST = "broadcast"  # notice, advertisement, command: whatever is in it, it is not for us
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Form:
    """What a message is by its form."""

    shape: Shape
    core: str  # what is asked, without courtesy and without remarks beside it
    reason: str  # in words, for `/why`
    open: bool = False  # says something, but asks nothing: an earlier message may complete it


def outside(context: MessageContext) -> str | None:
    """Why a message is not for us, whatever it says; None if nothing stands against it."""
    if context.from_bot:
        return "别的机器人发的"
    if context.addressed:
        return None
    if context.forwarded:
        return "转发的消息"
    return "在回复别的群友" if context.replies_to_member else None


def read_form(text: str, rules: QuestionRules, *, addressed: bool = False) -> Form:
    """Judge the form of a normalised text. `addressed`: the bot was spoken to, so it is for us."""
    bare = _MEDIA.sub(" ", text).strip()
    if not addressed and (reason := _not_for_us(bare, text, rules)):
        return Form(Shape.BROADCAST, bare, reason)
    pairs = [(raw, strip_courtesy(raw, rules)) for raw in _SENTENCE.findall(bare)]
    pairs = [(raw, stripped) for raw, stripped in pairs if squeeze(stripped)]
    sentences = [stripped for _, stripped in pairs]
    asking = [stripped for raw, stripped in pairs if _asks(raw, rules, addressed)]
    if asking:
        return _question(sentences, asking, rules, addressed)
    core = " ".join(sentences)
    if not sentences:
        return Form(Shape.NOTHING, core, "只有客气话或表情")
    if addressed:
        return Form(Shape.QUESTION, core, "对机器人说的")
    return _statement(core, bare, rules)


def strip_courtesy(sentence: str, rules: QuestionRules) -> str:
    """Take greetings, thanks and announcements of a question away, and the mark at the end."""
    opening = rules.opening.match(sentence)
    rest = sentence[opening.end() :] if opening else sentence
    return rules.closing.sub("", rest).strip(" ,。!?;~…\n")


def _not_for_us(bare: str, text: str, rules: QuestionRules) -> str | None:
    if text.startswith("/"):
        return "命令"
    if rules.heading.search(bare):
        return "通知、转发或公告"
    if rules.advert.search(bare):
        return "广告"
    if len(bare) > LONG and len(_DATES.findall(bare)) > 1:
        return "带日期的长文"
    return None


def _asks(sentence: str, rules: QuestionRules, addressed: bool) -> bool:
    if addressed:
        return bool(rules.asking.search(sentence))
    if not rules.asking.search(rules.embedded.sub(" ", sentence)):
        return False
    return not (rules.rhetorical.search(sentence) or rules.notice.search(sentence))


def _question(sentences: list[str], asking: list[str], rules: QuestionRules, addressed: bool) -> Form:
    """Keep the background of a question; leave out remarks that have nothing to do with it."""
    kept = [s for s in sentences if s in asking or not _is_remark(s, rules)]
    core = " ".join(kept)
    if rules.followup.fullmatch(squeeze(core)):
        return Form(Shape.FOLLOWUP, core, "没有说是什么事的追问")
    if not addressed and all(rules.smalltalk.search(s) or rules.personal_address.search(s) for s in asking):
        return Form(Shape.DOUBTFUL, core, "像闲聊，或在问某一个人")
    return Form(Shape.QUESTION, core, "问句")


def _is_remark(sentence: str, rules: QuestionRules) -> bool:
    patterns = (rules.smalltalk, rules.report, rules.notice, rules.rhetorical)
    return len(sentence) <= 6 or any(pattern.search(sentence) for pattern in patterns)


def _statement(core: str, bare: str, rules: QuestionRules) -> Form:
    against = (
        rules.notice,
        rules.offer,
        rules.report,
        rules.peer,
        rules.smalltalk,
        rules.rhetorical,
        rules.personal_address,
    )
    if any(pattern.search(core) for pattern in against):
        return Form(Shape.NOTHING, core, "陈述、回答或闲聊")
    if rules.request.search(core):
        return Form(Shape.REQUEST, core, "有事要办的说法")
    if len(core) <= SHORT and rules.ellipsis.search(core):
        return Form(Shape.ELLIPSIS, core, "省略的问法")
    if len(core) <= SHORT and " " in core.strip() and not re.search("[,!。了]", core):
        return Form(Shape.KEYWORDS, core, "几个关键词")
    return Form(Shape.NOTHING, core, "没有提问的样子", open=True)
