"""Who speaks: people, groups and channels have a name of their own, programs have none."""

from __future__ import annotations

import pytest

from tests.handlers.places import FORUM, GROUP, LI, UNKNOWN
from tests.handlers.station import LF, Station
from tickets.identity import ChatId, PersonKind, UserId
from tickets.model import InquiryState
from tickets.unit_of_work import AlreadyDoneError


async def test_a_question_in_a_group_is_kept_with_its_asker_and_its_address(station: Station) -> None:
    update = await station.play("group_question")
    inquiry = await station.inquiry()
    assert inquiry.text == UNKNOWN
    assert inquiry.asker.id == 101
    assert inquiry.asker.name == "敏 张"
    assert inquiry.asker.username == "ZhangMin"
    assert inquiry.asker.kind is PersonKind.USER
    assert inquiry.chat_id == GROUP["id"]
    assert inquiry.origin.message_id == update["message"]["message_id"]
    assert inquiry.community == LF
    assert (inquiry.addressed, inquiry.private, inquiry.thread_id) == (False, False, None)


async def test_a_question_in_private_is_addressed_and_private(station: Station) -> None:
    await station.play("private_question")
    inquiry = await station.inquiry()
    assert (inquiry.addressed, inquiry.private, inquiry.chat_id) == (True, True, 101)


async def test_a_group_that_has_not_grown_yet_is_a_group(station: Station) -> None:
    await station.play("basic_group_question")
    assert (await station.inquiry()).chat_id == -4001


async def test_an_anonymous_admin_asks_as_the_group(station: Station) -> None:
    await station.play("anonymous_admin")
    asker = (await station.inquiry()).asker
    assert (asker.id, asker.kind) == (GROUP["id"], PersonKind.ANONYMOUS_ADMIN)
    assert asker.name == GROUP["title"]


async def test_a_channel_asks_as_the_channel(station: Station) -> None:
    await station.play("channel_identity")
    asker = (await station.inquiry()).asker
    assert (asker.id, asker.kind) == (-1001000000077, PersonKind.CHANNEL)
    assert (asker.name, asker.username) == ("园区通知", "yuanqu_notice")


@pytest.mark.parametrize("stand_in", [1087968824, 136817688, 777000])
async def test_no_stand_in_of_the_messenger_is_ever_a_person(station: Station, stand_in: int) -> None:
    for name in ("anonymous_admin", "channel_identity", "auto_forward", "telegram_service_account"):
        await station.play(name)
    assert await station.do(lambda uow: uow.people.get(UserId(stand_in))) is None


@pytest.mark.parametrize("name", ["auto_forward", "telegram_service_account", "other_bot", "nobody"])
async def test_posts_of_a_linked_channel_of_programs_and_of_nobody_are_no_questions(
    station: Station, name: str
) -> None:
    await station.play(name)
    assert await station.inquiries() == []
    assert await station.owed() == []


async def test_what_a_person_sends_by_way_of_a_program_is_theirs(station: Station) -> None:
    await station.play("via_bot")
    assert (await station.inquiry()).asker.id == 101


async def test_everybody_is_remembered_under_the_name_that_others_see(station: Station) -> None:
    await station.play("group_question")
    person = await station.do(lambda uow: uow.people.get(UserId(101)))
    assert person is not None
    assert person.name == "敏 张"
    assert await station.do(lambda uow: list(uow.people.communities_of(UserId(101)))) == [LF]


async def test_a_chat_of_a_kind_still_unknown_does_no_harm(station: Station) -> None:
    await station.play("unknown_chat_type")
    assert await station.inquiries() == []
    assert await station.do(lambda uow: uow.people.get(UserId(101))) is not None


async def test_a_field_still_unknown_does_no_harm(station: Station) -> None:
    await station.say(UNKNOWN, hologram={"depth": 3})
    assert (await station.inquiry()).text == UNKNOWN


async def test_general_has_no_thread_and_a_topic_has_its_own(station: Station) -> None:
    await station.play("general_topic_question")
    await station.play("topic_implicit_reply", **{"from": LI})
    general, topic = await station.inquiries()
    assert (general.chat_id, general.thread_id) == (FORUM["id"], None)
    assert (topic.chat_id, topic.thread_id) == (FORUM["id"], 77)


async def test_a_message_in_a_group_that_is_not_bound_is_left_alone(station: Station) -> None:
    await station.do(lambda uow: uow.chats.remove(ChatId(GROUP["id"])))
    await station.play("group_question")
    assert await station.inquiries() == []
    assert await station.owed() == []


async def test_an_update_acts_once_however_often_it_comes(station: Station) -> None:
    update = await station.play("group_question")
    with pytest.raises(AlreadyDoneError):
        await station.take(update)
    assert (await station.inquiry()).state is InquiryState.GATHERING


async def test_handlers_never_send(station: Station) -> None:
    await station.play("group_question")
    await station.command("/help")
    await station.play("private_question")
    assert {call.method for call in station.telegram.calls} <= {"getChatMember"}
