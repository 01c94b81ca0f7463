"""Which files may be sent again, and how."""

from __future__ import annotations

import pytest

from bot.outgoing import CopyParts
from bot.resending import as_media_group, by_handle
from tickets.conversation import Attachment, AttachmentKind
from tickets.identity import ChatId, MessageId

PHOTO = Attachment(kind=AttachmentKind.PHOTO, file_id="p")
VIDEO = Attachment(kind=AttachmentKind.VIDEO, file_id="v")
DOCUMENT = Attachment(kind=AttachmentKind.DOCUMENT, file_id="d")
VOICE = Attachment(kind=AttachmentKind.VOICE, file_id="o")
PLACE = Attachment(kind=AttachmentKind.LOCATION)


def parts(*files: Attachment) -> CopyParts:
    return CopyParts(
        chat_id=ChatId(-1),
        from_chat_id=ChatId(-2),
        message_ids=(MessageId(1),),
        attachments=files,
        thread_id=5,
        reply_to=MessageId(7),
    )


@pytest.mark.parametrize(
    ("files", "together"),
    [
        ((PHOTO, VIDEO), True),
        ((DOCUMENT, DOCUMENT), True),
        ((PHOTO,), False),
        ((PHOTO, DOCUMENT), False),
        ((VOICE, VOICE), False),
        ((PHOTO, PLACE), False),
        ((PHOTO,) * 11, False),
    ],
)
def test_files_are_sent_together_where_the_messenger_lets_them(
    files: tuple[Attachment, ...], together: bool
) -> None:
    assert (as_media_group(parts(*files)) is not None) is together


def test_a_file_goes_to_the_same_place_as_its_copy_would() -> None:
    call = by_handle(parts(PHOTO), PHOTO)
    assert call is not None
    method, parameters = call
    assert (method, parameters["photo"], parameters["message_thread_id"]) == ("sendPhoto", "p", 5)
    assert parameters["reply_parameters"]["message_id"] == 7


def test_what_has_no_handle_cannot_be_sent_again() -> None:
    assert by_handle(parts(PLACE), PLACE) is None
    assert by_handle(parts(PLACE), Attachment(kind=AttachmentKind.OTHER, file_id="x")) is None
