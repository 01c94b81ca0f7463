"""The chats and people of these tests, as the messenger describes them."""

from __future__ import annotations

from typing import Any, Final

from tests.handlers.canned import BOT

Json = dict[str, Any]
GROUP: Final[Json] = {"id": -1001000000001, "title": "灵峰安全生产互助群", "type": "supergroup"}
FORUM: Final[Json] = {
    "id": -1001000000002,
    "title": "灵峰互助论坛",
    "is_forum": True,
    "type": "supergroup",
}
DESK: Final[Json] = {"id": -1001000000003, "title": "灵峰社工工作台", "type": "supergroup"}
ALLIANCE: Final[Json] = {
    "id": -1001000000004,
    "title": "锋领企服联盟",
    "is_forum": True,
    "type": "supergroup",
}
BASIC: Final[Json] = {"id": -4001, "title": "灵峰小群", "type": "group"}

ZHANG: Final[Json] = {
    "id": 101,
    "is_bot": False,
    "first_name": "敏",
    "last_name": "张",
    "username": "ZhangMin",
}
LI: Final[Json] = {"id": 102, "is_bot": False, "first_name": "李工"}
WANG: Final[Json] = {"id": 201, "is_bot": False, "first_name": "王社工"}
ZHAO: Final[Json] = {"id": 202, "is_bot": False, "first_name": "赵社工"}
CHEN: Final[Json] = {"id": 301, "is_bot": False, "first_name": "陈科长"}
ADMIN: Final[Json] = {"id": 900, "is_bot": False, "first_name": "管理员"}
ANONYMOUS: Final[Json] = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
ME: Final[Json] = BOT
UNKNOWN: Final = "我们厂门口的路灯坏了快两周了，谁管？"
ANSWERED: Final = "叉车怎么上牌"


def private(person: Json) -> Json:
    """The private chat with somebody; the messenger gives it the person's id."""
    return {key: value for key, value in person.items() if key != "is_bot"} | {"type": "private"}
