"""Whatever people are called and write, it stays text: no markup, no broken markup, nothing hidden."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.markup.html import parse_html
from tests.rendering.board import Board, htmls, keys_of, seen
from tests.rendering.matters import put
from tests.rendering.rows import (
    ALLIANCE,
    DESK,
    FORKLIFT,
    GROUP,
    answer,
    bound,
    department,
    draft,
    event,
    inquiry,
    part,
    thread,
    ticket,
)
from tickets.identity import CommunityCode, InquiryId, Person, TicketId, UserId
from tickets.lifecycle import Action, Status
from tickets.model import Community, DraftKind, Finding, InquiryState, Room
from tickets.notices import NoticeKind

HOSTILE = [
    "<b>粗",
    "</b></i></blockquote>",
    "<a href='tg://user?id=1'>点我</a>",
    "a & b &amp; c &lt;",
    "{name} {0} {number!r}",
    "\u202e反着写",
    "👷🏽‍♀️🚧🇨🇳",
    "\"引号\" '单'",
    "<script>alert(1)</script>",
]
OURS = {"bold", "italic", "blockquote", "text_link", "text_mention"}


@pytest.mark.parametrize("text", HOSTILE)
def test_no_word_of_anybody_becomes_markup(board: Board, text: str) -> None:
    person = Person(id=UserId(101), name=text)
    board.uow.communities.put(Community(code=CommunityCode("LF"), name=text))
    board.uow.chats.put(bound(GROUP, Room.MUTUAL_AID, text))
    put(
        board,
        ticket(
            Status.HANDLING,
            asker=person,
            holder=person,
            officer=person,
            subject=text,
            department=department("market_regulation"),
        ),
        asker=person,
        parts=(part(10, text),),
    )
    board.uow.threads.put(thread())
    board.uow.history.add(event(Action.REVISE, person, text))
    board.uow.answers.put(answer(text=text, author=person))
    board.uow.drafts.put(draft(DraftKind.GUIDANCE, author=person, channel="court", parts=(part(5, text),)))
    rendered = [
        board.render(NoticeKind.DESK_CARD, DESK),
        board.render(NoticeKind.THREAD_CARD, ALLIANCE),
        board.render(NoticeKind.ANSWER),
        board.render(NoticeKind.PROMPT, DESK),
        board.render(NoticeKind.PREVIEW, DESK),
        board.render(NoticeKind.TEXT, key="ticket_status", tickets="1"),
        board.render(NoticeKind.TEXT, key="groups"),
        board.render(NoticeKind.TEXT, key="desk_reopened_because", values={"number": "1", "reason": text}),
        board.render(NoticeKind.TEXT, key="bot_removed", values={"title": text}),
    ]
    board.uow.tickets.put(ticket(Status.CLAIMED, holder=person))
    rendered.append(board.render(NoticeKind.TICKET_NOTICE))
    for each in rendered:
        for html in htmls(each):
            shown, entities = parse_html(html)  # raises where the messenger would refuse it
            assert {entity["type"] for entity in entities} <= OURS
            assert {entity.get("url") for entity in entities} <= {None, "tg://user?id=101"}
            assert text in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_no_word_of_an_entry_becomes_markup(board: Board, text: str) -> None:
    board.entries["TSE-001"] = replace(
        FORKLIFT, question=text, answer=text, steps=(text,), bring=(text,), note=text, region=text
    )
    values = {"entry_id": "TSE-001", "finding": Finding.ANSWER, "state": InquiryState.ANSWERED}
    put(board, ticket(), **values)
    (html,) = htmls(board.render(NoticeKind.REPLY))
    assert seen(html).count(text) == 5
    put(board, ticket(), finding=Finding.SUGGESTION, state=InquiryState.SUGGESTED, candidates=("TSE-001",))
    assert keys_of(board.render(NoticeKind.REPLY))[0][0].label == text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_topic_is_named_as_the_asker_wrote(board: Board, text: str) -> None:
    put(board, ticket(Status.DISPATCHED, subject=text))
    board.uow.threads.put(thread(None))
    (step,) = board.render(NoticeKind.THREAD_CARD, ALLIANCE).steps
    assert getattr(step, "name", "") == f"LF-0001 · {text}"


def test_no_button_carries_more_than_the_messenger_takes(board: Board) -> None:
    """64 bytes; the ids are the largest that a row can have."""
    largest = 2**62
    board.uow.inquiries.put(inquiry(id=InquiryId(largest), ticket_id=TicketId(largest)))
    board.uow.tickets.put(ticket(id=TicketId(largest), inquiry_id=InquiryId(largest)))
    rendered = [
        board.render(NoticeKind.DESK_CARD, DESK, ref=largest, ticket_id=largest),
        board.render(NoticeKind.MENU, DESK, ref=largest, ticket_id=largest, menu="channels"),
        *(
            board.render(NoticeKind.MENU, DESK, ref=largest, ticket_id=largest, menu="departments", page=page)
            for page in range(5)
        ),
    ]
    every = [key for each in rendered for row in keys_of(each) for key in row]
    assert len(every) > 40
    assert all(key.url or 1 <= len(key.data.encode()) <= 64 for key in every)
    assert all(1 <= len(key.label) <= 60 for key in every)
