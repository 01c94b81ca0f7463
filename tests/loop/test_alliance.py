"""What departments do in a ticket's thread: they talk as they like, and only what they publish leaves it."""

from __future__ import annotations

import pytest

from tests.loop.park import Park
from tests.loop.stage import ALLIANCE, OFFICER, SECOND_OFFICER

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_talk_in_a_thread_stays_there(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    first = stage.world.send(OFFICER, ALLIANCE, "这事归你们还是归我们", thread_id=card.thread_id)
    stage.world.send(SECOND_OFFICER, ALLIANCE, "我们出两个人", thread_id=card.thread_id, reply_to=first.id)
    await stage.settled((OFFICER, ALLIANCE), (park.asker, park.group), (park.worker, park.desk))
    for chat_id in (park.group, park.desk):
        assert not stage.said(chat_id, "归你们")
        assert not stage.said(chat_id, "出两个人")
    assert not stage.said(ALLIANCE, "将发给", case.number)


async def test_the_answer_button_asks_for_the_text_and_shows_it_before_it_is_published(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    assert (await stage.press(OFFICER, card, "答复")).text == "请回复下面那条消息。"
    prompt = await stage.hear(ALLIANCE, "周科长", "发布前会先给您看", case.number)
    assert prompt.thread_id == card.thread_id
    stage.world.send(OFFICER, ALLIANCE, "周三去换灯泡", reply_to=prompt.id)
    preview = await stage.hear(ALLIANCE, "将发给 王敏", "周三去换灯泡", thread=card.thread_id)
    await stage.press(SECOND_OFFICER, preview, "发布答复")
    assert "综合行政执法局答复" in (await case.answer("周三去换灯泡")).text
    await stage.shows(preview, "已发给 王敏。")


async def test_any_message_of_the_thread_becomes_the_answer_by_the_command(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    said = stage.world.send(SECOND_OFFICER, ALLIANCE, "灯杆周四换新", thread_id=card.thread_id)
    stage.world.send(OFFICER, ALLIANCE, "/answer", reply_to=said.id)
    preview = await stage.hear(ALLIANCE, "将发给 王敏", "灯杆周四换新", thread=card.thread_id)
    await stage.press(OFFICER, preview, "发布答复")
    await case.answer("灯杆周四换新")


async def test_the_command_without_a_message_explains_itself(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    asked = stage.world.send(OFFICER, ALLIANCE, "/answer", thread_id=card.thread_id)
    told = await stage.hear(ALLIANCE, "请回复要作为答复的那条消息", after=asked.id)
    assert told.thread_id == card.thread_id


async def test_an_edit_of_a_published_answer_reaches_the_asker_and_is_marked(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    preview = await case.department_preview(card, "周五下午两点停电检修")
    given = preview.reply_to
    assert given is not None
    await stage.press(OFFICER, preview, "发布答复")
    answer = await case.answer("两点停电检修")
    stage.world.edit(OFFICER, ALLIANCE, given.id, "周五下午三点停电检修")
    await stage.shows(answer, "周五下午三点停电检修", "更正）")
    edited = answer.text
    stage.world.touch(ALLIANCE, given.id)  # a change that nobody can see
    await stage.settled((OFFICER, ALLIANCE), (park.asker, park.group))
    assert answer.text == edited


async def test_a_department_may_answer_again_and_the_buttons_move_to_the_newer_answer(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    await stage.press(OFFICER, await case.department_preview(card, "先看看现场"), "发布答复")
    first = await case.answer("先看看现场")
    await stage.press(OFFICER, await case.department_preview(card, "已经修好了"), "发布答复")
    second = await case.answer("已经修好了")
    await stage.shows(first, "后面还有新的答复。")
    await stage.offers(first)
    await stage.offers(second, "已解决", "未解决")


async def test_a_ticket_may_be_sent_on_to_another_department_in_the_same_thread(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    await stage.press(park.worker, case.card, "派单")
    menu = await stage.until(
        lambda: next((m for m in stage.said(park.desk, "派给哪个部门") if m.inline_keyboard), None), "a menu"
    )
    second = (menu.inline_keyboard or [])[0][1]["text"]
    await stage.press(park.worker, menu, second)
    await stage.shows(card, f"派给：{second}（已派单）")
    assert len(stage.said(ALLIANCE, f"📌 {case.number}")) == 1


async def test_two_officers_who_report_in_are_told_who_was_first(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    assert (await stage.press(OFFICER, card, "报到")).text == "已报到"
    data = next(
        button["callback_data"].replace("reply:", "reportin:")
        for row in card.inline_keyboard or []
        for button in row
        if "reply:" in button.get("callback_data", "")
    )
    late = await stage.forge(SECOND_OFFICER, card, data)
    assert (late.text, late.show_alert) == ("周科长 已经报到。", True)


async def test_a_new_alliance_group_takes_the_threads_over(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    await case.dispatched()
    other = stage.group("新的企服联盟", OFFICER, is_forum=True)
    report = await stage.bind(other, "alliance")
    assert "原来的「企服联盟」不再是。" in report.text
    card = await stage.hear(other, f"📌 {case.number}")
    assert card.is_topic
    await stage.bind(ALLIANCE, "alliance")
    again = await stage.hear(ALLIANCE, f"📌 {case.number}")
    assert again.thread_id != 1
