"""What people read: the same in both languages, complete, plain, and with the labels that were agreed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
import yaml

from bot.rendering.drafts import CHANNELS
from bot.texts import LANGUAGES, Texts, TextsError, check_agreement, load_texts
from sandbox.markup.html import parse_html
from tests.rendering.board import TEXTS
from tickets.conversation import AttachmentKind
from tickets.lifecycle import Action, Status
from tickets.model import DraftKind, DraftState, Room

ROOT = Path(__file__).parents[2]
SOURCES = [path for room in ("bot", "handlers", "tickets") for path in sorted((ROOT / room).rglob("*.py"))]
LABELS = """
有用 没解决 都不是 已解决 还没有，请社工帮忙 接单 答复 派单 引导 不是诉求 发送 报到 发布答复 未解决
满意 基本满意 不满意 撤回
""".split()  # noqa: SIM905 (easier to compare with the agreed list)
OFFICIALESE = """
予以 兹 特此 贵单位 贵司 贵公司 敬请 烦请 知悉 知照 之规定 应当 须知 务必 逾期 责令 依法依规 请予 给予 予 鉴于
妥否 此复 来函 函复 收悉 按照有关规定 相关部门 有关部门 进一步 切实 高度重视 落实 推进 办理完毕 已受理 受理
您的诉求 尊敬的 感谢您的支持 温馨提示 请知悉 如有疑问
""".split()  # noqa: SIM905
#: Groups of texts that are chosen by a value.
BY_VALUE = (
    *("status.", "action.", "notice.", "room.", "attachment.", "channel.", "emergency.", "rating."),
    *("missing.", "undelivered.", "why.", "menu.", "prompt.", "command.", "toast.draft_"),
)
NOT_YET_SAID = {"say.parked"}  # words for what the program does not tell anybody yet
#: Templates whose long words stand at their end, so that they can go on in a further message.
GOES_ON = {"say.guided", "say.desk_reopened_because", "say.thread_renewed", "say.why", "say.groups"}


def templates(language: str) -> dict[str, str]:
    """Every template of a language, by dotted key."""
    path = ROOT / "bot" / "texts" / f"{language}.yaml"
    return dict(_flat(yaml.safe_load(path.read_text(encoding="utf-8"))))


def _flat(node: object, prefix: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _flat(value, f"{prefix}.{key}" if prefix else key)
    else:
        yield prefix, str(node)


def places(template: str) -> list[str]:
    """The names that a template is filled with, in their order."""
    return [name for _, name, _, _ in Formatter().parse(template) if name is not None]


def literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call in the sources: where it is, the name called, and the call."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                yield f"{path.name}:{node.lineno}", name, node


#: How the code names a text: the function called, the place of the key among its arguments, and the prefix.
NAMING = {"text": (0, ""), "has": (0, ""), "key": (0, "button."), "say": (1, "say."), "_say": (2, "say.")}


def used_keys() -> Iterator[tuple[str, str]]:
    """Every text that the code names outright, with where it does."""
    for where, name, call in calls():
        if name in NAMING:
            place, prefix = NAMING[name]
            key = literal(call.args[place]) if len(call.args) > place else None
        elif name == "PressReply":
            prefix = "toast."
            key = next((literal(each.value) for each in call.keywords if each.arg == "text"), None)
        else:
            continue
        if key:
            yield where, f"{prefix}{key}"


def test_both_languages_have_the_same_keys_and_places() -> None:
    zh, en = templates("zh"), templates("en")
    assert zh.keys() == en.keys()
    assert not {key for key in zh if set(places(zh[key])) != set(places(en[key]))}


def test_the_languages_are_those_that_are_loaded() -> None:
    assert load_texts().keys() == set(LANGUAGES)
    for language in LANGUAGES:
        assert TEXTS[language].keys() == templates(language).keys()


def test_every_text_that_the_code_names_exists() -> None:
    found = list(used_keys())
    known = TEXTS["zh"].keys()
    assert len(found) > 100
    assert not [(where, key) for where, key in found if key not in known]


def test_every_text_that_is_named_by_a_value_exists() -> None:
    named = [
        *(f"status.{status.value}" for status in Status),
        *(f"action.{action.value}" for action in Action),
        *(f"notice.{status.value}" for status in Status if status is not Status.WAITING_PEERS),
        *(f"room.{room.value}" for room in Room),
        *(f"attachment.{kind.value}" for kind in AttachmentKind),
        *(f"channel.{channel}" for channel in CHANNELS),
        *(f"prompt.{kind.value}" for kind in DraftKind),
        *(f"toast.draft_{state.value}" for state in DraftState if state is not DraftState.COMPOSED),
        *(f"rating.{rating}" for rating in ("satisfied", "fair", "dissatisfied")),
        *(f"answer.{verdict}" for verdict in ("solved", "unsolved", "expired")),
        *(f"menu.{menu}" for menu in ("departments", "channels", "dispatched", "guided", "closed")),
        *(f"missing.{right}" for right in ("privacy", "admin", "topics", "send", "media", "no_forum")),
        *(f"say.{refusal}" for refusal in ("admins_only", "groups_only", "not_bound", "bind_code")),
    ]
    assert not [key for key in named if not TEXTS["zh"].has(key)]


def test_every_emergency_that_the_judge_knows_has_its_banner() -> None:
    source = (ROOT / "knowledge" / "data" / "emergency.yaml").read_text(encoding="utf-8")
    kinds = yaml.safe_load(source)["kinds"]
    assert {"fire", "leak"} <= set(kinds)
    assert not [kind for kind in kinds if not TEXTS["zh"].has(f"emergency.{kind}")]


def test_no_text_is_left_that_nobody_says() -> None:
    """Groups of texts are named by their values; every other key stands in the code."""
    words = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES).replace("'", '"')
    lone = [key for key in templates("zh") if not key.startswith(BY_VALUE)]
    unsaid = {key for key in lone if f'"{key}"' not in words and f'"{key.split(".", 1)[1]}"' not in words}
    assert unsaid <= NOT_YET_SAID


@pytest.mark.parametrize("label", LABELS)
def test_every_agreed_label_is_on_a_button(label: str) -> None:
    buttons = {text for key, text in templates("zh").items() if key.startswith(("button.", "rating."))}
    assert label in buttons


def test_what_is_asked_of_the_asker_is_worded_as_agreed() -> None:
    assert "您是想问" in templates("zh")["reply.did_you_mean"]


@pytest.mark.parametrize("word", OFFICIALESE)
def test_nobody_reads_officialese(word: str) -> None:
    assert not [key for key, text in templates("zh").items() if word in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_markup_that_the_messenger_takes(language: str) -> None:
    """And only of the tags that the header of the file names."""
    for key, template in templates(language).items():
        filled = template.format_map(dict.fromkeys(places(template), "…"))
        parse_html(filled)
        assert set(re.findall(r"</?(\w+)", filled)) <= {"b", "i", "blockquote"}, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_write_at_length_stands_at_the_end(language: str) -> None:
    for key in GOES_ON:
        template = templates(language)[key]
        assert template.rstrip().endswith("}"), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_and_hints_are_short_enough_for_a_phone(language: str) -> None:
    for key, text in templates(language).items():
        if key.startswith(("button.", "rating.", "channel.")):
            assert 1 <= len(text) <= 40, key
        if key.startswith("prompt.hint_"):
            assert 1 <= len(text) <= 64, key
        if key.startswith("toast."):
            assert len(text) <= 150, key


def test_a_text_is_filled_with_escaped_values() -> None:
    texts = Texts({"greet": "<b>{name}</b>: {words}"})
    assert texts("greet", name="<i>", words="a & {name}") == "<b>&lt;i&gt;</b>: a &amp; {name}"
    assert texts.has("greet")
    assert not texts.has("part")


def test_a_text_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        TEXTS["zh"]("say.nonsense")


def test_texts_that_do_not_agree_are_a_fault_that_names_every_key() -> None:
    loaded = {"zh": Texts({"say.a": "", "say.b": ""}), "en": Texts({"say.a": "", "say.c": ""})}
    with pytest.raises(TextsError) as fault:
        check_agreement(loaded)
    assert str(fault.value) == "bot/texts/zh.yaml lacks say.c; bot/texts/en.yaml lacks say.b"
