"""What people sent is carried on: copied, or sent again by its handle, or told in words."""

from __future__ import annotations

from typing import Any

from bot.gateway import Gateway
from bot.outcomes import (
    Done,
    Refused,
    RetryAfter,
    Uncertain,
)
from bot.outgoing import CopyParts
from sandbox.demo import ADMIN, ALLIANCE, BOT, DESK, MUTUAL_AID
from sandbox.files import file_id
from sandbox.model import Message
from sandbox.world import World
from tests.bot.test_gateway import message_of, text
from tests.sandbox.conftest import png
from tickets.conversation import Attachment, AttachmentKind
from tickets.identity import ChatId, MessageId

GROUP, FORUM, WORKERS = ChatId(MUTUAL_AID), ChatId(ALLIANCE), ChatId(DESK)
PHOTO, DOCUMENT = AttachmentKind.PHOTO, AttachmentKind.DOCUMENT


def copy(*messages: Message, to: int = DESK, **fields: Any) -> CopyParts:
    ids = tuple(MessageId(message.id) for message in messages)
    return CopyParts(chat_id=ChatId(to), from_chat_id=GROUP, message_ids=ids, **{"attachments": (), **fields})


def handles(*messages: Message, kind: AttachmentKind = PHOTO) -> tuple[Attachment, ...]:
    """The bot's handles for the files of these messages, as its updates show them."""
    found = []
    for message in messages:
        assert message.media is not None
        assert message.media.file is not None
        found.append(Attachment(kind=kind, file_id=file_id(message.media.file, message.media.kind, BOT)))
    return tuple(found)


async def test_one_message_is_copied_as_a_reply(gateway: Gateway, world: World) -> None:
    card = await gateway.perform(text(chat_id=DESK))
    assert isinstance(card, Done)
    photo = world.send_file(101, MUTUAL_AID, png(), "a.png", kind="photo")
    outcome = await gateway.perform(copy(photo, reply_to=card.message_ids[0]))
    copied = message_of(world, DESK, outcome)
    assert copied.reply_to is not None
    assert copied.media is not None


async def test_a_copy_below_a_lost_message_is_sent_without_the_reply(gateway: Gateway, world: World) -> None:
    photo = world.send_file(101, MUTUAL_AID, png(), "a.png", kind="photo")
    world.faults.add("bad_request", "copyMessage", description="message to be replied not found")
    assert isinstance(await gateway.perform(copy(photo, reply_to=MessageId(9_999))), Done)


async def test_a_copy_refused_in_unknown_words_is_tried_without_the_reply(
    gateway: Gateway, world: World
) -> None:
    card = await gateway.perform(text(chat_id=DESK))
    assert isinstance(card, Done)
    photo = world.send_file(101, MUTUAL_AID, png(), "a.png", kind="photo")
    world.faults.add("bad_request", "copyMessage", description="REPLY_TO_SOMETHING_NEW")
    copied = message_of(world, DESK, await gateway.perform(copy(photo, reply_to=card.message_ids[0])))
    assert copied.reply_to is None
    assert copied.media is not None


async def test_an_album_stays_together_whatever_the_order_of_its_ids(gateway: Gateway, world: World) -> None:
    album = world.send_album(101, MUTUAL_AID, [(png(), "a.png"), (png(), "b.png")], kind="photo")
    topic = world.topic(ADMIN, ALLIANCE, "create", name="LF-1")
    assert topic is not None
    step = copy(*reversed(album), to=ALLIANCE, thread_id=topic.thread_id)
    outcome = await gateway.perform(step)
    assert isinstance(outcome, Done)
    copies = [world.message(ALLIANCE, message_id) for message_id in outcome.message_ids]
    assert len(copies) == 2
    assert len({each.media_group_id for each in copies}) == 1
    assert {each.thread_id for each in copies} == {topic.thread_id}


def protect(world: World, method: str) -> None:
    """Let the next copy be refused as the server does for protected content."""
    world.faults.add("bad_request", method, description="message has protected content and can't be copied")


async def test_what_may_not_be_copied_is_sent_by_its_handle(gateway: Gateway, world: World) -> None:
    plan = world.send_file(101, MUTUAL_AID, b"plan", "方案.txt", kind="document")
    protect(world, "copyMessage")
    outcome = await gateway.perform(copy(plan, attachments=handles(plan, kind=DOCUMENT)))
    media = message_of(world, DESK, outcome).media
    assert media is not None
    assert media.kind == "document"


async def test_an_album_that_may_not_be_copied_is_sent_as_an_album(gateway: Gateway, world: World) -> None:
    album = world.send_album(101, MUTUAL_AID, [(png(), "a.png"), (png(), "b.png")], kind="photo")
    protect(world, "copyMessages")
    topic = world.topic(ADMIN, ALLIANCE, "create", name="LF-1")
    assert topic is not None
    step = copy(*album, to=ALLIANCE, thread_id=topic.thread_id, attachments=handles(*album))
    outcome = await gateway.perform(step)
    assert isinstance(outcome, Done)
    copies = [world.message(ALLIANCE, message_id) for message_id in outcome.message_ids]
    assert len({each.media_group_id for each in copies}) == 1


