"""What a message answers: only what somebody really replied to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.handlers.places import ALLIANCE, CHEN, GROUP, LI, UNKNOWN, Json
from tests.handlers.station import Station, recorded
from tests.handlers.stories import dispatched, in_topic, topic_of
from tickets.model import InquiryState

_DOCUMENT: Json = {"file_id": "BQACAgUAAxkBAAhf", "file_unique_id": "AgADhf", "file_name": "回函.pdf"}


@pytest.mark.parametrize(
    "name", ["topic_implicit_reply", "topic_implicit_reply_without_its_creation", "general_topic_question"]
)
async def test_what_a_topic_pretends_to_be_answered_is_no_reply(station: Station, name: str) -> None:
    await station.play(name)  # a reply to a member would be taken for a peer's answer
    assert (await station.inquiry()).text == UNKNOWN


async def test_the_news_that_a_topic_exists_is_nobodys_question(station: Station) -> None:
    """Whoever replies to it from General asks, and does not answer a colleague."""
    news = recorded("topic_implicit_reply")["message"]["reply_to_message"]
    await station.play("general_topic_question", reply_to_message=news)
    assert (await station.inquiry()).text == UNKNOWN


async def test_an_explicit_reply_within_a_topic_is_a_reply(station: Station) -> None:
    answer = recorded("topic_explicit_reply")
    asked = answer["message"]["reply_to_message"]
    await station.take({"update_id": 1, "message": asked})
    await station.take(answer)
    inquiry = await station.inquiry()
    assert (inquiry.asker.id, inquiry.thread_id, inquiry.peer_replies) == (LI["id"], 77, 1)


async def test_a_reply_chain_in_a_plain_group_is_no_topic(station: Station) -> None:
    answer = recorded("reply_chain_in_plain_group")
    await station.take({"update_id": 1, "message": answer["message"]["reply_to_message"]})
    await station.take(answer)
    inquiry = await station.inquiry()
    assert (inquiry.thread_id, inquiry.peer_replies) == (None, 1)


async def test_a_question_within_a_reply_chain_is_answered_without_a_thread(station: Station) -> None:
    await station.say(UNKNOWN, message_thread_id=640)
    assert (await station.inquiry()).thread_id is None


async def test_a_reply_to_a_message_of_another_chat_is_a_message_of_its_own(station: Station) -> None:
    await station.play("reply_to_another_chat")
    assert (await station.inquiry()).state is InquiryState.GATHERING


async def test_a_reply_to_the_bot_is_addressed_to_it(station: Station) -> None:
    of_mine = station.message(by=station.me, to=GROUP, text="您好")
    await station.say("食堂外包的饭菜不新鲜", reply_to_message=of_mine, late=timedelta(seconds=5))
    assert (await station.inquiry()).addressed


async def test_what_answers_an_anonymous_admin_knows_whom(station: Station) -> None:
    """The replied message is read like any other: its author is the group, not the stand-in."""
    asked = recorded("anonymous_admin")["message"]
    await station.take({"update_id": 1, "message": asked})
    await station.say("打市政热线就行", by=LI, reply_to_message=asked)
    assert (await station.inquiry()).peer_replies == 1


async def test_answer_takes_the_words_and_files_of_the_replied_message(station: Station) -> None:
    """The reply carries it whole, so it need not have been seen before."""
    ticket = await dispatched(station)
    topic = in_topic(await topic_of(station, ticket))
    said = station.message(by=CHEN, to=ALLIANCE, caption="今天就去修。", document=_DOCUMENT, **topic)
    await station.command("/answer", by=CHEN, to=ALLIANCE, reply_to_message=said, **topic)
    (draft,) = await station.drafts()
    assert (draft.ticket_id, draft.text) == (ticket.id, "今天就去修。")
    assert draft.thread_id == topic["message_thread_id"]
    attachment = draft.parts[0].attachment
    assert attachment is not None
    assert (attachment.file_id, attachment.file_name) == (_DOCUMENT["file_id"], "回函.pdf")


async def test_answer_to_one_part_of_an_album_takes_the_album(station: Station) -> None:
    ticket = await dispatched(station)
    topic = in_topic(await topic_of(station, ticket))
    parts = [
        station.message(by=CHEN, to=ALLIANCE, media_group_id="77", photo=_photo(name), **topic)
        for name in ("one", "two")
    ]
    for number, part in enumerate(parts, start=1):
        await station.take({"update_id": number, "message": part})
    await station.command("/answer", by=CHEN, to=ALLIANCE, reply_to_message=parts[0], **topic)
    (draft,) = await station.drafts()
    files = [part.attachment.file_id for part in draft.parts if part.attachment is not None]
    assert files == ["one", "two"]


def _photo(name: str) -> list[Json]:
    return [{"file_id": name, "file_unique_id": name, "width": 90, "height": 67}]
