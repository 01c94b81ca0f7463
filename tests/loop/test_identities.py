"""Who asks when a group or a channel asks, and who speaks for them then."""

from __future__ import annotations

import pytest

from sandbox.model import ANONYMOUS_ADMIN
from tests.loop.knowledge_base import ANSWER, ANSWERED, UNKNOWN
from tests.loop.park import Park
from tests.loop.stage import ADMIN

pytestmark = pytest.mark.asyncio(loop_scope="package")


def anonymous_admin(park: Park) -> int:
    """An admin of the park's group who writes in the group's name."""
    world = park.stage.world
    admin = park.stage.person("匿名的老王", park.group)
    world.member(ADMIN, park.group, admin, "promote")
    world.chat(park.group).member(admin).is_anonymous = True
    return admin


async def test_an_anonymous_admin_is_answered_and_judges_the_answer(park: Park) -> None:
    admin = anonymous_admin(park)
    question = park.stage.world.send(admin, park.group, ANSWERED)
    assert question.sender is not None
    assert question.sender.id == ANONYMOUS_ADMIN
    reply = await park.reply(question, ANSWER)
    assert (await park.stage.press(park.neighbour, reply, "有用")).text == "只有提问的人能点。"
    assert (await park.stage.press(admin, reply, "有用")).text == "太好了！"


async def test_an_anonymous_admins_ticket_shows_the_groups_name_and_is_confirmed_by_an_admin(
    park: Park,
) -> None:
    stage, admin = park.stage, anonymous_admin(park)
    case = await park.case(stage.world.send(admin, park.group, UNKNOWN))
    assert f"{park.code}安全生产互助群" in case.card.text
    assert "匿名的老王" not in case.card.text
    answer = await case.answer_from_desk()
    assert (await stage.press(park.asker, answer, "已解决")).text == "只有提问的人能点。"
    assert (await stage.press(admin, answer, "已解决")).text == "谢谢，已办结。"
    await stage.shows(case.card, "已销号")


async def test_a_question_in_a_channels_name_is_answered_and_its_ticket_closed_by_an_admin(
    park: Park,
) -> None:
    stage = park.stage
    channel = -1_009_500_000_000 - next(stage.numbers)
    stage.world.add_chat(channel, "三号楼之声", kind="channel", creator=park.neighbour)
    question = stage.world.send(park.neighbour, park.group, UNKNOWN, sender_chat_id=channel)
    case = await park.case(question)
    assert "三号楼之声" in case.card.text
    answer = await case.answer_from_desk()
    assert answer.reply_to is question
    assert (await stage.press(park.neighbour, answer, "已解决")).text == "只有提问的人能点。"
    assert (await stage.press(ADMIN, answer, "已解决")).text == "谢谢，已办结。"


async def test_an_admin_of_one_group_speaks_for_no_asker_of_another(park: Park) -> None:
    stage = park.stage
    case = await park.ticket()
    answer = await case.answer_from_desk()
    assert (await stage.press(ADMIN, answer, "已解决")).text == "只有提问的人能点。"  # a person asked
