"""Presses: checked against rows and membership, told to nobody but the presser, and never believed."""

from __future__ import annotations

import pytest

from tests.handlers.places import ANSWERED, DESK, GROUP, LI, WANG, ZHANG, ZHAO, Json, private
from tests.handlers.station import Station, recorded
from tests.handlers.stories import again, dispatched, opened, press_card
from tickets.identity import UserId
from tickets.lifecycle import Status
from tickets.model import Inquiry, InquiryState, LinkRole, Room


async def _answered(station: Station, to: Json = GROUP) -> tuple[Inquiry, Json]:
    """A question with the bot's answer below it."""
    await station.say(ANSWERED, to=to)
    inquiry = (await station.inquiries())[-1]
    return inquiry, await station.shown(LinkRole.REPLY, inquiry.id, to)


async def test_a_press_acts_and_the_presser_is_told_in_a_word(station: Station) -> None:
    inquiry, reply = await _answered(station)
    told = await station.press(f"helpful:{inquiry.id}", by=ZHANG, on=reply)
    assert (await station.inquiry()).state is InquiryState.HELPED
    assert told == {"callback_query_id": "4382bfdwdsb323b2d9", "text": "太好了！", "show_alert": False}


async def test_a_press_in_private_is_its_owners(station: Station) -> None:
    inquiry, reply = await _answered(station, private(ZHANG))
    station.telegram.calls.clear()
    await station.press(f"helpful:{inquiry.id}", by=ZHANG, on=reply)
    assert (await station.inquiry()).state is InquiryState.HELPED
    assert station.telegram.of("getChatMember") == []


async def test_who_did_not_ask_is_told_so_in_an_alert(station: Station) -> None:
    inquiry, reply = await _answered(station)
    told = await station.press(f"helpful:{inquiry.id}", by=LI, on=reply)
    assert (told["text"], told["show_alert"]) == ("只有提问的人能点。", True)
    assert (await station.inquiry()).state is InquiryState.ANSWERED


@pytest.mark.parametrize("data", ["", "helpful", "helpful:x", "eat:1", "claim:1", "helpful:" + "9" * 30])
async def test_data_that_no_button_of_ours_has_does_nothing(station: Station, data: str) -> None:
    inquiry, reply = await _answered(station)
    told = await station.press(data or " ", by=ZHANG, on=reply)
    assert (told["text"], told["show_alert"]) == ("这个按钮已经没用了。", True)
    assert (await station.inquiry()) == inquiry


async def test_data_of_the_desk_pressed_in_a_group_does_nothing(station: Station) -> None:
    """Anybody can send data that no button has; where it is sent from is what counts."""
    ticket = await opened(station)
    station.telegram.seat(GROUP["id"], ZHANG["id"])
    reply = await station.shown(LinkRole.TICKET_NOTICE, ticket.id, GROUP)
    await station.press(f"claim:{ticket.id}", by=ZHANG, on=reply)
    assert (await again(station, ticket)).status is Status.OPEN


async def test_who_left_the_desk_is_no_social_worker_any_more(station: Station) -> None:
    ticket = await opened(station)
    told = await press_card(station, "claim", ticket)
    assert told["text"] == "只有这个社区的社工能点。"
    assert (await again(station, ticket)).status is Status.OPEN


async def test_of_two_social_workers_one_wins_and_the_other_is_told_who(station: Station) -> None:
    ticket = await opened(station)
    station.telegram.seat(DESK["id"], WANG["id"])
    station.telegram.seat(DESK["id"], ZHAO["id"], "administrator")
    won = await press_card(station, "claim", ticket)
    lost = await press_card(station, "claim", ticket, by=ZHAO)
    assert (won["text"], won["show_alert"]) == ("您已接单：LF-0001", False)
    assert (lost["text"], lost["show_alert"]) == ("LF-0001 已由 王社工 接单。", True)
    holder = (await again(station, ticket)).holder
    assert holder is not None
    assert holder.id == WANG["id"]


async def test_who_dispatched_reads_the_departments_name(station: Station) -> None:
    await dispatched(station)
    assert station.telegram.of("answerCallbackQuery")[-1]["text"] == "已派给 市场监督管理局"


