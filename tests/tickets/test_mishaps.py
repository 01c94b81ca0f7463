"""What could not be delivered: the desk hears of it once, and what can be repaired is."""

from __future__ import annotations

import pytest

from tests.tickets.people import (
    ALLIANCE,
    CHEN,
    DESK,
    GROUP,
    NOWHERE,
    OTHER_DESK,
    PHOTO,
    ZHANG,
    private_with,
)
from tests.tickets.stories import again, answered, dispatched, opened, waiting
from tests.tickets.world import World, keys_of, kinds_of
from tickets.change import notice
from tickets.identity import ChatId, TicketId
from tickets.lifecycle import Action
from tickets.model import LinkRole, Room
from tickets.notices import Notice, NoticeKind


async def undeliverable(world: World, owed: Notice, reason: str) -> list[Notice]:
    await world.do(lambda uow: world.mishaps.undeliverable(uow, owed, reason, world.now))
    return await world.deliver()


async def test_an_answer_that_never_arrives_is_noted_and_told_at_the_desk(world: World) -> None:
    ticket, answer = await answered(world)
    card = await world.shown(LinkRole.DESK_CARD, ticket.id)
    owed = Notice(kind=NoticeKind.ANSWER, chat_id=GROUP.id, ref=answer.id, ticket_id=ticket.id)
    told = await undeliverable(world, owed, "kicked")
    assert [(each.kind, each.chat_id) for each in told] == [
        (NoticeKind.DESK_CARD, DESK.id),
        (NoticeKind.TEXT, DESK.id),
    ]
    assert told[1].data["reply_to"] == card.message_id
    assert told[1].data["values"] == {"number": "LF-0001", "what": "answer", "why": "kicked"}
    event = (await world.history(ticket))[-1]
    assert (event.action, event.actor, event.reason) == (Action.NOTE, None, "undelivered: answer, kicked")


@pytest.mark.parametrize("kind", [NoticeKind.TICKET_NOTICE, NoticeKind.THREAD_CARD, NoticeKind.ANSWER])
async def test_a_failed_delivery_owes_nothing_anew_where_nothing_arrives(
    world: World, kind: NoticeKind
) -> None:
    ticket = await dispatched(world)
    where = ALLIANCE if kind is NoticeKind.THREAD_CARD else GROUP
    owed = Notice(kind=kind, chat_id=where.id, ref=ticket.id, ticket_id=ticket.id)
    assert kinds_of(await undeliverable(world, owed, "kicked"), where) == []


async def test_who_blocked_the_bot_is_not_written_to(world: World) -> None:
    home = private_with(ZHANG)
    await world.do(lambda uow: uow.people.set_reachable(ZHANG.id, reachable=True))
    for reason, reachable in (("refused", True), ("blocked", False)):
        owed = Notice(kind=NoticeKind.TEXT, chat_id=home.id, data={"key": "welcome"})
        assert await undeliverable(world, owed, reason) == []
        assert await world.do(lambda uow: uow.people.is_reachable(ZHANG.id)) is reachable


async def test_a_missing_courtesy_is_nobodys_business(world: World) -> None:
    ticket = await opened(world)
    for kind in (NoticeKind.REACTION, NoticeKind.MENU, NoticeKind.PREVIEW):
        owed = Notice(kind=kind, chat_id=GROUP.id, ticket_id=ticket.id)
        assert await undeliverable(world, owed, "refused") == []
    owed = Notice(kind=NoticeKind.ANSWER, chat_id=GROUP.id, ticket_id=TicketId(424242))
    assert await undeliverable(world, owed, "refused") == []


async def test_what_the_desk_itself_cannot_get_is_not_told_there(world: World) -> None:
    ticket = await opened(world)
    owed = Notice(kind=NoticeKind.RELAY, chat_id=DESK.id, ref=ticket.id, ticket_id=ticket.id)
    assert await undeliverable(world, owed, "refused") == []
    await world.do(lambda uow: uow.chats.remove(DESK.id))
    owed = Notice(kind=NoticeKind.RELAY, chat_id=GROUP.id, ref=ticket.id, ticket_id=ticket.id)
    assert await undeliverable(world, owed, "refused") == []


async def test_before_a_ticket_opens_there_is_no_card_to_note_on(world: World) -> None:
    ticket = await waiting(world)
    await world.deliver()
    told = await undeliverable(world, notice(NoticeKind.PEERS_CHECK, ticket, GROUP.id), "kicked")
    assert keys_of(told, DESK) == ["undelivered"]
    assert [event.action for event in await world.history(ticket)] == [Action.ASK]


async def test_a_word_about_a_card_in_a_former_desk_replies_to_nothing(world: World) -> None:
    ticket, answer = await answered(world)
    await world.do(lambda uow: uow.chats.remove(DESK.id))
    await world.bind(NOWHERE, Room.DESK)
    owed = Notice(kind=NoticeKind.ANSWER, chat_id=GROUP.id, ref=answer.id, ticket_id=ticket.id)
    (words,) = [each for each in await undeliverable(world, owed, "kicked") if each.kind is NoticeKind.TEXT]
    assert (words.chat_id, words.data["reply_to"]) == (NOWHERE.id, None)


