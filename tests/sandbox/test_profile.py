"""The bot about itself: getMe, names, commands, menu."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat, BotCommandScopeChatMember, MenuButtonCommands

from sandbox.demo import ADMIN, BOT, DESK
from sandbox.page_view import state_view
from sandbox.world import World
from tests.sandbox.conftest import Api


async def test_a_bot_knows_itself(bot: Bot, world: World) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot, me.can_read_all_group_messages) == (
        BOT,
        "huzhu_demo_bot",
        True,
        False,
    )
    world.bot(BOT).reads_all = True
    assert (await bot.get_me()).can_read_all_group_messages
    assert await bot.log_out()
    assert await bot.close()
    assert (await bot.get_user_profile_photos(101)).total_count == 0


async def test_commands_are_kept_per_scope_and_language(bot: Bot, world: World) -> None:
    await bot.set_my_commands([BotCommand("help", "怎么用"), BotCommand("my", "我的事项")])
    await bot.set_my_commands([BotCommand("bind", "绑定本群")], scope=BotCommandScopeChat(DESK))
    await bot.set_my_commands([BotCommand("help", "How to use")], language_code="en")
    await bot.set_my_commands([BotCommand("mine", "x")], scope=BotCommandScopeChatMember(DESK, 201))
    assert [command.command for command in await bot.get_my_commands()] == ["help", "my"]
    assert [command.command for command in await bot.get_my_commands(scope=BotCommandScopeChat(DESK))] == [
        "bind"
    ]
    assert (await bot.get_my_commands(language_code="en"))[0].description == "How to use"
    assert await bot.get_my_commands(language_code="de") == ()
    [shown] = state_view(world, world.person(ADMIN))["bots"]
    assert [command["command"] for command in shown["commands"]] == ["help", "my"]
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()
    await bot.set_my_commands([])


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"commands": [{"command": "x", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": "{}"}, "expected an Array of BotCommand"),
        ({"commands": [{}]}, "can't parse BotCommand: Can't find field \"command\""),
        ({"commands": [{"command": "带字", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "x", "description": " "}]}, "command description must be non-empty"),
        ({"commands": [{"command": "x", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        (
            {"commands": [], "scope": {"type": "moon"}},
            "can't parse BotCommandScope: unsupported type specified",
        ),
        ({"commands": [], "scope": {"type": "chat", "chat_id": -5}}, "chat not found"),
    ],
)
async def test_bad_command_lists_are_refused(api: Api, params: dict[str, Any], refusal: str) -> None:
    assert await api.no("setMyCommands", **params) == f"Bad Request: {refusal}"


async def test_names_and_descriptions_are_kept_per_language(bot: Bot, api: Api) -> None:
    assert (await bot.get_my_name()).name == "互助小助手"
    await bot.set_my_name("互助")
    await bot.set_my_name("Mutual aid", language_code="en")
    assert (await bot.get_my_name()).name == "互助"
    assert (await bot.get_my_name(language_code="en")).name == "Mutual aid"
    await bot.set_my_description("问安全生产的事")
    assert (await bot.get_my_description(language_code="en")).description == "问安全生产的事"
    await bot.set_my_short_description("互助")
    assert (await bot.get_my_short_description()).short_description == "互助"
    assert await api.no("setMyName", name="x" * 65) == "Bad Request: name is too long"


async def test_the_menu_button_is_remembered_per_chat(bot: Bot) -> None:
    assert isinstance(await bot.get_chat_menu_button(), MenuButtonCommands)
    await bot.set_chat_menu_button(101, MenuButtonCommands())
    assert isinstance(await bot.get_chat_menu_button(101), MenuButtonCommands)
    await bot.set_chat_menu_button()
    assert (await bot.get_chat_menu_button(102)).type == "default"
