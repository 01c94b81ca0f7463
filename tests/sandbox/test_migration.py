"""A group becomes a supergroup: two service messages, a new id, and an old id that points to it."""

from __future__ import annotations

import pytest
from telegram import Bot
from telegram.error import ChatMigrated

from sandbox.demo import ADMIN, ALLIANCE, BOT
from sandbox.world import World
from tests.sandbox.conftest import Api, updates_of

GROUP = -77


@pytest.fixture
def group(world: World) -> World:
    world.add_chat(GROUP, "小群", kind="group", creator=ADMIN, member_ids=[101], admin_ids=[BOT])
    return world


async def test_the_old_id_answers_with_the_new_one(group: World, bot: Bot, api: Api) -> None:
    new_id = group.migrate(GROUP)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(GROUP, "还在吗")
    assert caught.value.new_chat_id == new_id
    assert await api.call("sendMessage", chat_id=GROUP, text="x") == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": new_id},
    }
    assert (await bot.send_message(new_id, "搬好了")).chat.type == "supergroup"


def test_both_service_messages_arrive_and_ids_begin_anew(group: World) -> None:
    group.send(101, GROUP, "一")
    group.send(101, GROUP, "二")
    new_id = group.migrate(GROUP)
    assert str(new_id).startswith("-100")
    old, new = updates_of(group)[-2:]
    assert (old["message"]["chat"]["id"], old["message"]["migrate_to_chat_id"]) == (GROUP, new_id)
    assert (new["message"]["chat"]["id"], new["message"]["migrate_from_chat_id"]) == (new_id, GROUP)
    assert new["message"]["message_id"] == 1
    assert group.send(101, GROUP, "三").chat.id == new_id, "apps follow the group by themselves"


def test_a_group_migrates_once(group: World) -> None:
    group.migrate(GROUP)
    with pytest.raises(Exception, match="already upgraded"):
        group.migrate(GROUP)


def test_a_forum_keeps_its_general_topic(world: World) -> None:
    new = world.chats[world.migrate(ALLIANCE)]
    assert new.is_forum
    assert list(new.topics) == [1]


def test_a_basic_group_has_no_threads(group: World) -> None:
    first = group.send(101, GROUP, "问")
    assert group.send(ADMIN, GROUP, "答", reply_to=first.id).thread_id is None


async def test_a_bot_outside_a_basic_group_may_look_but_not_write(group: World, api: Api) -> None:
    group.member(ADMIN, GROUP, BOT, "leave")
    assert (await api.ok("getChat", chat_id=GROUP))["type"] == "group"
    assert await api.no("sendMessage", chat_id=GROUP, text="x") == (
        "Forbidden: bot is not a member of the group chat"
    )


def test_a_group_without_a_human_administrator_cannot_migrate(world: World) -> None:
    world.add_chat(-78, "无主", kind="group", member_ids=[101], admin_ids=[BOT])
    with pytest.raises(Exception, match="no human administrator"):
        world.migrate(-78)
