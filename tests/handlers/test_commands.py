"""Commands: in private, at the desk, for admins; and polite silence for everything else."""

from __future__ import annotations

import pytest

from tests.handlers.places import (
    ADMIN,
    ALLIANCE,
    CHEN,
    DESK,
    FORUM,
    GROUP,
    LI,
    UNKNOWN,
    WANG,
    ZHANG,
    Json,
    private,
)
from tests.handlers.station import LF, Station
from tests.handlers.stories import QUIET, dispatched, in_topic, opened, topic_of
from tickets.identity import ChatId, UserId
from tickets.model import Room

NEW_GROUP: Json = {"id": -1001000000006, "title": "新碶互助群", "type": "supergroup"}


async def test_ask_takes_the_words_behind_it_with_their_lines(station: Station) -> None:
    await station.play("ask_with_bot_name")
    inquiry = await station.inquiry()
    assert (inquiry.addressed, inquiry.text) == (True, "食堂外包\n饭菜不新鲜")


async def test_ask_works_below_a_photo(station: Station) -> None:
    await station.play("ask_below_photo")
    inquiry = await station.inquiry()
    assert (inquiry.addressed, inquiry.text) == (True, "食堂外包饭菜不新鲜")
    assert len(inquiry.attachments) == 1


@pytest.mark.parametrize("caption", ["/askme 食堂外包", "看 /ask 食堂外包"])
async def test_what_only_looks_like_ask_below_a_photo_is_not_asked(station: Station, caption: str) -> None:
    await station.play("photo", caption=caption)
    assert await station.inquiries() == []


async def test_ask_in_reply_to_a_question_asks_that(station: Station) -> None:
    theirs = station.message(by=LI, to=GROUP, text="食堂外包饭菜不新鲜")
    await station.command("/ask", reply_to_message=theirs)
    inquiry = await station.inquiry()
    assert (inquiry.text, inquiry.asker.id) == ("食堂外包饭菜不新鲜", ZHANG["id"])


async def test_ask_in_reply_to_a_photo_asks_its_caption(station: Station) -> None:
    theirs = station.message(by=LI, to=GROUP, caption="食堂外包饭菜不新鲜", photo=[])
    await station.command("/ask", reply_to_message=theirs)
    assert (await station.inquiry()).text == "食堂外包饭菜不新鲜"


async def test_ask_with_words_in_reply_asks_the_words(station: Station) -> None:
    theirs = station.message(by=LI, to=GROUP, text="食堂外包饭菜不新鲜")
    await station.command("/ask 谁管食堂", reply_to_message=theirs)
    assert (await station.inquiry()).text == "谁管食堂"


async def test_ask_in_reply_to_the_bot_does_not_ask_the_bots_own_words(station: Station) -> None:
    mine = station.message(by=station.me, to=GROUP, text="食堂外包饭菜不新鲜")
    await station.command("/ask", reply_to_message=mine, late=QUIET)
    await station.wait(QUIET)
    assert await station.said() == ["how_to_ask"]


async def test_ask_alone_is_told_how_to_ask(station: Station) -> None:
    await station.command("/ask")
    await station.wait(QUIET)
    assert await station.said() == ["how_to_ask"]


@pytest.mark.parametrize("name", ["ask_of_other_bot", "ask_of_other_bot_below_photo"])
async def test_a_command_for_another_bot_is_not_for_us(station: Station, name: str) -> None:
    await station.play(name)
    assert await station.inquiries() == []
    assert await station.owed() == []


async def test_an_unknown_command_is_helped_in_private_and_ignored_in_a_group(station: Station) -> None:
    await station.command("/fly")
    assert await station.said() == []
    await station.command("/fly", to=private(ZHANG))
    assert await station.said() == ["help"]


async def test_help_answers_where_it_was_asked(station: Station) -> None:
    message = await station.command("/help")
    (notice,) = await station.owed()
    assert notice.chat_id == GROUP["id"]
    assert notice.data["reply_to"] == message["message_id"]


async def test_a_command_of_nobody_is_ignored(station: Station) -> None:
    await station.play(
        "other_bot", text="/help", entities=[{"offset": 0, "length": 5, "type": "bot_command"}]
    )
    assert await station.owed() == []


async def test_bind_makes_a_group_a_room_and_asks_for_the_name(station: Station) -> None:
    station.telegram.seat(NEW_GROUP["id"], 7000000001, "administrator")
    await station.command("/bind Mutual_Aid xq", by=ADMIN, to=NEW_GROUP)
    bound = await station.do(lambda uow: uow.chats.get(ChatId(NEW_GROUP["id"])))
    assert bound is not None
    assert (bound.room, bound.community, bound.title) == (Room.MUTUAL_AID, "XQ", "新碶互助群")
    (words, prompt) = await station.owed()
    assert words.data["values"] == {
        "room": "mutual_aid",
        "community": "XQ",
        "missing": "",
        "instead_of": "",
    }
    assert prompt.chat_id == NEW_GROUP["id"]


