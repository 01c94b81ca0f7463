"""Parse modes and automatic entities: what Telegram makes of a text, and what it says about a bad one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.markup.detect import detect_entities
from sandbox.markup.formatted import format_text
from sandbox.markup.units import utf16_len, utf16_slice
from sandbox.refusal import Refusal


def pieces(source: str, mode: str) -> list[tuple[str, str]]:
    """(entity type, covered text) of a source, so that tests need not count."""
    text, entities = format_text(source, mode)
    return [(e["type"], utf16_slice(text, e["offset"], e["length"])) for e in entities]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<b>粗</b><strong>体</strong>", [("bold", "粗"), ("bold", "体")]),
        ("<i>斜</i><em>体</em>", [("italic", "斜"), ("italic", "体")]),
        ("<u>下</u><ins>划</ins>", [("underline", "下"), ("underline", "划")]),
        ("<s>a</s><strike>b</strike><del>c</del>", [("strikethrough", x) for x in "abc"]),
        (
            '<span class="tg-spoiler">密</span><tg-spoiler>密</tg-spoiler>',
            [("spoiler", "密"), ("spoiler", "密")],
        ),
        ("<code>x=1</code>", [("code", "x=1")]),
        ("<pre>x=1</pre>", [("pre", "x=1")]),
        ("<blockquote>引</blockquote>", [("blockquote", "引")]),
        ("<blockquote expandable>长</blockquote>", [("expandable_blockquote", "长")]),
        ("<a href='https://a.cn/?a=1&amp;b=2'>法条</a>", [("text_link", "法条")]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', [("custom_emoji", "👍")]),
        ("<b>外<i>内</i></b>", [("bold", "外内"), ("italic", "内")]),
        ("😀<b>粗</b>", [("bold", "粗")]),
        ("<b></b>空", []),
        ("<B>大写</B>", [("bold", "大写")]),
        ("&lt;b&gt; &amp; &quot; &#39; &nbsp; & &#x4e2d;", []),
        ("  <b>  前后空白  </b>  ", [("bold", "前后空白")]),
        ("</>".replace("</>", "<b>x</>"), [("bold", "x")]),
    ],
)
def test_html(source: str, expected: list[tuple[str, str]]) -> None:
    assert pieces(source, "HTML") == expected


def test_html_characters_are_decoded() -> None:
    assert format_text("&lt;b&gt; &amp; &quot;&#20013;&#x4e2d; & &nbsp;", "html")[0] == '<b> & "中中 & &nbsp;'


def test_a_code_block_with_a_language_is_one_entity() -> None:
    text, entities = format_text('<pre><code class="language-python">x = 1</code></pre>', "HTML")
    assert (text, entities) == ("x = 1", [{"offset": 0, "length": 5, "type": "pre", "language": "python"}])
    assert format_text("<pre><code>x</code></pre>", "HTML")[1] == [{"offset": 0, "length": 1, "type": "pre"}]


def test_a_link_without_a_target_links_to_its_text() -> None:
    assert format_text("😀<a>https://a.cn</a>", "HTML")[1][0]["url"] == "https://a.cn"


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        ("<b>没关", 'Can\'t find end tag corresponding to start tag "b"'),
        ("中<x>", 'Unsupported start tag "x" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href='x", "Unclosed start tag at byte offset 0"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_bad_html_is_explained_with_its_place(source: str, refusal: str) -> None:
    with pytest.raises(Refusal) as caught:
        format_text(source, "HTML")
    assert caught.value.description == f"Bad Request: can't parse entities: {refusal}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "*粗* _斜_ __下__ ~删~ ||密||",
            [
                ("bold", "粗"),
                ("italic", "斜"),
                ("underline", "下"),
                ("strikethrough", "删"),
                ("spoiler", "密"),
            ],
        ),
        ("*外_内_*", [("bold", "外内"), ("italic", "内")]),
        ("___斜体下划_ 下__", [("underline", "斜体下划 下"), ("italic", "斜体下划")]),
        ("`x\\`y`", [("code", "x`y")]),
        ("```\nx = 1\n```", [("pre", "x = 1")]),
        ("```x```", [("pre", "x")]),
        ("[法条](https://a.cn/\\))", [("text_link", "法条")]),
        ("![👍](tg://emoji?id=5)", [("custom_emoji", "👍")]),
        (">引一\n>引二\n外", [("blockquote", "引一\n引二")]),
        (">长一\n>长二||", [("expandable_blockquote", "长一\n长二")]),
        (">一\n**>二", [("blockquote", "一"), ("blockquote", "二")]),
        (">||密||", [("blockquote", "密"), ("spoiler", "密")]),
        ("LF\\-0001 已销号\\.", []),
        ("** 空", []),
    ],
)
def test_markdown_v2(source: str, expected: list[tuple[str, str]]) -> None:
    assert sorted(pieces(source, "MarkdownV2")) == sorted(expected)


def test_markdown_v2_details() -> None:
    assert format_text("```python\nx```", "MarkdownV2")[1][0]["language"] == "python"
    assert format_text("[法条](https://a.cn/\\))", "MarkdownV2")[1][0]["url"] == "https://a.cn/)"
    assert format_text("[https://a\\.cn]", "MarkdownV2")[1][0]["url"] == "https://a.cn"
    assert format_text("![👍](tg://emoji?id=5)", "MarkdownV2")[1][0]["custom_emoji_id"] == "5"
    assert format_text("a\\_b \\中", "MarkdownV2")[0] == "a_b \\中"
    assert format_text("[]", "MarkdownV2") == ("", [])


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        ("LF-0001", "Character '-' is reserved and must be escaped with the preceding '\\'"),
        ("完成.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("x]", "Character ']' is reserved and must be escaped with the preceding '\\'"),
        ("中*粗", "Can't find end of Bold entity at byte offset 3"),
        ("_斜", "Can't find end of Italic entity at byte offset 0"),
        ("*粗_斜*", "Can't find end of Italic entity at byte offset 4"),
        ("`x", "Can't find end of Code entity at byte offset 0"),
        ("```x", "Can't find end of Pre entity at byte offset 0"),
        ("[x", "Can't find end of TextUrl entity at byte offset 0"),
        ("[x](a", "Can't find end of a URL at byte offset 3"),
    ],
)
def test_bad_markdown_v2_is_explained_with_its_place(source: str, refusal: str) -> None:
    with pytest.raises(Refusal) as caught:
        format_text(source, "MarkdownV2")
    assert caught.value.description == f"Bad Request: can't parse entities: {refusal}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("*粗* _斜_ `码`", [("bold", "粗"), ("italic", "斜"), ("code", "码")]),
        ("[法条](https://a.cn)", [("text_link", "法条")]),
        ("[无链接] [没关](https://a.cn", [("text_link", "没关")]),
        ("```\nx\n```", [("pre", "x")]),
        ("```python\nx```", [("pre", "x")]),
        ("snake\\_case ** LF-0001.", []),
    ],
)
def test_markdown(source: str, expected: list[tuple[str, str]]) -> None:
    assert pieces(source, "Markdown") == expected


@pytest.mark.parametrize("source", ["中*粗", "中`码", "中```块", "中[链"])
def test_bad_markdown_is_explained_with_its_place(source: str) -> None:
    with pytest.raises(Refusal, match="Can't find end of the entity starting at byte offset 3"):
        format_text(source, "Markdown")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start /help@some_bot x/y", [("bot_command", "/start"), ("bot_command", "/help@some_bot")]),
        ("请/start 中文@someone 看", []),
        ("@wangmin 和 @a", [("mention", "@wangmin")]),
        ("见 https://www.mem.gov.cn/a?b=c。", [("url", "https://www.mem.gov.cn/a?b=c")]),
        ("gov.cn/x, 3.5 a.b", [("url", "gov.cn/x")]),
        ("(https://a.cn/x).", [("url", "https://a.cn/x")]),
        ("tg://user?id=1", [("url", "tg://user?id=1")]),
        ("写信到 a.b@mem.gov.cn", [("email", "a.b@mem.gov.cn")]),
        (
            "#安全 #1 $USD +8613800000000",
            [
                ("hashtag", "#安全"),
                ("cashtag", "$USD"),
                ("phone_number", "+8613800000000"),
            ],
        ),
        ("😀 /my", [("bot_command", "/my")]),
        ("没有", []),
    ],
)
def test_automatic_entities(text: str, expected: list[tuple[str, str]]) -> None:
    found = [(e["type"], utf16_slice(text, e["offset"], e["length"])) for e in detect_entities(text)]
    assert found == expected


def test_automatic_entities_stay_out_of_code_and_links() -> None:
    assert pieces("<code>/x a.cn</code> /y", "HTML") == [("code", "/x a.cn"), ("bot_command", "/y")]
    assert pieces("<b>/x</b>", "HTML") == [("bold", "/x"), ("bot_command", "/x")]


def test_given_entities_are_checked_and_clipped() -> None:
    bold: dict[str, Any] = {"type": "bold", "offset": 2, "length": 2}
    outside = {"type": "italic", "offset": 3, "length": 99}
    typed = {"type": "url", "offset": 0, "length": 1}
    assert format_text("  粗体 ", given=[bold, outside, typed]) == (
        "粗体",
        [{"type": "bold", "offset": 0, "length": 2}],
    )
    edge = {"type": "bold", "offset": 0, "length": 2}
    assert format_text("  粗体", given=[edge]) == ("粗体", [])


def test_a_link_to_a_user_is_a_mention_if_the_user_is_known() -> None:
    def find(user_id: int) -> dict[str, Any] | None:
        return {"id": user_id} if user_id == 101 else None

    text, entities = format_text('<a href="tg://user?id=101">王敏</a>', "HTML", None, find)
    assert (text, entities) == (
        "王敏",
        [{"type": "text_mention", "offset": 0, "length": 2, "user": {"id": 101}}],
    )
    assert format_text('<a href="tg://user?id=5">谁</a>', "HTML", None, find) == ("谁", [])
    assert format_text('<a href="tg://user?id=x">谁</a>', "HTML") == ("谁", [])


def test_at_most_a_hundred_entities_are_kept() -> None:
    assert len(format_text("<b>x</b>y" * 120, "HTML")[1]) == 100


@given(st.text())
def test_escaped_text_comes_through_html_unchanged(text: str) -> None:
    import html

    assert format_text(html.escape(text), "HTML")[0] == text.strip()


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_entities_always_lie_within_the_text(text: str) -> None:
    plain, entities = format_text(text)
    size = utf16_len(plain)
    assert all(0 <= e["offset"] < e["offset"] + e["length"] <= size for e in entities)


@given(st.text(alphabet="ab*_~|`[]()>\\!\n<中😀"), st.sampled_from(["HTML", "Markdown", "MarkdownV2"]))
def test_any_markup_is_parsed_or_refused(source: str, mode: str) -> None:
    try:
        plain, entities = format_text(source, mode)
    except Refusal as refusal:
        words = refusal.description
    else:
        size = utf16_len(plain)
        assert all(0 <= e["offset"] < e["offset"] + e["length"] <= size for e in entities)
        words = "Bad Request: can't parse entities: "
    assert words.startswith("Bad Request: can't parse entities: ")
