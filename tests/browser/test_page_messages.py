"""The page shows what happens in the chats, at once and as a chat program would."""

from __future__ import annotations

import pytest

from sandbox.demo import DESK, MUTUAL_AID
from sandbox.server import Sandbox
from sandbox.world import World
from tests.browser.conftest import PageFor
from tests.browser.scripted_bot import ScriptedBot, keyboard

pytest.importorskip("playwright.async_api", reason="playwright is not installed")

from playwright.async_api import Locator, Page, expect


def chat(page: Page, key: int | str) -> Locator:
    return page.get_by_test_id(f"chat-{key}")


def message(page: Page, key: int | str, message_id: int) -> Locator:
    return chat(page, key).locator(f"[data-testid='message'][data-message-id='{message_id}']")


async def write(page: Page, key: int | str, text: str) -> None:
    box = chat(page, key).get_by_test_id("composer")
    await box.fill(text)
    await box.press("Enter")


async def test_a_message_reaches_the_bot_and_its_answer_comes_without_reload(
    sandbox: Sandbox, bot: ScriptedBot, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 101)
    await write(page, MUTUAL_AID, "新买的叉车去哪办登记")
    update = await bot.next("message")
    assert (update["text"], update["from"]["id"]) == ("新买的叉车去哪办登记", 101)
    answer = await bot.say(
        MUTUAL_AID, "去办使用登记。", reply_parameters={"message_id": update["message_id"]}
    )
    bubble = message(page, MUTUAL_AID, answer)
    await expect(bubble).to_contain_text("去办使用登记。")
    await expect(bubble.get_by_test_id("quote")).to_contain_text("新买的叉车去哪办登记")


async def test_a_button_shows_its_answer_as_a_toast_or_an_alert(
    sandbox: Sandbox, bot: ScriptedBot, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 201)
    card = await bot.say(DESK, "LF-0001", reply_markup=keyboard([("接单", "claim"), ("派单", "dispatch")]))
    buttons = message(page, DESK, card).get_by_test_id("button")
    await buttons.get_by_text("接单").click()
    press = await bot.next("callback_query")
    assert (press["data"], press["from"]["id"]) == ("claim", 201)
    await bot.call("answerCallbackQuery", callback_query_id=press["id"], text="您已接单")
    await expect(page.get_by_test_id("toast")).to_have_text("您已接单")
    await buttons.get_by_text("派单").click()
    press = await bot.next("callback_query")
    await bot.call("answerCallbackQuery", callback_query_id=press["id"], text="请选部门", show_alert=True)
    await expect(page.get_by_test_id("alert")).to_contain_text("请选部门")


async def test_an_edit_changes_the_bubble_and_marks_it(
    sandbox: Sandbox, bot: ScriptedBot, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 201)
    card = await bot.say(DESK, "待接单", reply_markup=keyboard([("接单", "claim")]))
    await expect(message(page, DESK, card)).to_contain_text("待接单")
    await bot.call(
        "editMessageText",
        chat_id=DESK,
        message_id=card,
        text="已接单",
        reply_markup=keyboard([("答复", "answer")]),
    )
    await expect(message(page, DESK, card)).to_contain_text("已接单")
    await expect(message(page, DESK, card).get_by_test_id("button")).to_have_text(["答复"])


async def test_people_edit_reply_and_delete_from_the_message_menu(
    sandbox: Sandbox, world: World, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 101)
    await write(page, MUTUAL_AID, "路灯坏了")
    own = chat(page, MUTUAL_AID).get_by_test_id("message").last
    await own.click(button="right")
    await page.get_by_test_id("menu-edit").click()
    await write(page, MUTUAL_AID, "厂门口的路灯坏了")
    await expect(own).to_contain_text("厂门口的路灯坏了")
    await expect(own).to_contain_text("已编辑")
    other = world.send(102, MUTUAL_AID, "我们也是")
    await message(page, MUTUAL_AID, other.id).hover()
    await message(page, MUTUAL_AID, other.id).get_by_test_id("message-menu").click()
    await page.get_by_test_id("menu-reply").click()
    await expect(chat(page, MUTUAL_AID).get_by_test_id("reply-bar")).to_contain_text("李强")
    await write(page, MUTUAL_AID, "谁管")
    reply = chat(page, MUTUAL_AID).get_by_test_id("message").last
    await expect(reply.get_by_test_id("quote")).to_have_attribute("data-reply-to", str(other.id))
    await reply.click(button="right")
    await page.get_by_test_id("menu-delete").click()
    await page.get_by_test_id("confirm").get_by_text("确定").click()
    await expect(chat(page, MUTUAL_AID).get_by_test_id("message")).to_have_count(2)


