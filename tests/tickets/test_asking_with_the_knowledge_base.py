"""The rules and the real matching together: a small knowledge base from files, real words, a whole ticket."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge import Library
from storage import SqliteStore
from tests.tickets.people import DESK, GROUP, LI
from tests.tickets.stories import POLICY, again, carried, opened
from tests.tickets.world import World, kinds_of
from tickets.lifecycle import Status
from tickets.model import Finding, InquiryState
from tickets.notices import NoticeKind

ENTRIES = """
topic: 特种设备
entries:
  - id: TSE-001
    question: 新买的叉车怎么办使用登记
    keywords: [叉车, 上牌, 使用登记]
    also: [叉车上牌去哪办, 刚买的叉车要登记吗, 叉车投用前要办什么手续, 新叉车怎么上牌]
    answer: 投用前或投用后 30 日内，向特种设备安全监督管理部门办理使用登记。
    department: market_regulation
    source: [{law: 特种设备安全法, article: 第三十三条}]
    region: 全国
    reviewed: 2026-11-20
    review_by: 2027-11-20
  - id: FIRE-001
    question: 灭火器多久检查一次
    keywords: [灭火器, 检查, 频次]
    also: [灭火器每个月都要看吗, 灭火器的检查周期是多长]
    answer: 每月检查一次。
    department: fire_rescue
    source: [{law: 建筑灭火器配置验收及检查规范, article: 5.2.1}]
    region: 全国
    reviewed: 2026-11-20
    review_by: 2027-11-20
"""


@pytest.fixture
async def world(store: SqliteStore, tmp_path: Path) -> World:
    """The same world, with the real judge over two entries."""
    folder = tmp_path / "entries"
    folder.mkdir()
    (folder / "tse.yaml").write_text(ENTRIES, encoding="utf-8")
    world = World(store, judging=Library(folder).judge.judge)
    await world.bind_all()
    return world


async def test_a_question_in_its_own_words_is_answered_in_the_group(world: World) -> None:
    question = await world.say("新买的叉车怎么办使用登记")
    await world.wait(POLICY.quiet)
    inquiry = await carried(world, question)
    assert (inquiry.state, inquiry.finding, inquiry.entry_id) == (
        InquiryState.ANSWERED,
        Finding.ANSWER,
        "TSE-001",
    )
    assert kinds_of(await world.deliver(), GROUP) == [NoticeKind.REPLY]


async def test_what_the_files_do_not_know_goes_to_peers_and_then_to_the_desk(world: World) -> None:
    ticket = await opened(world, text="请问园区的班车早上几点发车？")
    assert ((await again(world, ticket)).status, ticket.number) == (Status.OPEN, "LF-0001")


@pytest.mark.parametrize("text", ["收到", "谢谢各位", "[通知] 明天下午两点召开安全例会，请准时参加。"])
async def test_chatter_and_notices_open_nothing(world: World, text: str) -> None:
    await world.say(text, by=LI)
    await world.wait(POLICY.quiet + POLICY.peer_window)
    assert await world.deliver() == []
    assert await world.tickets() == []


async def test_a_question_thanked_for_in_advance_is_still_a_question(world: World) -> None:
    await world.say("请问园区的班车早上几点发车？")
    await world.say("谢谢")
    await world.wait(POLICY.quiet + POLICY.peer_window)
    assert (await world.the_ticket()).status is Status.OPEN
    assert NoticeKind.DESK_CARD in kinds_of(await world.deliver(), DESK)
