"""The whole way of a question: from the group to the desk, to a department, and back to who asked."""

from __future__ import annotations

import pytest

from tests.loop.knowledge_base import UNKNOWN
from tests.loop.park import Park
from tests.loop.stage import ALLIANCE, OFFICER

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_question_that_nobody_knows_is_answered_by_a_social_worker(park: Park) -> None:
    stage = park.stage
    case = await park.ticket()
    assert case.number == f"{park.code}-0001"
    assert case.notice.reply_to is case.question
    for part in ("待接单", "王敏", f"{park.code}安全生产互助群", UNKNOWN):
        assert part in case.card.text
    await stage.offers(case.card, "接单", "答复", "派单", "引导", "不是诉求")
    assert (await stage.press(park.worker, case.card, "接单")).text == f"您已接单：{case.number}"
    await stage.shows(case.card, "已接单", "接单：陈社工")
    await stage.shows(case.notice, "陈社工 已接单")
    answer = await case.answer_from_desk("已联系物业，今晚修好。")
    assert answer.reply_to is case.question
    assert "社工答复" in answer.text
    await stage.offers(answer, "已解决", "未解决")
    await stage.shows(case.card, "已答复待确认")


async def test_a_question_goes_to_a_department_and_the_answer_comes_back(park: Park) -> None:
    stage = park.stage
    case = await park.ticket("住房公积金漏交了两个月，怎么补缴")
    card = await case.dispatched()
    await stage.shows(case.notice, "已请住房公积金中心来办。")
    assert (await stage.press(OFFICER, card, "报到")).text == "已报到"
    await stage.shows(card, "派给：住房公积金中心（办理中）", "周科长 报到")
    await stage.shows(case.card, "办理中", "周科长 报到")
    await stage.shows(case.notice, "住房公积金中心已报到，正在办。")
    preview = await case.department_preview(card, "带身份证到窗口补缴。")
    assert preview.text.startswith(f"将发给 王敏（{park.code}安全生产互助群）")
    assert not stage.said(park.group, "窗口补缴")
    assert (await stage.press(OFFICER, preview, "发布答复")).text == "已发给 王敏"
    answer = await case.answer("带身份证到窗口补缴。")
    assert answer.reply_to is case.question
    assert answer.text.startswith(f"住房公积金中心答复（{case.number}）")
    assert (await stage.press(park.asker, answer, "已解决")).text == "谢谢，已办结。"
    await stage.offers(answer, "满意", "基本满意", "不满意")
    assert (await stage.press(park.asker, answer, "基本满意")).text == "谢谢评价"
    await stage.shows(answer, "谢谢评价：基本满意")
    await stage.offers(answer)
    await stage.shows(case.card, "已销号")
    await stage.shows(case.notice, "已办结。")


async def test_a_ticket_has_a_topic_of_its_own_that_closes_with_it(park: Park) -> None:
    stage = park.stage
    case = await park.ticket()
    card = await case.dispatched()
    topic = stage.world.chat(ALLIANCE).topics[card.thread_id or 0]
    assert topic.name == f"{case.number} · {UNKNOWN}"
    preview = await case.department_preview(card, "周五前修好。")
    await stage.press(OFFICER, preview, "发布答复")
    await stage.press(park.asker, await case.answer("周五前修好。"), "已解决")
    await stage.shows(card, "已销号")
    await stage.until(lambda: topic.closed, "the topic is closed")


async def test_numbers_count_the_tickets_of_a_community(park: Park) -> None:
    first, second = await park.ticket(), await park.ticket("停车棚的雨棚破了，找谁修")
    assert [first.number, second.number] == [f"{park.code}-0001", f"{park.code}-0002"]


async def test_what_people_write_is_shown_as_they_wrote_it(park: Park) -> None:
    wild = "阀门 <b>A&B</b> 漏 *水* [x](y) 怎么办，谁能修"
    case = await park.ticket(wild)
    assert wild in case.card.text
    answer = await case.answer_from_desk("先关 <阀A> & 等人")
    assert "先关 <阀A> & 等人" in answer.text
