"""What is owed goes out: in order, once, as far as it can, and what cannot is told. Real store, real HTTP."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from bot.budget import Budget, Limits
from bot.delivery import Delivery
from bot.gateway import Gateway
from bot.journal import Journal
from bot.outgoing import CopyParts, EditText, React, Rendered, SendText, Topic, TopicStep
from bot.queues import OutboxRow
from sandbox.demo import ADMIN, ALLIANCE, BOT, DESK, MUTUAL_AID
from sandbox.world import World
from storage import OutboxState, SqliteStore, SqliteUnitOfWork
from tests.bot.conftest import START, Now, Script, owe, until
from tests.sandbox.conftest import png
from tickets.identity import ChatId, CommunityCode, MessageId, MessageKey, Person, TicketId, UserId
from tickets.lifecycle import Status
from tickets.mishaps import Mishaps
from tickets.model import (
    Link,
    LinkRole,
    Thread,
    Ticket,
    TicketClass,
)
from tickets.notices import Notice
from tickets.unit_of_work import UnitOfWork

T = TypeVar("T")
GROUP, FORUM = ChatId(MUTUAL_AID), ChatId(ALLIANCE)
FREE = Limits(overall_per_second=0, group_per_minute=0, private_per_second=0)
TICKET = TicketId(1)


def text(words: str, chat_id: int = MUTUAL_AID, **fields: Any) -> SendText:
    return SendText(chat_id=ChatId(chat_id), html=words, **fields)


def said(*steps: Any, **fields: Any) -> Rendered:
    return Rendered(steps=steps, **{"role": LinkRole.REPLY, "ref": 7, "digest": "d1", **fields})


class Office:
    """A delivery with its store, script and world."""

    def __init__(
        self, store: SqliteStore, world: World, script: Script, now: Now, make: Callable[..., Delivery]
    ) -> None:
        self.store, self.world, self.script, self.now = store, world, script, now
        self.make = make
        self.delivery = make(FREE)

    async def owe(self, *notices: Notice) -> None:
        def tell(uow: UnitOfWork) -> None:
            for notice in notices:
                uow.tell(notice)

        await self.store.transact(tell)

    async def deliver(self) -> None:
        """Run rounds until nothing more can go now."""
        while await self.delivery.run_once():
            pass

    def texts(self, chat_id: int = MUTUAL_AID) -> list[str]:
        return [message.text for message in self.world.messages(chat_id) if message.author_id == BOT]

    async def states(self) -> dict[OutboxState, int]:
        counts = await self.store.read(lambda uow: uow.outbox.counts())
        return {state: count for state, count in counts.items() if count}

    async def links(self, role: LinkRole = LinkRole.REPLY, ref: int = 7) -> list[Link]:
        return list(await self.store.read(lambda uow: uow.links.latest(role, ref)))


@pytest.fixture
def office(
    store: SqliteStore, world: World, script: Script, now: Now, gateway: Gateway, journal: Journal
) -> Office:
    def make(limits: Limits) -> Delivery:
        return Delivery(
            store=store,
            gateway=gateway,
            renderer=script,
            repairs=Mishaps(),
            budget=Budget(limits),
            now=now,
            journal=journal,
            parallel_sends=8,
            monotonic=now.seconds,
        )

    return Office(store, world, script, now, make)


async def test_a_notice_goes_out_and_its_message_stands_for_its_matter(office: Office) -> None:
    office.script.say("hello", said(text("您好")))
    await office.owe(owe(MUTUAL_AID, "hello"))
    assert await office.delivery.run_once() == 1
    assert office.texts() == ["您好"]
    assert await office.states() == {OutboxState.SENT: 1}
    (message,) = [each for each in office.world.messages(MUTUAL_AID) if each.author_id == BOT]
    key = MessageKey(chat_id=GROUP, message_id=MessageId(message.id))
    assert await office.links() == [Link(key=key, role=LinkRole.REPLY, ref=7, part=0, digest="d1")]


async def test_nothing_to_say_is_said_by_nothing(office: Office) -> None:
    office.script.say("over", Rendered())
    await office.owe(owe(MUTUAL_AID, "over"))
    await office.deliver()
    assert office.texts() == []
    assert await office.states() == {OutboxState.SENT: 1}


async def test_a_chat_gets_its_notices_in_the_order_they_were_owed(office: Office) -> None:
    for number in range(12):
        office.script.say(str(number), said(text(str(number), MUTUAL_AID if number % 2 else DESK), role=None))
        await office.owe(owe(MUTUAL_AID if number % 2 else DESK, str(number)))
    await office.deliver()
    assert office.texts() == ["1", "3", "5", "7", "9", "11"]
    assert office.texts(DESK) == ["0", "2", "4", "6", "8", "10"]


async def test_a_long_notice_is_taken_up_where_it_broke_off(office: Office) -> None:
    office.script.say("long", said(text("一"), text("二"), text("三")))
    office.world.faults.add("http_5xx", "sendMessage", after=1)
    await office.owe(owe(MUTUAL_AID, "long"))
    await office.deliver()
    assert office.texts() == ["一"]
    office.now.move(1)
    await office.deliver()
    assert office.texts() == ["一", "二", "三"]
    assert [link.part for link in await office.links()] == [0, 1, 2]


async def test_an_album_and_a_reaction_are_linked_by_what_they_made(office: Office) -> None:
    album = office.world.send_album(101, MUTUAL_AID, [(png(), "a.png"), (png(), "b.png")], kind="photo")
    ids = tuple(MessageId(message.id) for message in album)
    eyes = React(chat_id=GROUP, message_id=ids[0], emoji="👀")
    parts = CopyParts(chat_id=ChatId(DESK), from_chat_id=GROUP, message_ids=ids, attachments=())
    office.script.say("album", said(eyes, parts, text("附言", DESK)))
    await office.owe(owe(DESK, "album"))
    await office.deliver()
    links = await office.links()
    assert [link.part for link in links] == [0, 1, 2]
    assert all(link.key.chat_id == DESK for link in links)


async def test_an_edit_that_would_change_nothing_is_spared(office: Office) -> None:
    office.script.say("card", said(text("卡")))
    await office.owe(owe(MUTUAL_AID, "card"))
    await office.deliver()
    (link,) = await office.links()
    edit = EditText(chat_id=GROUP, message_id=link.key.message_id, html="卡")
    office.script.say("card", said(edit))
    await office.owe(owe(MUTUAL_AID, "card"))
    await office.deliver()
    assert office.world.calls.of("editMessageText") == []
    office.script.say("card", said(replace(edit, html="新卡"), digest="d2"))
    await office.owe(owe(MUTUAL_AID, "card"))
    await office.deliver()
    assert office.texts() == ["新卡"]
    assert [each.digest for each in await office.links()] == ["d2"]


async def test_too_many_requests_close_that_chat_for_exactly_that_long(office: Office) -> None:
    for key in ("a", "b"):
        office.script.say(key, said(text(key), role=None))
    office.script.say("desk", said(text("desk", DESK), role=None))
    office.world.faults.add("http_429", "sendMessage", MUTUAL_AID, retry_after=30)
    await office.owe(owe(MUTUAL_AID, "a"), owe(MUTUAL_AID, "b"), owe(DESK, "desk"))
    await office.deliver()
    assert (office.texts(), office.texts(DESK)) == ([], ["desk"])
    office.now.move(29)
    await office.deliver()
    assert office.texts() == []
    office.now.move(1)
    await office.deliver()
    assert office.texts() == ["a", "b"]


async def test_server_trouble_is_waited_out_with_growing_pauses(office: Office) -> None:
    office.script.say("a", said(text("a")))
    office.world.faults.add("http_5xx", "sendMessage", times=3)
    await office.owe(owe(MUTUAL_AID, "a"))
    for pause in (0, 1, 2, 4):
        assert office.texts() == []
        office.now.move(pause)
        await office.deliver()
    assert office.texts() == ["a"]


async def test_after_a_day_of_trouble_a_notice_is_given_up(office: Office) -> None:
    office.script.say("a", said(text("a")))
    office.world.faults.add("http_5xx", "sendMessage", times=0)
    await office.owe(owe(MUTUAL_AID, "a"))
    await office.deliver()
    office.now.move(86_400)
    await office.deliver()
    assert await office.states() == {OutboxState.DEAD: 1}


async def test_a_lost_answer_repeats_the_message_at_most_twice(office: Office, log: io.StringIO) -> None:
    office.script.say("a", said(text("a")))
    office.world.faults.add("cut_after", "sendMessage", times=0)
    await office.owe(owe(MUTUAL_AID, "a"))
    for _ in range(5):
        await office.deliver()
        office.now.move(60)
    assert office.texts() == ["a", "a", "a"]
    assert await office.states() == {OutboxState.DEAD: 1}
    assert '"why": "uncertain"' in log.getvalue()


async def test_who_blocked_the_bot_is_noted_and_not_written_to_again(office: Office) -> None:
    office.script.say("a", said(text("a", 101)))
    office.world.block(101, BOT)
    await office.owe(owe(101, "a"))
    await office.deliver()
    assert await office.states() == {OutboxState.DEAD: 1}
    assert not await office.store.read(lambda uow: uow.people.is_reachable(UserId(101)))


async def test_a_refused_notice_holds_up_nothing(office: Office) -> None:
    office.script.say("bad", said(text("")))
    office.script.say("good", said(text("好")))
    await office.owe(owe(MUTUAL_AID, "bad"), owe(MUTUAL_AID, "good"))
    await office.deliver()
    assert office.texts() == ["好"]
    assert await office.states() == {OutboxState.SENT: 1, OutboxState.DEAD: 1}


async def test_a_message_that_is_gone_and_is_no_edit_is_a_refusal(office: Office) -> None:
    office.script.say("a", said(text("a")))
    office.world.faults.add("bad_request", "sendMessage", description="MESSAGE_ID_INVALID")
    await office.owe(owe(MUTUAL_AID, "a"))
    await office.deliver()
    assert await office.states() == {OutboxState.DEAD: 1}


async def test_a_notice_that_cannot_be_rendered_is_tried_five_times(office: Office, log: io.StringIO) -> None:
    office.script.say("good", said(text("好")))
    await office.owe(owe(MUTUAL_AID, "unknown"), owe(MUTUAL_AID, "good"), owe(DESK, "good"))
    for _ in range(5):
        await office.deliver()
        office.now.move(60)
    await office.deliver()
    assert len(office.texts()) == 2
    assert await office.states() == {OutboxState.SENT: 2, OutboxState.DEAD: 1}
    assert '"error": "KeyError"' in log.getvalue()


async def test_a_lost_card_is_sent_anew(office: Office) -> None:
    def card(uow: UnitOfWork, row: OutboxRow) -> Rendered:
        shown = uow.links.latest(LinkRole.DESK_CARD, 7)
        step = (
            EditText(chat_id=shown[0].key.chat_id, message_id=shown[0].key.message_id, html="新")
            if shown
            else text("新", DESK)
        )
        return said(step, role=LinkRole.DESK_CARD)

    office.script.lines["card"] = card
    gone = Link(
        key=MessageKey(chat_id=ChatId(DESK), message_id=MessageId(999)), role=LinkRole.DESK_CARD, ref=7
    )
    await office.store.transact(lambda uow: uow.links.put(gone))
    await office.owe(owe(DESK, "card"))
    await office.deliver()
    assert office.texts(DESK) == ["新"]


async def test_an_edit_that_stands_for_nothing_gives_up_after_some_repairs(office: Office) -> None:
    edit = EditText(chat_id=GROUP, message_id=MessageId(999), html="x")
    office.script.say("menu", Rendered(steps=(edit,)))
    await office.owe(owe(MUTUAL_AID, "menu"))
    await office.deliver()
    assert len(office.world.calls.of("editMessageText")) == 6
    assert await office.states() == {OutboxState.PENDING: 1}


async def test_a_group_that_grew_gets_its_notices_under_the_new_id(office: Office) -> None:
    office.world.add_chat(-77, "小群", kind="group", creator=ADMIN, member_ids=[101, BOT])
    office.script.lines["a"] = lambda uow, row: said(text("a", row.notice.chat_id))
    office.script.lines["b"] = lambda uow, row: said(text("b", row.notice.chat_id))
    new_id = office.world.migrate(-77)
    await office.owe(owe(-77, "a"), owe(-77, "b"))
    await office.deliver()
    assert office.texts(new_id) == ["a", "b"]
    assert await office.states() == {OutboxState.SENT: 2}


async def make_thread(office: Office, topic_id: int | None) -> None:
    """A ticket that is handled in the forum."""
    asker = Person(id=UserId(101), name="王敏")
    origin = MessageKey(chat_id=GROUP, message_id=MessageId(1))

    def put(uow: SqliteUnitOfWork) -> None:
        uow.tickets.put(
            Ticket(
                id=TICKET,
                number="LF-0001",
                community=CommunityCode("LF"),
                inquiry_id=7,  # type: ignore[arg-type]
                asker=asker,
                origin=origin,
                subject="叉车",
                status=Status.DISPATCHED,
                ticket_class=TicketClass.B,
                holder=None,
                department=None,
                officer=None,
                reason="",
                created_at=START,
                opened_at=START,
                updated_at=START,
            )
        )
        uow.threads.put(Thread(ticket_id=TICKET, chat_id=FORUM, topic_id=topic_id))

    await office.store.transact(put)


def in_thread(uow: UnitOfWork, row: OutboxRow) -> Rendered:
    """The card of a thread, which needs its topic."""
    thread = uow.threads.get(TICKET)
    assert thread is not None
    if thread.topic_id is None:
        return said(Topic(chat_id=FORUM, step=TopicStep.CREATE, name="LF-0001 · 叉车"))
    return said(text("卡", ALLIANCE, thread_id=thread.topic_id), role=LinkRole.THREAD_CARD, ref=1)


async def test_a_topic_is_made_once_and_written_into(office: Office) -> None:
    office.script.lines["card"] = in_thread
    await make_thread(office, None)
    await office.owe(owe(ALLIANCE, "card", ticket_id=TICKET))
    await office.deliver()
    thread = await office.store.read(lambda uow: uow.threads.get(TICKET))
    assert thread is not None
    assert thread.topic_id in office.world.chats[ALLIANCE].topics
    assert "卡" in office.texts(ALLIANCE)
    assert len(office.world.calls.of("createForumTopic")) == 1


async def test_a_deleted_topic_is_made_anew_and_the_notice_goes_there(office: Office) -> None:
    topic = office.world.topic(ADMIN, ALLIANCE, "create", name="旧")
    assert topic is not None
    office.world.topic(ADMIN, ALLIANCE, "delete", thread_id=topic.thread_id)
    await make_thread(office, topic.thread_id)
    office.script.lines["card"] = in_thread
    await office.owe(owe(ALLIANCE, "card", ticket_id=TICKET))
    await office.delivery.run_once()
    thread = await office.store.read(lambda uow: uow.threads.get(TICKET))
    assert thread is not None
    assert thread.topic_id not in (None, topic.thread_id)
    assert "卡" in office.texts(ALLIANCE)


async def test_closing_and_reopening_a_topic_is_remembered(office: Office) -> None:
    topic = office.world.topic(ADMIN, ALLIANCE, "create", name="旧")
    assert topic is not None
    await make_thread(office, topic.thread_id)
    for key, step in (("close", TopicStep.CLOSE), ("open", TopicStep.REOPEN)):
        office.script.say(key, Rendered(steps=(Topic(chat_id=FORUM, step=step, thread_id=topic.thread_id),)))
        await office.owe(owe(ALLIANCE, key, ticket_id=TICKET))
        await office.deliver()
        thread = await office.store.read(lambda uow: uow.threads.get(TICKET))
        assert thread is not None
        assert thread.closed is (key == "close")
    await office.owe(owe(ALLIANCE, "close"))  # of no ticket: nothing to remember
    await office.deliver()
    assert office.world.chats[ALLIANCE].topics[topic.thread_id].closed


@pytest.mark.parametrize("ticket_id", [TICKET, None])
async def test_a_closed_topic_is_reopened_to_write_into_it(
    office: Office, ticket_id: TicketId | None
) -> None:
    topic = office.world.topic(ADMIN, ALLIANCE, "create", name="旧")
    assert topic is not None
    await make_thread(office, topic.thread_id)
    office.script.say("a", said(text("a", ALLIANCE, thread_id=topic.thread_id), role=None))
    office.world.topic(ADMIN, ALLIANCE, "close", thread_id=topic.thread_id)
    office.world.faults.add("bad_request", "sendMessage", description="TOPIC_CLOSED")
    await office.owe(owe(ALLIANCE, "a", ticket_id=ticket_id))
    await office.deliver()
    assert "a" in office.texts(ALLIANCE)
    assert not office.world.chats[ALLIANCE].topics[topic.thread_id].closed


@pytest.mark.parametrize("thread_id", [5, None])
async def test_a_topic_that_stays_closed_ends_the_notice(office: Office, thread_id: int | None) -> None:
    office.script.say("a", said(text("a", ALLIANCE, thread_id=thread_id), role=None))
    office.world.faults.add("bad_request", "sendMessage", description="TOPIC_CLOSED", times=0)
    await office.owe(owe(ALLIANCE, "a"))
    await office.deliver()
    assert await office.states() == {OutboxState.DEAD: 1}


async def test_what_is_urgent_goes_first_when_the_budget_is_short(office: Office) -> None:
    office.delivery = office.make(replace(FREE, overall_per_second=1))
    chats = [MUTUAL_AID, DESK, ALLIANCE]
    for number, chat_id in enumerate(chats):
        office.script.say(str(number), said(text(str(number), chat_id), role=None, urgent=number == 2))
        await office.owe(owe(chat_id, str(number)))
    order = []
    for _ in range(4):
        await office.delivery.run_once()
        order.append([text for chat_id in chats for text in office.texts(chat_id)])
        office.now.move(1)
    assert [len(each) for each in order] == [1, 2, 3, 3]
    assert order[0] == ["2"]


async def test_a_group_gets_no_more_than_its_minute_allows(office: Office) -> None:
    office.delivery = office.make(replace(FREE, group_per_minute=3))
    office.script.say("a", said(text("a"), text("b"), role=None))
    for _ in range(3):
        await office.owe(owe(MUTUAL_AID, "a"))
    await office.deliver()
    assert office.texts() == ["a", "b"]
    office.now.move(60)
    await office.deliver()
    assert office.texts() == ["a", "b", "a", "b"]


async def test_what_was_rendered_long_before_it_goes_out_is_rendered_again(office: Office) -> None:
    office.delivery = office.make(replace(FREE, group_per_minute=1))
    for key in ("a", "b"):
        office.script.say(key, said(text(key), text(key), role=None))
    await office.owe(owe(MUTUAL_AID, "a"))
    await office.deliver()
    await office.owe(owe(MUTUAL_AID, "b"))
    office.now.move(59)
    await office.deliver()
    office.script.say("b", said(text("later"), role=None))
    office.now.move(61)
    await office.deliver()
    assert office.texts() == ["a", "a", "later"]


async def test_what_was_being_sent_when_the_program_died_is_sent_after_the_next_start(office: Office) -> None:
    office.script.say("a", said(text("a")))
    await office.owe(owe(MUTUAL_AID, "a"))
    await office.store.transact(lambda uow: uow.outbox.claim(office.now(), 5))
    assert await office.delivery.run_once() == 0
    await office.delivery.recover()
    await office.deliver()
    assert office.texts() == ["a"]


class Flaky:
    """The real store, which fails when the test says so."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.reads: list[Exception | None] = []
        self.writes: list[Exception | None] = []

    async def transact(self, work: Callable[[SqliteUnitOfWork], T]) -> T:
        error = self.writes.pop(0) if self.writes else None
        if error is not None:
            raise error
        return await self._store.transact(work)

    async def read(self, work: Callable[[SqliteUnitOfWork], T]) -> T:
        error = self.reads.pop(0) if self.reads else None
        if error is not None:
            raise error
        return await self._store.read(work)


