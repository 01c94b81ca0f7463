"""Acting as different people, on a desktop and on a phone; what survives a reload or a restart."""

from __future__ import annotations

import pytest

from sandbox.demo import ALLIANCE, BOT, DESK, MUTUAL_AID, build_demo_world
from sandbox.server import Sandbox
from sandbox.world import World
from tests.browser.conftest import PageFor
from tests.browser.scripted_bot import ScriptedBot, keyboard
from tests.browser.test_page_messages import chat, message, write

pytest.importorskip("playwright.async_api", reason="playwright is not installed")

from playwright.async_api import expect


async def test_each_person_sees_only_their_own_chats(sandbox: Sandbox, page_for: PageFor) -> None:
    page = await page_for(sandbox.base_url, 101)
    await expect(page.get_by_test_id("person-101")).to_have_attribute("aria-current", "true")
    await expect(page.get_by_test_id("person-101")).to_contain_text("安全员")
    await expect(page.get_by_test_id("person-101")).to_contain_text("恒达机械")
    await expect(chat(page, MUTUAL_AID)).to_be_visible()
    await expect(chat(page, DESK)).to_have_count(0)
    await page.get_by_test_id("person-202").click()
    await expect(chat(page, DESK)).to_be_visible()
    await expect(chat(page, ALLIANCE)).to_be_visible()
    await expect(chat(page, f"private:202:{BOT}")).to_be_visible()
    await expect(chat(page, MUTUAL_AID)).to_have_count(0)


async def test_a_badge_tells_what_waits_for_other_people(
    sandbox: Sandbox, bot: ScriptedBot, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 101)
    await bot.say(DESK, "LF-0001")
    await expect(page.get_by_test_id("unread-201")).to_have_text("1")
    await expect(page.get_by_test_id("unread-102")).to_have_count(0)
    await bot.say(900, "只给管理员的私信")
    await expect(page.get_by_test_id("unread-900")).to_have_text("2")
    await page.get_by_test_id("person-201").click()
    await expect(page.get_by_test_id("unread-201")).to_have_count(0)


async def test_a_draft_waits_while_one_acts_as_somebody_else(sandbox: Sandbox, page_for: PageFor) -> None:
    page = await page_for(sandbox.base_url, 101)
    await chat(page, MUTUAL_AID).get_by_test_id("composer").fill("没写完的")
    await page.get_by_test_id("person-102").click()
    await expect(chat(page, MUTUAL_AID).get_by_test_id("composer")).to_have_value("")
    await page.get_by_test_id("person-101").click()
    await expect(chat(page, MUTUAL_AID).get_by_test_id("composer")).to_have_value("没写完的")


async def test_messages_person_and_language_survive_a_reload(
    sandbox: Sandbox, world: World, page_for: PageFor
) -> None:
    sent = world.send(102, MUTUAL_AID, "重新打开也在")
    page = await page_for(sandbox.base_url, 101)
    await page.get_by_test_id("person-102").click()
    await expect(page.locator("#app")).to_have_attribute("data-person", "102")
    await page.get_by_test_id("language").click()
    await expect(page.get_by_test_id("person-102")).to_contain_text("Safety officer")
    await page.reload()
    await expect(page.get_by_test_id("person-102")).to_have_attribute("aria-current", "true")
    await expect(page.get_by_test_id("person-102")).to_contain_text("Safety officer")
    await expect(message(page, MUTUAL_AID, sent.id)).to_contain_text("重新打开也在")


async def test_the_first_visit_shows_three_things_to_try(
    sandbox: Sandbox, world: World, bot: ScriptedBot, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 102, tips=True)
    await page.get_by_test_id("tip1-go").click()
    await expect(page.locator("#app")).to_have_attribute("data-person", "101")
    await expect(chat(page, MUTUAL_AID).get_by_test_id("composer")).to_have_value("新买的叉车去哪办登记")
    topic = (await bot.call("createForumTopic", chat_id=ALLIANCE, name="LF-0001 · 路灯"))["message_thread_id"]
    card = await bot.say(
        ALLIANCE,
        "LF-0001",
        message_thread_id=topic,
        reply_markup=keyboard([("报到", "in"), ("答复", "answer")]),
    )
    await page.get_by_test_id("tip3-go").click()
    await expect(page.locator("#app")).to_have_attribute("data-person", "301")
    await expect(chat(page, ALLIANCE).get_by_test_id("reply-bar")).to_contain_text("LF-0001")
    await chat(page, ALLIANCE).get_by_test_id("send").click()
    sent = max(world.chats[ALLIANCE].messages.values(), key=lambda one: one.id)
    await expect(message(page, ALLIANCE, sent.id).get_by_test_id("quote")).to_have_attribute(
        "data-reply-to", str(card)
    )
    await page.get_by_test_id("tips-close").click()
    await page.reload()
    await expect(page.get_by_test_id("tips")).to_be_hidden()
    await page.get_by_test_id("tips-open").click()
    await expect(page.get_by_test_id("tip-2")).to_be_visible()


