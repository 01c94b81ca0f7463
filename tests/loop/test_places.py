"""Groups of every kind: with topics, with privacy mode, basic ones that grow; and texts of every length."""

from __future__ import annotations

import pytest

from sandbox.model import Message
from tests.loop.knowledge_base import ANSWER, ANSWERED, CHATTER, UNKNOWN
from tests.loop.park import Park
from tests.loop.stage import ADMIN, ALLIANCE, BOT, NAME, OFFICER, labels_of

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_question_in_a_topic_of_the_group_is_answered_in_that_topic(park: Park) -> None:
    stage = park.stage
    group = stage.group("有话题的互助群", park.asker, is_forum=True)
    await stage.bind(group, f"mutual_aid {park.code}")
    topic = stage.world.topic(ADMIN, group, "create", name="消防")
    assert topic is not None
    asked = stage.world.send(park.asker, group, ANSWERED, thread_id=topic.thread_id)
    reply = await stage.hear(group, ANSWER)
    assert (reply.reply_to, reply.thread_id) == (asked, topic.thread_id)
    question = stage.world.send(park.asker, group, UNKNOWN, thread_id=topic.thread_id)
    notice = await stage.hear(group, "已转给社工")
    assert (notice.reply_to, notice.thread_id) == (question, topic.thread_id)
    card = await stage.hear(park.desk, "📋", UNKNOWN)
    await stage.press(park.worker, card, "答复")
    prompt = await stage.hear(park.desk, "请回复这条消息")
    stage.world.send(park.worker, park.desk, "灯已修好。", reply_to=prompt.id)
    await stage.press(park.worker, await stage.hear(park.desk, "将发给"), "发送")
    answer = await stage.hear(group, "灯已修好。")
    assert (answer.reply_to, answer.thread_id) == (question, topic.thread_id)


async def test_the_general_topic_of_a_group_is_a_place_like_any_other(park: Park) -> None:
    stage = park.stage
    group = stage.group("有话题的互助群", park.asker, is_forum=True)
    await stage.bind(group, f"mutual_aid {park.code}")
    asked = stage.world.send(park.asker, group, ANSWERED)
    reply = await stage.hear(group, ANSWER)
    assert (reply.reply_to, reply.is_topic) == (asked, False)


async def test_with_privacy_mode_on_the_bot_hears_what_is_meant_for_it(park: Park) -> None:
    stage = park.stage
    stage.world.member(ADMIN, park.group, BOT, "demote")
    unheard = await park.ask(UNKNOWN)
    reply = await park.reply(await park.ask(f"@{NAME} {ANSWERED}"), ANSWER)
    assert reply.reply_to is not unheard
    await park.ask("没解决", reply_to=reply.id)
    await stage.hear(park.desk, f"📋 {park.code}-0001", ANSWERED)
    assert not stage.said(park.desk, UNKNOWN)


async def test_a_basic_group_is_served_and_followed_when_it_grows(park: Park) -> None:
    stage = park.stage
    group = stage.group("小群", park.asker, kind="group")
    await stage.bind(group, f"mutual_aid {park.code}")
    question = stage.world.send(park.asker, group, UNKNOWN)
    notice = await stage.hear(group, "已转给社工")
    assert notice.reply_to is question
    card = await stage.hear(park.desk, "📋", UNKNOWN)
    grown = stage.world.migrate(group)
    await stage.settled((park.asker, grown))
    await stage.press(park.worker, card, "接单")
    told = await stage.hear(grown, "陈社工 已接单")
    assert UNKNOWN in told.text  # there is no question any more that could be replied to
    await stage.press(park.asker, told, "撤回")
    await stage.shows(card, "已撤回")


async def test_an_answer_longer_than_a_message_comes_in_several_and_whole(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    text = "".join(f"第{number}条，请携带材料到窗口办理🙂。" for number in range(200))[:4000]
    await stage.press(park.worker, case.card, "答复")
    prompt = await stage.hear(park.desk, "请回复这条消息", case.number)
    stage.world.send(park.worker, park.desk, text, reply_to=prompt.id)
    preview = await stage.until(lambda: _last_with(park, park.desk, "发送"), "a preview")
    await stage.press(park.worker, preview, "发送")
    last = await stage.until(lambda: _last_with(park, park.group, "已解决"), "an answer")
    pieces = stage.said(park.group, after=case.notice.id)
    assert len(pieces) > 1
    assert pieces[-1] is last
    assert pieces[0].reply_to is case.question
    whole = "".join(piece.text for piece in pieces).replace("\n", "")
    assert text.replace("\n", "") in whole


async def test_a_question_as_long_as_a_message_may_be_fits_the_cards(park: Park) -> None:
    stage = park.stage
    text = UNKNOWN + "🙂" * (4096 - len(UNKNOWN))
    question = await park.ask(f"@{NAME} {text[:-20]}")
    case = await park.case(question)
    assert UNKNOWN in case.card.text
    card = await case.dispatched()
    assert UNKNOWN in card.text
    topic = stage.world.chat(ALLIANCE).topics[card.thread_id or 0]
    assert len(topic.name) <= 128
    await stage.press(OFFICER, card, "报到")


async def test_an_edit_that_turns_the_question_into_another_turns_the_answer(park: Park) -> None:
    stage = park.stage
    question = await park.ask(ANSWERED)
    reply = await park.reply(question, ANSWER)
    stage.world.edit(park.asker, park.group, question.id, "消防演练一年要做几次")
    await stage.shows(reply, "每半年至少一次。")
    assert labels_of(reply) == ["有用", "没解决"]


async def test_an_edit_of_chatter_makes_the_bot_speak_no_more_than_before(park: Park) -> None:
    stage = park.stage
    said = await park.ask(CHATTER)
    stage.world.edit(park.asker, park.group, said.id, f"{CHATTER}，明天还有")
    await stage.settled((park.asker, park.group))
    assert len(stage.said(park.group, after=said.id)) == 1


async def test_a_question_deleted_at_once_is_answered_by_name(park: Park) -> None:
    stage = park.stage
    question = await park.ask(ANSWERED)
    stage.world.delete(park.asker, park.group, question.id)
    reply = await stage.hear(park.group, ANSWER)
    assert reply.reply_to is None
    assert reply.text.startswith("王敏，您之前问的事：")


def _last_with(park: Park, chat_id: int, label: str) -> Message | None:
    found = [message for message in park.stage.said(chat_id) if label in labels_of(message)]
    return found[-1] if found else None