async def test_bind_says_what_rights_are_missing(station: Station) -> None:
    station.telegram.seat(ALLIANCE["id"], 7000000001)
    station.telegram.groups[ALLIANCE["id"]] = {"is_forum": True, "permissions": {"can_send_messages": False}}
    await station.command("/bind alliance", by=ADMIN, to=ALLIANCE)
    (words,) = await station.owed()
    values = words.data["values"]
    assert isinstance(values, dict)
    assert values["missing"] == "admin send topics"


async def test_bind_asks_nobody_about_rights_for_who_may_not_bind(station: Station) -> None:
    await station.command("/bind desk LF", by=ZHANG, to=NEW_GROUP)
    await station.command("/bind", by=ADMIN, to=NEW_GROUP)
    await station.command("/bind desk LF", by=ADMIN, to=private(ADMIN))
    assert await station.said() == ["admins_only", "bind_usage", "groups_only"]
    assert station.telegram.calls == []


async def test_bind_of_what_is_no_room_tells_how(station: Station) -> None:
    station.telegram.refusals["getChatMember"] = "Bad Request: chat not found"
    await station.command("/bind kitchen LF", by=ADMIN, to=NEW_GROUP)
    assert await station.said() == ["bind_usage"]


async def test_an_anonymous_admin_is_none_of_the_programs_admins(station: Station) -> None:
    """The stand-in 1087968824 is the same in every group of the world."""
    await station.play(
        "anonymous_admin",
        text="/unbind",
        entities=[{"offset": 0, "length": 7, "type": "bot_command"}],
    )
    assert await station.said() == ["admins_only"]
    assert await station.do(lambda uow: uow.chats.get(ChatId(GROUP["id"]))) is not None


async def test_a_bind_of_nobody_is_ignored(station: Station) -> None:
    entities = [{"offset": 0, "length": 5, "type": "bot_command"}]
    await station.play("other_bot", text="/bind desk LF", entities=entities)
    assert await station.owed() == []


async def test_unbind_lets_the_group_go(station: Station) -> None:
    await station.command("/unbind", by=ADMIN)
    assert await station.do(lambda uow: uow.chats.get(ChatId(GROUP["id"]))) is None
    assert await station.said() == ["unbound"]


async def test_groups_lists_what_is_bound_to_admins(station: Station) -> None:
    await station.command("/groups", by=ADMIN, to=private(ADMIN))
    await station.command("/groups", by=ZHANG)
    assert await station.said() == ["groups", "admins_only"]


async def test_my_lists_the_askers_tickets(station: Station) -> None:
    ticket = await opened(station)
    await station.command("/my", to=private(ZHANG))
    await station.command("/my", by=LI, to=private(LI))
    mine, none = await station.owed()
    assert (mine.data["key"], mine.data["tickets"]) == ("my_tickets", str(int(ticket.id)))
    assert none.data["key"] == "no_tickets"


async def test_status_tells_those_who_may_know(station: Station) -> None:
    await opened(station)
    for person, place in ((ZHANG, GROUP), (WANG, DESK), (ADMIN, private(ADMIN))):
        await station.command("/status lf-0001", by=person, to=place)
    assert await station.said() == ["ticket_status"] * 3


async def test_status_tells_nobody_else(station: Station) -> None:
    await opened(station)
    await station.command("/status LF-0001", by=LI)
    await station.command("/status", by=LI)
    assert await station.said() == ["no_such_ticket", "status_usage"]


async def test_answer_outside_of_the_alliance_is_ignored(station: Station) -> None:
    theirs = station.message(by=LI, to=GROUP, text="打市政热线")
    await station.command("/answer", reply_to_message=theirs)
    assert await station.drafts() == []
    assert await station.owed() == []


async def test_answer_without_a_message_says_what_it_needs(station: Station) -> None:
    ticket = await dispatched(station)
    topic = in_topic(await topic_of(station, ticket))
    await station.command("/answer", by=CHEN, to=ALLIANCE, **topic)
    assert await station.said() == ["answer_needs_reply"]
    assert await station.do(lambda uow: uow.people.get(UserId(CHEN["id"]))) is not None


async def test_why_explains_to_admins_in_private(station: Station) -> None:
    await station.command("/why 叉车\n怎么上牌", by=ADMIN, to=private(ADMIN))
    await station.command("/why", by=ADMIN, to=private(ADMIN))
    (notice,) = await station.owed()
    assert notice.data["values"] == {"explanation": "judged: 叉车\n怎么上牌"}


async def test_why_tells_nobody_else_and_nothing_in_a_group(station: Station) -> None:
    await station.command("/why 叉车", by=ZHANG, to=private(ZHANG))
    await station.command("/why 叉车", by=ADMIN, to=GROUP)
    assert await station.said() == ["admins_only"] * 2


async def test_a_command_in_a_topic_is_answered_there(station: Station) -> None:
    message = await station.command("/help", to=FORUM, **in_topic(77))
    await station.deliver()
    (sent,) = station.telegram.of("sendMessage")
    assert sent["reply_parameters"]["message_id"] == message["message_id"]


async def test_a_question_by_command_is_that_of_its_community(station: Station) -> None:
    await station.command(f"/ask {UNKNOWN}", to=FORUM, **in_topic(77))
    inquiry = await station.inquiry()
    assert (inquiry.community, inquiry.thread_id) == (LF, 77)