async def test_a_topic_made_closed_or_reopened_is_remembered(world: World) -> None:
    ticket = await dispatched(world)
    await world.do(lambda uow: world.mishaps.topic_closed(uow, ticket.id, closed=True))
    thread = await world.do(lambda uow: uow.threads.get(ticket.id))
    assert thread is not None
    assert (thread.topic_id, thread.closed) == (77, True)
    await world.do(lambda uow: world.mishaps.topic_made(uow, ticket.id, 78))
    thread = await world.do(lambda uow: uow.threads.get(ticket.id))
    assert thread is not None
    assert (thread.topic_id, thread.closed) == (78, False)
    nobody = TicketId(424242)
    await world.do(lambda uow: world.mishaps.topic_closed(uow, nobody, closed=True))
    await world.do(lambda uow: world.mishaps.topic_made(uow, nobody, 1))
    assert await world.do(lambda uow: uow.threads.get(nobody)) is None


async def test_a_deleted_topic_is_made_anew_with_what_was_said_last(world: World) -> None:
    ticket = await dispatched(world)
    for number in range(7):
        await world.say(f"第{number}句", by=CHEN, to=ALLIANCE, thread_id=77)
    await world.say("", by=CHEN, to=ALLIANCE, thread_id=77, attachment=PHOTO)
    owed = notice(NoticeKind.THREAD_CARD, ticket, ALLIANCE.id)
    await world.do(lambda uow: world.mishaps.topic_gone(uow, owed, world.now))
    thread = await world.do(lambda uow: uow.threads.get(ticket.id))
    assert thread is not None
    assert thread.topic_id is None
    assert await world.do(lambda uow: uow.links.latest(LinkRole.THREAD_CARD, ticket.id)) == []
    told = await world.deliver()
    assert kinds_of(told, ALLIANCE) == [NoticeKind.THREAD_CARD, NoticeKind.TEXT]
    (words,) = [each for each in told if each.data.get("key") == "thread_renewed"]
    assert words.data["in_thread"] == 1
    assert words.data["values"] == {
        "lines": "陈科长：第3句\n陈科长：第4句\n陈科长：第5句\n陈科长：第6句\n陈科长：📎"
    }
    assert keys_of(told, DESK) == ["undelivered"]
    await world.do(lambda uow: world.mishaps.topic_gone(uow, owed, world.now))  # told twice
    assert await world.deliver() == []


async def test_a_deleted_topic_in_which_nobody_spoke_is_made_anew_without_words(world: World) -> None:
    ticket = await dispatched(world)
    owed = notice(NoticeKind.THREAD_CARD, ticket, ALLIANCE.id)
    await world.do(lambda uow: world.mishaps.topic_gone(uow, owed, world.now))
    assert kinds_of(await world.deliver(), ALLIANCE) == [NoticeKind.THREAD_CARD]


async def test_a_topic_that_belongs_to_no_ticket_is_none_of_ours(world: World) -> None:
    for owed in (Notice(kind=NoticeKind.TEXT, chat_id=ALLIANCE.id), notice_of_nobody()):
        await world.do(lambda uow: world.mishaps.topic_gone(uow, owed, world.now))  # noqa: B023
    assert await world.deliver() == []


def notice_of_nobody() -> Notice:
    return Notice(kind=NoticeKind.THREAD_CARD, chat_id=ALLIANCE.id, ticket_id=TicketId(424242))


async def test_a_lost_message_is_sent_anew_the_next_time(world: World) -> None:
    ticket = await opened(world)
    await world.do(lambda uow: world.mishaps.message_gone(uow, LinkRole.DESK_CARD, ticket.id))
    assert await world.do(lambda uow: uow.links.latest(LinkRole.DESK_CARD, ticket.id)) == []


async def test_a_group_that_changed_its_id_keeps_its_tickets(world: World) -> None:
    ticket = await opened(world)
    new = ChatId(-100777)
    for _ in range(2):  # the messenger says it twice
        await world.do(lambda uow: world.mishaps.migrated(uow, GROUP.id, new))
    assert (await again(world, ticket)).origin.chat_id == new
    chat = await world.do(lambda uow: uow.chats.get(new))
    assert chat is not None
    assert chat.room is Room.MUTUAL_AID


async def test_a_ticket_can_be_shown_again_everywhere(world: World) -> None:
    ticket = await dispatched(world)
    await world.deliver()
    await world.do(lambda uow: world.mishaps.show_again(uow, ticket.id))
    await world.do(lambda uow: world.mishaps.show_again(uow, TicketId(424242)))
    told = await world.deliver()
    assert {each.chat_id for each in told} == {GROUP.id, DESK.id, ALLIANCE.id}
    assert kinds_of(told, OTHER_DESK) == []
