"""Methods about the bot itself: identity, names, commands, menu button, files."""

from __future__ import annotations

import re
from typing import Any, Final

from sandbox.api.access import Level, chat_by
from sandbox.api.request import Request
from sandbox.files import file_id, file_path
from sandbox.model import Json
from sandbox.refusal import bad_request
from sandbox.rendering import user_json

MAX_COMMANDS: Final = 100
_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES: Final = (
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
)
_TEXT_LIMITS: Final = {"name": 64, "description": 512, "short_description": 120}


def get_me(request: Request) -> Json:
    """getMe."""
    return user_json(request.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": request.bot.reads_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
    }


def end_session(request: Request) -> bool:
    """logOut and close: accepted; the sandbox keeps the bot known, as cloud and local server are one here."""
    return bool(request.bot)


def get_file(request: Request) -> Json:
    """getFile; raises 400 for unknown ids and for files above 20 MB."""
    given = request.text("file_id")
    if not given:
        raise bad_request("file_id not specified")
    found = request.world.files.find(given, request.bot.id)
    if found is None:
        raise bad_request("invalid file_id")
    file, kind = found
    if len(file.data) > request.world.limits.download_bytes:
        raise bad_request("file is too big")
    return {
        "file_id": file_id(file, kind, request.bot.id),
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
        "file_path": file_path(file, kind),
    }


def get_user_profile_photos(request: Request) -> Json:
    """getUserProfilePhotos: nobody has one."""
    request.world.user(request.integer("user_id"))
    return {"total_count": 0, "photos": []}


def _scope_key(request: Request) -> tuple[str, str]:
    scope: Any = request.json("scope", "BotCommandScope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    key = str(kind)
    if kind in ("chat", "chat_administrators", "chat_member"):
        chat = chat_by(request, str(scope.get("chat_id", "")), Level.READ)
        key += f":{chat.id}:{scope.get('user_id', '')}"
    return key, request.text("language_code")


def set_my_commands(request: Request) -> bool:
    """setMyCommands for one scope and language; an empty list removes them."""
    commands = request.json("commands", "list of commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = [_command(command) for command in commands]
    key = _scope_key(request)
    request.bot.commands.pop(key, None)
    if kept:
        request.bot.commands[key] = kept
    return True


def _command(command: Any) -> Json:
    if not isinstance(command, dict) or "command" not in command:
        raise bad_request("can't parse BotCommand: Can't find field \"command\"")
    name, description = (
        str(command["command"]).lstrip("/").lower(),
        str(command.get("description", "")).strip(),
    )
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def get_my_commands(request: Request) -> list[Json]:
    """getMyCommands of exactly this scope and language."""
    return request.bot.commands.get(_scope_key(request), [])


def delete_my_commands(request: Request) -> bool:
    """deleteMyCommands of this scope and language."""
    request.bot.commands.pop(_scope_key(request), None)
    return True


def _set_text(request: Request, name: str) -> bool:
    value = request.text(name)
    if len(value) > _TEXT_LIMITS[name]:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    request.bot.texts[name, request.text("language_code")] = value
    return True


def _get_text(request: Request, name: str) -> Json:
    texts = request.bot.texts
    value = texts.get((name, request.text("language_code"))) or texts.get((name, ""), "")
    return {name: value or (request.bot.first_name if name == "name" else "")}


def set_my_name(request: Request) -> bool:
    """setMyName."""
    return _set_text(request, "name")


def get_my_name(request: Request) -> Json:
    """getMyName."""
    return _get_text(request, "name")


def set_my_description(request: Request) -> bool:
    """setMyDescription."""
    return _set_text(request, "description")


def get_my_description(request: Request) -> Json:
    """getMyDescription."""
    return _get_text(request, "description")


def set_my_short_description(request: Request) -> bool:
    """setMyShortDescription."""
    return _set_text(request, "short_description")


def get_my_short_description(request: Request) -> Json:
    """getMyShortDescription."""
    return _get_text(request, "short_description")


def set_chat_menu_button(request: Request) -> bool:
    """setChatMenuButton."""
    button = request.json("menu_button", "menu button") or {"type": "default"}
    request.bot.menu_buttons[request.integer("chat_id")] = button
    return True


def get_chat_menu_button(request: Request) -> Json:
    """getChatMenuButton."""
    buttons = request.bot.menu_buttons
    return buttons.get(request.integer("chat_id")) or buttons.get(0) or {"type": "commands"}
