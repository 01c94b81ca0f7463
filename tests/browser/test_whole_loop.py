"""The whole loop, played on the page by four people, against the whole program.

Run with `HUZHU_PICTURES=docs/pictures` it also saves the pictures that the README shows.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import build
from bot.demo import bind_groups, demo_settings, wait_started
from bot.journal import Journal
from bot.settings import Windows
from sandbox.demo import ALLIANCE, DESK, MUTUAL_AID
from sandbox.server import Sandbox
from tests.browser.conftest import PageFor

pytest.importorskip("playwright.async_api", reason="playwright is not installed")

from playwright.async_api import Locator, Page, expect

KNOWN = "新买的叉车去哪办登记"
UNKNOWN = "我们厂门口的路灯坏了快两周了，谁管"
ANSWER = "已经联系路灯养护单位，三天内派人来修。"


@pytest.fixture
async def program(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[None]:
    """The program with the demo's settings, but hardly any waiting, and the demo's groups bound."""
    settings = demo_settings(sandbox.base_url, tmp_path)
    windows = Windows.model_validate({"peer_window": "1s", "quiet": "200ms", "album": "300ms"})
    hasty = settings.model_copy(update={"windows": windows})
    stop = asyncio.Event()
    started = build(hasty, journal=Journal(level="warning"))
    running = asyncio.create_task(started.run(stop))
    parts = await wait_started(started, running)
    assert parts is not None, running.exception()
    await parts.store.transact(bind_groups)
    yield
    stop.set()
    await running


def bubble(page: Page, chat: int, words: str) -> Locator:
    """The newest message in a chat's window that contains these words."""
    window = page.get_by_test_id(f"chat-{chat}")
    return window.get_by_test_id("message").filter(has_text=words).last


async def write(page: Page, chat: int, text: str) -> None:
    box = page.get_by_test_id(f"chat-{chat}").get_by_test_id("composer")
    await box.fill(text)
    await box.press("Enter")


async def press(page: Page, chat: int, words: str, label: str) -> None:
    await bubble(page, chat, words).get_by_test_id("button").get_by_text(label, exact=True).click()


async def save(page: Page, name: str) -> None:
    """Save a picture where the README looks for it, if this run is for pictures."""
    folder = os.environ.get("HUZHU_PICTURES")
    if folder:
        await page.mouse.move(0, 0)
        await expect(page.get_by_test_id("toast")).to_have_count(0, timeout=10_000)
        await page.wait_for_function("document.getAnimations().every(each => each.playState !== 'running')")
        await page.screenshot(path=Path(folder) / f"{name}.png")


async def open_topic(page: Page, words: str) -> None:
    topics = page.get_by_test_id(f"chat-{ALLIANCE}").locator("[data-testid^='topic-']")
    await topics.filter(has_text=words).click()


async def reply(page: Page, chat: int, words: str, text: str) -> None:
    """Reply to a message by its menu, as one does."""
    await bubble(page, chat, words).click(button="right")
    await page.get_by_test_id("menu-reply").click()
    await expect(page.get_by_test_id(f"chat-{chat}").get_by_test_id("reply-bar")).to_be_visible()
    await write(page, chat, text)


@pytest.mark.usefixtures("program")
async def test_the_whole_loop_is_played_on_the_page(sandbox: Sandbox, page_for: PageFor) -> None:
    asker = await page_for(sandbox.base_url, 101)
    await write(asker, MUTUAL_AID, KNOWN)
    answer = bubble(asker, MUTUAL_AID, "特种设备安全法")
    await expect(answer).to_be_visible()
    await press(asker, MUTUAL_AID, "特种设备安全法", "有用")
    await expect(answer.get_by_test_id("button")).to_have_count(0)

    await write(asker, MUTUAL_AID, UNKNOWN)
    window = asker.get_by_test_id(f"chat-{MUTUAL_AID}")
    question = window.get_by_test_id("message").filter(has_text=UNKNOWN).first
    await expect(question.get_by_test_id("reaction")).to_contain_text("👀")
    await expect(bubble(asker, MUTUAL_AID, "LF-0001")).to_contain_text("已转给社工")

    worker = await page_for(sandbox.base_url, 201)
    await press(worker, DESK, "LF-0001", "接单")
    await expect(bubble(worker, DESK, "已接单")).to_contain_text("陈社工")
    await press(worker, DESK, "已接单", "派单")
    await press(worker, DESK, "派给哪个部门", "综合行政执法局")
    await expect(bubble(worker, DESK, "已派给 综合行政执法局")).to_be_visible()
    await save(worker, "loop-desk")

    officer = await page_for(sandbox.base_url, 301)
    await open_topic(officer, "LF-0001")
    await press(officer, ALLIANCE, "LF-0001", "报到")
    await write(officer, ALLIANCE, "收到，我先问一下养护单位。")
    await reply(officer, ALLIANCE, "📌", ANSWER)
    await expect(bubble(officer, ALLIANCE, "将发给")).to_contain_text(ANSWER)
    await save(officer, "loop-alliance")
    await press(officer, ALLIANCE, "将发给", "发布答复")

    published = bubble(asker, MUTUAL_AID, ANSWER)
    await expect(published).to_contain_text("综合行政执法局答复")
    await expect(published.get_by_test_id("quote")).to_contain_text("路灯")
    await expect(bubble(asker, MUTUAL_AID, "我先问一下养护单位")).to_have_count(0)
    await save(worker, "loop-desktop")
    phone = await page_for(sandbox.base_url, 101, width=390, height=844, touch=True)
    await phone.get_by_test_id(f"open-chat-{MUTUAL_AID}").click()
    await expect(bubble(phone, MUTUAL_AID, ANSWER)).to_be_visible()
    await save(phone, "loop-phone")

    await press(asker, MUTUAL_AID, ANSWER, "已解决")
    await press(asker, MUTUAL_AID, ANSWER, "满意")
    await expect(bubble(asker, MUTUAL_AID, ANSWER)).to_contain_text("谢谢评价")
    await expect(bubble(worker, DESK, "LF-0001 · 已销号")).to_be_visible()
