"""Whoever presses or commands is checked: outsiders are told politely, and made-up data moves nothing."""

from __future__ import annotations

import pytest

from tests.loop.knowledge_base import ANSWERED, find_suggested
from tests.loop.park import Park, open_park
from tests.loop.stage import ADMIN, ALLIANCE, OFFICER, labels_of

pytestmark = pytest.mark.asyncio(loop_scope="package")
_ASKER_ONLY = ("只有提问的人能点。", True)
_GONE = ("这个按钮已经没用了。", True)


async def test_only_the_asker_may_judge_an_answer_of_the_knowledge_base(park: Park) -> None:
    reply = await park.reply(await park.ask(ANSWERED))
    for label in ("有用", "没解决"):
        press = await park.stage.press(park.neighbour, reply, label)
        assert (press.text, press.show_alert) == _ASKER_ONLY
    suggestion = await park.reply(await park.ask(find_suggested(park.stage.knowledge)), "您是想问")
    for label in labels_of(suggestion):
        press = await park.stage.press(park.neighbour, suggestion, label)
        assert (press.text, press.show_alert) == _ASKER_ONLY


async def test_only_the_asker_may_withdraw_confirm_reopen_and_rate(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    press = await stage.press(park.neighbour, case.notice, "撤回")
    assert (press.text, press.show_alert) == _ASKER_ONLY
    answer = await case.answer_from_desk()
    for label in ("已解决", "未解决"):
        press = await stage.press(park.neighbour, answer, label)
        assert (press.text, press.show_alert) == _ASKER_ONLY
    await stage.press(park.asker, answer, "已解决")
    for label in ("满意", "基本满意", "不满意"):
        press = await stage.press(park.neighbour, answer, label)
        assert (press.text, press.show_alert) == _ASKER_ONLY
    await stage.offers(answer, "满意", "基本满意", "不满意")


async def test_the_desks_buttons_act_nowhere_else(park: Park) -> None:
    """Their data, sent from the asker's group, from another desk and from the alliance, does nothing."""
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    other = await open_park(stage)
    elsewhere = await other.ticket()
    forged = [_data(case.card, label) for label in labels_of(case.card)]
    forged += [_data(case.card, "答复").replace("answer:", verb) for verb in ("claim:", "guide:", "back:")]
    ticket_id = _data(case.card, "答复").split(":")[1]
    forged += [f"to:{ticket_id}:taxation", f"guideto:{ticket_id}:court", f"dispatch:{ticket_id}:1"]
    before = (case.card.text, card.text)
    for data in forged:
        for who, message in ((park.asker, case.notice), (other.worker, elsewhere.card), (OFFICER, card)):
            press = await stage.forge(who, message, data)
            assert press.show_alert, data
            assert press.text in ("这个按钮已经没用了。", "只有这个社区的社工能点。"), data
    await stage.settled((park.worker, park.desk), (OFFICER, ALLIANCE))
    assert (case.card.text, card.text) == before


async def test_the_threads_buttons_act_nowhere_else(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    preview = await case.department_preview(card, "先压着不发")
    forged = [_data(card, "报到"), _data(card, "答复"), _data(preview, "发布答复"), _data(preview, "取消")]
    for data in forged:
        for who, message in ((park.asker, case.notice), (park.worker, case.card)):
            press = await stage.forge(who, message, data)
            assert (press.text, press.show_alert) == _GONE, data
    await stage.settled((OFFICER, ALLIANCE), (park.asker, park.group))
    assert not stage.said(park.group, "先压着不发")
    assert "已派单" in card.text


async def test_the_askers_buttons_act_for_nobody_in_another_chat(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    answer = await case.answer_from_desk()
    for label in ("已解决", "未解决"):
        press = await stage.forge(park.worker, case.card, _data(answer, label))
        assert (press.text, press.show_alert) == _GONE
    answer_id = _data(answer, "已解决").split(":")[1]
    press = await stage.forge(park.asker, answer, f"rate:{answer_id}:satisfied")
    assert press.text == "已经处理过了。"  # nothing to rate before a word on it
    await stage.offers(answer, "已解决", "未解决")


@pytest.mark.parametrize(
    "data",
    [
        "",
        "claim",
        "claim:",
        "claim:x",
        "claim:-1",
        "claim:99999999999999999999",
        "sudo:1",
        "接单:1",
        "a" * 64,
    ],
)
async def test_data_that_no_button_ever_had_is_refused(park: Park, data: str) -> None:
    case = await park.ticket()
    press = await park.stage.forge(park.worker, case.card, data)
    assert (press.text, press.show_alert) == _GONE


async def test_who_left_the_desk_is_no_social_worker_any_more(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    await stage.press(park.colleague, case.card, "派单")  # known to be a member
    stage.world.member(ADMIN, park.desk, park.colleague, "kick")
    await stage.settled((park.worker, park.desk))
    press = await stage.forge_as_stranger(park.colleague, case.card, _data(case.card, "接单"))
    assert (press.text, press.show_alert) == ("只有这个社区的社工能点。", True)
    await stage.shows(case.card, "待接单")


async def test_admin_commands_are_refused_to_others(park: Park) -> None:
    stage = park.stage
    for command in ("/bind mutual_aid LF", "/unbind", "/groups"):
        asked = await park.ask(command)
        reply = await stage.hear(park.group, "这个命令只有管理员能用。", after=asked.id)
        assert reply.reply_to is asked


def _data(message: object, label: str) -> str:
    rows = getattr(message, "inline_keyboard", None) or []
    return next(str(b["callback_data"]) for row in rows for b in row if b["text"] == label)