async def test_a_name_is_shown_to_the_presser_as_it_is(station: Station) -> None:
    ticket = await opened(station)
    rude = WANG | {"first_name": "<b>王</b> & 赵"}
    station.telegram.seat(DESK["id"], WANG["id"])
    station.telegram.seat(DESK["id"], ZHAO["id"])
    await press_card(station, "claim", ticket, by=rude)
    told = await press_card(station, "claim", ticket, by=ZHAO)
    assert told["text"] == "LF-0001 已由 <b>王</b> & 赵 接单。"


async def test_a_toast_is_no_longer_than_the_messenger_shows(station: Station) -> None:
    ticket = await opened(station)
    station.telegram.seat(DESK["id"], WANG["id"])
    station.telegram.seat(DESK["id"], ZHAO["id"])
    await press_card(station, "claim", ticket, by=WANG | {"first_name": "王" * 300})
    told = await press_card(station, "claim", ticket, by=ZHAO)
    assert len(told["text"]) == 200


async def test_the_groups_admin_presses_for_an_anonymous_admin(station: Station) -> None:
    """A press shows the person, a message showed only the group."""
    update = recorded("anonymous_admin", text=ANSWERED)
    await station.take(update)
    inquiry = await station.inquiry()
    reply = await station.shown(LinkRole.REPLY, inquiry.id, GROUP)
    station.telegram.seat(GROUP["id"], ZHANG["id"])
    await station.press(f"helpful:{inquiry.id}", by=ZHANG, on=reply)
    assert (await station.inquiry()).state is InquiryState.ANSWERED
    station.telegram.seat(GROUP["id"], LI["id"], "creator")
    await station.press(f"helpful:{inquiry.id}", by=LI, on=reply)
    assert (await station.inquiry()).state is InquiryState.HELPED


async def test_a_press_below_a_message_too_old_to_be_shown_counts(station: Station) -> None:
    inquiry, reply = await _answered(station)
    update = recorded("press_inaccessible")
    update["callback_query"]["message"]["message_id"] = reply["message_id"]
    update["callback_query"]["data"] = f"helpful:{inquiry.id}"
    await station.take(update)
    assert (await station.inquiry()).state is InquiryState.HELPED


@pytest.mark.parametrize("name", ["press_inline", "press_game"])
async def test_a_press_of_a_kind_that_is_not_ours_is_ignored(station: Station, name: str) -> None:
    await station.play(name)
    assert station.telegram.calls == []


async def test_a_press_in_a_channel_is_nobodys(station: Station) -> None:
    channel = {"id": -1001000000077, "title": "园区通知", "type": "channel"}
    shown = station.message(by=station.me, to=channel, text="…")
    told = await station.press("helpful:1", by=ZHANG, on=shown)
    assert told["show_alert"] is True
    assert station.telegram.of("getChatMember") == []


async def test_a_press_that_comes_again_acts_once_and_stops_the_spinner(station: Station) -> None:
    """After a crash the same update is offered once more."""
    inquiry, reply = await _answered(station)
    query = {"id": "1", "from": ZHANG, "message": reply, "chat_instance": "-394"}
    update = {"update_id": 1, "callback_query": query | {"data": f"nothelpful:{inquiry.id}"}}
    await station.take(update)
    await station.take(update)
    assert [told.get("text") for told in station.telegram.of("answerCallbackQuery")] == [
        "已转给社工：LF-0001",
        None,
    ]
    assert len(await station.tickets()) == 1


async def test_a_spinner_that_stopped_by_itself_is_no_fault(station: Station) -> None:
    inquiry, reply = await _answered(station)
    station.telegram.refusals["answerCallbackQuery"] = (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    await station.press(f"helpful:{inquiry.id}", by=ZHANG, on=reply)
    assert (await station.inquiry()).state is InquiryState.HELPED


async def test_the_presser_is_remembered(station: Station) -> None:
    inquiry, reply = await _answered(station)
    await station.press(f"helpful:{inquiry.id}", by=LI, on=reply)
    assert await station.do(lambda uow: uow.people.get(UserId(LI["id"]))) is not None


async def test_a_press_in_english_is_answered_in_english(station: Station) -> None:
    await station.bind(GROUP, Room.MUTUAL_AID, language="en")
    inquiry, reply = await _answered(station)
    told = await station.press(f"helpful:{inquiry.id}", by=ZHANG, on=reply)
    assert told["text"] == "Glad to hear it!"
