"""Edits: seen ones change what was asked, unseen ones change nothing, and neither asks a second time."""

from __future__ import annotations

from tests.handlers.places import ANSWERED, GROUP, UNKNOWN, ZHANG
from tests.handlers.station import Station
from tests.handlers.stories import opened, waiting
from tickets.lifecycle import Action
from tickets.model import InquiryState
from tickets.notices import NoticeKind


async def test_an_edit_corrects_the_question_while_it_is_gathered(station: Station) -> None:
    asked = await station.say(UNKNOWN)
    await station.edit(asked, text="二号门的路灯坏了，谁管？")
    assert (await station.inquiry()).text == "二号门的路灯坏了，谁管？"


async def test_an_edit_of_a_ticket_is_told_to_whoever_works_on_it(station: Station) -> None:
    ticket = await opened(station)
    asked = station.message(by=ZHANG, to=GROUP) | {"message_id": ticket.origin.message_id}
    await station.edit(asked, text="二号门的路灯坏了，谁管？")
    assert (await station.inquiry()).text == "二号门的路灯坏了，谁管？"
    history = await station.do(lambda uow: list(uow.history.of(ticket.id)))
    assert history[-1].action is Action.REVISE
    assert NoticeKind.DESK_CARD in [notice.kind for notice in await station.owed()]
    assert len(await station.tickets()) == 1


async def test_an_edit_that_nobody_can_see_changes_nothing(station: Station) -> None:
    asked, ticket = await waiting(station)
    await station.edit(asked)  # a link preview appeared, or somebody reacted
    history = await station.do(lambda uow: list(uow.history.of(ticket.id)))
    assert [event.action for event in history] == [Action.ASK]


async def test_the_command_is_no_part_of_an_edited_question(station: Station) -> None:
    asked = await station.command("/ask 食堂外包饭菜不新鲜")
    command = {"entities": asked["entities"]}
    await station.edit(asked, **command)
    assert (await station.inquiry()).text == "食堂外包饭菜不新鲜"
    await station.edit(asked, text="/ask 食堂外包饭菜馊了", **command)
    assert (await station.inquiry()).text == "食堂外包饭菜馊了"


async def test_the_command_below_a_photo_is_no_part_of_its_edited_question(station: Station) -> None:
    update = await station.play("ask_below_photo")
    await station.edit(update["message"])
    await station.edit(update["message"], caption="/ask 食堂外包饭菜馊了")
    inquiry = await station.inquiry()
    assert (inquiry.text, len(inquiry.attachments)) == ("食堂外包饭菜馊了", 1)


async def test_an_edit_of_another_command_does_not_run_it(station: Station) -> None:
    message = await station.say("/help")
    assert await station.said() == []  # not marked as a command: the messenger marks them
    await station.edit(message, entities=[{"offset": 0, "length": 5, "type": "bot_command"}])
    assert await station.owed() == []


async def test_an_answer_for_a_wrong_question_is_corrected_and_not_given_twice(station: Station) -> None:
    asked = await station.say(ANSWERED)
    assert (await station.inquiry()).state is InquiryState.ANSWERED
    await station.edit(asked, text=ANSWERED + "？")
    kinds = [notice.kind for notice in await station.owed()]
    assert kinds == [NoticeKind.REPLY]


async def test_an_edit_of_a_message_that_nobody_asked_is_left_alone(station: Station) -> None:
    said = await station.say("今天食堂的红烧肉不错")
    await station.edit(said, text=UNKNOWN)
    assert await station.inquiries() == []


async def test_a_message_edited_before_it_reached_us_is_new(station: Station) -> None:
    await station.say(UNKNOWN, edit_date=int(station.now().timestamp()))
    assert (await station.inquiry()).text == UNKNOWN


async def test_an_edit_without_its_date_is_an_edit(station: Station) -> None:
    said = await station.say("今天食堂的红烧肉不错")
    await station.edit(said, text=UNKNOWN, edit_date=None)
    assert await station.inquiries() == []
