"""What social workers do with a card, and that two of them do not get in each other's way."""

from __future__ import annotations

import asyncio

import pytest

from tests.loop.park import Park

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_of_two_social_workers_who_claim_at_once_one_wins_and_the_other_is_told(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    presses = [
        stage.world.press_text(who, park.desk, case.card.id, "接单") for who in (park.worker, park.colleague)
    ]
    assert all(await asyncio.gather(*(press.wait(15) for press in presses)))
    words = sorted((press.text, press.show_alert) for press in presses)
    assert words in (
        [(f"{case.number} 已由 陈社工 接单。", True), (f"您已接单：{case.number}", False)],
        [(f"{case.number} 已由 林社工 接单。", True), (f"您已接单：{case.number}", False)],
    )


async def test_a_button_tapped_twice_acts_once(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    preview = await case.desk_preview("马上就来。")
    presses = [stage.world.press_text(park.worker, park.desk, preview.id, "发送") for _ in range(2)]
    assert all(await asyncio.gather(*(press.wait(15) for press in presses)))
    assert sorted(press.text for press in presses) == ["已发给 王敏", "已经发过了。"]
    await case.answer("马上就来。")
    await stage.settled((park.asker, park.group))
    assert len(stage.said(park.group, "马上就来。")) == 1


async def test_a_plain_reply_to_the_card_is_an_internal_note(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    note = stage.world.send(park.colleague, park.desk, "物业说材料没到", reply_to=case.card.id)
    await stage.reaction(note, "👌")
    await stage.shows(case.card, "林社工 备注。物业说材料没到")
    await stage.settled((park.worker, park.desk), (park.asker, park.group))
    assert not stage.said(park.group, "材料没到")


async def test_an_answer_is_shown_before_it_is_sent_and_may_be_given_anew_or_dropped(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    preview = await case.desk_preview("第一稿")
    assert "将发给 王敏" in preview.text
    stage.world.send(park.worker, park.desk, "第二稿", reply_to=preview.id)
    await stage.shows(preview, "第二稿")
    assert (await stage.press(park.worker, preview, "取消")).text == "没有发送"
    await stage.shows(preview, "没有发送。")
    await stage.settled((park.worker, park.desk), (park.asker, park.group))
    assert not stage.said(park.group, "稿")


async def test_a_draft_follows_the_edits_of_its_author_until_it_is_sent(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    preview = await case.desk_preview("今晚八点修好")
    given = stage.world.message(park.desk, preview.reply_to.id if preview.reply_to else 0)
    stage.world.edit(park.worker, park.desk, given.id, "今晚九点修好")
    await stage.shows(preview, "今晚九点修好")
    await stage.press(park.worker, preview, "发送")
    assert "今晚九点修好" in (await case.answer("修好")).text


async def test_a_colleague_who_replies_to_the_prompt_leaves_a_note_and_writes_no_answer(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    await stage.press(park.worker, case.card, "答复")
    prompt = await stage.hear(park.desk, "请回复这条消息", case.number)
    stage.world.send(park.colleague, park.desk, "我来插一句", reply_to=prompt.id)
    await stage.shows(case.card, "林社工 备注。我来插一句")
    await stage.settled((park.worker, park.desk))
    assert not stage.said(park.desk, "将发给")


async def test_the_asker_is_guided_to_the_right_channel_with_a_reason(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    await stage.press(park.worker, case.card, "引导")
    menu = await stage.hear(park.desk, f"{case.number} 建议走哪个渠道")
    await stage.press(park.worker, menu, "政务服务大厅")
    prompt = await stage.hear(park.desk, "政务服务大厅", "请回复这条消息")
    stage.world.send(park.worker, park.desk, "路灯在那里登记", reply_to=prompt.id)
    preview = await stage.hear(park.desk, "将发给", "引导到：政务服务大厅", "路灯在那里登记")
    await stage.press(park.worker, preview, "发送")
    told = await stage.hear(park.group, f"{case.number} 这件事建议走「政务服务大厅」。路灯在那里登记")
    assert told.reply_to is case.question
    await stage.shows(case.card, "已引导其他渠道")
    await stage.offers(case.card)


async def test_what_is_no_request_is_set_aside_and_remembered(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    assert (await stage.press(park.worker, case.card, "不是诉求")).text == "已记下：不是诉求"
    await stage.shows(case.card, "不作诉求登记")
    await stage.shows(case.notice, "不作诉求登记")
    await stage.offers(case.notice)
    assert (await stage.forge(park.colleague, case.card, _data(park, case.card.id, "claim"))).show_alert


async def test_the_departments_menu_turns_pages_and_goes_away(park: Park) -> None:
    stage, case = park.stage, await park.ticket("住房公积金漏交了两个月，怎么补缴")
    await stage.press(park.worker, case.card, "派单")
    menu = await stage.hear(park.desk, f"{case.number} 派给哪个部门")
    assert (menu.inline_keyboard or [])[0][0]["text"] == "住房公积金中心"
    await stage.press(park.worker, menu, "下一页 ›")
    await stage.press(park.worker, menu, "‹ 上一页")
    await stage.press(park.worker, menu, "返回")
    await stage.shows(menu, f"{case.number} 没有改动。")
    await stage.offers(menu)


def _data(park: Park, card_id: int, verb: str) -> str:
    """What a button that is gone by now would have carried: the card's own id with another verb."""
    calls = park.stage.world.calls.of("sendMessage", "editMessageText")
    keyboards = [
        str(call.params.get("reply_markup"))
        for call in calls
        if str(call.params.get("chat_id")) == str(park.desk) and f"{verb}:" in str(call.params)
    ]
    start = keyboards[-1].index(f"{verb}:")
    return keyboards[-1][start:].split('"')[0].split("'")[0]
