"""Text that fits: whatever people write, no message is too long and nothing of it is lost."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rendering.markup import LONGEST, cut, mention, pack, safe, split, units
from sandbox.markup.html import parse_html
from tests.rendering.board import Board, htmls, length, seen
from tests.rendering.matters import put
from tests.rendering.rows import DESK, FORKLIFT, GROUP, answer, draft, event, inquiry, part, ticket
from tickets.identity import Person, UserId
from tickets.lifecycle import Action, Status
from tickets.model import Finding, InquiryState
from tickets.notices import NoticeKind

FEW = settings(max_examples=25, deadline=None)  # each writes and reads rows
LETTERS = st.sampled_from(
    ["字", "a", "🚧", "&", "<", ">", '"', "\n", " ", "\u202e", "👷🏽\u200d♀️", "</b>", "&amp;"]
)
TEXTS = st.lists(st.tuples(LETTERS, st.integers(1, 3000)), max_size=12).map(
    lambda runs: "".join(letter * count for letter, count in runs)
)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=129)


def solid(text: str) -> str:
    """A text without the blanks that may go where it is parted."""
    return "".join(text.split())


@given(st.text(max_size=300), st.integers(2, 200))
def test_a_cut_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert units(short) <= limit
    assert short == text or text.startswith(short.removesuffix("…"))
    assert (short == text) == (units(text) <= limit)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(200, 4096), st.integers(200, 4096))
def test_a_split_text_fits_and_loses_nothing(text: str, first: int, rest: int) -> None:
    pieces = split(text, first, rest)
    assert units(pieces[0]) <= first
    assert all(units(piece) <= rest for piece in pieces[1:])
    assert solid("".join(pieces)) == solid(text)
    assert all(piece.strip() for piece in pieces) or len(pieces) == 1


def test_a_text_is_parted_at_the_end_of_a_line_where_one_is_near() -> None:
    assert split("一二三四五\n六七八九十", 8, 8) == ("一二三四五", "六七八九十")
    assert split("一\n二三四五六七八九十", 8, 8) == ("一\n二三四五六七", "八九十")
    assert split("", 8) == ("",)


def test_blanks_alone_make_no_message() -> None:
    assert split("头" + "\n" * 50 + "尾", 8, 8) == ("头", "尾")
    assert split("头" + "\n" * 50, 8, 8) == ("头",)


@given(st.text(max_size=200))
def test_user_text_is_shown_as_it_was_written(text: str) -> None:
    assert parse_html(safe(text)) == (text, [])


def test_a_mention_shows_the_name_and_links_the_person() -> None:
    text, (entity,) = parse_html(mention(101, "<b>张</b> & 敏"))
    assert text == "<b>张</b> & 敏"
    assert (entity["type"], entity["url"]) == ("text_link", "tg://user?id=101")


@given(st.lists(st.integers(1, 3000), max_size=12), st.integers(3000, LONGEST))
def test_packed_lines_fit_and_none_is_torn(lengths: list[int], limit: int) -> None:
    lines = [f"<b>{'字' * (length - 1)}{place}</b>" for place, length in enumerate(lengths)]
    pieces = pack(lines, limit)
    assert "\n".join(pieces) == "\n".join(lines)
    assert all(units(piece) <= limit or piece in lines for piece in pieces)


def test_lines_are_packed_up_to_the_limit_and_not_beyond() -> None:
    assert pack(["a" * 10, "b" * 10], 21) == ("a" * 10 + "\n" + "b" * 10,)
    assert pack(["a" * 10, "b" * 10], 20) == ("a" * 10, "b" * 10)
    assert pack([]) == ()


def test_any_answer_reaches_the_asker_whole(board: Board) -> None:
    @FEW
    @given(TEXTS.filter(str.strip), NAMES, st.sampled_from([10, 0]))
    def check(text: str, name: str, origin: int) -> None:
        """`origin` 0: the question can no longer be replied to."""
        asker = Person(id=UserId(101), name=name)
        put(board, ticket(Status.ANSWERED, asker=asker), asker=asker, parts=(part(origin, text),))
        board.uow.answers.put(answer(text=text))
        _check(board, NoticeKind.ANSWER, text)
        orphans = [getattr(step, "orphan_html", None) for step in board.render(NoticeKind.ANSWER).steps]
        assert all(length(orphan) <= LONGEST for orphan in orphans if orphan)

    check()


def test_any_draft_is_previewed_whole(board: Board) -> None:
    @FEW
    @given(TEXTS.filter(str.strip), NAMES)
    def check(text: str, name: str) -> None:
        asker = Person(id=UserId(101), name=name)
        put(board, ticket(asker=asker), asker=asker)
        board.uow.drafts.put(draft(parts=(part(510, text, chat_id=DESK),)))
        _check(board, NoticeKind.PREVIEW, text, DESK)

    check()


def test_any_entry_is_given_whole(board: Board) -> None:
    @FEW
    @given(TEXTS.filter(str.strip), st.lists(NAMES, max_size=20))
    def check(text: str, steps: list[str]) -> None:
        board.entries["TSE-001"] = replace(FORKLIFT, answer=text, steps=tuple(steps))
        values = {"entry_id": "TSE-001", "finding": Finding.ANSWER, "state": InquiryState.ANSWERED}
        board.uow.inquiries.put(inquiry(**values))
        _check(board, NoticeKind.REPLY, text)

    check()


def test_any_question_fits_on_every_card(board: Board) -> None:
    @FEW
    @given(TEXTS, NAMES)
    def check(text: str, name: str) -> None:
        person = Person(id=UserId(101), name=name)
        board.uow.inquiries.put(inquiry(asker=person, parts=(part(10, text),)))
        board.uow.tickets.put(ticket(Status.ANSWERED, asker=person, holder=person, officer=person))
        board.uow.answers.put(answer(text=text, author=person))
        board.uow.history.add(event(Action.NOTE, person, text))
        for kind in (NoticeKind.DESK_CARD, NoticeKind.TICKET_NOTICE):
            (html,) = htmls(board.render(kind, DESK))
            assert length(html) <= LONGEST

    check()


def _check(board: Board, kind: NoticeKind, text: str, chat_id: int = GROUP) -> None:
    pieces = htmls(board.render(kind, chat_id))
    assert all(0 < length(piece) <= LONGEST for piece in pieces)
    assert solid(text) in solid("".join(seen(piece) for piece in pieces))
