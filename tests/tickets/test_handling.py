"""The alliance: report in, talk, and say which words are the answer; everything else stays in the thread."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.tickets.people import (
    ADMIN,
    ALLIANCE,
    CHEN,
    DESK,
    FILE,
    GROUP,
    LI,
    NOWHERE,
    PHOTO,
    SUN,
    WANG,
    ZHANG,
    edit,
    key_in,
    reply_to,
    reply_to_bot,
    write,
)
from tests.tickets.stories import again, answered, closed, dispatched, opened, waiting
from tests.tickets.world import World, keys_of, kinds_of
from tickets.buttons import Verb
from tickets.conversation import IncomingMessage
from tickets.lifecycle import Action, Status
from tickets.model import DraftKind, DraftState, LinkRole
from tickets.notices import NoticeKind
from tickets.policy import Policy

TOPIC: dict[str, Any] = {"to": ALLIANCE, "thread_id": 77}
ALBUM_PAUSE = Policy().album


async def answer_with(world: World, message: IncomingMessage) -> None:
    """The officer sent `/answer`."""
    case = world.cases.handling
    await world.do(lambda uow: case.answer_with(uow, message, case.find_ticket(uow, message), world.now))


async def test_reporting_in_on_what_went_back_to_the_desk_is_told_so(world: World) -> None:
    ticket, answer = await answered(world)
    await world.press(Verb.UNSOLVED, answer.id, by=ZHANG, at=GROUP)
    reply = await world.press(Verb.REPORT_IN, ticket.id, by=CHEN, at=ALLIANCE)
    assert (reply.text, reply.alert) == ("back_at_desk", True)


async def test_a_department_reports_in_once(world: World) -> None:
    ticket = await dispatched(world)
    assert (await world.press(Verb.REPORT_IN, ticket.id, by=CHEN, at=ALLIANCE)).text == "reported_in"
    ticket = await again(world, ticket)
    assert (ticket.status, ticket.officer) == (Status.HANDLING, CHEN)
    second = await world.press(Verb.REPORT_IN, ticket.id, by=SUN, at=ALLIANCE)
    assert (second.text, second.values) == ("already_reported_in", {"name": CHEN.name})


@pytest.mark.parametrize("verb", [Verb.REPORT_IN, Verb.DEPARTMENT_ANSWER])
async def test_the_thread_is_for_members_of_the_alliance(world: World, verb: Verb) -> None:
    ticket = await dispatched(world)
    undispatched = await opened(world, text="食堂几点开？")
    for at, member, said in (
        (ALLIANCE, False, "officers_only"),
        (DESK, True, "gone"),
        (GROUP, True, "gone"),
        (NOWHERE, True, "gone"),
    ):
        reply = await world.press(verb, ticket.id, by=LI, at=at, member=member)
        assert (reply.text, reply.alert) == (said, True)
    assert (await world.press(verb, undispatched.id, by=CHEN, at=ALLIANCE)).text == "gone"
    assert (await world.press(verb, 424242, by=CHEN, at=ALLIANCE)).text == "gone"
    assert await again(world, ticket) == ticket


@pytest.mark.parametrize("verb", [Verb.REPORT_IN, Verb.DEPARTMENT_ANSWER])
async def test_after_the_end_the_thread_takes_no_more(world: World, verb: Verb) -> None:
    ticket, _ = await closed(world)
    assert (await world.press(verb, ticket.id, by=CHEN, at=ALLIANCE)).text == "already_retired"


async def test_a_group_that_is_the_alliance_no_more_handles_nothing(world: World) -> None:
    ticket = await dispatched(world)
    await world.do(lambda uow: uow.chats.remove(ALLIANCE.id))
    assert (await world.press(Verb.REPORT_IN, ticket.id, by=CHEN, at=ALLIANCE)).text == "gone"


async def test_answering_by_the_button_asks_for_the_text_in_the_thread(world: World) -> None:
    ticket = await dispatched(world)
    reply = await world.press(Verb.DEPARTMENT_ANSWER, ticket.id, by=CHEN, at=ALLIANCE)
    draft = await world.the_draft()
    assert reply.text == "reply_to_prompt"
    assert (draft.kind, draft.author, draft.thread_id) == (DraftKind.DEPARTMENT_ANSWER, CHEN, 77)
    await world.reply("每天七点半。", await world.shown(LinkRole.PROMPT, draft.id), by=CHEN, **TOPIC)
    draft = await world.the_draft()
    assert (draft.state, draft.text) == (DraftState.COMPOSED, "每天七点半。")
    assert kinds_of(await world.deliver(), ALLIANCE) == [NoticeKind.PREVIEW]


async def test_an_explicit_reply_to_the_card_is_an_answer_to_be_confirmed(world: World) -> None:
    ticket = await dispatched(world)
    card = await world.shown(LinkRole.THREAD_CARD, ticket.id)
    message = await world.reply("每天七点半。", card, by=CHEN, **TOPIC)
    draft = await world.the_draft()
    assert (draft.state, draft.author, draft.asked_by, draft.thread_id) == (
        DraftState.COMPOSED,
        CHEN,
        message.key,
        77,
    )
    told = await world.deliver()
    assert kinds_of(told, ALLIANCE) == [NoticeKind.PREVIEW]
    assert kinds_of(told, GROUP) == []
    assert (await again(world, ticket)).status is Status.DISPATCHED


async def test_talk_in_the_thread_stays_there(world: World) -> None:
    ticket = await dispatched(world)
    first = await world.say("这事归谁？", by=CHEN, **TOPIC)
    await world.say("归我们吧", by=SUN, replied=reply_to(first), **TOPIC)
    await world.say("叉车怎么上牌", by=SUN, addressed=True, **TOPIC)
    await world.wait(timedelta(minutes=1))
    assert await world.deliver() == []
    said = await world.do(lambda uow: uow.threads.last_messages(ticket.id, 9))
    assert [each.text for each in said] == ["这事归谁？", "归我们吧", "叉车怎么上牌"]


async def test_answer_below_a_message_of_the_thread_takes_that_message(world: World) -> None:
    ticket = await dispatched(world)
    said = await world.say("每天七点半。", by=CHEN, **TOPIC)
    await answer_with(world, write("", by=SUN, replied=reply_to(said), **TOPIC))
    draft = await world.the_draft()
    assert (draft.text, draft.author, draft.asked_by) == ("每天七点半。", SUN, said.key)
    assert draft.ticket_id == ticket.id


async def test_answer_below_a_photo_takes_the_photo(world: World) -> None:
    await dispatched(world)
    said = await world.say("", by=CHEN, attachment=PHOTO, **TOPIC)
    await answer_with(world, write("", by=CHEN, replied=reply_to(said), **TOPIC))
    assert [part.attachment for part in (await world.the_draft()).attachments] == [PHOTO]


async def test_answer_below_an_album_takes_all_of_it_as_it_was_edited_last(world: World) -> None:
    await dispatched(world)
    first = await world.say("时刻表", by=CHEN, attachment=PHOTO, album_id="b", **TOPIC)
    await world.say("", by=CHEN, attachment=FILE, album_id="b", **TOPIC)
    await world.receive(edit(first, "新时刻表"))
    await answer_with(world, write("", by=CHEN, replied=reply_to(first), **TOPIC))
    await world.wait(ALBUM_PAUSE)
    draft = await world.the_draft()
    assert draft.text == "新时刻表"
    assert [part.attachment for part in draft.attachments] == [PHOTO, FILE]


async def test_an_album_in_reply_to_the_card_is_one_answer_shown_once(world: World) -> None:
    ticket = await dispatched(world)
    card = await world.shown(LinkRole.THREAD_CARD, ticket.id)
    for text, attachment in (("时刻表", PHOTO), ("", FILE)):
        await world.reply(text, card, by=CHEN, attachment=attachment, album_id="b", **TOPIC)
    assert await world.deliver() == []
    await world.wait(ALBUM_PAUSE)
    assert kinds_of(await world.deliver(), ALLIANCE) == [NoticeKind.PREVIEW]
    draft = await world.the_draft()
    assert [part.attachment for part in draft.attachments] == [PHOTO, FILE]


async def test_answer_needs_a_message_of_the_thread_to_take(world: World) -> None:
    ticket = await dispatched(world)
    card = await world.shown(LinkRole.THREAD_CARD, ticket.id)
    said = await world.say("闲话", by=CHEN, to=ALLIANCE)  # in no thread
    empty = await world.say("", by=CHEN, **TOPIC)
    for message in (
        write("", by=CHEN, **TOPIC),
        write("", by=CHEN, to=ALLIANCE, replied=reply_to(said)),
        write("", by=CHEN, replied=reply_to_bot(card, "📌 LF-0001"), **TOPIC),
        write("", by=CHEN, replied=reply_to(empty), **TOPIC),
    ):
        await answer_with(world, message)
        assert keys_of(await world.deliver()) == ["answer_needs_reply"]


async def test_answer_after_the_end_comes_too_late(world: World) -> None:
    await closed(world)
    said = await world.say("还有一句", by=CHEN, **TOPIC)
    await answer_with(world, write("", by=CHEN, replied=reply_to(said), **TOPIC))
    assert keys_of(await world.deliver()) == ["answer_too_late"]


async def test_a_reply_to_the_card_after_the_end_is_only_kept(world: World) -> None:
    ticket, _ = await closed(world)
    await world.reply("补一句", await world.shown(LinkRole.THREAD_CARD, ticket.id), by=CHEN, **TOPIC)
    assert keys_of(await world.deliver()) == []
    assert (await world.the_draft()).state is DraftState.PUBLISHED


async def test_where_the_group_is_no_forum_the_reply_chain_is_the_thread(world: World) -> None:
    ticket = await dispatched(world)
    card = await world.shown(LinkRole.THREAD_CARD, ticket.id)
    find = world.cases.handling.find_ticket

    async def found(message: IncomingMessage) -> bool:
        ticket_found = await world.do(lambda uow: find(uow, message))
        return ticket_found is not None and ticket_found.id == ticket.id

    await world.reply("每天七点半。", card, by=CHEN, to=ALLIANCE)
    draft = await world.the_draft()
    preview = await world.shown(LinkRole.PREVIEW, draft.id)
    await world.press(Verb.DEPARTMENT_ANSWER, ticket.id, by=CHEN, at=ALLIANCE)
    prompt = await world.shown(LinkRole.PROMPT, (await world.the_draft()).id)
    for key in (card, preview, prompt):
        assert await found(write("x", to=ALLIANCE, replied=reply_to_bot(key)))
    below = await world.reply("内部：先核实", preview, by=SUN, to=ALLIANCE)
    assert await found(write("好", to=ALLIANCE, replied=reply_to(below)))
    assert not await found(write("x", to=ALLIANCE))
    assert not await found(write("x", to=ALLIANCE, replied=reply_to_bot(key_in(ALLIANCE))))
    assert not await found(write("x", to=ALLIANCE, thread_id=5))
    text = await world.shown(LinkRole.TICKET_NOTICE, ticket.id)
    assert not await found(write("x", to=ALLIANCE, replied=reply_to_bot(text)))


async def test_a_prompt_that_belongs_to_no_ticket_is_no_thread(world: World) -> None:
    bind = write("/bind", by=ADMIN, to=GROUP)
    case = world.cases.binding
    await world.do(lambda uow: case.bind(uow, bind, ["mutual_aid", "NEW"], [], world.now))
    prompt = await world.shown(LinkRole.PROMPT, (await world.the_draft()).id)
    message = write("新社区", by=ADMIN, to=GROUP, replied=reply_to_bot(prompt))
    assert await world.do(lambda uow: world.cases.handling.find_ticket(uow, message)) is None


async def test_a_question_to_the_bot_outside_the_threads_is_answered(world: World) -> None:
    await dispatched(world)
    await world.say("叉车怎么上牌", by=CHEN, to=ALLIANCE, addressed=True)
    assert kinds_of(await world.deliver(), ALLIANCE) == [NoticeKind.REPLY]


async def test_a_card_of_a_ticket_without_a_thread_takes_no_answer(world: World) -> None:
    ticket = await opened(world)
    late = timedelta(minutes=1)
    shown: dict[str, Any] = {"shown": "📌 LF-0001 · 班车", "late": late}
    await world.reply("每天七点半。", key_in(ALLIANCE), by=CHEN, to=ALLIANCE, **shown)
    assert await world.deliver() == []
    assert (await again(world, ticket)).status is Status.OPEN


async def test_a_reopened_ticket_may_still_be_answered_from_its_thread(world: World) -> None:
    ticket, answer = await answered(world)
    await world.press(Verb.UNSOLVED, answer.id)
    await world.reply("改为八点。", await world.shown(LinkRole.THREAD_CARD, ticket.id), by=CHEN, **TOPIC)
    draft = await world.the_draft()
    assert (draft.text, draft.state) == ("改为八点。", DraftState.COMPOSED)


async def test_desk_and_peers_cannot_be_mistaken_for_a_department(world: World) -> None:
    ticket = await waiting(world)
    assert (await world.press(Verb.REPORT_IN, ticket.id, by=WANG, at=DESK)).text == "gone"
    assert [event.action for event in await world.history(ticket)] == [Action.ASK]
