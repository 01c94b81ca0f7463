"""What stands between a text and its reader: prompts, previews, menus."""

from __future__ import annotations

import pytest

from bot.outgoing import EditText, SendText
from knowledge import load_departments
from tests.rendering.board import Board, html_of, htmls, keys_of, labels, length, seen, the_edit, the_text
from tests.rendering.matters import put
from tests.rendering.rows import (
    ALLIANCE,
    CHEN,
    DESK,
    FILE,
    FORKLIFT,
    GROUP,
    PHOTO,
    QUESTION,
    THE_GROUP,
    answer,
    department,
    draft,
    key,
    part,
    ticket,
)
from tickets.buttons import Verb, decode
from tickets.identity import ChatId
from tickets.lifecycle import Status
from tickets.model import DraftKind, DraftState, LinkRole
from tickets.notices import NoticeKind

PROMPT, PREVIEW, MENU = NoticeKind.PROMPT, NoticeKind.PREVIEW, NoticeKind.MENU


@pytest.mark.parametrize(
    ("kind", "words", "hint"),
    [
        (DraftKind.DESK_ANSWER, "写下给 张敏 的答复（LF-0001）", "写答复"),
        (DraftKind.DEPARTMENT_ANSWER, "发布前会先给您看", "写答复"),
        (DraftKind.GUIDANCE, "为什么建议走「法院诉讼」（LF-0001）", "写原因"),
        (DraftKind.REOPEN_REASON, "还差什么", "还差什么"),
        (DraftKind.COMMUNITY_NAME, "LF 是哪个社区", "社区名字"),
    ],
)
def test_a_prompt_opens_the_reply_field_of_who_was_asked(
    board: Board, kind: DraftKind, words: str, hint: str
) -> None:
    put(board, ticket())
    board.uow.drafts.put(draft(kind, channel="court", state=DraftState.PROMPTED, parts=()))
    text = the_text(board.render(PROMPT, DESK))
    assert text.html.startswith('<a href="tg://user?id=201">王社工</a>，')
    assert words in seen(text.html)
    assert text.ask is not None
    assert text.ask.hint == hint
    assert text.reply_to == 500
    assert board.render(PROMPT, DESK).urgent


def test_a_prompt_without_a_ticket_asks_all_the_same(board: Board) -> None:
    board.uow.drafts.put(draft(DraftKind.COMMUNITY_NAME, ticket_id=None, parts=()))
    assert "LF 是哪个社区" in seen(html_of(board.render(PROMPT, DESK)))


@pytest.mark.parametrize("asked_by", [None, key(0, DESK), key(10, GROUP)])
def test_a_prompt_whose_card_is_not_here_replies_to_nothing(board: Board, asked_by: object) -> None:
    put(board, ticket())
    board.uow.drafts.put(draft(asked_by=asked_by, thread_id=77, chat_id=ChatId(ALLIANCE)))
    text = the_text(board.render(PROMPT, DESK))
    assert (text.reply_to, text.thread_id) == (None, 77)


def test_a_preview_shows_the_text_as_it_will_be_sent_and_to_whom(board: Board) -> None:
    put(board, ticket(department=department("market_regulation")))
    files = (part(511, "", PHOTO, chat_id=DESK), part(512, "", FILE, chat_id=DESK))
    board.uow.drafts.put(draft(parts=(*draft().parts, *files)))
    rendered = board.render(PREVIEW, DESK)
    assert seen(html_of(rendered)).splitlines() == [
        "将发给 张敏（灵峰互助群），请看一遍：",
        "社工答复（LF-0001）",
        "",
        "已安排今晚维修。",
        "另附 图片 1、文件 1",
    ]
    assert labels(rendered) == [["发送", "取消"]]
    assert the_text(rendered).reply_to == 512
    publish = decode(keys_of(rendered)[0][0].data)
    shown = board.uow.drafts.get(draft().id)
    assert publish is not None
    assert shown is not None
    assert (publish.verb, publish.argument) == (Verb.PUBLISH, shown.fingerprint)


