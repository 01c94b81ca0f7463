"""An alliance group that is no forum: the thread of a ticket is the chain of replies below its card."""

from __future__ import annotations

import pytest

from tests.loop.park import Park
from tests.loop.stage import ALLIANCE, OFFICER, SECOND_OFFICER, stage_with

pytestmark = pytest.mark.asyncio(loop_scope="package")
stage = stage_with(forum=False)


async def test_an_explicit_reply_to_the_card_is_the_answer_and_goes_back(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    answer = await case.answer_from_department("灯杆周三换新。")
    assert answer.reply_to is case.question
    await stage.press(park.asker, answer, "已解决")
    await stage.shows(case.card, "已销号")


async def test_talk_below_a_reply_is_internal_until_it_is_made_the_answer(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    stage.world.send(OFFICER, ALLIANCE, "旁边聊两句")
    await stage.press(OFFICER, card, "答复")
    prompt = await stage.hear(ALLIANCE, "请回复这条消息", case.number)
    stage.world.send(OFFICER, ALLIANCE, "初步看是线路老化", reply_to=prompt.id)
    preview = await stage.hear(ALLIANCE, "将发给 王敏", "初步看是线路老化")
    said = stage.world.send(SECOND_OFFICER, ALLIANCE, "周四上门换线", reply_to=preview.id)
    await stage.settled((OFFICER, ALLIANCE), (park.asker, park.group))
    assert not stage.said(park.group, "周四上门换线")
    stage.world.send(OFFICER, ALLIANCE, "/answer", reply_to=said.id)
    preview = await stage.hear(ALLIANCE, "将发给 王敏", "周四上门换线")
    await stage.press(OFFICER, preview, "发布答复")
    await case.answer("周四上门换线")


async def test_two_tickets_do_not_mix(park: Park) -> None:
    stage = park.stage
    first, second = await park.ticket(), await park.ticket("停车棚的雨棚破了，找谁修")
    one, two = await first.dispatched(), await second.dispatched()
    preview = await second.department_preview(two, "雨棚下周修。")
    await stage.press(OFFICER, preview, "发布答复")
    preview = await first.department_preview(one, "路灯明天修。")
    await stage.press(OFFICER, preview, "发布答复")
    assert (await first.answer("路灯明天修。")).reply_to is first.question
    assert (await second.answer("雨棚下周修。")).reply_to is second.question
