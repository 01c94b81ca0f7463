"""What hangs on a message, and where it was forwarded from."""

from __future__ import annotations

import pytest
from telegram import Update

from handlers.inbound import Me, to_message
from tests.handlers.places import UNKNOWN
from tests.handlers.station import Station, recorded
from tests.handlers.stories import QUIET
from tickets.conversation import Attachment, AttachmentKind
from tickets.identity import UserId
from tickets.model import InquiryState

ME = Me(id=UserId(7000000001), username="HuzhuBot", sees_all_messages=True)
PHOTO_AND_FILES = [
    ("photo_with_caption", Attachment(kind=AttachmentKind.PHOTO, file_id="AgACAgUAAxkBAAIP2x")),
    ("video", Attachment(kind=AttachmentKind.VIDEO, file_id="BAACAgUAAxkBAAv1")),
    ("audio", Attachment(kind=AttachmentKind.AUDIO, file_id="CQACAgUAAxkBAAau")),
    ("animation", Attachment(kind=AttachmentKind.ANIMATION, file_id="CgACAgUAAxkBAAn1")),
    (
        "document",
        Attachment(kind=AttachmentKind.DOCUMENT, file_id="BQACAgUAAxkBAAD1", file_name="整改通知.pdf"),
    ),
]
WITHOUT_WORDS = [
    ("voice", Attachment(kind=AttachmentKind.VOICE, file_id="AwACAgUAAxkBAAvo")),
    ("video_note", Attachment(kind=AttachmentKind.VIDEO, file_id="DQACAgUAAxkBAAvn")),
    ("location", Attachment(kind=AttachmentKind.LOCATION)),
    ("venue", Attachment(kind=AttachmentKind.LOCATION)),
    ("contact", Attachment(kind=AttachmentKind.CONTACT)),
    ("poll", Attachment(kind=AttachmentKind.OTHER)),
]


@pytest.mark.parametrize(("name", "attachment"), PHOTO_AND_FILES)
async def test_a_question_keeps_what_hangs_on_it(station: Station, name: str, attachment: Attachment) -> None:
    await station.play(name)
    inquiry = await station.inquiry()
    assert inquiry.text == UNKNOWN
    assert [part.attachment for part in inquiry.attachments] == [attachment]


@pytest.mark.parametrize(("name", "attachment"), WITHOUT_WORDS)
async def test_what_comes_without_words_in_private_is_asked_for_them(
    station: Station, name: str, attachment: Attachment
) -> None:
    await station.play(name)
    await station.wait(QUIET)
    assert await station.said() == ["please_type"]
    await station.play("private_question")
    inquiry = (await station.inquiries())[-1]
    assert [part.attachment for part in inquiry.attachments] == [attachment]  # the words belong to it


@pytest.mark.parametrize("name", ["photo", "sticker"])
async def test_a_photo_or_a_sticker_alone_in_a_group_is_left_alone(station: Station, name: str) -> None:
    await station.play(name)
    await station.wait(QUIET)
    assert await station.inquiries() == []
    assert await station.owed() == []


async def test_a_photo_sent_first_belongs_to_the_question_that_follows(station: Station) -> None:
    await station.play("photo")
    await station.play("group_question")
    first, second = (await station.inquiry()).parts
    assert first.attachment == Attachment(kind=AttachmentKind.PHOTO, file_id="AgACAgUAAxkBAAIP1x")
    assert second.text == UNKNOWN


async def test_an_album_is_one_question(station: Station) -> None:
    await station.play("album_first")
    await station.play("album_second")
    inquiry = await station.inquiry()
    assert [part.album_id for part in inquiry.parts] == ["13579246801"] * 2
    assert [part.text for part in inquiry.parts] == [UNKNOWN, ""]


async def test_an_album_whose_rest_comes_after_the_answer_stays_one_question(station: Station) -> None:
    await station.play("album_first", caption="叉车怎么上牌")
    await station.play("album_second")
    inquiry = await station.inquiry()
    assert inquiry.state is InquiryState.ANSWERED
    assert len(inquiry.attachments) == 2


@pytest.mark.parametrize("origin", ["user", "hidden_user", "chat", "channel", "unknown_kind"])
async def test_a_forward_of_any_kind_is_asked_by_who_forwards_it(station: Station, origin: str) -> None:
    """Whoever wrote it first asked nothing here, and may not even have an id."""
    await station.play(f"forward_of_{origin}")
    inquiry = await station.inquiry()
    assert (inquiry.asker.id, inquiry.text) == (101, UNKNOWN)


@pytest.mark.parametrize("origin", ["user", "hidden_user", "chat", "channel", "unknown_kind"])
def test_a_forward_of_any_kind_is_known_as_one(origin: str) -> None:
    update = Update.de_json(recorded(f"forward_of_{origin}"))
    assert update.message is not None
    read = to_message(update.update_id, update.message, ME)
    assert read is not None
    assert read.forwarded
