"""A real Chromium on the sandbox's chat page. `page_for(base_url, person_id)` opens the page as one person,
each in a browser profile of its own, so that several people can look at the same chats in one test. Without
Chromium or the playwright package these tests skip, because both are large and only they need them."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from sandbox.demo import build_demo_world
from sandbox.server import Sandbox
from sandbox.world import World
from tests.browser.scripted_bot import ScriptedBot

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

PageFor = Callable[..., Awaitable["Page"]]

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium of the operating system; skips where there is none."""
    playwright_api = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("no Chromium on this machine")
    async with playwright_api.async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield running
        await running.close()


@pytest.fixture
async def page_for(browser: Browser) -> AsyncIterator[PageFor]:
    """Open the page as a person: `await page_for(base_url, 101, width=390, height=800, dark=True,
    language="en", tips=True, touch=True)`. Width and height are in CSS pixels. Ends by failing the test if
    any page had an error in its scripts or asked another host than the sandbox for anything."""
    faults: list[str] = []

    async def open_page(
        base_url: str,
        person_id: int,
        *,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
        language: str = "zh",
        tips: bool = False,
        touch: bool = False,
    ) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            is_mobile=touch,
            locale="zh-CN",
        )
        context.set_default_timeout(10_000)
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("request", lambda request: _note_stranger(request.url, base_url, faults))
        if not tips:
            await page.add_init_script("localStorage.setItem('huzhu.tips.closed', '1')")
        await page.goto(f"{base_url}/?as={person_id}&lang={language}")
        await page.locator("#app[data-ready='true'][data-online='true']").wait_for()
        return page

    yield open_page
    for context in browser.contexts:
        await context.close()
    assert not faults, faults


def _note_stranger(url: str, base_url: str, faults: list[str]) -> None:
    if not url.startswith((base_url, "data:", "blob:")):
        faults.append(f"asked a stranger: {url}")


@pytest.fixture
def world() -> World:
    """The demo world."""
    return build_demo_world()


@pytest.fixture
async def sandbox(world: World) -> AsyncIterator[Sandbox]:
    """The sandbox on a free port."""
    async with Sandbox(world) as running:
        yield running


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[ScriptedBot]:
    """The demo's bot, played by the test through raw Bot API calls."""
    async with ScriptedBot(sandbox.base_url) as running:
        yield running
