"""What goes out becomes calls, and every answer of the server a consequence. All against the sandbox."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.gateway import Gateway
from bot.outcomes import (
    Done,
    MessageGone,
    Migrated,
    Outcome,
    Refused,
    RetryAfter,
    TopicClosed,
    TopicGone,
    Trouble,
    Uncertain,
    Unreachable,
)
from bot.outgoing import AskForReply, CopyParts, EditText, Key, React, SendText, Topic, TopicStep
from sandbox.demo import ADMIN, ALLIANCE, BOT, DESK, MUTUAL_AID
from sandbox.files import file_id
from sandbox.model import Message
from sandbox.world import World
from tests.sandbox.conftest import png
from tickets.conversation import Attachment, AttachmentKind
from tickets.identity import ChatId, MessageId

GROUP, FORUM, WORKERS = ChatId(MUTUAL_AID), ChatId(ALLIANCE), ChatId(DESK)
PHOTO, DOCUMENT = AttachmentKind.PHOTO, AttachmentKind.DOCUMENT


def text(html: str = "<b>您好</b>", chat_id: int = MUTUAL_AID, **fields: Any) -> SendText:
    return SendText(chat_id=ChatId(chat_id), html=html, **fields)


def message_of(world: World, chat_id: int, outcome: Outcome, as_: int = 0) -> Message:
    assert isinstance(outcome, Done)
    message: Message = world.message(chat_id, outcome.message_ids[0], as_=as_)
    return message


def last_value(world: World, method: str, name: str) -> Any:
    """A structured value of the last call; in a form it is JSON."""
    return json.loads(world.calls.of(method)[-1].params[name])


async def test_a_text_is_sent_with_its_buttons_and_without_a_preview(gateway: Gateway, world: World) -> None:
    keys = ((Key(label="有用", data="h:1"), Key(label="细则", url="https://example.org/")),)
    sent = message_of(world, GROUP, await gateway.perform(text(keys=keys)))
    assert sent.text == "您好"
    assert sent.inline_keyboard is not None
    assert [button["text"] for button in sent.inline_keyboard[0]] == ["有用", "细则"]
    assert sent.inline_keyboard[0][1]["url"] == "https://example.org/"
    assert last_value(world, "sendMessage", "link_preview_options") == {"is_disabled": True}


async def test_a_prompt_opens_the_reply_field_for_one_person(gateway: Gateway, world: World) -> None:
    asked = world.send(201, DESK, "答复")
    step = text(chat_id=DESK, reply_to=MessageId(asked.id), ask=AskForReply(hint="写答复"))
    await gateway.perform(step)
    markup = last_value(world, "sendMessage", "reply_markup")
    assert markup == {"force_reply": True, "selective": True, "input_field_placeholder": "写答复"}


async def test_a_reply_hangs_on_its_question(gateway: Gateway, world: World) -> None:
    asked = world.send(101, MUTUAL_AID, "叉车怎么上牌")
    sent = message_of(world, GROUP, await gateway.perform(text(reply_to=MessageId(asked.id))))
    assert sent.reply_to is not None
    assert sent.reply_to.id == asked.id


async def test_where_the_question_is_gone_the_answer_names_it(gateway: Gateway, world: World) -> None:
    step = text(reply_to=MessageId(99_999), orphan_html="给王敏：<b>您好</b>")
    sent = message_of(world, GROUP, await gateway.perform(step))
    assert (sent.text, sent.reply_to) == ("给王敏：您好", None)


async def test_without_other_words_the_reply_is_sent_as_it_is(gateway: Gateway, world: World) -> None:
    sent = message_of(world, GROUP, await gateway.perform(text(reply_to=MessageId(99_999))))
    assert (sent.text, sent.reply_to) == ("您好", None)


async def test_a_server_that_insists_on_the_reply_gets_the_text_without(
    gateway: Gateway, world: World
) -> None:
    world.faults.add("bad_request", "sendMessage", description="message to be replied not found")
    sent = message_of(world, GROUP, await gateway.perform(text(reply_to=MessageId(99_999))))
    assert sent.text == "您好"


async def test_bad_markup_is_sent_as_plain_text(gateway: Gateway, world: World) -> None:
    sent = message_of(world, GROUP, await gateway.perform(text("<b>1 &lt; 2</i>")))
    assert sent.text == "1 < 2"


async def test_bad_markup_and_a_lost_reply_are_repaired_together(gateway: Gateway, world: World) -> None:
    step = text("<b>a", reply_to=MessageId(99_999), orphan_html="<i>给王敏 a")
    sent = message_of(world, GROUP, await gateway.perform(step))
    assert sent.text == "给王敏 a"


async def test_an_edit_changes_text_and_takes_buttons_away(gateway: Gateway, world: World) -> None:
    sent = await gateway.perform(text(keys=((Key(label="接单", data="c:1"),),)))
    assert isinstance(sent, Done)
    edit = EditText(chat_id=GROUP, message_id=sent.message_ids[0], html="<b>已接单</b>")
    assert await gateway.perform(edit) == sent
    assert await gateway.perform(edit) == sent, "not modified is as good as done"
    changed = message_of(world, GROUP, sent)
    assert changed.text == "已接单"
    assert not changed.inline_keyboard


async def test_an_edit_with_bad_markup_shows_plain_text(gateway: Gateway, world: World) -> None:
    sent = await gateway.perform(text())
    assert isinstance(sent, Done)
    await gateway.perform(EditText(chat_id=GROUP, message_id=sent.message_ids[0], html="<b>改"))
    assert message_of(world, GROUP, sent).text == "改"


async def test_an_edit_of_a_lost_or_foreign_message_says_so(gateway: Gateway, world: World) -> None:
    theirs = world.send(101, MUTUAL_AID, "我的")
    for message_id in (theirs.id, 99_999):
        edit = EditText(chat_id=GROUP, message_id=MessageId(message_id), html="x")
        assert await gateway.perform(edit) == MessageGone()


async def test_an_edit_that_is_refused_otherwise_says_so(gateway: Gateway) -> None:
    sent = await gateway.perform(text())
    assert isinstance(sent, Done)
    edit = EditText(chat_id=GROUP, message_id=sent.message_ids[0], html="")
    assert isinstance(await gateway.perform(edit), Refused)


async def test_a_lost_answer_to_an_edit_may_be_repeated_without_harm(gateway: Gateway, world: World) -> None:
    sent = await gateway.perform(text())
    assert isinstance(sent, Done)
    world.faults.add("cut_after", "editMessageText")
    edit = EditText(chat_id=GROUP, message_id=sent.message_ids[0], html="新")
    assert await gateway.perform(edit) == Trouble()
    assert await gateway.perform(edit) == sent


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"kind": "http_429", "retry_after": 9}, RetryAfter(seconds=9.0)),
        ({"kind": "http_5xx"}, Trouble()),
        ({"kind": "cut_before"}, Uncertain()),
        ({"kind": "cut_after"}, Uncertain()),
        ({"kind": "forbidden"}, Unreachable(reason="blocked")),
        (
            {"kind": "bad_request", "description": "BUTTON_DATA_INVALID"},
            Refused(description="Button_data_invalid"),
        ),
    ],
)
async def test_trouble_on_the_way_is_told_apart(
    gateway: Gateway, world: World, fault: dict[str, Any], outcome: Outcome
) -> None:
    world.faults.add(method="sendMessage", **fault)
    assert await gateway.perform(text()) == outcome


async def test_people_who_cannot_be_written_to_are_unreachable(gateway: Gateway, world: World) -> None:
    assert await gateway.perform(text(chat_id=102)) == Unreachable(reason="never_started")
    world.block(101, BOT)
    assert await gateway.perform(text(chat_id=101)) == Unreachable(reason="blocked")
    world.member(ADMIN, MUTUAL_AID, BOT, "kick")
    assert await gateway.perform(text()) == Unreachable(reason="kicked")


async def test_a_group_that_grew_tells_its_new_id(gateway: Gateway, world: World) -> None:
    world.add_chat(-77, "小群", kind="group", creator=ADMIN, member_ids=[101, BOT])
    new_id = world.migrate(-77)
    assert await gateway.perform(text(chat_id=-77)) == Migrated(new_chat_id=ChatId(new_id))


async def test_a_topic_is_made_written_to_closed_and_reopened(gateway: Gateway, world: World) -> None:
    made = await gateway.perform(Topic(chat_id=FORUM, step=TopicStep.CREATE, name="LF-0001 · 叉车"))
    assert isinstance(made, Done)
    thread_id = made.topic_id
    assert thread_id is not None
    sent = message_of(world, FORUM, await gateway.perform(text(chat_id=FORUM, thread_id=thread_id)))
    assert sent.thread_id == thread_id
    for step, closed in ((TopicStep.CLOSE, True), (TopicStep.CLOSE, True), (TopicStep.REOPEN, False)):
        assert await gateway.perform(Topic(chat_id=FORUM, step=step, thread_id=thread_id)) == Done()
        assert world.chats[ALLIANCE].topics[thread_id].closed is closed


async def test_a_deleted_topic_is_gone_and_needs_no_closing(gateway: Gateway, world: World) -> None:
    topic = world.topic(ADMIN, ALLIANCE, "create", name="旧")
    assert topic is not None
    world.topic(ADMIN, ALLIANCE, "delete", thread_id=topic.thread_id)
    lost = topic.thread_id
    assert await gateway.perform(text(chat_id=ALLIANCE, thread_id=lost)) == TopicGone()
    reopening = Topic(chat_id=FORUM, step=TopicStep.REOPEN, thread_id=lost)
    assert await gateway.perform(reopening) == TopicGone()
    assert await gateway.perform(replace(reopening, step=TopicStep.CLOSE)) == Done()


async def test_a_closed_topic_is_told_where_we_may_not_write_into_it(gateway: Gateway, world: World) -> None:
    topic = world.topic(ADMIN, ALLIANCE, "create", name="旧")
    assert topic is not None
    world.topic(ADMIN, ALLIANCE, "close", thread_id=topic.thread_id)
    world.member(ADMIN, ALLIANCE, BOT, "demote")
    assert await gateway.perform(text(chat_id=ALLIANCE, thread_id=topic.thread_id)) == TopicClosed()


async def test_a_reaction_that_fails_bothers_nobody(gateway: Gateway, world: World) -> None:
    asked = world.send(101, MUTUAL_AID, "问")
    eyes = React(chat_id=GROUP, message_id=MessageId(asked.id), emoji="👀")
    assert await gateway.perform(eyes) == Done()
    assert BOT in world.message(MUTUAL_AID, asked.id).reactions
    assert await gateway.perform(React(chat_id=GROUP, message_id=MessageId(9_999), emoji="👀")) == Done()
    world.faults.add("http_429", "setMessageReaction", retry_after=4)
    assert await gateway.perform(eyes) == RetryAfter(seconds=4.0)
    world.faults.add("cut_before", "setMessageReaction")
    assert await gateway.perform(eyes) == Trouble()


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
    assert await gateway.perform(step) == Trouble()


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
    assert await gateway.perform(none_sent) == Trouble()


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
