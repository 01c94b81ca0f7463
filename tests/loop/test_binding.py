"""Groups are bound from inside, by admins, and the bot says in one message what it lacks there."""

from __future__ import annotations

import pytest

from tests.loop.knowledge_base import ANSWER, ANSWERED, UNKNOWN
from tests.loop.park import Park, open_park
from tests.loop.stage import ADMIN, BOT, Stage, stage_with

pytestmark = pytest.mark.asyncio(loop_scope="package")
stage = stage_with()  # several of its groups become the alliance


async def test_a_new_communitys_name_is_asked_for_and_shown(stage: Stage) -> None:
    group = stage.group("新园区互助群")
    report = await stage.bind(group, "mutual_aid nx")
    assert report.text == "绑定好了：互助群 NX。"
    prompt = await stage.hear(group, "NX 是哪个社区？")
    stage.world.send(ADMIN, group, "南溪", reply_to=prompt.id)
    await stage.hear(group, "好，叫“南溪”。")
    stage.world.send(ADMIN, group, "/groups")
    listed = await stage.hear(group, "已绑定的群：")
    assert "· 新园区互助群 — 互助群 NX 南溪" in listed.text
    assert "· 企服联盟 — 联盟群" in listed.text


async def test_everything_the_bot_lacks_is_said_in_one_message(stage: Stage) -> None:
    chat = stage.world.chat(stage.group("少权限的群", is_forum=True))
    stage.world.member(ADMIN, chat.id, BOT, "demote")
    report = await stage.bind(chat.id, "mutual_aid QX")
    assert "还差：" in report.text
    assert "看不到普通消息" in report.text
    refused = stage.world.send(ADMIN, chat.id, "/bind alliance")
    await stage.hear(chat.id, "这个群已经是互助群了", after=refused.id)
    stage.world.send(ADMIN, chat.id, "/unbind")
    alliance = await stage.bind(chat.id, "alliance")
    assert "请给我“管理话题”的权限。" in alliance.text
    stage.world.member(ADMIN, chat.id, BOT, "promote", ["can_manage_chat"])
    alliance = await stage.bind(chat.id, "alliance")
    assert "管理话题" in alliance.text
    assert "看不到普通消息" not in alliance.text
    stage.world.member(ADMIN, chat.id, BOT, "promote")
    assert "还差" not in (await stage.bind(chat.id, "alliance")).text


async def test_an_alliance_without_topics_is_told_what_happens_instead(stage: Stage) -> None:
    group = stage.group("没有话题的联盟群")
    assert "这个群没开“话题”，我会用回复串代替。" in (await stage.bind(group, "alliance")).text


async def test_a_wrong_word_is_answered_with_the_right_ones(stage: Stage) -> None:
    group = stage.group("随便一个群")
    for words in ("", "desk", "alliance LF", "mutual LF", "desk LF LF2"):
        asked = stage.world.send(ADMIN, group, f"/bind {words}".strip())
        assert (await stage.hear(group, "请这样发：/bind mutual_aid LF", after=asked.id)).reply_to is asked
    for code in ("1F", "A-B", "ABCDEFGHI", "灵峰"):
        asked = stage.world.send(ADMIN, group, f"/bind desk {code}")
        await stage.hear(group, "社区代号用 1–8 个大写字母或数字", after=asked.id)
    stage.world.start(ADMIN, BOT)
    stage.world.send(ADMIN, BOT, "/bind alliance")
    await stage.hear(BOT, "请到要绑定的群里发这个命令。", as_=ADMIN)


async def test_an_unbound_group_is_left_in_peace(park: Park) -> None:
    stage = park.stage
    stage.world.send(ADMIN, park.group, "/unbind")
    await stage.hear(park.group, "已解除绑定，我在这个群不再说话。")
    asked = await park.ask(ANSWERED)
    await park.ask(UNKNOWN)
    await stage.settled((park.asker, park.group), (park.worker, park.desk))
    assert len(stage.said(park.group, after=asked.id)) == 1
    assert not stage.said(park.desk, "📋")
    stage.world.send(ADMIN, park.group, "/unbind")
    await stage.hear(park.group, "这个群没有绑定。")


async def test_a_desk_that_is_bound_late_shows_what_is_open_already(stage: Stage) -> None:
    asker = stage.person("赵安全")
    group = stage.group("晚绑的互助群", asker)
    await stage.bind(group, "mutual_aid WB")
    stage.world.send(asker, group, UNKNOWN)
    await stage.hear(group, "已转给社工，编号 WB-0001")
    desk = stage.group("晚绑的工作台", stage.person("钱社工"))
    await stage.bind(desk, "desk WB")
    await stage.hear(desk, "📋 WB-0001", UNKNOWN)


async def test_a_second_desk_takes_the_place_of_the_first(park: Park) -> None:
    stage = park.stage
    desk = stage.group("新的社工工作台", park.worker)
    report = await stage.bind(desk, f"desk {park.code}")
    assert f"原来的「{park.code}社工工作台」不再是。" in report.text
    await park.ask()
    await stage.hear(desk, f"📋 {park.code}-0001")
    assert not stage.said(park.desk, "📋")


async def test_a_group_may_be_bound_in_english(stage: Stage) -> None:
    asker = stage.person("Anna")
    group = stage.group("Tenants", asker)
    asked = stage.world.send(ADMIN, group, "/bind mutual_aid EN en")
    await stage.hear(group, "EN", after=asked.id)
    stage.world.send(asker, group, ANSWERED)
    reply = await stage.hear(group, ANSWER)
    labels = [button["text"] for row in reply.inline_keyboard or [] for button in row]
    assert all(label.isascii() for label in labels), labels


async def test_a_removed_bot_tells_the_desk(park: Park) -> None:
    stage = park.stage
    stage.world.member(ADMIN, park.group, BOT, "kick")
    await stage.hear(park.desk, f"⚠️ 我被移出了「{park.code}安全生产互助群」")


async def test_two_communities_keep_apart(stage: Stage) -> None:
    one, other = await open_park(stage), await open_park(stage)
    case = await one.ticket()
    await other.ticket()
    await stage.settled((other.worker, other.desk))
    assert not stage.said(other.desk, case.number)