@pytest.fixture
def flaky(office: Office, gateway: Gateway, journal: Journal) -> Flaky:
    """Puts a store that can fail under the office's delivery."""
    flaky = Flaky(office.store)
    office.delivery = Delivery(
        store=flaky,
        gateway=gateway,
        renderer=office.script,
        repairs=Mishaps(),
        budget=Budget(FREE),
        now=office.now,
        journal=journal,
        monotonic=office.now.seconds,
    )
    return flaky


async def test_rows_that_could_not_be_read_for_rendering_are_tried_again(
    office: Office, flaky: Flaky
) -> None:
    office.script.say("a", said(text("a")))
    await office.owe(owe(MUTUAL_AID, "a"))
    flaky.reads = [OSError()]
    with pytest.raises(OSError):  # noqa: PT011 (the one above)
        await office.delivery.run_once()
    await office.deliver()
    office.now.move(1)
    await office.deliver()
    assert office.texts() == ["a"]


async def test_progress_that_could_not_be_written_is_made_again(office: Office, flaky: Flaky) -> None:
    office.script.say("a", said(text("a"), text("b")))
    await office.owe(owe(MUTUAL_AID, "a"))
    flaky.writes = [None, OSError()]
    await office.deliver()
    office.now.move(1)
    await office.deliver()
    assert office.texts() == ["a", "a", "b"], "at least once"
    assert await office.states() == {OutboxState.SENT: 1}


