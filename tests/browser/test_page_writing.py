"""Composing: attachments, prompts that wait for a reply, commands, anonymous admins, links into the bot."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import pytest

from sandbox.demo import ALLIANCE, BOT, DESK, MUTUAL_AID
from sandbox.server import Sandbox
from sandbox.world import World
from tests.browser.conftest import PageFor
from tests.browser.scripted_bot import ScriptedBot, keyboard
from tests.browser.test_page_messages import chat, message, write

pytest.importorskip("playwright.async_api", reason="playwright is not installed")

from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import FilePayload


def picture(name: str, shade: int) -> FilePayload:
    """A small grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 40, 30, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + bytes([shade] * 40) for _ in range(30))
    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    return {"name": name, "mimeType": "image/png", "buffer": data}


async def test_several_photos_go_as_one_album_with_a_lightbox(
    sandbox: Sandbox, bot: ScriptedBot, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 101)
    window = chat(page, MUTUAL_AID)
    await window.get_by_test_id("file-input").set_input_files([picture("a.png", 40), picture("b.png", 200)])
    await expect(window.get_by_test_id("attachments").locator("img")).to_have_count(2)
    await write(page, MUTUAL_AID, "现场照片")
    await expect(window.get_by_test_id("message")).to_have_count(1)
    await expect(window.get_by_test_id("photo")).to_have_count(2)
    first, second = await bot.next("message"), await bot.next("message")
    assert first["media_group_id"] == second["media_group_id"]
    assert first["caption"] == "现场照片"
    assert "photo" in first
    await window.get_by_test_id("photo").first.click()
    await expect(page.get_by_test_id("lightbox").locator("img")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("lightbox")).to_have_count(0)


