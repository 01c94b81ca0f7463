"""What operators do: back up while it runs, end it, start it anew, try the demo."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.loop.knowledge_base import UNKNOWN
from tests.loop.park import open_park
from tests.loop.program import Program
from tests.loop.stage import ADMIN, BOT, OFFICER, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_backup_made_while_it_runs_is_whole_and_can_be_used(stage: Stage, tmp_path: Path) -> None:
    park = await open_park(stage)
    case = await park.ticket()
    copy = tmp_path / "backup" / "huzhu.db"
    backup = Program(stage.program.settings, "backup", str(copy))
    await backup.spawn()
    await park.ticket("停车棚的雨棚破了，找谁修")
    assert await backup.ended() == 0, backup.log
    assert backup.output.strip() == str(copy)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        numbers = {number for (number,) in connection.execute("SELECT number FROM tickets")}
    assert case.number in numbers
    again = Program(stage.program.settings, "backup", str(copy))
    await again.spawn()
    assert await again.ended() == 1
    assert "exists already" in again.log


async def test_ctrl_c_ends_it_cleanly_and_the_next_start_goes_on(tmp_path: Path) -> None:
    async with open_stage(tmp_path, {}) as stage:
        park = await open_park(stage)
        case = await park.ticket()
        card = await case.dispatched()
        assert await stage.program.interrupt() == 0
        assert "Traceback" not in stage.program.log
        assert stage.program.events()[-1]["event"] == "stopped"
        stage.world.send(park.neighbour, park.group, "停车棚的雨棚破了，找谁修")  # nobody is there
        stage.world.send(OFFICER, card.chat.id, "灯杆周三换新。", reply_to=card.id)
        await stage.program.start()
        preview = await stage.hear(card.chat.id, "将发给 王敏", "灯杆周三换新。")
        await stage.press(OFFICER, preview, "发布答复")
        await case.answer("灯杆周三换新。")
        await stage.hear(park.desk, f"📋 {park.code}-0002")


async def test_the_log_tells_of_events_by_their_ids_alone(stage: Stage) -> None:
    """`check_log` at the end of every file looks for words and secrets; here the keys are looked at."""
    park = await open_park(stage)
    await (await park.ticket()).answer_from_desk()
    await stage.settled((park.asker, park.group))
    for line in stage.program.events():
        assert {"event", "level", "timestamp"} <= line.keys()
        assert all(isinstance(value, str | int | float | None) for value in line.values())
    assert UNKNOWN not in stage.program.log


async def test_a_knowledge_base_that_is_edited_is_taken_up_while_it_runs(stage: Stage) -> None:
    park = await open_park(stage)
    more = """
topic: 新编的
entries:
  - id: N-001
    question: 园区班车几点发车
    keywords: [班车, 发车]
    also: [班车什么时候开, 早上班车几点走]
    answer: 早上七点半发车。
    department: transport
    source: [{law: 园区班车时刻表}]
    reviewed: 2026-11-20
    review_by: 2099-01-01
"""
    (stage.knowledge / "more.yaml").write_text(more, encoding="utf-8")
    await stage.program.logged("knowledge_reloaded")
    await park.reply(await park.ask("园区班车几点发车"), "早上七点半发车。")


async def test_an_update_that_nobody_can_read_is_parked_and_reported_and_blocks_nothing(
    tmp_path: Path,
) -> None:
    async with open_stage(tmp_path, {"INBOX_RETRIES": "1"}, faultless=False) as stage:
        park = await open_park(stage)
        stage.world.start(ADMIN, BOT)
        chat = {"id": park.group, "type": "supergroup", "title": "群"}
        update_id = stage.world.inject(BOT, {"message": {"chat": chat, "text": "没有日期也没有编号的消息"}})
        await park.ticket()
        told = await stage.hear(BOT, "有一条消息处理失败", str(update_id), as_=ADMIN)
        assert "没有日期" not in told.text
        parked = await stage.program.logged("update_parked")
        assert parked["update"] == update_id
        assert "没有日期" not in stage.program.log


async def test_the_demo_binds_its_groups_says_its_address_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    demo = Program({}, "demo", "--port", "0", "--no-browser", "--data", str(tmp_path / "demo"))
    await demo.spawn()
    await demo.printed("http://127.0.0.1:")
    address = demo.output.split("打开 ")[1].split("/ ")[0]
    async with httpx.AsyncClient(base_url=address) as client:
        assert (await client.get("/")).status_code == 200
        state = (await client.get("/client/state", params={"as": 101})).json()
        assert state["messages"] is not None
    assert await demo.interrupt() == 0
    assert "Traceback" not in demo.log
