"""The commands that private chats offer; a server that knows none is no trouble."""

from __future__ import annotations

from bot.journal import Journal
from bot.menu import PRIVATE, offer_commands
from bot.request import Api
from bot.texts import load_texts
from sandbox.world import World


async def test_private_chats_are_offered_commands_in_every_language(
    api: Api, world: World, journal: Journal
) -> None:
    await offer_commands(api, load_texts(), "zh", journal)
    everybody = await api.call("getMyCommands", {"scope": {"type": "all_private_chats"}})
    assert [each["command"] for each in everybody] == list(PRIVATE)
    assert everybody[0]["description"] == "问一个问题"
    english = {"scope": {"type": "all_private_chats"}, "language_code": "en"}
    assert (await api.call("getMyCommands", english))[0]["description"] == "ask a question"
    assert await api.call("getMyCommands", {}) == []  # members of a group need none


async def test_a_server_that_refuses_is_asked_no_more(api: Api, world: World, journal: Journal) -> None:
    world.faults.add("bad_request", "setMyCommands", times=0)
    await offer_commands(api, load_texts(), "zh", journal)
    assert len(world.calls.of("setMyCommands")) == 1
