"""What goes wrong on the way: the messenger says no, the line breaks, and all is told in the end."""

from __future__ import annotations

import pytest

from sandbox.calls import Call
from tests.loop.knowledge_base import ANSWER, ANSWERED, CHATTER
from tests.loop.park import Park, open_park
from tests.loop.stage import BOT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="package")


def sends(stage: Stage, chat_id: int) -> list[Call]:
    """All calls of sendMessage to a chat, refused ones too."""
    return [call for call in stage.world.calls.of("sendMessage") if call.param("chat_id") == chat_id]


async def test_too_many_requests_pauses_that_chat_as_long_as_told_and_no_other(park: Park) -> None:
    stage, other = park.stage, await open_park(park.stage)
    stage.world.faults.add("http_429", "sendMessage", park.group, retry_after=2, times=1)
    question = await park.ask(ANSWERED)
    await stage.until(lambda: [c for c in sends(stage, park.group) if c.status == 429], "a refusal")
    await park.ask(f"@huzhu_test_bot {ANSWERED}")
    await other.reply(await other.ask(ANSWERED), ANSWER)
    assert not stage.said(park.group, ANSWER)
    await stage.until(lambda: len(stage.said(park.group, ANSWER)) == 2, "both answers")
    refused = next(call for call in sends(stage, park.group) if call.status == 429)
    later = [call.at for call in sends(stage, park.group) if call.seq > refused.seq]
    assert min(later) - refused.at >= 2.0
    assert stage.said(park.group, ANSWER)[0].reply_to is question


@pytest.mark.parametrize("kind", ["http_5xx", "cut_before"])
async def test_what_did_not_take_effect_is_sent_again_and_arrives_once(park: Park, kind: str) -> None:
    stage = park.stage
    stage.world.faults.add(kind, "sendMessage", park.group, times=2)
    await park.reply(await park.ask(ANSWERED), ANSWER)
    await stage.settled((park.asker, park.group))
    assert len(stage.said(park.group, ANSWER)) == 1


async def test_an_answer_lost_on_the_line_repeats_the_message_rather_than_losing_it(park: Park) -> None:
    """The server cannot be asked whether it took the first; the later one is the one that is known."""
    stage = park.stage
    stage.world.faults.add("cut_after", "sendMessage", park.group, times=1)
    await park.ask(ANSWERED)
    first, second = await stage.until(
        lambda: found if len(found := stage.said(park.group, ANSWER)) == 2 else None, "the message twice"
    )
    await stage.settled((park.asker, park.group))
    assert len(stage.said(park.group, ANSWER)) == 2
    assert (await stage.press(park.asker, first, "有用")).text == "太好了！"  # either will do
    await stage.offers(second)


async def test_a_card_whose_sending_was_not_recorded_is_known_by_its_number(park: Park) -> None:
    stage = park.stage
    stage.world.faults.add("cut_after", "sendMessage", park.desk, times=1)
    await park.ask()
    first, second = await stage.until(
        lambda: found if len(found := stage.said(park.desk, "📋")) == 2 else None, "the card twice"
    )
    await stage.press(park.worker, first, "接单")
    await stage.shows(second, "接单：陈社工")
    stage.world.send(park.worker, park.desk, "在催了", reply_to=first.id)
    await stage.shows(second, "备注。在催了")


async def test_a_slow_chat_holds_up_no_other_and_keeps_its_order(park: Park) -> None:
    stage, other = park.stage, await open_park(park.stage)
    stage.world.faults.add("delay", "sendMessage", park.group, delay_ms=1500, times=1)
    first = await park.ask(ANSWERED)
    second = stage.world.send(park.neighbour, park.group, "消防演练一年要做几次")
    await other.reply(await other.ask(ANSWERED), ANSWER)
    assert not stage.said(park.group, ANSWER)
    await stage.hear(park.group, "每半年至少一次。")
    answers = [m.reply_to for m in stage.said(park.group, "核对过")]
    assert answers == [first, second]


async def test_markup_that_the_server_refuses_is_sent_plain(park: Park) -> None:
    stage = park.stage
    stage.world.faults.add(
        "bad_request", "sendMessage", park.group, description="can't parse entities: oops", times=1
    )
    reply = await park.reply(await park.ask(ANSWERED), ANSWER)
    assert "<i>" not in reply.text


@pytest.mark.parametrize("kind", ["http_5xx", "cut_before", "cut_after", "http_429"])
async def test_a_poll_that_fails_loses_no_update_and_doubles_none(park: Park, kind: str) -> None:
    stage = park.stage
    stage.world.faults.add(kind, "getUpdates", times=1, retry_after=1)
    await park.ask(CHATTER)
    case = await park.ticket()
    await stage.settled((park.asker, park.group), (park.worker, park.desk))
    assert len(stage.said(park.desk, "📋")) == 1
    assert case.number == f"{park.code}-0001"


async def test_updates_that_are_delivered_again_act_no_second_time(park: Park) -> None:
    stage = park.stage
    queue = stage.world.queues[BOT]
    begun = queue.next_id
    case = await park.ticket()
    await stage.press(park.worker, case.card, "接单")
    await case.answer_from_desk("灯已修好。")
    await stage.settled((park.asker, park.group), (park.worker, park.desk))
    before = [(m.id, m.text) for chat in (park.group, park.desk) for m in stage.said(chat)]
    again = [update_id for update_id in range(begun, queue.next_id) if update_id in queue.confirmed]
    assert len(again) >= 5
    for update_id in again:
        assert stage.world.redeliver(BOT, update_id)
    asked = stage.world.send(park.asker, park.group, "/my")
    await stage.hear(park.group, case.number, after=asked.id)
    after = [(m.id, m.text) for chat in (park.group, park.desk) for m in stage.said(chat)]
    assert [each for each in after if each[0] < asked.id or each in before] == before
    assert len(stage.said(park.group, "灯已修好。")) == 1
    assert len(stage.said(park.desk, "📋")) == 1


async def test_a_flood_of_questions_is_answered_within_the_servers_limits(park: Park) -> None:
    """The bot's own limits are off here: it only obeys what the server says."""
    stage = park.stage
    people = [stage.person(f"安全员{number}", park.group) for number in range(8)]
    stage.world.flood.configure(per_second=4)
    try:
        questions = [stage.world.send(who, park.group, ANSWERED) for who in people]
        await stage.until(lambda: len(stage.said(park.group, ANSWER)) == len(people), "all answers")
    finally:
        stage.world.flood.configure()
    assert [message.reply_to for message in stage.said(park.group, ANSWER)] == questions
    assert any(call.status == 429 for call in sends(stage, park.group))
