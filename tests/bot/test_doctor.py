"""The doctor finds what is wrong and says what to do, in both languages."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
import yaml

import bot
from bot.demo import bind_groups
from bot.doctor import Finding, Health, examine, load_words, say
from bot.request import Api
from bot.settings import Settings
from sandbox.demo import ADMIN, ALLIANCE, BOT, BOT_TOKEN, DESK
from sandbox.server import Sandbox
from sandbox.world import World
from storage import open_store
from tests.bot.stage import small_knowledge

WEBHOOK = {"url": "https://example.org", "secret": "hook-secret"}


@pytest.fixture
def settings(sandbox: Sandbox, tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {
            "token": BOT_TOKEN,
            "api_base": sandbox.base_url,
            "data": tmp_path,
            "admins": [ADMIN],
            "knowledge": small_knowledge(tmp_path / "kb"),
        }
    )


def but(settings: Settings, **fields: Any) -> Settings:
    return Settings.model_validate({**settings.model_dump(), **fields})


async def keys(settings: Settings) -> dict[str, Health]:
    findings = await examine(settings)
    for language in ("zh", "en"):
        words = load_words(language)
        assert all(say(finding, words) for finding in findings)
    return {finding.key: finding.health for finding in findings}


async def test_before_the_first_start_everything_else_is_in_order(settings: Settings) -> None:
    found = await keys(settings)
    assert found["token_ok"] is Health.GOOD
    assert found["database_none"] is Health.NOTE
    assert found["no_groups"] is Health.NOTE
    assert found["privacy_on"] is Health.NOTE
    assert found["admins_ok"] is Health.GOOD
    assert Health.BAD not in found.values()


async def bind(settings: Settings) -> None:
    store = await open_store(settings.database)
    await store.transact(bind_groups)
    await store.close()


async def test_every_bound_group_is_looked_at(settings: Settings, world: World) -> None:
    await bind(settings)
    world.bots[BOT_TOKEN].reads_all = True
    found = await keys(settings)
    assert found["group_ok"] is Health.GOOD
    assert found["database_ok"] is Health.GOOD
    assert found["privacy_off"] is Health.GOOD
    world.member(ADMIN, ALLIANCE, BOT, "promote", rights=["can_manage_chat"])
    world.member(ADMIN, DESK, BOT, "kick")
    assert (await keys(settings))["group_missing"] is Health.BAD


async def test_an_alliance_without_topics_is_only_a_note(settings: Settings, world: World) -> None:
    await bind(settings)
    world.chats[ALLIANCE].is_forum = False
    assert (await keys(settings))["group_missing"] is Health.NOTE


async def test_a_missing_or_wrong_token_is_told(settings: Settings) -> None:
    assert (await keys(but(settings, token="")))["token_missing"] is Health.BAD
    assert (await keys(but(settings, token="1:wrong")))["token_wrong"] is Health.BAD


async def test_an_unreachable_server_is_told(settings: Settings, sandbox: Sandbox, world: World) -> None:
    world.faults.add("http_5xx", "getMe")
    assert (await keys(settings))["server_unreachable"] is Health.BAD


async def test_nobody_to_bind_groups_is_told(settings: Settings) -> None:
    assert (await keys(but(settings, admins=[])))["no_admins"] is Health.BAD


async def test_a_webhook_is_looked_at_from_both_sides(settings: Settings, api: Api, world: World) -> None:
    assert (await keys(but(settings, webhook=WEBHOOK)))["webhook_ok"] is Health.GOOD
    await api.call("setWebhook", {"url": "https://example.org/telegram"})
    assert (await keys(settings))["webhook_left"] is Health.NOTE
    webhook = world.bots[BOT_TOKEN].webhook
    assert webhook is not None
    webhook.last_error, webhook.last_error_at = "Connection refused", 1_795_000_000
    assert (await keys(but(settings, webhook=WEBHOOK)))["webhook_failing"] is Health.BAD


async def test_a_damaged_or_foreign_database_is_told(settings: Settings) -> None:
    await bind(settings)
    with sqlite3.connect(settings.database) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("INSERT INTO events VALUES (1, 99, 0, NULL, 'note', 'open', 'open', '')")
    connection.close()
    assert (await keys(settings))["database_damaged"] is Health.BAD
    settings.database.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    assert (await keys(settings))["database_error"] is Health.BAD


async def test_the_knowledge_base_is_looked_at(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "kb" / "a.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("review_by", "revue_by"), encoding="utf-8")
    assert (await keys(settings)).keys() & {"knowledge_faults", "knowledge_unusable"}
    (tmp_path / "kb" / "a.yaml").write_text("topic: [", encoding="utf-8")
    found = await keys(settings)
    assert found.keys() & {"knowledge_unusable", "knowledge_faults"}


def test_both_languages_say_the_same_things() -> None:
    words = yaml.safe_load((Path(bot.__file__).parent / "doctor.yaml").read_text(encoding="utf-8"))
    assert words["zh"].keys() == words["en"].keys()
    finding = Finding(health=Health.GOOD, key="admins_ok", values={"count": 2})
    assert say(finding, load_words("en")) == "✓ Admins: 2."
