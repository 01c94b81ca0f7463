"""What silence means: a pause ends a question, and who says nothing for long enough agrees."""

from __future__ import annotations

import pytest

from tests.loop.knowledge_base import UNKNOWN
from tests.loop.park import Park
from tests.loop.stage import stage_with

pytestmark = pytest.mark.asyncio(loop_scope="package")
stage = stage_with(
    QUIET="1s", PEER_WINDOW="1s", PEERS_CONFIRM_WINDOW="1s", CONFIRM_WINDOW="1s", REOPEN_WINDOW="0"
)


async def test_several_messages_in_a_row_are_one_question(park: Park) -> None:
    stage = park.stage
    question = await park.ask("请问厂门口的路灯坏了找谁修")
    await park.ask("就是三号门那一盏")
    await park.ask("已经两周了")
    case = await park.case(question)
    for part in (question.text, "三号门那一盏", "已经两周了"):
        assert part in case.card.text
    await stage.settled((park.asker, park.group), (park.worker, park.desk))
    assert len(stage.said(park.desk, "📋")) == 1


async def test_no_word_within_the_confirm_window_closes_the_ticket_as_unconfirmed(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    answer = await case.answer_from_desk("灯已经换好。")
    await stage.shows(answer, "没有等到您的回话，先办结了。")
    await stage.shows(case.card, "已销号（未回话）")
    await stage.offers(answer, "未解决")
    late = await stage.press(park.asker, answer, "未解决")
    assert (late.text, late.show_alert) == ("时间过了，请重新提问。", True)


async def test_no_word_on_the_peers_replies_is_taken_for_yes(park: Park) -> None:
    stage = park.stage
    question = await park.ask(UNKNOWN)
    stage.world.send(park.neighbour, park.group, "打物业电话", reply_to=question.id)
    check = await park.reply(question, "大家的回复解决您的问题了吗？")
    await stage.shows(check, "同行已答复。")
    await stage.offers(check)
    await stage.settled((park.worker, park.desk))
    assert not stage.said(park.desk, "📋")