async def test_a_phone_shows_one_chat_at_a_time(sandbox: Sandbox, page_for: PageFor) -> None:
    page = await page_for(sandbox.base_url, 201, width=380, height=760, touch=True)
    await expect(chat(page, DESK)).to_be_hidden()
    await page.get_by_test_id(f"open-chat-{DESK}").tap()
    await expect(chat(page, DESK)).to_be_visible()
    await expect(page.get_by_test_id("person-101")).to_be_hidden()
    await write(page, DESK, "收到")
    await expect(chat(page, DESK).get_by_test_id("message")).to_have_count(1)
    overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
    await chat(page, DESK).get_by_test_id("back").tap()
    await expect(page.get_by_test_id(f"open-chat-{DESK}")).to_contain_text("收到")
    await page.get_by_test_id(f"open-chat-{ALLIANCE}").tap()
    await chat(page, ALLIANCE).get_by_test_id("topic-1").tap()
    await expect(chat(page, ALLIANCE).get_by_test_id("composer")).to_be_visible()
    await chat(page, ALLIANCE).get_by_test_id("back").tap()
    await expect(chat(page, ALLIANCE).get_by_test_id("topic-1")).to_be_visible()


async def test_the_page_starts_afresh_when_the_server_was_restarted(page_for: PageFor) -> None:
    async with Sandbox(build_demo_world()) as first:
        port = int(first.base_url.rsplit(":", 1)[1])
        first_url = first.base_url
        page = await page_for(first_url, 101)
        await write(page, MUTUAL_AID, "旧的一句")
        await expect(chat(page, MUTUAL_AID).get_by_test_id("message")).to_have_count(1)
    await expect(page.locator("#app")).to_have_attribute("data-online", "false")
    reborn = build_demo_world()
    async with Sandbox(reborn, port=port):
        await expect(page.locator("#app")).to_have_attribute("data-online", "true", timeout=15_000)
        await expect(chat(page, MUTUAL_AID).get_by_test_id("message")).to_have_count(0)
        reborn.send(102, MUTUAL_AID, "新的一句")
        await expect(chat(page, MUTUAL_AID).get_by_test_id("message")).to_contain_text("新的一句")


async def test_a_window_comes_and_goes_with_membership(
    sandbox: Sandbox, world: World, page_for: PageFor
) -> None:
    before = world.send(201, DESK, "入群前说的")
    page = await page_for(sandbox.base_url, 101)
    await expect(chat(page, DESK)).to_have_count(0)
    world.member(900, DESK, 101, "join")
    await expect(message(page, DESK, before.id)).to_be_visible()
    world.member(900, DESK, 101, "kick")
    await expect(chat(page, DESK)).to_have_count(0)
    await expect(chat(page, MUTUAL_AID)).to_be_visible()


async def test_a_deleted_topic_leaves_the_list_and_the_window(
    sandbox: Sandbox, world: World, bot: ScriptedBot, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 900)
    window = chat(page, ALLIANCE)
    await window.get_by_test_id("new-topic").click()
    await page.get_by_test_id("prompt-input").fill("LF-0002 · 井盖")
    await page.get_by_test_id("prompt-input").press("Enter")
    topic = max(world.chats[ALLIANCE].topics)
    await expect(window.get_by_test_id("service")).to_contain_text("LF-0002 · 井盖")
    await window.get_by_test_id("chat-menu").click()
    await page.get_by_test_id("menu-delete-topic").click()
    await page.get_by_test_id("confirm").get_by_text("确定").click()
    await expect(window.get_by_test_id(f"topic-{topic}")).to_have_count(0)
    await expect(window.get_by_test_id("topic-1")).to_be_visible()