def test_a_departments_preview_names_the_department(board: Board) -> None:
    put(board, ticket(Status.HANDLING, department=department("market_regulation")))
    board.uow.drafts.put(draft(DraftKind.DEPARTMENT_ANSWER, author=CHEN, chat_id=ChatId(ALLIANCE)))
    rendered = board.render(PREVIEW, ALLIANCE)
    assert "市场监督管理局答复（LF-0001）" in seen(html_of(rendered))
    assert labels(rendered) == [["发布答复", "取消"]]
    assert the_text(rendered).reply_to is None  # what it is made of stands in another chat


def test_a_preview_of_guidance_names_the_channel(board: Board) -> None:
    put(board, ticket())
    board.uow.drafts.put(draft(DraftKind.GUIDANCE, channel="court"))
    assert "引导到：法院诉讼" in seen(html_of(board.render(PREVIEW, DESK)))


def test_a_preview_of_files_alone_points_to_them(board: Board) -> None:
    put(board, ticket())
    board.uow.drafts.put(draft(parts=(part(511, "", PHOTO, chat_id=DESK),)))
    assert "请看附件。\n另附 图片 1" in seen(html_of(board.render(PREVIEW, DESK)))


def test_a_preview_of_nothing_yet_replies_to_nothing(board: Board) -> None:
    put(board, ticket())
    board.uow.drafts.put(draft(parts=()))
    assert the_text(board.render(PREVIEW, DESK)).reply_to is None


@pytest.mark.parametrize(
    ("state", "words"), [(DraftState.PUBLISHED, "已发给 张敏。"), (DraftState.DROPPED, "没有发送。")]
)
def test_a_preview_that_was_decided_says_so_and_loses_its_buttons(
    board: Board, state: DraftState, words: str
) -> None:
    put(board, ticket())
    board.uow.drafts.put(draft())
    board.sent(board.render(PREVIEW, DESK), DESK, 520)
    board.uow.drafts.put(draft(state=state))
    edit = the_edit(board.render(PREVIEW, DESK))
    assert edit.message_id == 520
    assert seen(edit.html).startswith(words)
    assert edit.keys == ()


def test_a_published_preview_shows_the_answer_as_it_was_corrected(board: Board) -> None:
    put(board, ticket(Status.ANSWERED))
    board.uow.drafts.put(draft(state=DraftState.PUBLISHED))
    board.uow.answers.put(answer(text="明晚维修。"))
    assert seen(html_of(board.render(PREVIEW, DESK))).endswith("明晚维修。")


def test_a_long_preview_takes_as_many_messages_as_the_answer_will(board: Board) -> None:
    put(board, ticket())
    board.uow.drafts.put(draft(parts=(part(510, "答" * 9000, chat_id=DESK),)))
    rendered = board.render(PREVIEW, DESK)
    pieces = htmls(rendered)
    assert len(pieces) == 3
    assert all(length(piece) <= 4096 for piece in pieces)
    assert seen("".join(pieces)).count("答") == 9000 + 1  # and once in the heading
    assert len(keys_of(rendered)) == 1


def test_a_preview_that_lost_its_ticket_is_not_shown(board: Board) -> None:
    board.uow.drafts.put(draft(ticket_id=None))
    assert board.render(PREVIEW, DESK).steps == ()
    board.uow.drafts.put(draft())
    assert board.render(PREVIEW, DESK).steps == ()


def test_the_departments_menu_has_the_likeliest_first_and_pages_to_turn(board: Board) -> None:
    put(board, ticket(), parts=(part(10, "叉车上牌找谁"),))
    first = board.render(MENU, DESK, menu="departments", page=0)
    assert labels(first)[0][0] == "市场监督管理局"
    assert [len(row) for row in labels(first)] == [2, 2, 2, 2, 1, 1]
    assert [row[0] for row in labels(first)][-2:] == ["下一页 ›", "返回"]
    seen_labels = set()
    for page in range(20):
        rendered = board.render(MENU, DESK, menu="departments", page=page)
        seen_labels |= {each.label for row in keys_of(rendered) for each in row if "to:" in each.data}
    assert seen_labels == {each.name for each in load_departments()}


def test_a_page_that_does_not_exist_shows_the_last(board: Board) -> None:
    put(board, ticket())
    last = labels(board.render(MENU, DESK, menu="departments", page=9999))
    assert last[-2:] == [["‹ 上一页"], ["返回"]]
    assert last == labels(board.render(MENU, DESK, menu="departments", page=4))
    middle = labels(board.render(MENU, DESK, menu="departments", page=1))
    assert middle[-2] == ["‹ 上一页", "下一页 ›"]


