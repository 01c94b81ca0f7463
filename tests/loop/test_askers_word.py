"""What the asker says about an answer, and where they learn how their matter stands."""

from __future__ import annotations

import pytest

from tests.loop.knowledge_base import UNKNOWN
from tests.loop.park import Park
from tests.loop.stage import ALLIANCE, BOT, OFFICER

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_not_solved_goes_back_to_the_desk_with_the_reason_and_is_answered_again(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    answer = await case.answer_from_department("路灯已修。")
    assert (await stage.press(park.asker, answer, "未解决")).text == "已转回社工"
    await stage.hear(park.desk, f"🔁 {case.number} 提问人说没解决")
    prompt = await stage.hear(park.group, "王敏，还差什么？")
    await park.ask("灯亮了又灭", reply_to=prompt.id)
    await stage.hear(park.group, "记下了，已告诉社工。")
    told = await stage.hear(park.desk, f"🔁 {case.number} 提问人说没解决：灯亮了又灭")
    assert told.reply_to is case.card
    await stage.shows(case.card, "待接单", "灯亮了又灭")
    second = await case.answer_from_desk("换了整根线，这次好了。")
    await stage.offers(second, "已解决", "未解决")
    await stage.press(park.asker, second, "已解决")
    await stage.shows(case.card, "已销号")


async def test_not_solved_in_words_reopens_with_those_words_as_the_reason(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    answer = await case.answer_from_desk("灯已修好。")
    await park.ask("没解决，还是黑的", reply_to=answer.id)
    await stage.hear(park.desk, f"🔁 {case.number} 提问人说没解决：没解决，还是黑的")
    await stage.shows(case.card, "待接单")


async def test_solved_in_words_closes(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    answer = await case.answer_from_desk("灯已修好。")
    await park.ask("搞定了，谢谢", reply_to=answer.id)
    await stage.shows(case.card, "已销号")
    await stage.offers(answer, "满意", "基本满意", "不满意")


async def test_thanks_alone_close_nothing(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    answer = await case.answer_from_desk("灯已修好。")
    await park.ask("谢谢", reply_to=answer.id)
    await stage.settled((park.asker, park.group), (park.worker, park.desk))
    await stage.offers(answer, "已解决", "未解决")
    await stage.shows(case.card, "已答复待确认")


async def test_dissatisfied_is_kept_even_where_it_was_not_solved(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    answer = await case.answer_from_desk("灯已修好。")
    await stage.press(park.asker, answer, "未解决")
    await stage.press(park.asker, answer, "不满意")
    await stage.shows(answer, "谢谢评价：不满意")
    await stage.shows(case.card, "评价。不满意")


async def test_who_asked_may_withdraw(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    assert (await stage.press(park.asker, case.notice, "撤回")).text == "已撤回"
    await stage.shows(case.notice, "已按您的意思撤回。")
    await stage.offers(case.notice)
    await stage.shows(case.card, "已撤回")
    await stage.shows(card, "已撤回")
    await stage.offers(case.card)
    await stage.offers(card)
    topic = stage.world.chat(ALLIANCE).topics[card.thread_id or 0]
    await stage.until(lambda: topic.closed, "the topic is closed")


async def test_more_words_below_the_notice_reach_the_card_and_the_thread(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    await park.ask("是三号门的那一盏", reply_to=case.notice.id)
    await stage.shows(case.card, "三号门的那一盏")
    await stage.shows(card, "三号门的那一盏")


async def test_an_edited_question_changes_the_cards_and_opens_no_second_ticket(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    stage.world.edit(park.asker, park.group, case.question.id, "是五号门的路灯坏了，谁管")
    await stage.shows(case.card, "五号门的路灯")
    await stage.shows(card, "五号门的路灯")
    stage.world.touch(park.group, case.question.id)  # a change that nobody can see
    await stage.settled((park.asker, park.group), (park.worker, park.desk))
    assert len(stage.said(park.desk, "📋")) == 1


async def test_my_lists_ones_own_tickets_and_nobody_elses(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    asked = await park.ask("/my")
    listed = await stage.hear(park.group, "您的事：", case.number, "待接单", after=asked.id)
    assert UNKNOWN in listed.text
    other = stage.world.send(park.neighbour, park.group, "/my")
    await stage.hear(park.group, "您还没有转给社工的事。", after=other.id)


async def test_status_tells_where_a_ticket_stands_and_who_holds_it(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    await stage.press(OFFICER, card, "报到")
    stage.world.start(park.asker, BOT)
    stage.world.send(park.asker, BOT, f"/status {case.number}")
    parts = (case.number, "办理中", "接单：陈社工", "综合行政执法局（周科长 报到）")
    await stage.hear(BOT, *parts, as_=park.asker)
    stage.world.send(park.asker, BOT, f"/status {case.number.lower()}")
    await stage.until(lambda: len(stage.said(BOT, *parts, as_=park.asker)) == 2, "a second status")


async def test_a_strangers_status_is_not_told(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    asked = stage.world.send(park.neighbour, park.group, f"/status {case.number}")
    await stage.hear(park.group, f"没有找到您的 {case.number}。", after=asked.id)
    asked = stage.world.send(park.colleague, park.desk, f"/status {case.number}")
    await stage.hear(park.desk, case.number, "待接单", after=asked.id)


async def test_an_answer_finds_the_asker_though_the_question_was_deleted(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    stage.world.delete(park.asker, park.group, case.question.id)
    answer = await case.answer_from_desk("灯已修好。")
    assert answer.reply_to is None
    assert answer.text.startswith("王敏，您之前问的事：")
    assert any(entity["type"] == "text_mention" for entity in answer.entities)
