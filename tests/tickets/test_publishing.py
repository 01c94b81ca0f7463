"""What is published is what the presser saw, in the name of the department that it was shown with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tickets.people import ALLIANCE, CHEN, DESK, FILE, PHOTO, WANG, ZHAO
from tests.tickets.stories import again, again_draft, dispatched, drafted, published
from tests.tickets.test_composing import TOPIC, desk_draft
from tests.tickets.world import World, kinds_of
from tickets.buttons import Verb
from tickets.identity import DepartmentId
from tickets.lifecycle import Status
from tickets.model import LinkRole
from tickets.notices import NoticeKind


async def test_what_was_changed_since_it_was_shown_is_shown_again_and_not_sent(world: World) -> None:
    ticket, shown = await desk_draft(world)
    await world.reply("每天八点。", await world.shown(LinkRole.PREVIEW, shown.id), by=WANG, to=DESK)
    await world.deliver()
    for fingerprint in (shown.fingerprint, ""):
        reply = await world.press(Verb.PUBLISH, shown.id, fingerprint, by=ZHAO, at=DESK)
        assert (reply.text, reply.alert) == ("draft_changed", True)
        told = await world.deliver()
        assert [(each.kind, each.chat_id) for each in told] == [(NoticeKind.PREVIEW, DESK.id)]
    assert (await again(world, ticket)).status is Status.CLAIMED
    draft = await again_draft(world, shown)
    assert (
        await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=ZHAO, at=DESK)
    ).text == "published"


async def test_an_attachment_more_is_another_draft(world: World) -> None:
    _, draft = await desk_draft(world, "时刻表", attachment=PHOTO, album_id="c")
    prompt = await world.shown(LinkRole.PROMPT, draft.id)
    await world.reply("", prompt, by=WANG, to=DESK, attachment=FILE, album_id="c")
    reply = await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=WANG, at=DESK)
    assert reply.text == "draft_changed"


@pytest.mark.parametrize("asked_for", [True, False])
async def test_an_answer_is_not_published_in_another_departments_name(world: World, asked_for: bool) -> None:
    ticket = await dispatched(world)
    if asked_for:
        await world.press(Verb.DEPARTMENT_ANSWER, ticket.id, by=CHEN, at=ALLIANCE)
        prompt = await world.shown(LinkRole.PROMPT, (await world.the_draft()).id)
        await world.reply("每天七点半。", prompt, by=CHEN, **TOPIC)
        draft = await world.the_draft()
    else:
        draft = await drafted(world, ticket, "每天七点半。")
    assert draft.department == "market_regulation"
    moved = replace(await again(world, ticket), department=DepartmentId("fire"))
    await world.do(lambda uow: uow.tickets.put(moved))
    await world.deliver()
    for _ in range(2):  # the second press may still be of what was shown at first
        reply = await world.press(Verb.PUBLISH, draft.id, draft.fingerprint, by=CHEN, at=ALLIANCE)
        assert (reply.text, reply.alert) == ("draft_changed", True)
        assert kinds_of(await world.deliver(), ALLIANCE) == [NoticeKind.PREVIEW]
    assert (await again_draft(world, draft)).department == "fire"
    answer = await published(world, await again_draft(world, draft))
    assert answer.department == "fire"
