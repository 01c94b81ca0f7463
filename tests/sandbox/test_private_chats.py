"""Starting and blocking a bot."""

from __future__ import annotations

import pytest
from telegram import Bot

from sandbox.demo import BOT, DESK
from sandbox.world import World
from tests.sandbox.conftest import updates_of


async def test_start_opens_the_chat_and_carries_the_payload(bot: Bot, world: World) -> None:
    world.start(202, BOT, "ticket-1_x")
    message = updates_of(world)[0]["message"]
    assert message["text"] == "/start ticket-1_x"
    assert message["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    assert message["chat"]["id"] == message["from"]["id"] == 202
    assert await bot.send_message(202, "您好")


@pytest.mark.parametrize("payload", ["有字", "x" * 65, "a b"])
def test_a_payload_is_short_and_plain(world: World, payload: str) -> None:
    with pytest.raises(Exception, match="START_PARAM_INVALID"):
        world.start(202, BOT, payload)


def test_blocking_and_unblocking_is_told_to_the_bot(world: World) -> None:
    world.block(101, BOT)
    world.block(101, BOT)
    world.send(101, BOT, "我回来了")
    blocked, unblocked, message = updates_of(world)
    assert blocked["my_chat_member"]["chat"]["type"] == "private"
    assert blocked["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert unblocked["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert message["message"]["text"] == "我回来了"


def test_who_is_not_there_cannot_act(world: World) -> None:
    with pytest.raises(Exception, match="no such person"):
        world.send(BOT, DESK, "x")
    with pytest.raises(Exception, match="no such bot"):
        world.send(101, 102, "x")
    with pytest.raises(Exception, match="no such chat"):
        world.send(101, -5, "x")


def test_empty_and_endless_messages_are_refused(world: World) -> None:
    with pytest.raises(Exception, match="message text is empty"):
        world.send(201, DESK, "  ")
    with pytest.raises(Exception, match="at most 4096"):
        world.send(201, DESK, "长" * 4097)
    with pytest.raises(Exception, match="at most 1024"):
        world.send_file(201, DESK, b"x", "a.txt", text="长" * 1025)
    with pytest.raises(Exception, match="message to be replied not found"):
        world.send(201, DESK, "x", reply_to=99)


def test_a_persons_quote_is_kept(world: World) -> None:
    first = world.send(201, DESK, "叉车证多少钱")
    answer = world.send(202, DESK, "三百", reply_to=first.id, quote="多少钱")
    assert answer.quote == {"text": "多少钱", "position": 3, "is_manual": True}


def test_apps_open_a_chat_by_writing_too(world: World) -> None:
    world.send(301, BOT, "你好")
    assert 301 in world.bot(BOT).started_by


def test_a_message_that_is_not_there_is_named(world: World) -> None:
    with pytest.raises(Exception, match="no such message: 99"):
        world.message(DESK, 99)
