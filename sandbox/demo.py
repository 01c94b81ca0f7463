"""The people and chats of the demo, always with the same ids: a mutual-aid group, the social
workers' desk, and the alliance group with topics, as in a park of small factories."""

from __future__ import annotations

import time
from typing import Final

from sandbox.state import Clock
from sandbox.world import World

BOT: Final = 7_000_000_001
BOT_TOKEN: Final = "7000000001:DEMO-TOKEN-huzhu-sandbox"  # noqa: S105 - opens nothing
MUTUAL_AID: Final = -1_001_000_000_001
DESK: Final = -1_001_000_000_002
ALLIANCE: Final = -1_001_000_000_003
ADMIN: Final = 900

_PEOPLE: Final = (
    (101, "王敏", "wangmin", "safety_officer", "#e17076"),
    (102, "李强", "liqiang", "safety_officer", "#7bc862"),
    (201, "陈社工", "chen_sw", "social_worker", "#65aadd"),
    (202, "林社工", "lin_sw", "social_worker", "#a695e7"),
    (301, "周科长", "zhou_yj", "department_officer", "#ee7aae"),
    (302, "吴工", "wu_sj", "department_officer", "#6ec9cb"),
    (ADMIN, "管理员", "admin_demo", "admin", "#faa774"),
)
_CHATS: Final = (
    (MUTUAL_AID, "灵峰安全生产互助群", (101, 102, 201), False),
    (DESK, "灵峰社工工作台", (201, 202), False),
    (ALLIANCE, "企服联盟", (201, 202, 301, 302), True),
)


def build_demo_world(clock: Clock = time.time) -> World:
    """A fresh demo world; `world.reset()` brings it back."""
    world = World(clock)
    world.builder = populate
    populate(world)
    return world


def populate(world: World) -> None:
    """Put the demo's people and chats in.

    The bot is an administrator everywhere; 900 and 101 have started it.
    """
    for user_id, name, username, role, color in _PEOPLE:
        world.add_person(user_id, name, username=username, role=role, avatar_color=color)
    bot = world.add_bot(BOT, BOT_TOKEN, "互助小助手", "huzhu_demo_bot")
    for chat_id, title, member_ids, is_forum in _CHATS:
        world.add_chat(
            chat_id, title, creator=ADMIN, member_ids=member_ids, admin_ids=[BOT], is_forum=is_forum
        )
    for person_id, *_ in _PEOPLE:
        world.private_chat(world.users[person_id], bot)
    bot.started_by |= {ADMIN, 101}
