"""A knowledge base of a few entries, far apart, so that what the bot makes of a text does not hang on tuning.

What is answered, suggested or unknown is asked of the engine itself before anything is played: a test that
needs a middling wording takes one that is middling.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from knowledge import Answer, Library, MessageContext, Suggest, Unknown, Verdict

ANSWERED: Final = "叉车去哪里上牌"
ANSWER: Final = "到市场监管局窗口办理使用登记。"
UNKNOWN: Final = "我们厂门口的路灯坏了快两周了，谁管"
CHATTER: Final = "今天食堂的红烧肉不错"
_SUGGESTED: Final = (
    "叉车那个怎么弄",
    "叉车上牌吗",
    "叉车的事谁知道怎么办",
    "消防那个培训怎么弄",
    "危废那个怎么弄",
    "叉车司机证怎么弄",
    "请问叉车要多久",
    "叉车登记怎么收费",
)
_ENTRIES: Final = f"""
topic: 试用
entries:
  - id: T-001
    question: {ANSWERED}
    keywords: [叉车, 上牌]
    also: [新叉车上牌到哪个窗口, 叉车上牌在什么地方办]
    answer: {ANSWER}
    steps: [带上材料到窗口, 现场领牌]
    bring: [营业执照, 产品合格证]
    department: market_regulation
    source: [{{law: 特种设备安全法, article: 第三十三条}}]
    region: 全国
    reviewed: 2026-11-20
    review_by: 2099-01-01
  - id: T-002
    question: 叉车司机证多久复审一次
    keywords: [叉车司机证, 复审]
    also: [叉车司机证几年审一次, 开叉车的证多久要审]
    answer: 每四年复审一次。
    department: market_regulation
    source: [{{law: 特种设备作业人员监督管理办法, article: 第二十二条}}]
    reviewed: 2026-11-20
    review_by: 2099-01-01
  - id: T-003
    question: 危废标签应该贴在哪里
    keywords: [危废, 标签]
    also: [危险废物的标签贴什么位置, 危废标签贴哪]
    answer: 贴在容器醒目处。
    department: ecology_env
    source: [{{law: 固体废物污染环境防治法, article: 第七十七条}}]
    reviewed: 2026-11-20
    review_by: 2099-01-01
  - id: T-004
    question: 消防演练一年要做几次
    keywords: [消防, 演练]
    also: [消防演练多久做一次, 一年搞几次消防演练]
    answer: 每半年至少一次。
    department: fire_rescue
    source: [{{law: 机关团体企业事业单位消防安全管理规定, article: 第四十条}}]
    reviewed: 2026-11-20
    review_by: 2099-01-01
"""


def write(folder: Path) -> Path:
    """Write the entries into `folder` and make sure that the engine sees them as the tests need."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "entries.yaml").write_text(_ENTRIES, encoding="utf-8")
    assert isinstance(verdict(folder, ANSWERED), Answer)
    assert isinstance(verdict(folder, UNKNOWN), Unknown)
    return folder


def verdict(folder: Path, text: str) -> Verdict:
    """What the engine makes of a text that is said in a group to nobody in particular."""
    return Library(folder).judge.judge(text, MessageContext())


def find_suggested(folder: Path) -> str:
    """A wording that this engine finds middling."""
    for text in _SUGGESTED:
        if isinstance(verdict(folder, text), Suggest):
            return text
    raise AssertionError("none of the wordings is middling to the engine: add one to _SUGGESTED")
