"""What happens to chats themselves: they grow, lose members, throw the bot out, close topics."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from tests.handlers.places import (
    ALLIANCE,
    BASIC,
    DESK,
    GROUP,
    UNKNOWN,
    WANG,
    ZHANG,
    Json,
    private,
)
from tests.handlers.station import LF, Station, recorded
from tests.handlers.stories import PEERS, QUIET, dispatched, opened, press_card, topic_of
from tickets.identity import ChatId, CommunityCode, UserId
from tickets.model import Room
from tickets.notices import NoticeKind


async def _play_in(station: Station, name: str, chat: Json) -> None:
    update = recorded(name)
    update["my_chat_member"]["chat"] = chat
    await station.take(update)


GROWN = ChatId(-1001000000009)


@pytest.mark.parametrize("names", [("migrate_to",), ("migrate_from",), ("migrate_to", "migrate_from")])
async def test_a_group_that_grew_keeps_its_room_and_its_matters(
    station: Station, names: tuple[str, ...]
) -> None:
    """Each of the two service messages suffices, and the second changes nothing."""
    await station.say(UNKNOWN, to=BASIC)
    await station.wait(QUIET)
    for name in names:
        await station.play(name)
    bound = await station.do(lambda uow: uow.chats.get(GROWN))
    assert bound is not None
    assert (bound.room, bound.community) == (Room.MUTUAL_AID, LF)
    assert await station.do(lambda uow: uow.chats.get(ChatId(BASIC["id"]))) is None
    assert (await station.inquiry()).chat_id == GROWN
    assert (await station.ticket()).origin.chat_id == GROWN


async def test_what_is_owed_to_a_group_that_grew_names_asker_and_question(station: Station) -> None:
    """Its old messages cannot be replied to, and their ids may be those of strangers' messages now."""
    await station.say(UNKNOWN, to=BASIC)
    await station.wait(QUIET)
    await station.deliver()
    await station.play("migrate_to")
    await station.wait(PEERS)
    station.telegram.calls.clear()
    await station.deliver()
    sent = next(call for call in station.telegram.of("sendMessage") if call["chat_id"] == GROWN)
    assert "reply_parameters" not in sent
    assert sent["text"].startswith('<a href="tg://user?id=101">敏 张</a>，您问的“我们厂门口的路灯')


async def test_a_command_from_before_a_group_grew_is_followed_where_it_is_now(station: Station) -> None:
    await station.play("migrate_to")
    await station.command("/my", to=BASIC)
    assert [notice.chat_id for notice in await station.owed()] == [GROWN]


async def test_the_first_message_of_a_grown_group_is_no_question(station: Station) -> None:
    await station.play("migrate_from")
    assert await station.inquiries() == []


async def test_a_topic_closed_by_hand_is_opened_for_the_next_news(station: Station) -> None:
    ticket = await dispatched(station)
    topic = await topic_of(station, ticket)
    await station.play("topic_closed", message_thread_id=topic)
    thread = await station.do(lambda uow: uow.threads.get(ticket.id))
    assert thread is not None
    assert thread.closed
    await station.play("topic_reopened", message_thread_id=topic)
    thread = await station.do(lambda uow: uow.threads.get(ticket.id))
    assert thread is not None
    assert not thread.closed


@pytest.mark.parametrize("change", [{"message_thread_id": 9999}, {"message_thread_id": None}])
async def test_a_topic_that_is_none_of_ours_may_close(station: Station, change: dict[str, Any]) -> None:
    await station.play("topic_closed", **change)
    assert await station.owed() == []


async def test_a_block_and_its_end_are_noted(station: Station) -> None:
    await station.play("bot_blocked")
    assert not await station.do(lambda uow: uow.people.is_reachable(UserId(101)))
    await station.play("bot_unblocked")
    assert await station.do(lambda uow: uow.people.is_reachable(UserId(101)))