async def test_a_row_that_always_fails_is_given_up_after_a_day(office: Office, flaky: Flaky) -> None:
    office.script.say("a", said(text("a"), text("b")))
    await office.owe(owe(MUTUAL_AID, "a"))
    office.now.move(86_400)
    flaky.writes = [None, OSError()]
    await office.deliver()
    assert await office.states() == {OutboxState.DEAD: 1}


@pytest.mark.parametrize("fault", [None, {"kind": "forbidden", "method": "sendMessage"}])
async def test_what_is_settled_is_booked_once_the_store_works_again(
    office: Office, flaky: Flaky, fault: dict[str, str] | None
) -> None:
    if fault is not None:
        office.world.faults.add(fault["kind"], fault["method"])
    office.script.say("a", said(text("a")))
    await office.owe(owe(MUTUAL_AID, "a"))
    flaky.writes = [None, OSError(), OSError(), OSError()]
    with pytest.raises(OSError):  # noqa: PT011 (the one above)
        await office.delivery.run_once()
    flaky.writes = []
    await office.deliver()
    assert await office.states() == {OutboxState.DEAD if fault else OutboxState.SENT: 1}
    assert len(office.world.calls.of("sendMessage")) == 1


async def test_the_loop_keeps_within_the_overall_limit(
    office: Office, gateway: Gateway, journal: Journal
) -> None:
    office.script.say("a", said(text("a"), role=None))
    delivery = Delivery(
        store=office.store,
        gateway=gateway,
        renderer=office.script,
        repairs=Mishaps(),
        budget=Budget(replace(FREE, overall_per_second=5)),
        now=office.now,
        journal=journal,
    )
    for number in range(8):
        office.world.add_chat(-500 - number, "群", creator=ADMIN, admin_ids=[BOT])
        office.script.say(str(number), said(text("a", -500 - number), role=None))
        await office.owe(owe(-500 - number, str(number)))
    running = asyncio.create_task(delivery.run())
    await until(lambda: len(office.world.calls.of("sendMessage")) == 8)
    delivery.stop()
    await running
    times = [call.at for call in office.world.calls.of("sendMessage")]
    assert times[5] - times[0] > 0.9