async def test_a_mixed_lot_is_sent_one_by_one_and_the_rest_told(gateway: Gateway, world: World) -> None:
    photo = world.send_file(101, MUTUAL_AID, png(), "a.png", kind="photo")
    voice = world.send_file(101, MUTUAL_AID, b"ogg", "a.ogg", kind="voice")
    protect(world, "copyMessages")
    files = (
        *handles(photo),
        *handles(voice, kind=AttachmentKind.VOICE),
        Attachment(kind=AttachmentKind.CONTACT),
    )
    step = copy(photo, voice, attachments=files, fallback_html="还有一张名片")
    outcome = await gateway.perform(step)
    assert isinstance(outcome, Done)
    shown = [world.message(DESK, message_id) for message_id in outcome.message_ids]
    assert [each.media.kind if each.media else each.text for each in shown] == [
        "photo",
        "voice",
        "还有一张名片",
    ]


async def test_trouble_before_anything_was_sent_leaves_the_whole_to_another_try(
    gateway: Gateway, world: World
) -> None:
    plan = world.send_file(101, MUTUAL_AID, b"plan", "方案.txt", kind="document")
    protect(world, "copyMessage")
    world.faults.add("http_5xx", "sendDocument")
    step = copy(plan, attachments=handles(plan, kind=DOCUMENT), fallback_html="有附件")
    assert await gateway.perform(step) == Uncertain()


async def test_trouble_after_something_was_sent_is_told_in_words(gateway: Gateway, world: World) -> None:
    photo = world.send_file(101, MUTUAL_AID, png(), "a.png", kind="photo")
    voice = world.send_file(101, MUTUAL_AID, b"ogg", "a.ogg", kind="voice")
    protect(world, "copyMessages")
    world.faults.add("http_5xx", "sendVoice")
    files = (*handles(photo), *handles(voice, kind=AttachmentKind.VOICE))
    outcome = await gateway.perform(copy(photo, voice, attachments=files, fallback_html="语音没转成"))
    assert isinstance(outcome, Done)
    assert [world.message(DESK, each).text for each in outcome.message_ids] == ["", "语音没转成"]


async def test_what_was_sent_counts_even_if_the_words_fail(gateway: Gateway, world: World) -> None:
    photo = world.send_file(101, MUTUAL_AID, png(), "a.png", kind="photo")
    protect(world, "copyMessage")
    world.faults.add("http_5xx", "sendMessage", times=2)
    files = (*handles(photo), Attachment(kind=AttachmentKind.CONTACT))
    outcome = await gateway.perform(copy(photo, attachments=files, fallback_html="还有名片"))
    assert isinstance(outcome, Done)
    assert len(outcome.message_ids) == 1
    none_sent = copy(photo, attachments=files[1:], fallback_html="有名片")
    protect(world, "copyMessage")
    assert await gateway.perform(none_sent) == Uncertain()


async def test_what_can_be_neither_copied_nor_sent_by_handle_is_told(gateway: Gateway, world: World) -> None:
    location = Attachment(kind=AttachmentKind.LOCATION)
    for ids in ((9_999,), (9_998, 9_999)):
        lost = CopyParts(
            chat_id=WORKERS,
            from_chat_id=GROUP,
            message_ids=tuple(MessageId(each) for each in ids),
            attachments=(location,),
            fallback_html="（有一个文件转不过来）",
        )
        sent = message_of(world, DESK, await gateway.perform(lost))
        assert sent.text == "（有一个文件转不过来）"


async def test_a_handle_that_no_longer_works_is_told_in_words(gateway: Gateway, world: World) -> None:
    stale = Attachment(kind=PHOTO, file_id="nonsense")
    lost = CopyParts(
        chat_id=WORKERS,
        from_chat_id=GROUP,
        message_ids=(MessageId(9_999),),
        attachments=(stale,),
        fallback_html="（有一张图片转不过来）",
    )
    assert message_of(world, DESK, await gateway.perform(lost)).text == "（有一张图片转不过来）"


async def test_without_words_a_failed_copy_is_refused(gateway: Gateway) -> None:
    lost = CopyParts(chat_id=WORKERS, from_chat_id=GROUP, message_ids=(MessageId(9_999),), attachments=())
    assert isinstance(await gateway.perform(lost), Refused)


async def test_a_copy_the_server_has_no_room_for_is_tried_again_later(gateway: Gateway, world: World) -> None:
    photo = world.send_file(101, MUTUAL_AID, png(), "a.png", kind="photo")
    world.faults.add("bad_request", "copyMessage", description="CHAT_RESTRICTED")
    assert isinstance(await gateway.perform(copy(photo)), Refused)
    world.faults.add("http_429", "copyMessage", retry_after=2)
    assert await gateway.perform(copy(photo)) == RetryAfter(seconds=2.0)
