"""Texts on their way: what is shown is what is sent, once, by an explicit press of somebody who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.tickets.people import (
    ALLIANCE,
    CHEN,
    DESK,
    FILE,
    GROUP,
    LI,
    NOWHERE,
    OTHER_DESK,
    PHOTO,
    SUN,
    WANG,
    ZHANG,
    ZHAO,
    edit,
    write,
)
from tests.tickets.stories import (
    MINUTE,
    POLICY,
    again,
    again_answer,
    again_draft,
    answered,
    claimed,
    closed,
    dispatched,
    drafted,
    opened,
    published,
)
from tests.tickets.world import World, kinds_of
from tickets.buttons import Verb
from tickets.identity import DraftId
from tickets.lifecycle import Action, Status
from tickets.model import Draft, DraftKind, DraftState, LinkRole, Room, Ticket
from tickets.notices import NoticeKind

TOPIC: dict[str, Any] = {"to": ALLIANCE, "thread_id": 77}


async def desk_draft(world: World, text: str = "每天七点半。", **more: Any) -> tuple[Ticket, Draft]:
    """A social worker pressed 答复 and gave the text."""
    ticket = await claimed(world)
    await world.press(Verb.DESK_ANSWER, ticket.id, by=WANG, at=DESK)
    draft = await world.the_draft()
    await world.reply(text, await world.shown(LinkRole.PROMPT, draft.id), by=WANG, to=DESK, **more)
    return ticket, await again_draft(world, draft)


async def test_a_social_workers_answer_is_asked_for_shown_and_sent(world: World) -> None:
    ticket, draft = await desk_draft(world)
    assert (draft.kind, draft.state, draft.text) == (
        DraftKind.DESK_ANSWER,
        DraftState.COMPOSED,
        "每天七点半。",
    )
    assert kinds_of(await world.deliver(), DESK) == [NoticeKind.PREVIEW]
    reply = await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=WANG, at=DESK)
    assert (reply.text, reply.values) == ("published", {"name": ZHANG.name})
    told = await world.deliver()
    assert kinds_of(told, GROUP) == [NoticeKind.TICKET_NOTICE, NoticeKind.ANSWER]
    assert kinds_of(told, DESK) == [NoticeKind.PREVIEW, NoticeKind.DESK_CARD]
    answer = await world.do(lambda uow: uow.answers.by_draft(draft.id))
    assert answer is not None
    assert (answer.text, answer.department, answer.author) == ("每天七点半。", None, WANG)
    assert (await again(world, ticket)).status is Status.ANSWERED


async def test_a_departments_answer_names_the_department(world: World) -> None:
    ticket, answer = await answered(world)
    assert (answer.department, answer.author, answer.text) == ("market_regulation", CHEN, "每天七点半。")
    event = (await world.history(ticket))[-1]
    assert (event.action, event.actor, event.after) == (Action.ANSWER, CHEN, Status.ANSWERED)


async def test_an_answer_is_published_once_however_often_it_is_pressed(world: World) -> None:
    _, draft = await desk_draft(world)
    await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=WANG, at=DESK)
    await world.deliver()
    assert (
        await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=ZHAO, at=DESK)
    ).text == "draft_published"
    assert (await world.press(Verb.DROP, draft.id, by=WANG, at=DESK)).text == "draft_published"
    assert await world.deliver() == []


async def test_a_dropped_draft_is_never_sent(world: World) -> None:
    ticket, draft = await desk_draft(world)
    assert (await world.press(Verb.DROP, draft.id, by=WANG, at=DESK)).text == "dropped"
    assert (
        await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=WANG, at=DESK)
    ).text == "draft_dropped"
    assert kinds_of(await world.deliver(), GROUP) == []
    assert (await again(world, ticket)).status is Status.CLAIMED


async def test_nothing_is_sent_before_its_text_is_there(world: World) -> None:
    ticket = await claimed(world)
    await world.press(Verb.DESK_ANSWER, ticket.id, by=WANG, at=DESK)
    draft = await world.the_draft()
    assert (
        await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=WANG, at=DESK)
    ).text == "draft_prompted"
    await world.do(lambda uow: world.cases.composing.show(uow, draft.id))
    await world.do(lambda uow: world.cases.composing.show(uow, DraftId(424242)))
    assert NoticeKind.PREVIEW not in kinds_of(await world.deliver(), DESK)


async def test_a_further_reply_of_the_author_replaces_the_text(world: World) -> None:
    _, draft = await desk_draft(world)
    preview = await world.shown(LinkRole.PREVIEW, draft.id)
    await world.reply("每天八点。", preview, by=WANG, to=DESK)
    assert (await again_draft(world, draft)).text == "每天八点。"
    assert kinds_of(await world.deliver(), DESK) == [NoticeKind.PREVIEW]


async def test_a_published_draft_takes_no_further_text(world: World) -> None:
    _, draft = await desk_draft(world)
    preview = await world.shown(LinkRole.PREVIEW, draft.id)
    await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=WANG, at=DESK)
    await world.reply("每天八点。", preview, by=WANG, to=DESK)
    assert (await again_draft(world, draft)).text == "每天七点半。"


async def test_an_album_given_to_a_prompt_is_one_text_and_goes_to_the_asker(world: World) -> None:
    _, draft = await desk_draft(world, "时刻表", attachment=PHOTO, album_id="c")
    prompt = await world.shown(LinkRole.PROMPT, draft.id)
    await world.reply("", prompt, by=WANG, to=DESK, attachment=FILE, album_id="c")
    assert NoticeKind.PREVIEW not in kinds_of(await world.deliver(), DESK)
    await world.wait(POLICY.album)
    draft = await again_draft(world, draft)
    await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=WANG, at=DESK)
    told = await world.deliver()
    (relay,) = [each for each in told if each.kind is NoticeKind.RELAY]
    assert (relay.chat_id, relay.data["owner"], relay.data["owner_id"]) == (GROUP.id, "draft", draft.id)
    assert [part.attachment for part in (await again_draft(world, draft)).attachments] == [PHOTO, FILE]


async def test_without_an_album_pause_an_album_is_shown_at_once(world: World) -> None:
    hasty = World(world.store, policy=replace(POLICY, album=timedelta(0)))
    _, draft = await desk_draft(hasty, "时刻表", attachment=PHOTO, album_id="c")
    assert kinds_of(await hasty.deliver(), DESK) == [NoticeKind.PREVIEW]
    assert draft.state is DraftState.COMPOSED


async def test_an_edit_before_publishing_changes_what_is_shown(world: World) -> None:
    ticket = await dispatched(world)
    message = await world.reply(
        "每天七点。", await world.shown(LinkRole.THREAD_CARD, ticket.id), by=CHEN, **TOPIC
    )
    await world.deliver()
    await world.receive(edit(message, "每天七点半。"))
    assert (await world.the_draft()).text == "每天七点半。"
    assert kinds_of(await world.deliver(), ALLIANCE) == [NoticeKind.PREVIEW]
    await world.receive(edit(message, "每天七点半。"))  # an edit that nobody can see
    assert await world.deliver() == []


async def test_an_edit_of_a_published_answer_is_carried_over_and_marked(world: World) -> None:
    ticket = await dispatched(world)
    card = await world.shown(LinkRole.THREAD_CARD, ticket.id)
    message = await world.reply("每天七点。", card, by=CHEN, **TOPIC)
    answer = await published(world, await world.the_draft())
    await world.wait(MINUTE)
    await world.receive(edit(message, "每天七点半。"))
    edited = await again_answer(world, answer)
    assert (edited.text, edited.edited_at) == ("每天七点半。", world.now)
    told = await world.deliver()
    assert kinds_of(told, GROUP) == [NoticeKind.ANSWER]
    assert told[0].ref == answer.id


async def test_an_edit_of_a_dropped_draft_goes_nowhere(world: World) -> None:
    ticket = await dispatched(world)
    card = await world.shown(LinkRole.THREAD_CARD, ticket.id)
    message = await world.reply("每天七点。", card, by=CHEN, **TOPIC)
    await world.press(Verb.DROP, (await world.the_draft()).id, by=CHEN, at=ALLIANCE)
    await world.deliver()
    await world.receive(edit(message, "每天七点半。"))
    assert await world.deliver() == []


async def test_a_second_answer_follows_the_first_which_loses_its_buttons(world: World) -> None:
    ticket, first = await answered(world)
    await world.deliver()
    second = await published(world, await drafted(world, ticket, "周末八点。"))
    assert second.id != first.id
    assert (await again(world, ticket)).status is Status.ANSWERED
    assert (await world.press(Verb.SOLVED, first.id)).text == "newer_answer"
    assert (await world.press(Verb.SOLVED, second.id)).text == "closed_solved"


async def test_showing_the_first_answer_again_is_part_of_publishing_the_second(world: World) -> None:
    ticket, first = await answered(world)
    draft = await drafted(world, ticket, "周末八点。")
    await world.deliver()
    await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=CHEN, at=ALLIANCE)
    refs = [each.ref for each in await world.deliver() if each.kind is NoticeKind.ANSWER]
    assert first.id in refs
    assert len(refs) == 2


@pytest.mark.parametrize("verb", [Verb.PUBLISH, Verb.DROP])
async def test_a_draft_is_published_only_where_it_is_shown_and_by_members(world: World, verb: Verb) -> None:
    _, desks = await desk_draft(world)
    departments = await drafted(world, await dispatched(world, text="食堂几点开？", by=LI), "十一点。")
    await world.deliver()
    for draft, elsewhere in ((desks, ALLIANCE), (departments, DESK)):
        for at in (elsewhere, GROUP, OTHER_DESK, NOWHERE):
            assert (await world.press(verb, draft.id, by=SUN, at=at)).text == "gone"
    assert (await world.press(verb, desks.id, by=LI, at=DESK, member=False)).text == "members_only"
    assert (await world.press(verb, departments.id, by=LI, at=ALLIANCE, member=False)).text == "members_only"
    assert (await world.press(verb, 424242, by=WANG, at=DESK)).text == "gone"
    assert await world.deliver() == []


async def test_a_group_that_became_something_else_publishes_nothing(world: World) -> None:
    _, draft = await desk_draft(world)
    await world.do(lambda uow: uow.chats.remove(DESK.id))
    assert (
        await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=WANG, at=DESK)
    ).text == "members_only"
    await world.bind(DESK, Room.MUTUAL_AID)
    assert (
        await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=WANG, at=DESK)
    ).text == "members_only"


async def test_what_an_asker_was_asked_for_cannot_be_published(world: World) -> None:
    _, answer = await answered(world)
    await world.press(Verb.UNSOLVED, answer.id)
    draft = await world.the_draft()
    assert draft.kind is DraftKind.REOPEN_REASON
    assert (await world.press(Verb.PUBLISH, draft.id, draft.fingerprint)).text == "gone"


async def test_a_draft_whose_ticket_is_over_comes_too_late(world: World) -> None:
    ticket, answer = await answered(world)
    draft = await drafted(world, ticket, "周末八点。")
    await world.press(Verb.SOLVED, answer.id)
    reply = await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=CHEN, at=ALLIANCE)
    assert (reply.text, reply.alert) == ("already_retired", True)
    assert (await again_draft(world, draft)).state is DraftState.COMPOSED


async def test_a_draft_without_a_ticket_belongs_nowhere(world: World) -> None:
    _, draft = await desk_draft(world)
    await world.do(lambda uow: uow.drafts.put(replace(draft, ticket_id=None)))
    assert (
        await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=WANG, at=DESK)
    ).text == "members_only"


async def test_the_prompt_stands_where_the_button_was(world: World) -> None:
    ticket = await opened(world)
    await world.press(Verb.DESK_ANSWER, ticket.id, by=WANG, at=DESK)
    draft = await world.the_draft()
    assert (draft.chat_id, draft.thread_id, draft.author) == (DESK.id, None, WANG)


async def test_an_answer_after_the_end_needs_the_ticket_to_be_reopened_first(world: World) -> None:
    ticket, _ = await closed(world)
    message = write("补一句", by=CHEN, **TOPIC)
    await world.receive(message)
    part = (await world.do(lambda uow: uow.threads.message(message.key))) is not None
    assert part
    assert (await world.press(Verb.DEPARTMENT_ANSWER, ticket.id, by=CHEN, at=ALLIANCE)).text == (
        "already_retired"
    )