class Refusing(Mishaps):
    """Rules that fail while a failed delivery is booked."""

    def undeliverable(self, uow: UnitOfWork, owed: Notice, reason: str, now: Any) -> None:
        raise ValueError("私密")


async def test_a_booking_that_fails_spoils_no_other(
    office: Office, gateway: Gateway, journal: Journal, log: io.StringIO
) -> None:
    delivery = Delivery(
        store=office.store,
        gateway=gateway,
        renderer=office.script,
        repairs=Refusing(),
        budget=Budget(FREE),
        now=office.now,
        journal=journal,
        monotonic=office.now.seconds,
    )
    office.delivery = delivery
    office.script.say("bad", said(text("")))
    office.script.say("good", said(text("好", DESK)))
    await office.owe(owe(MUTUAL_AID, "bad"), owe(DESK, "good"))
    await office.deliver()
    assert await office.states() == {OutboxState.SENT: 1, OutboxState.DEAD: 1}
    assert "booking_failed" in log.getvalue()
    assert "私密" not in log.getvalue()


async def test_the_loop_sends_what_is_owed_while_it_runs_and_ends_when_told(office: Office) -> None:
    office.script.say("a", said(text("a"), role=None))
    running = asyncio.create_task(office.delivery.run())
    await office.owe(*(owe(chat, "a") for chat in (MUTUAL_AID, DESK)))
    office.script.say("a", said(text("a"), role=None))
    office.delivery.wake()
    await until(lambda: len(office.texts()) == 2)
    office.world.faults.add("delay", "sendMessage", delay_ms=100)
    await office.owe(owe(MUTUAL_AID, "a"))
    office.delivery.wake()
    await until(lambda: office.delivery._under_way)
    office.delivery.stop()
    await running
    assert len(office.texts()) == 3, "a call under way comes to its end"
    assert await office.states() == {OutboxState.SENT: 3}


async def test_a_store_that_fails_is_asked_again_later(office: Office, log: io.StringIO) -> None:
    office.script.say("a", said(text("a"), role=None))
    await office.owe(owe(MUTUAL_AID, "a"))
    await office.store.close()
    running = asyncio.create_task(office.delivery.run())
    await until(lambda: "delivery_failed" in log.getvalue())
    office.delivery.stop()
    await running