def test_a_page_that_is_no_number_shows_the_first(board: Board) -> None:
    put(board, ticket())
    shown = labels(board.render(MENU, DESK, menu="departments", page="x"))
    assert shown == labels(board.render(MENU, DESK, menu="departments", page=0))


def test_one_page_of_departments_has_nothing_to_turn(board: Board) -> None:
    put(board, ticket())
    board.departments = {each.id: each for each in load_departments()[:3]}
    assert [len(row) for row in labels(board.render(MENU, DESK, menu="departments"))] == [2, 1, 1]


def test_the_entry_that_was_nearest_speaks_for_its_department(board: Board) -> None:
    board.entries["TSE-001"] = FORKLIFT
    put(board, ticket(), parts=(part(10, "这个找谁"),), entry_id="TSE-001")
    assert labels(board.render(MENU, DESK, menu="departments"))[0][0] == "市场监督管理局"


def test_a_menu_without_its_question_still_offers_all(board: Board) -> None:
    board.uow.tickets.put(ticket())
    assert labels(board.render(MENU, DESK, menu="departments"))


def test_the_channels_menu_offers_every_channel(board: Board) -> None:
    put(board, ticket())
    rendered = board.render(MENU, DESK, menu="channels")
    assert labels(rendered) == [
        ["劳动仲裁", "法院诉讼"],
        ["信访", "行政复议"],
        ["报警", "政务服务大厅"],
        ["其他渠道"],
        ["返回"],
    ]
    first = decode(keys_of(rendered)[0][0].data)
    assert first is not None
    assert (first.verb, first.ref, first.argument) == (Verb.GUIDE_TO, 1, "arbitration")


@pytest.mark.parametrize(
    ("menu", "chosen", "words"),
    [
        ("dispatched", "market_regulation", "LF-0001 已派给 市场监督管理局。"),
        ("guided", "court", "LF-0001 引导：法院诉讼。"),
        ("closed", "", "LF-0001 没有改动。"),
    ],
)
def test_a_menu_becomes_what_was_chosen(board: Board, menu: str, chosen: str, words: str) -> None:
    put(board, ticket())
    board.link(LinkRole.MENU, 1, DESK, 530)
    edit = the_edit(board.render(MENU, DESK, menu=menu, chosen=chosen, edit=530))
    assert (edit.message_id, seen(edit.html), edit.keys) == (530, words, ())


def test_a_menu_replies_to_the_card_of_its_own_desk(board: Board) -> None:
    put(board, ticket())
    assert the_text(board.render(MENU, DESK, menu="channels")).reply_to is None
    board.link(LinkRole.DESK_CARD, 1, DESK, 500)
    assert the_text(board.render(MENU, DESK, menu="channels")).reply_to == 500
    assert the_text(board.render(MENU, -1001000000033, menu="channels")).reply_to is None


def test_a_menu_that_somebody_deleted_is_shown_anew_and_not_edited_for_ever(board: Board) -> None:
    put(board, ticket())
    board.link(LinkRole.MENU, 1, DESK, 530)
    board.uow.links.forget(LinkRole.MENU, 1)  # what delivery does when an edit finds it gone
    (step,) = board.render(MENU, DESK, menu="channels", edit=530).steps
    assert isinstance(step, SendText)


def test_a_menu_whose_sending_is_not_on_record_is_shown_anew(board: Board) -> None:
    put(board, ticket())
    (step,) = board.render(MENU, DESK, menu="channels", edit=530).steps
    assert isinstance(step, SendText)


def test_the_older_of_two_menus_can_still_be_used(board: Board) -> None:
    put(board, ticket())
    board.link(LinkRole.MENU, 1, DESK, 530)
    board.link(LinkRole.MENU, 1, DESK, 531)
    (step,) = board.render(MENU, DESK, menu="channels", edit=530).steps
    assert isinstance(step, EditText)


def test_a_prompt_names_who_speaks_for_a_group_without_a_link(board: Board) -> None:
    put(board, ticket())
    board.uow.drafts.put(draft(author=THE_GROUP))
    assert html_of(board.render(PROMPT, DESK)).startswith("灵峰互助群，请回复")
    assert QUESTION not in html_of(board.render(PROMPT, DESK))