async def test_a_file_goes_as_a_document(sandbox: Sandbox, bot: ScriptedBot, page_for: PageFor) -> None:
    page = await page_for(sandbox.base_url, 101)
    window = chat(page, MUTUAL_AID)
    notice: FilePayload = {"name": "通知.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    await window.get_by_test_id("file-input").set_input_files([notice])
    await window.get_by_test_id("send").click()
    assert (await bot.next("message"))["document"]["file_name"] == "通知.pdf"
    await expect(window.get_by_test_id("file")).to_contain_text("通知.pdf")


async def test_a_dropped_file_waits_in_the_composer(sandbox: Sandbox, page_for: PageFor) -> None:
    page = await page_for(sandbox.base_url, 101)
    window = chat(page, MUTUAL_AID)
    dropped = await page.evaluate_handle(
        "() => { const d = new DataTransfer(); d.items.add(new File(['x'], '图纸.dwg')); return d; }"
    )
    await window.locator(".messages").dispatch_event("drop", {"dataTransfer": dropped})
    await expect(window.get_by_test_id("attachments")).to_contain_text("图纸.dwg")


async def test_locations_and_stickers_can_be_sent(
    sandbox: Sandbox, bot: ScriptedBot, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 101)
    window = chat(page, MUTUAL_AID)
    await window.get_by_test_id("attach").click()
    await page.get_by_test_id("attach-location").click()
    assert "location" in await bot.next("message")
    await expect(window.get_by_test_id("location")).to_be_visible()
    await window.get_by_test_id("attach").click()
    await page.get_by_test_id("attach-sticker").click()
    await page.get_by_test_id("sticker-pick").first.click()
    assert (await bot.next("message"))["sticker"]["emoji"] == "👍"


async def test_a_prompt_opens_the_reply_bar_only_for_whom_it_is_meant(
    sandbox: Sandbox, world: World, bot: ScriptedBot, page_for: PageFor
) -> None:
    asked = world.send(101, MUTUAL_AID, "路灯谁管")
    asker, other = await page_for(sandbox.base_url, 101), await page_for(sandbox.base_url, 102)
    prompt = await bot.say(
        MUTUAL_AID,
        "请写下原因",
        reply_parameters={"message_id": asked.id},
        reply_markup={"force_reply": True, "selective": True, "input_field_placeholder": "没解决的原因"},
    )
    await expect(chat(asker, MUTUAL_AID).get_by_test_id("reply-bar")).to_contain_text("请写下原因")
    await expect(chat(asker, MUTUAL_AID).get_by_test_id("composer")).to_have_attribute(
        "placeholder", "没解决的原因"
    )
    await expect(message(other, MUTUAL_AID, prompt)).to_be_visible()
    await expect(chat(other, MUTUAL_AID).get_by_test_id("reply-bar")).to_be_hidden()
    await write(asker, MUTUAL_AID, "还是黑的")
    reply = await bot.next("message")
    while reply.get("text") != "还是黑的":
        reply = await bot.next("message")
    assert reply["reply_to_message"]["message_id"] == prompt
    await expect(chat(asker, MUTUAL_AID).get_by_test_id("reply-bar")).to_be_hidden()


async def test_a_deleted_message_is_no_longer_answered(
    sandbox: Sandbox, world: World, bot: ScriptedBot, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 101)
    prompt = await bot.say(MUTUAL_AID, "请写下原因", reply_markup={"force_reply": True})
    await expect(chat(page, MUTUAL_AID).get_by_test_id("reply-bar")).to_be_visible()
    await bot.call("deleteMessage", chat_id=MUTUAL_AID, message_id=prompt)
    await expect(chat(page, MUTUAL_AID).get_by_test_id("reply-bar")).to_be_hidden()
    await write(page, MUTUAL_AID, "好的")
    update = await bot.next("message")
    assert (update["text"], update.get("reply_to_message")) == ("好的", None)


async def test_the_bot_can_be_stopped_and_taken_back(
    sandbox: Sandbox, world: World, bot: ScriptedBot, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 101)
    private = chat(page, f"private:101:{BOT}")
    await private.get_by_test_id("start").click()
    await private.get_by_test_id("chat-menu").click()
    await page.get_by_test_id("menu-block").click()
    await expect(private).to_contain_text("您已停用机器人")
    assert 101 in world.bot(BOT).blocked_by
    await private.get_by_test_id("unblock").click()
    await expect(private.get_by_test_id("composer")).to_be_visible()


async def test_a_forwarded_message_names_its_source(
    sandbox: Sandbox, world: World, page_for: PageFor
) -> None:
    sent = world.send(102, MUTUAL_AID, "停电通知")
    page = await page_for(sandbox.base_url, 201)
    await message(page, MUTUAL_AID, sent.id).click(button="right")
    await page.get_by_test_id("menu-forward").click()
    await page.get_by_test_id("choice").get_by_text("灵峰社工工作台").click()
    await expect(chat(page, DESK).get_by_test_id("message")).to_contain_text("转发自 李强")


async def test_a_start_link_opens_the_private_chat_and_sends_its_payload(
    sandbox: Sandbox, bot: ScriptedBot, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 102)
    link = keyboard([("私下说", "https://t.me/huzhu_demo_bot?start=ask_7")])
    await bot.say(MUTUAL_AID, "可以私下说", reply_markup=link)
    await expect(chat(page, f"private:102:{BOT}").get_by_test_id("start")).to_be_visible()
    await chat(page, MUTUAL_AID).get_by_test_id("button").click()
    update = await bot.next("message")
    assert (update["text"], update["chat"]["id"]) == ("/start ask_7", 102)
    await expect(chat(page, f"private:102:{BOT}").get_by_test_id("message")).to_have_count(1)
    await expect(chat(page, f"private:102:{BOT}").get_by_test_id("composer")).to_be_visible()


async def test_an_admin_can_write_in_the_groups_name(
    sandbox: Sandbox, bot: ScriptedBot, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 900)
    await chat(page, MUTUAL_AID).get_by_test_id("anonymous").click()
    await write(page, MUTUAL_AID, "群里通知一下")
    update = await bot.next("message")
    assert update["sender_chat"]["id"] == MUTUAL_AID
    member = await page_for(sandbox.base_url, 101)
    await expect(chat(member, MUTUAL_AID).get_by_test_id("message")).to_contain_text("匿名管理员")
    await expect(chat(member, MUTUAL_AID).get_by_test_id("anonymous")).to_be_hidden()


async def test_a_topic_takes_messages_until_it_is_closed(
    sandbox: Sandbox, bot: ScriptedBot, page_for: PageFor
) -> None:
    page = await page_for(sandbox.base_url, 301)
    window = chat(page, ALLIANCE)
    topic = (await bot.call("createForumTopic", chat_id=ALLIANCE, name="LF-0001 · 路灯"))["message_thread_id"]
    await window.get_by_test_id(f"topic-{topic}").click()
    await write(page, ALLIANCE, "已联系养护")
    update = await bot.next("message")
    while update.get("text") != "已联系养护":
        update = await bot.next("message")
    assert (update["message_thread_id"], update["is_topic_message"]) == (topic, True)
    await bot.call("closeForumTopic", chat_id=ALLIANCE, message_thread_id=topic)
    await expect(window.get_by_test_id(f"topic-{topic}")).to_have_attribute("data-closed", "true")
    await expect(window.get_by_test_id("composer")).to_be_hidden()
    await expect(window).to_contain_text("话题已关闭，不能发言")


async def test_the_command_menu_sends_a_command_in_private(
    sandbox: Sandbox, bot: ScriptedBot, page_for: PageFor
) -> None:
    await bot.call("setMyCommands", commands=[{"command": "my", "description": "我的诉求"}])
    page = await page_for(sandbox.base_url, 101)
    private = chat(page, f"private:101:{BOT}")
    await private.get_by_test_id("start").click()
    await private.get_by_test_id("commands").click()
    await page.get_by_test_id("command-my").click()
    await bot.next("message")
    assert (await bot.next("message"))["text"] == "/my"
