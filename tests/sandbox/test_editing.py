"""Edits and deletions: what is one's own, what changed, and how old it may be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.error import BadRequest

from sandbox.demo import ADMIN, ALLIANCE, BOT, DESK, MUTUAL_AID
from sandbox.world import World
from tests.sandbox.conftest import Api, Clock, png, updates_of

BUTTONS = {"inline_keyboard": [[{"text": "接单", "callback_data": "claim"}]]}


async def test_a_card_is_edited_and_loses_its_buttons_unless_they_are_sent_again(
    bot: Bot, world: World
) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("接单", callback_data="claim")]])
    card = await bot.send_message(DESK, "LF-0001 待接单", reply_markup=markup)
    edited = await card.edit_text("LF-0001 已接单", reply_markup=markup)
    assert not isinstance(edited, bool)
    assert edited.edit_date is not None
    assert edited.reply_markup == markup
    bare = await card.edit_text("LF-0001 已销号")
    assert not isinstance(bare, bool)
    assert bare.reply_markup is None
    assert updates_of(world) == [], "a bot hears nothing of its own edits"


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot) -> None:
    card = await bot.send_message(DESK, "<b>卡</b>", parse_mode="HTML")
    with pytest.raises(
        BadRequest, match="Message is not modified: specified new message content and reply mark"
    ):
        await card.edit_text("*卡*", parse_mode="MarkdownV2")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await card.edit_reply_markup(None)


async def test_the_buttons_alone_can_change(api: Api) -> None:
    card = await api.ok("sendMessage", chat_id=DESK, text="卡")
    where = {"chat_id": DESK, "message_id": card["message_id"]}
    edited = await api.ok("editMessageReplyMarkup", **where, reply_markup=BUTTONS)
    assert edited["reply_markup"] == BUTTONS
    assert "reply_markup" not in await api.ok("editMessageReplyMarkup", **where)


async def test_captions_and_media_are_edited(bot: Bot, world: World) -> None:
    sent = await bot.send_photo(DESK, png(), caption="现场")
    edited = await sent.edit_caption("现场照片")
    assert not isinstance(edited, bool)
    assert edited.caption == "现场照片"
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_caption("现场照片")
    replaced = await sent.edit_media(InputMediaPhoto(png(10, 20), caption="新的"))
    assert not isinstance(replaced, bool)
    assert (replaced.photo[-1].width, replaced.caption) == (10, "新的")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_media(InputMediaPhoto(replaced.photo[-1].file_id, caption="新的"))


async def test_text_and_media_do_not_become_one_another_by_the_wrong_method(api: Api, bot: Bot) -> None:
    text = await api.ok("sendMessage", chat_id=DESK, text="字")
    photo = await bot.send_photo(DESK, png())
    assert await api.no("editMessageCaption", chat_id=DESK, message_id=text["message_id"], caption="x") == (
        "Bad Request: there is no caption in the message to edit"
    )
    assert await api.no("editMessageText", chat_id=DESK, message_id=photo.message_id, text="x") == (
        "Bad Request: there is no text in the message to edit"
    )


async def test_the_media_kind_of_an_album_stays(api: Api, bot: Bot) -> None:
    album = await bot.send_media_group(DESK, [InputMediaPhoto(png()), InputMediaPhoto(png(9, 9))])
    document = (await bot.send_document(DESK, b"pdf", filename="a.pdf")).document
    assert document is not None
    media = {"type": "document", "media": document.file_id}
    assert await api.no("editMessageMedia", chat_id=DESK, message_id=album[0].message_id, media=media) == (
        "Bad Request: can't use the media of the specified type in the album"
    )
    assert await api.no("editMessageMedia", chat_id=DESK, message_id=album[0].message_id, media="[]") == (
        "Bad Request: media must be an Object"
    )
    assert 'Can\'t find field "media"' in await api.no(
        "editMessageMedia", chat_id=DESK, message_id=album[0].message_id, media={"type": "photo"}
    )


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": "长" * 4097}, "MESSAGE_TOO_LONG"),
        ({"text": "x", "message_id": 999}, "message to edit not found"),
        ({"text": "x"}, "message identifier is not specified"),
    ],
)
async def test_bad_edits_are_refused(api: Api, params: dict[str, Any], refusal: str) -> None:
    assert await api.no("editMessageText", chat_id=DESK, **params) == f"Bad Request: {refusal}"


async def test_only_own_plain_messages_can_be_edited(api: Api, world: World) -> None:
    persons = world.send(201, DESK, "人的")
    forced = await api.ok("sendMessage", chat_id=DESK, text="请写", reply_markup={"force_reply": True})
    forwarded = await api.ok("forwardMessage", chat_id=DESK, from_chat_id=DESK, message_id=persons.id)
    for message_id in (persons.id, forced["message_id"], forwarded["message_id"]):
        assert await api.no("editMessageText", chat_id=DESK, message_id=message_id, text="x") == (
            "Bad Request: message can't be edited"
        )


async def test_an_edit_has_no_age_limit_but_a_delete_has(api: Api, world: World, clock: Clock) -> None:
    world.member(900, DESK, BOT, "demote")
    sent = await api.ok("sendMessage", chat_id=DESK, text="旧")
    clock.advance(72 * 3600)
    where = {"chat_id": DESK, "message_id": sent["message_id"]}
    assert await api.ok("editMessageText", **where, text="仍可改")
    assert await api.no("deleteMessage", **where) == "Bad Request: message can't be deleted for everyone"


async def test_deleting_needs_ownership_or_the_right(api: Api, world: World) -> None:
    mine = await api.ok("sendMessage", chat_id=DESK, text="我的")
    theirs = world.send(201, DESK, "别人的")
    assert await api.ok("deleteMessage", chat_id=DESK, message_id=theirs.id), "as an administrator it may"
    other = world.send(201, DESK, "再来")
    world.member(900, DESK, BOT, "demote")
    assert await api.no("deleteMessage", chat_id=DESK, message_id=other.id) == (
        "Bad Request: message can't be deleted"
    )
    assert await api.ok("deleteMessage", chat_id=DESK, message_id=mine["message_id"])
    assert await api.no("deleteMessage", chat_id=DESK, message_id=mine["message_id"]) == (
        "Bad Request: message to delete not found"
    )


async def test_the_message_that_opened_a_topic_cannot_be_deleted(api: Api) -> None:
    topic = await api.ok("createForumTopic", chat_id=ALLIANCE, name="x")
    assert await api.no("deleteMessage", chat_id=ALLIANCE, message_id=topic["message_thread_id"]) == (
        "Bad Request: message can't be deleted"
    )


async def test_many_messages_are_deleted_at_once_and_missing_ones_skipped(api: Api, world: World) -> None:
    ids = [world.send(201, DESK, str(number)).id for number in range(3)]
    assert await api.ok("deleteMessages", chat_id=DESK, message_ids=[*ids, 999])
    assert world.messages(DESK) == []
    assert await api.no("deleteMessages", chat_id=DESK, message_ids=[]) == (
        "Bad Request: message identifiers are not specified"
    )
    assert await api.no("deleteMessages", chat_id=DESK, message_ids=list(range(101))) == (
        "Bad Request: too many message identifiers specified"
    )
    assert await api.no("deleteMessages", chat_id=DESK, message_ids="[") == (
        "Bad Request: can't parse message identifiers JSON object"
    )


async def test_private_messages_of_both_sides_can_be_deleted_by_the_bot(api: Api, world: World) -> None:
    theirs = world.send(ADMIN, BOT, "你好")
    assert await api.ok("deleteMessage", chat_id=ADMIN, message_id=theirs.id)


async def test_a_persons_edit_is_an_update_only_if_something_changed(world: World) -> None:
    message = world.send(101, MUTUAL_AID, "叉车证")
    world.edit(101, MUTUAL_AID, message.id, "叉车证")
    assert len(updates_of(world)) == 1
    world.edit(101, MUTUAL_AID, message.id, "叉车证怎么办")
    edited = updates_of(world)[-1]["edited_message"]
    assert (edited["message_id"], edited["text"]) == (message.id, "叉车证怎么办")
    assert edited["edit_date"] >= edited["date"]


async def test_an_invisible_change_is_an_edit_without_a_difference(world: World) -> None:
    message = world.send(101, MUTUAL_AID, "https://a.cn")
    world.touch(MUTUAL_AID, message.id)
    first, second = updates_of(world)
    assert second["edited_message"]["text"] == first["message"]["text"]


async def test_updates_keep_what_was_true_when_they_happened(world: World) -> None:
    message = world.send(101, MUTUAL_AID, "原话")
    world.edit(101, MUTUAL_AID, message.id, "改口")
    assert json.dumps(updates_of(world)[0], ensure_ascii=False).count("原话") == 1


async def test_people_change_only_their_own_messages(world: World) -> None:
    message = world.send(101, MUTUAL_AID, "我的")
    with pytest.raises(Exception, match="only one's own"):
        world.edit(102, MUTUAL_AID, message.id, "改你")
    with pytest.raises(Exception, match="only one's own"):
        world.delete(102, MUTUAL_AID, message.id)
    with pytest.raises(Exception, match="no such message"):
        world.edit(101, MUTUAL_AID, 999, "x")
    with pytest.raises(Exception, match="message text is empty"):
        world.edit(101, MUTUAL_AID, message.id, " ")
    world.delete(ADMIN, MUTUAL_AID, message.id)
    assert len(updates_of(world)) == 1, "deletions are never told to bots"
    with pytest.raises(Exception, match="no such message"):
        world.delete(ADMIN, MUTUAL_AID, message.id)
