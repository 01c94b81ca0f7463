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
from bot.outgoing import AskForReply, EditText, Key, React, SendText, Topic, TopicStep
from sandbox.demo import ADMIN, ALLIANCE, BOT, DESK, MUTUAL_AID
from sandbox.model import Message
from sandbox.world import World
from tickets.conversation import AttachmentKind
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


async def test_a_refused_reply_in_unknown_words_is_sent_once_more_without_it(
    gateway: Gateway, world: World
) -> None:
    asked = world.send(101, MUTUAL_AID, "叉车怎么上牌")
    step = text(reply_to=MessageId(asked.id), orphan_html="给王敏：您好")
    world.faults.add("bad_request", "sendMessage", description="REPLY_TO_SOMETHING_NEW")
    sent = message_of(world, GROUP, await gateway.perform(step))
    assert (sent.text, sent.reply_to) == ("给王敏：您好", None)
    world.faults.add("bad_request", "sendMessage", description="REPLY_TO_SOMETHING_NEW", times=0)
    assert isinstance(await gateway.perform(step), Refused)
    assert len(world.calls.of("sendMessage")) == 4


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
        ({"kind": "http_5xx"}, Uncertain()),
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
    assert await gateway.perform(eyes) == Done()
    for kind in ("cut_before", "cut_after", "http_5xx", "forbidden"):
        world.faults.add(kind, "setMessageReaction")
        assert await gateway.perform(eyes) == Done()
    assert len(world.calls.of("setMessageReaction")) == 7, "each was tried once"