async def test_a_quote_jumps_to_its_message(sandbox: Sandbox, world: World, page_for: PageFor) -> None:
    first = world.send(102, MUTUAL_AID, "最早的一句")
    for number in range(60):
        world.send(102, MUTUAL_AID, f"第 {number} 句")
    last = world.send(102, MUTUAL_AID, "回到最早", reply_to=first.id)
    page = await page_for(sandbox.base_url, 101)
    await expect(message(page, MUTUAL_AID, last.id)).to_be_in_viewport()
    await expect(message(page, MUTUAL_AID, first.id)).not_to_be_in_viewport()
    await message(page, MUTUAL_AID, last.id).get_by_test_id("quote").click()
    await expect(message(page, MUTUAL_AID, first.id)).to_be_in_viewport()


async def test_reactions_show_and_can_be_joined_and_taken_back(
    sandbox: Sandbox, world: World, bot: ScriptedBot, page_for: PageFor
) -> None:
    asked = world.send(101, MUTUAL_AID, "路灯谁管")
    page = await page_for(sandbox.base_url, 102)
    await bot.call(
        "setMessageReaction",
        chat_id=MUTUAL_AID,
        message_id=asked.id,
        reaction=[{"type": "emoji", "emoji": "👀"}],
    )
    chip = message(page, MUTUAL_AID, asked.id).get_by_test_id("reaction")
    await expect(chip).to_have_text("👀1")
    await chip.click()
    await expect(chip).to_have_text("👀2")
    assert world.chats[MUTUAL_AID].messages[asked.id].reactions[102] == "👀"
    await chip.click()
    await expect(chip).to_have_text("👀1")


async def test_what_people_write_never_becomes_markup(
    sandbox: Sandbox, world: World, page_for: PageFor
) -> None:
    evil = "<img src=x onerror=\"document.title='owned'\"><b>x</b> & \u202e‮"
    world.users[102].first_name = "<script>document.title='owned'</script>"
    sent = world.send(102, MUTUAL_AID, evil)
    page = await page_for(sandbox.base_url, 101)
    await expect(message(page, MUTUAL_AID, sent.id)).to_contain_text('onerror="document.title')
    assert await message(page, MUTUAL_AID, sent.id).locator("img, b b, script").count() == 0
    assert await page.title() == "互助 · 演示"


async def test_entities_are_drawn_where_their_utf_16_offsets_say(
    sandbox: Sandbox, bot: ScriptedBot, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 101)
    html = (
        "😀<b>粗<i>斜</i></b> <code>c</code> <s>删</s>\n<blockquote>引<b>文</b></blockquote>\n"
        '<tg-spoiler>藏</tg-spoiler> <a href="https://example.com/">链接</a> <a href="tg://user?id=101">王敏</a>'
        '<pre><code class="language-py">x = 1</code></pre>'
    )
    text = message(page, MUTUAL_AID, await bot.say(MUTUAL_AID, html, parse_mode="HTML")).locator(".text")
    await expect(text.locator("> b")).to_have_text("粗斜")
    await expect(text.locator("b > i")).to_have_text("斜")
    await expect(text.locator("blockquote b")).to_have_text("文")
    await expect(text.locator("pre")).to_have_attribute("data-language", "py")
    await expect(text.get_by_role("button", name="链接")).to_be_visible()
    spoiler = text.locator(".spoiler")
    await spoiler.click()
    await expect(spoiler).to_have_class("spoiler shown")
