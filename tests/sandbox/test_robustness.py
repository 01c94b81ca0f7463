"""Whatever a program sends, the server answers as Telegram would: with a result or a refusal."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.api.request import Request
from sandbox.api.table import METHODS
from sandbox.bot_endpoint import BotApi
from sandbox.demo import ADMIN, ALLIANCE, BOT, DESK, MUTUAL_AID, build_demo_world
from sandbox.world import World
from tests.sandbox.conftest import Api

NAMES = [
    "chat_id",
    "from_chat_id",
    "user_id",
    "message_id",
    "message_ids",
    "message_thread_id",
    "text",
    "caption",
    "parse_mode",
    "entities",
    "caption_entities",
    "reply_parameters",
    "reply_markup",
    "media",
    "photo",
    "document",
    "latitude",
    "longitude",
    "options",
    "question",
    "name",
    "icon_color",
    "permissions",
    "commands",
    "scope",
    "reaction",
    "callback_query_id",
    "url",
    "secret_token",
    "file_id",
    "title",
    "allowed_updates",
    "action",
    "phone_number",
    "first_name",
    "menu_button",
    "until_date",
    "custom_title",
]
SCALARS = st.sampled_from(
    [
        "",
        "x",
        "null",
        "[]",
        "{}",
        "[1]",
        "[{}]",
        '[["x"]]',
        '[{"type":"photo"}]',
        "-5",
        "1e400",
        "١",
        "@x",
        "\ud800",
        *(0, 1, 2, -1, 2**70, 1.5, float("inf"), True, None),
        *(MUTUAL_AID, DESK, ALLIANCE, ADMIN, 101, BOT),
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "media",
                    "text",
                    "message_id",
                    "quote",
                    "inline_keyboard",
                    "emoji",
                    "offset",
                    "chat_id",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(METHODS)), st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8))
def test_no_call_makes_the_server_stumble(method: str, params: dict[str, Any]) -> None:
    if method in ("setwebhook", "deletewebhook"):
        params = {name: value for name, value in params.items() if name != "url"}
    world = build_demo_world()
    world.send(101, MUTUAL_AID, "问")
    request = Request(world, world.bot(BOT), params)
    status, body, _ = asyncio.run(BotApi(world).execute(request, method))
    assert status in (200, 400, 403, 409, 413), body
    assert json.loads(body)["ok"] == (status == 200)


async def test_a_defect_of_the_sandbox_is_an_answer_too(api: Api, world: World) -> None:
    del world.flood
    answer = await api.call("sendMessage", chat_id=DESK, text="x")
    assert answer == {"ok": False, "error_code": 500, "description": "Internal Server Error"}


async def test_tests_can_wait_for_what_a_bot_writes(api: Api, world: World) -> None:
    waiting = asyncio.create_task(world.expect(DESK, "已接单", after=2))
    await api.ok("sendMessage", chat_id=DESK, text="已接单，旧的")
    await api.ok("sendMessage", chat_id=DESK, text="LF-0001 已接单")
    assert (await waiting).id == 3
    with pytest.raises(TimeoutError):
        await world.expect(DESK, "不会来", seconds=0.01)
    assert await world.until(lambda: world.calls.of("sendMessage"))
