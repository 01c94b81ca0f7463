"""Looks at everything that must be right before the bot can do its work, and says what to do.

Nothing is changed by looking, except that an older database is brought up to date when the bound groups are
read from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from importlib.resources import files
from typing import Any

import yaml
from telegram.error import InvalidToken, TelegramError

from bot.request import AiohttpRequest, Api
from bot.rights import Rights
from bot.settings import Settings
from bot.texts import load_texts
from knowledge import KnowledgeError, Library
from storage import StorageError, check_database, open_store
from tickets.conversation import Chat, ChatKind
from tickets.identity import UserId
from tickets.model import BoundChat


class Health(Enum):
    """How a finding is to be taken."""

    GOOD = "✓"
    NOTE = "·"  # works, but worth knowing
    BAD = "✗"  # must be put right


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing looked at: how it is, and the text (by key) that says so."""

    health: Health
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


def load_words(language: str) -> Mapping[str, str]:
    """The sentences of the doctor in one language."""
    text = files("bot").joinpath("doctor.yaml").read_text(encoding="utf-8")
    words: Mapping[str, str] = yaml.safe_load(text)[language]
    return words


def say(finding: Finding, words: Mapping[str, str]) -> str:
    """The finding as one line."""
    return f"{finding.health.value} {words[finding.key].format_map(finding.values)}"


async def examine(settings: Settings) -> list[Finding]:
    """Look at configuration, token, server, database, groups and knowledge base."""
    findings = [_admins(settings), *_knowledge(settings)]
    database, bound = await _database(settings)
    findings.append(database)
    if not settings.token.get_secret_value():
        return [Finding(health=Health.BAD, key="token_missing"), *findings]
    request = AiohttpRequest(api_base=settings.api_base, connections=4)
    api = Api(request=request, api_base=settings.api_base, token=settings.token.get_secret_value())
    async with request:
        return [*await _server(settings, api, bound), *findings]


async def _server(settings: Settings, api: Api, bound: list[BoundChat]) -> list[Finding]:
    try:
        me = await api.call("getMe", {})
        webhook = await api.call("getWebhookInfo", {})
    except InvalidToken:
        return [Finding(health=Health.BAD, key="token_wrong")]
    except TelegramError as error:
        values = {"api_base": settings.api_base, "error": type(error).__name__}
        return [Finding(health=Health.BAD, key="server_unreachable", values=values)]
    sees_all = bool(me.get("can_read_all_group_messages"))
    findings = [
        Finding(health=Health.GOOD, key="token_ok", values={"username": me.get("username", "")}),
        Finding(health=Health.GOOD, key="privacy_off")
        if sees_all
        else Finding(health=Health.NOTE, key="privacy_on"),
        *_webhook(settings, webhook),
    ]
    rights = Rights(api=api, me=UserId(me["id"]), sees_all_messages=sees_all)
    if not bound:
        findings.append(Finding(health=Health.NOTE, key="no_groups"))
    return findings + [await _group(rights, each, settings.language) for each in bound]


def _webhook(settings: Settings, webhook: dict[str, Any]) -> list[Finding]:
    if settings.webhook is None:
        return [Finding(health=Health.NOTE, key="webhook_left")] if webhook.get("url") else []
    if webhook.get("last_error_message"):
        values = {"url": settings.webhook.url}
        return [Finding(health=Health.BAD, key="webhook_failing", values=values)]
    return [Finding(health=Health.GOOD, key="webhook_ok")]


async def _group(rights: Rights, bound: BoundChat, language: str) -> Finding:
    chat = Chat(id=bound.chat_id, kind=ChatKind.GROUP, title=bound.title, is_forum=bound.is_forum)
    missing = await rights.find_missing(chat, bound.room)
    values = {"title": bound.title, "room": bound.room.value}
    if not missing:
        return Finding(health=Health.GOOD, key="group_ok", values=values)
    text = load_texts()[language]
    health = Health.NOTE if missing == ["no_forum"] else Health.BAD
    what = " ".join(text(f"missing.{each}") for each in missing)
    return Finding(health=health, key="group_missing", values={**values, "what": what})


async def _database(settings: Settings) -> tuple[Finding, list[BoundChat]]:
    path = settings.database
    if not path.exists():
        return Finding(health=Health.NOTE, key="database_none", values={"path": path}), []
    try:
        damage = check_database(path)
        if damage:
            values = {"path": path, "count": len(damage)}
            return Finding(health=Health.BAD, key="database_damaged", values=values), []
        store = await open_store(path)
        try:
            bound = list(await store.read(lambda uow: uow.chats.all()))
        finally:
            await store.close()
    except StorageError as error:
        return Finding(health=Health.BAD, key="database_error", values={"problem": error}), []
    values = {"path": path, "version": store.schema_version}
    return Finding(health=Health.GOOD, key="database_ok", values=values), bound


def _knowledge(settings: Settings) -> list[Finding]:
    try:
        library = Library(settings.knowledge)
    except KnowledgeError as error:
        values = {"faults": len(error.faults)}
        return [Finding(health=Health.BAD, key="knowledge_unusable", values=values)]
    values = {"count": len(library.knowledge_base), "faults": len(library.faults)}
    if library.faults:
        return [Finding(health=Health.NOTE, key="knowledge_faults", values=values)]
    return [Finding(health=Health.GOOD, key="knowledge_ok", values=values)]


def _admins(settings: Settings) -> Finding:
    if not settings.admins:
        return Finding(health=Health.BAD, key="no_admins")
    return Finding(health=Health.GOOD, key="admins_ok", values={"count": len(settings.admins)})
