"""Private talk with the bot: asking there, being brought there, and staying unknown there."""

from __future__ import annotations

import pytest

from tests.loop.knowledge_base import ANSWER, ANSWERED, UNKNOWN
from tests.loop.park import Park, open_park
from tests.loop.stage import ADMIN, BOT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="package")
_PRIVATE = "老板拖欠我三个月工资不给怎么办"


async def test_start_says_what_to_do(park: Park) -> None:
    park.stage.world.start(park.asker, BOT)
    await park.stage.hear(BOT, "您好，我是互助小助手。直接打字问就行。", as_=park.asker)


async def test_a_question_in_private_is_answered_there(park: Park) -> None:
    park.stage.world.start(park.asker, BOT)
    park.stage.world.send(park.asker, BOT, ANSWERED)
    await park.stage.hear(BOT, ANSWER, as_=park.asker)
    assert not park.stage.said(park.group, ANSWER)


async def test_a_private_question_becomes_a_ticket_of_the_askers_own_community(park: Park) -> None:
    """The bot has not seen the asker speak; it asks the messenger in whose group they are."""
    stage = park.stage
    stage.world.start(park.asker, BOT)
    question = stage.world.send(park.asker, BOT, UNKNOWN)
    await stage.hear(BOT, f"已转给社工，编号 {park.code}-0001", as_=park.asker)
    card = await stage.hear(park.desk, f"📋 {park.code}-0001", "私聊", UNKNOWN)
    await stage.press(park.worker, card, "答复")
    prompt = await stage.hear(park.desk, "请回复这条消息")
    stage.world.send(park.worker, park.desk, "灯已修好。", reply_to=prompt.id)
    await stage.press(park.worker, await stage.hear(park.desk, "将发给 王敏（私聊）"), "发送")
    answer = await stage.hear(BOT, "社工答复", "灯已修好。", as_=park.asker)
    assert answer.reply_to is question
    await stage.press(park.asker, answer, "已解决")
    await stage.shows(card, "已销号")
    assert not stage.said(park.group, "灯已修好。")


async def test_the_asker_is_found_however_many_groups_there_are(stage: Stage) -> None:
    for _ in range(25):
        await stage.bind(stage.group("别的互助群"), "mutual_aid MANY")
    park = await open_park(stage)
    stage.world.start(park.asker, BOT)
    stage.world.send(park.asker, BOT, UNKNOWN)
    await stage.hear(BOT, f"已转给社工，编号 {park.code}-0001", as_=park.asker)


async def test_who_belongs_to_no_group_is_told_where_to_ask(stage: Stage) -> None:
    stranger = stage.person("路人")
    stage.world.start(stranger, BOT)
    stage.world.send(stranger, BOT, UNKNOWN)
    await stage.hear(BOT, "我还不知道您是哪个社区的", as_=stranger)


async def test_a_private_matter_is_offered_to_be_told_in_private_and_carried_over(park: Park) -> None:
    stage = park.stage
    offer = await park.reply(await park.ask(_PRIVATE), "这件事可以私下说，群里看不到。")
    link = next(b["url"] for row in offer.inline_keyboard or [] for b in row if "url" in b)
    payload = link.split("start=")[1]
    stage.world.start(park.neighbour, BOT, payload)
    await stage.hear(BOT, "这个链接已经用过，或者不是给您的", as_=park.neighbour)
    stage.world.start(park.asker, BOT, payload)
    await stage.hear(BOT, f"已转给社工，编号 {park.code}-0001", as_=park.asker)
    await stage.hear(park.desk, f"📋 {park.code}-0001", "私聊", _PRIVATE)
    await stage.shows(offer, "已转到私下处理。")
    stage.world.start(park.asker, BOT, payload)
    await stage.hear(BOT, "这个链接已经用过", as_=park.asker)


async def test_who_does_not_want_to_go_private_is_helped_in_the_group(park: Park) -> None:
    offer = await park.reply(await park.ask(_PRIVATE), "这件事可以私下说")
    press = await park.stage.press(park.asker, offer, "就在这里问")
    assert press.text == f"已转给社工：{park.code}-0001"
    await park.stage.hear(park.desk, f"📋 {park.code}-0001", _PRIVATE)


async def test_what_endangers_somebody_is_warned_of_and_overseen(park: Park) -> None:
    banner = await park.reply(await park.ask("车间着火了快来人"), "⚠️ 先撤人！马上打 119")
    await park.stage.shows(banner, f"已通知社工（{park.code}-0001）")
    await park.stage.hear(park.desk, f"📋 {park.code}-0001", "A类督办")


async def test_admins_may_ask_why(stage: Stage) -> None:
    stage.world.start(ADMIN, BOT)
    stage.world.send(ADMIN, BOT, f"/why {ANSWERED}")
    await stage.hear(BOT, ANSWERED, "T-001", as_=ADMIN)
