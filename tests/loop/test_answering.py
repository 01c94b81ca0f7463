"""What the knowledge base knows is answered; what it half knows is suggested; the rest goes on its way."""

from __future__ import annotations

import pytest

from tests.loop.knowledge_base import ANSWER, ANSWERED, CHATTER, UNKNOWN, find_suggested
from tests.loop.park import Park
from tests.loop.stage import ADMIN, BOT, NAME, labels_of

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_an_answer_has_steps_things_to_bring_source_and_date(park: Park) -> None:
    reply = await park.reply(await park.ask(ANSWERED), ANSWER)
    parts = (
        "1. 带上材料到窗口",
        "带上：营业执照、产品合格证",
        "《特种设备安全法》第三十三条",
        "2026-11-20 核对过",
    )
    for part in parts:
        assert part in reply.text
    await park.stage.offers(reply, "有用", "没解决")


async def test_an_answer_that_helped_is_thanked_for_and_becomes_no_ticket(park: Park) -> None:
    reply = await park.reply(await park.ask(ANSWERED), ANSWER)
    assert (await park.stage.press(park.asker, reply, "有用")).text == "太好了！"
    await park.stage.offers(reply)
    await park.stage.settled((park.worker, park.desk))
    assert not park.stage.said(park.desk, "📋")


async def test_an_answer_that_did_not_help_becomes_a_ticket_at_once(park: Park) -> None:
    reply = await park.reply(await park.ask(ANSWERED), ANSWER)
    press = await park.stage.press(park.asker, reply, "没解决")
    assert press.text == f"已转给社工：{park.code}-0001"
    await park.stage.hear(park.desk, f"📋 {park.code}-0001", ANSWERED)
    await park.stage.offers(reply)


async def test_saying_that_an_answer_did_not_help_is_as_good_as_the_button(park: Park) -> None:
    reply = await park.reply(await park.ask(ANSWERED), ANSWER)
    await park.ask("还是不行", reply_to=reply.id)
    await park.stage.hear(park.desk, f"📋 {park.code}-0001", ANSWERED)


async def test_a_suggestion_that_is_chosen_becomes_the_answer(park: Park) -> None:
    reply = await park.reply(await park.ask(find_suggested(park.stage.knowledge)), "您是想问：")
    labels = labels_of(reply)
    assert 2 <= len(labels) <= 4
    assert labels[-1] == "都不是"
    await park.stage.press(park.asker, reply, labels[0])
    await park.stage.shows(reply, "依据：", "核对过")
    await park.stage.offers(reply, "有用", "没解决")


async def test_when_no_suggestion_fits_a_social_worker_gets_the_question(park: Park) -> None:
    question = await park.ask(find_suggested(park.stage.knowledge))
    reply = await park.reply(question, "您是想问：")
    press = await park.stage.press(park.asker, reply, "都不是")
    assert press.text == f"已转给社工：{park.code}-0001"
    await park.stage.shows(reply, "没有合适的答案，已转给社工。")
    await park.stage.hear(park.desk, f"📋 {park.code}-0001", question.text)


@pytest.mark.parametrize("text", [f"@{NAME} {ANSWERED}", f"/ask {ANSWERED}", f"/ask@{NAME} {ANSWERED}"])
async def test_a_mention_or_a_command_asks_as_well(park: Park, text: str) -> None:
    await park.reply(await park.ask(text), ANSWER)


async def test_a_reply_to_the_bot_asks_as_well(park: Park) -> None:
    first = await park.reply(await park.ask(ANSWERED), ANSWER)
    second = park.stage.world.send(park.neighbour, park.group, "那危废标签应该贴在哪里", reply_to=first.id)
    await park.reply(second, "贴在容器醒目处。")


async def test_ask_in_reply_to_a_colleague_asks_that_colleagues_question(park: Park) -> None:
    stage = park.stage
    group = stage.group("刚建的群", park.asker, park.neighbour)
    wondering = stage.world.send(park.neighbour, group, ANSWERED)  # before the bot has a say here
    await stage.bind(group, f"mutual_aid {park.code}")
    asked = stage.world.send(park.asker, group, "/ask", reply_to=wondering.id)
    assert (await stage.hear(group, ANSWER)).reply_to is asked


async def test_chatter_stays_without_a_word(park: Park) -> None:
    before = await park.ask(CHATTER)
    await park.ask("收到，谢谢大家")
    await park.ask("[强][强]")
    await park.stage.settled((park.asker, park.group), (park.worker, park.desk))
    assert len(park.stage.said(park.group, after=before.id)) == 1  # the answer to /help
    assert not park.stage.said(park.desk, "📋")


async def test_a_question_to_a_colleague_by_reply_is_theirs_to_answer(park: Park) -> None:
    world = park.stage.world
    said = world.send(park.neighbour, park.group, CHATTER)
    asked = await park.ask("真的吗，谁做的", reply_to=said.id)
    await park.stage.settled((park.asker, park.group))
    assert len(park.stage.said(park.group, after=asked.id)) == 1


async def test_other_bots_are_ignored(park: Park) -> None:
    stage, world = park.stage, park.stage.world
    other = world.add_bot(
        9_000_000_000 + park.asker, f"9{park.asker}:another-bot-0001", "别的机器人", f"other{park.asker}_bot"
    )
    world.member(ADMIN, park.group, other.id, "join")
    update = _as_message(park, other.id)
    for text in (ANSWERED, UNKNOWN, f"/ask {ANSWERED}"):
        world.inject(BOT, {"message": {**update, "text": text, "message_id": next(stage.numbers) + 10_000}})
    before = len(stage.said(park.group))
    await stage.settled((park.asker, park.group))
    assert len(stage.said(park.group)) == before + 1


async def test_posts_of_the_linked_channel_open_no_ticket(park: Park) -> None:
    stage, world = park.stage, park.stage.world
    channel = -1_009_000_000_000 - next(stage.numbers)
    world.add_chat(channel, "园区通知", kind="channel", creator=ADMIN)
    world.chat(channel).linked_chat_id = park.group
    world.send(ADMIN, channel, ANSWERED)
    posted = await stage.hear_anybody(park.group, ANSWERED)
    assert posted.is_automatic_forward
    await stage.settled((park.asker, park.group), (park.worker, park.desk))
    assert len(stage.said(park.group, after=posted.id)) == 1
    assert not stage.said(park.desk, "📋")


def _as_message(park: Park, bot_id: int) -> dict[str, object]:
    """What a message of another bot looks like, were it ever delivered."""
    group = park.stage.world.chat(park.group)
    return {
        "date": park.stage.world.now(),
        "chat": {"id": group.id, "type": "supergroup", "title": group.title},
        "from": {"id": bot_id, "is_bot": True, "first_name": "别的机器人"},
    }
