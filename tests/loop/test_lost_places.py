"""Chats change under the bot: topics are deleted and closed, groups move, people and admins shut the door."""

from __future__ import annotations

import pytest

from sandbox.model import Message
from tests.loop.knowledge_base import ANSWER, ANSWERED, UNKNOWN
from tests.loop.park import Park
from tests.loop.stage import ADMIN, ALLIANCE, BOT, OFFICER

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_deleted_topic_is_made_anew_with_the_card_and_what_was_said_last(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    stage.world.send(OFFICER, ALLIANCE, "先问问供电公司", thread_id=card.thread_id)
    await stage.settled((OFFICER, ALLIANCE))
    stage.world.topic(ADMIN, ALLIANCE, "delete", thread_id=card.thread_id)
    await park.ask("今天连隔壁也黑了", reply_to=case.notice.id)
    renewed = await stage.hear(ALLIANCE, f"📌 {case.number}", "今天连隔壁也黑了", after=card.id)
    assert renewed.thread_id != card.thread_id
    topic = stage.world.chat(ALLIANCE).topics[renewed.thread_id or 0]
    assert topic.name == f"{case.number} · {UNKNOWN}"
    said = await stage.hear(ALLIANCE, "之前说到：", "周科长：先问问供电公司", after=card.id)
    assert said.thread_id == renewed.thread_id
    await stage.hear(park.desk, f"⚠️ {case.number} 的话题被删了，我重新建了一个。")
    preview = await case.department_preview(renewed, "在新话题里答复")
    await stage.press(OFFICER, preview, "发布答复")
    await case.answer("在新话题里答复")


async def test_a_topic_closed_by_hand_is_opened_again_for_what_comes(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    topic = stage.world.chat(ALLIANCE).topics[card.thread_id or 0]
    stage.world.topic(ADMIN, ALLIANCE, "close", thread_id=card.thread_id)
    assert topic.closed
    await stage.settled((OFFICER, ALLIANCE))
    await park.ask("今天连隔壁也黑了", reply_to=case.notice.id)
    await stage.shows(card, "今天连隔壁也黑了")
    await stage.until(lambda: not topic.closed, "the topic is open")


async def test_a_card_deleted_by_hand_is_shown_anew(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    stage.world.delete(ADMIN, park.desk, case.card.id)
    await park.ask("今天连隔壁也黑了", reply_to=case.notice.id)
    renewed = await stage.hear(park.desk, f"📋 {case.number}", "今天连隔壁也黑了")
    assert renewed is not case.card


async def test_a_group_that_moves_keeps_its_tickets_and_its_room(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    moved = stage.world.migrate(park.group)
    await stage.settled((park.asker, moved))
    preview = await case.desk_preview("灯已修好。")
    await stage.press(park.worker, preview, "发送")
    answer = await stage.hear(moved, "灯已修好。")
    assert answer.text.startswith(f"王敏，您问的“{UNKNOWN}”：")
    await stage.press(park.asker, answer, "已解决")
    await stage.shows(case.card, "已销号")
    stage.world.send(park.asker, moved, ANSWERED)
    await stage.hear(moved, ANSWER)


async def test_a_group_that_moves_while_an_answer_is_on_its_way_gets_it(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    preview = await case.desk_preview("灯已修好。")
    stage.world.faults.add("delay", "sendMessage", park.group, delay_ms=700, times=1)
    await stage.press(park.worker, preview, "发送")
    moved = stage.world.migrate(park.group)
    answer = await stage.hear(moved, "灯已修好。")
    await stage.press(park.asker, answer, "已解决")
    await stage.shows(case.card, "已销号")
    assert len(stage.said(moved, "灯已修好。")) == 1


async def test_a_desk_that_moves_gets_its_cards_anew(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    moved = stage.world.migrate(park.desk)
    await stage.settled((park.worker, moved))
    await park.ask("今天连隔壁也黑了", reply_to=case.notice.id)
    card = await stage.hear(moved, f"📋 {case.number}", "今天连隔壁也黑了")
    await stage.press(park.worker, card, "接单")
    await stage.shows(card, "接单：陈社工")


async def test_the_desk_hears_that_the_asker_has_blocked_the_bot(park: Park) -> None:
    stage = park.stage
    card = await ask_in_private(park)
    await stage.press(park.worker, card, "答复")
    prompt = await stage.hear(park.desk, "请回复这条消息")
    stage.world.send(park.worker, park.desk, "灯已修好。", reply_to=prompt.id)
    preview = await stage.hear(park.desk, "将发给")
    stage.world.block(park.asker, BOT)
    await stage.press(park.worker, preview, "发送")
    number = f"{park.code}-0001"
    told = await stage.hear(park.desk, f"⚠️ {number} 有一条没送到")
    assert told.reply_to is card


async def test_the_desk_hears_that_the_bot_was_thrown_out_of_the_askers_group(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    preview = await case.desk_preview("灯已修好。")
    stage.world.member(ADMIN, park.group, BOT, "kick")
    await stage.hear(park.desk, "⚠️ 我被移出了")
    await stage.press(park.worker, preview, "发送")
    await stage.hear(park.desk, f"⚠️ {case.number} 有一条没送到")


async def test_an_unblocked_bot_is_heard_again(park: Park) -> None:
    stage = park.stage
    await ask_in_private(park)
    stage.world.block(park.asker, BOT)
    stage.world.block(park.asker, BOT, blocked=False)
    stage.world.send(park.asker, BOT, ANSWERED)
    await stage.hear(BOT, ANSWER, as_=park.asker)


async def ask_in_private(park: Park) -> Message:
    """Let the asker ask in private what nobody knows; the card at the desk."""
    stage = park.stage
    stage.world.start(park.asker, BOT)
    stage.world.send(park.asker, BOT, UNKNOWN)
    return await stage.hear(park.desk, f"📋 {park.code}-0001", "私聊")
