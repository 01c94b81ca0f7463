"""Peers come first: they have a while to answer, and a ticket opens only if they could not help."""

from __future__ import annotations

import pytest

from tests.loop.knowledge_base import ANSWERED, CHATTER, UNKNOWN
from tests.loop.park import Park
from tests.loop.stage import stage_with

pytestmark = pytest.mark.asyncio(loop_scope="package")
stage = stage_with(PEER_WINDOW="2s")
_CHECK = "大家的回复解决您的问题了吗？"


async def test_peers_who_solve_it_leave_no_ticket_and_use_up_no_number(park: Park) -> None:
    stage = park.stage
    question = await park.ask()
    await stage.reaction(question, "👀")
    stage.world.send(park.neighbour, park.group, "打物业电话就行，我们上次就是", reply_to=question.id)
    check = await park.reply(question, "王敏", _CHECK)
    await stage.offers(check, "已解决", "还没有，请社工帮忙")
    assert (await stage.press(park.asker, check, "已解决")).text == "太好了！"
    await stage.shows(check, "大家帮忙解决了 👍")
    await stage.offers(check)
    await stage.settled((park.worker, park.desk))
    assert not stage.said(park.desk, "📋")
    assert (await park.ticket("停车棚的雨棚破了，找谁修")).number == f"{park.code}-0001"


async def test_peers_who_could_not_help_make_room_for_a_social_worker(park: Park) -> None:
    stage = park.stage
    question = await park.ask()
    stage.world.send(park.neighbour, park.group, "我们也不知道", reply_to=question.id)
    check = await park.reply(question, _CHECK)
    press = await stage.press(park.asker, check, "还没有，请社工帮忙")
    assert press.text == f"已转给社工：{park.code}-0001"
    await stage.shows(check, "已请社工帮忙。")
    await stage.hear(park.desk, f"📋 {park.code}-0001", UNKNOWN)


async def test_the_asker_is_asked_once_however_many_peers_reply(park: Park) -> None:
    stage = park.stage
    question = await park.ask()
    for text in ("打物业电话", "我也是打的物业", "物业要催"):
        stage.world.send(park.neighbour, park.group, text, reply_to=question.id)
    check = await park.reply(question, _CHECK)
    stage.world.send(park.neighbour, park.group, "我再补一句", reply_to=question.id)
    await stage.press(park.asker, check, "还没有，请社工帮忙")
    await stage.settled((park.asker, park.group))
    assert len(stage.said(park.group, _CHECK)) + len(stage.said(park.group, "已请社工帮忙。")) == 1


async def test_the_asker_may_say_in_words_that_peers_could_not_help(park: Park) -> None:
    stage = park.stage
    question = await park.ask()
    stage.world.send(park.neighbour, park.group, "要不问问隔壁", reply_to=question.id)
    check = await park.reply(question, _CHECK)
    await park.ask("还没有解决", reply_to=check.id)
    await stage.shows(check, "已请社工帮忙。")
    await stage.hear(park.desk, f"📋 {park.code}-0001")


async def test_a_question_without_any_reply_becomes_a_ticket(park: Park) -> None:
    question = await park.ask()
    park.stage.world.send(park.neighbour, park.group, CHATTER)
    case = await park.case(question)
    assert case.notice.reply_to is question


async def test_the_asker_need_not_wait_for_peers_after_a_wrong_answer(park: Park) -> None:
    reply = await park.reply(await park.ask(ANSWERED))
    await park.stage.press(park.asker, reply, "没解决")
    await park.stage.hear(park.desk, f"📋 {park.code}-0001")
