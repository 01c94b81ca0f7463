"""The program with the entries that come with it, as a newcomer starts it."""

from __future__ import annotations

import pytest

from tests.loop.park import Park
from tests.loop.stage import stage_with

pytestmark = pytest.mark.asyncio(loop_scope="package")
stage = stage_with(KNOWLEDGE="")


async def test_a_starter_entry_answers_with_its_source_and_the_day_it_was_checked(park: Park) -> None:
    reply = await park.reply(await park.ask("发生生产安全事故，多久之内要上报，报给谁"), "1小时内")
    assert "《生产安全事故报告和调查处理条例》第9条" in reply.text
    assert "核对过" in reply.text
    await park.stage.offers(reply, "有用", "没解决")


async def test_what_no_starter_entry_knows_becomes_a_ticket(park: Park) -> None:
    case = await park.ticket("我们厂门口的路灯坏了快两周了，谁管")
    assert case.number == f"{park.code}-0001"