@pytest.mark.parametrize("name", ["bot_removed", "bot_left"])
async def test_the_desk_hears_that_the_bot_was_removed_from_a_group(station: Station, name: str) -> None:
    other_desk = {"id": -1001000000005, "title": "新碶社工工作台"}
    await station.bind(other_desk, Room.DESK, CommunityCode("XQ"))
    await station.play(name)
    (notice,) = await station.owed()
    assert (notice.chat_id, notice.data["key"]) == (DESK["id"], "bot_removed")
    assert notice.data["values"] == {"title": GROUP["title"]}


async def test_every_desk_hears_that_the_bot_was_removed_from_the_alliance(station: Station) -> None:
    other_desk = {"id": -1001000000005, "title": "新碶社工工作台"}
    await station.bind(other_desk, Room.DESK, CommunityCode("XQ"))
    await _play_in(station, "bot_removed", ALLIANCE)
    assert {notice.chat_id for notice in await station.owed()} == {DESK["id"], other_desk["id"]}


async def test_nobody_is_told_of_the_removal_where_nobody_can_hear_it(station: Station) -> None:
    await _play_in(station, "bot_left", DESK)
    await station.do(lambda uow: uow.chats.remove(ChatId(GROUP["id"])))
    await station.play("bot_removed")
    assert await station.owed() == []


async def test_a_promotion_is_nobodys_news(station: Station) -> None:
    await station.play("bot_promoted")
    assert await station.owed() == []


async def test_a_desk_that_the_bot_is_taken_back_into_is_shown_what_is_open(station: Station) -> None:
    ticket = await opened(station)
    assert await station.owed() == []
    update = recorded("bot_promoted")
    update["my_chat_member"] |= {"chat": DESK}
    update["my_chat_member"]["old_chat_member"]["status"] = "left"
    await station.take(update)
    cards = [each for each in await station.owed() if each.kind is NoticeKind.DESK_CARD]
    assert [(each.chat_id, each.ref) for each in cards] == [(DESK["id"], ticket.id)]


async def test_who_left_the_desk_may_do_nothing_there_at_once(station: Station) -> None:
    """Membership is kept for half a minute, but a change that is told ends that."""
    ticket = await opened(station)
    station.telegram.seat(DESK["id"], WANG["id"])
    await press_card(station, "guide", ticket)
    station.telegram.seat(DESK["id"], WANG["id"], "left")
    update = recorded("member_left")
    update["chat_member"] |= {"chat": DESK}
    update["chat_member"]["new_chat_member"]["user"] = WANG
    await station.take(update)
    told = await press_card(station, "claim", ticket)
    assert told["text"] == "只有这个社区的社工能点。"


async def test_a_status_still_unknown_does_no_harm(station: Station) -> None:
    await station.play("member_of_unknown_status")
    assert await station.owed() == []


@pytest.mark.parametrize(
    "name",
    [
        "service_new_members",
        "service_left_member",
        "service_new_title",
        "service_pinned",
        "service_video_chat_started",
        "service_giveaway_created",
        "service_unknown_content",
        "topic_created",
        "other_inline_query",
        "other_join_request",
        "other_reaction",
        "other_channel_post",
        "other_poll_answer",
        "other_unknown_kind",
        "other_empty",
    ],
)
async def test_what_is_nothing_to_us_leaves_no_trace(station: Station, name: str) -> None:
    await station.play(name)
    assert await station.inquiries() == []
    assert await station.owed() == []
    assert station.telegram.calls == []


async def test_service_messages_of_a_private_chat_are_no_questions(station: Station) -> None:
    await station.play("service_pinned", chat=private(ZHANG))
    await station.wait(QUIET)
    assert await station.owed() == []


async def test_no_handler_stumbles_over_an_update_without_its_part(station: Station) -> None:
    """The library promises the part; a later version may keep another promise."""
    for handler in station.application.handlers[0]:
        await handler.callback(Update(1), None)
    assert await station.owed() == []
    assert station.telegram.calls == []


async def test_other_service_messages_do_not_pass_for_migrations(station: Station) -> None:
    update = Update.de_json(recorded("group_question"), station.application.bot)
    migrate = station.application.handlers[0][1]
    await migrate.callback(update, None)
    assert await station.do(lambda uow: uow.chats.get(GROWN)) is None
