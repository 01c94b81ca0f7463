"""Photos, documents, voice and albums, by upload and by file_id, and back through getFile."""

from __future__ import annotations

import struct
from typing import Any

import httpx
import pytest
from telegram import Bot, InputMediaDocument, InputMediaPhoto, InputMediaVideo
from telegram.error import BadRequest

from sandbox.demo import BOT_TOKEN, DESK, MUTUAL_AID
from sandbox.files import image_size
from sandbox.page_view import message_view
from sandbox.world import World
from tests.sandbox.conftest import Api, png, updates_of


async def test_a_persons_photo_can_be_downloaded_by_the_bot(bot: Bot, world: World) -> None:
    world.send_file(101, MUTUAL_AID, png(1280, 720), "现场.png", text="漏油")
    [update] = await bot.get_updates(timeout=0)
    assert update.message is not None
    small, full = update.message.photo
    assert (small.width, small.height, full.width, full.height) == (320, 180, 1280, 720)
    assert update.message.caption == "漏油"
    file = await full.get_file()
    assert bytes(await file.download_as_bytearray()) == png(1280, 720)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.png", png(), "photo"),
        ("a.gif", b"GIF89a" + struct.pack("<HH", 4, 5), "animation"),
        ("a.mp4", b"video", "video"),
        ("a.ogg", b"voice", "voice"),
        ("a.mp3", b"music", "audio"),
        ("a.pdf", b"paper", "document"),
        ("broken.png", b"no picture", "document"),
        ("noname", b"?", "document"),
    ],
)
async def test_files_of_people_become_the_right_kind_and_come_back(
    bot: Bot, api: Api, world: World, name: str, data: bytes, kind: str
) -> None:
    world.send_file(101, MUTUAL_AID, data, name)
    await bot.get_updates(timeout=0)
    message = updates_of(world)[0]["message"]
    found = message[kind][-1] if kind == "photo" else message[kind]
    file = await bot.get_file(found["file_id"])
    assert bytes(await file.download_as_bytearray()) == data
    resent = await api.ok(f"send{kind.capitalize()}", chat_id=DESK, **{kind: found["file_id"]})
    assert kind in resent


async def test_every_kind_is_uploaded_by_the_bot(bot: Bot) -> None:
    assert (await bot.send_photo(DESK, png(), caption="图")).caption == "图"
    document = (await bot.send_document(DESK, b"x", filename="通知.pdf")).document
    assert document is not None
    assert (document.file_name, document.mime_type) == ("通知.pdf", "application/pdf")
    video = (await bot.send_video(DESK, b"v", width=10, height=20, duration=7)).video
    assert video is not None
    assert (video.width, video.height, video.to_dict()["duration"]) == (10, 20, 7)
    assert (await bot.send_voice(DESK, b"o")).voice
    audio = (await bot.send_audio(DESK, b"m", title="操作规程", performer="园区")).audio
    assert audio is not None
    assert (audio.title, audio.performer) == ("操作规程", "园区")
    assert (await bot.send_animation(DESK, b"g")).animation
    assert (await bot.send_video_note(DESK, b"n")).video_note
    assert (await bot.send_sticker(DESK, b"s", emoji="👍")).sticker


async def test_an_album_is_one_group_of_messages(bot: Bot, world: World) -> None:
    sent = await bot.send_media_group(
        MUTUAL_AID, [InputMediaPhoto(png(), caption="<b>一</b>", parse_mode="HTML"), InputMediaVideo(b"v")]
    )
    assert len({message.media_group_id for message in sent}) == 1
    assert sent[0].caption_entities[0].type == "bold"
    again = await bot.send_media_group(DESK, [InputMediaPhoto(sent[0].photo[-1].file_id)])
    assert again[0].media_group_id is None, "one picture is no album"
    views = [message_view(message) for message in world.messages(MUTUAL_AID)]
    assert [view["media"]["kind"] for view in views] == ["photo", "video"]


@pytest.mark.parametrize(
    ("media", "refusal"),
    [
        ([], "there are no messages to send"),
        ([{"type": "photo", "media": "x"}] * 11, "too many messages to send as an album"),
        (
            [{"type": "sticker", "media": "x"}],
            "can't parse InputMedia: type must be one of photo, video, document, audio",
        ),
        ([{"type": "photo", "media": "attach://nothing"}], "photo not found"),
        ([{"type": "photo", "media": "AgAC-nonsense"}], "wrong file identifier/HTTP URL specified"),
        ([{"type": "photo", "media": "https://a.cn/x.png"}], "failed to get HTTP URL content"),
    ],
)
async def test_bad_albums_are_refused(api: Api, media: Any, refusal: str) -> None:
    assert await api.no("sendMediaGroup", chat_id=DESK, media=media) == f"Bad Request: {refusal}"


async def test_documents_stay_among_themselves(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Document can't be mixed with other media types"):
        await bot.send_media_group(DESK, [InputMediaPhoto(png()), InputMediaDocument(b"d")])


async def test_captions_are_limited(api: Api, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(DESK, png(), caption="长" * 1025)
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_media_group(DESK, [InputMediaPhoto(png(), caption="长" * 1025)])


async def test_bad_uploads_are_refused(api: Api, bot: Bot, world: World) -> None:
    assert await api.no("sendPhoto", chat_id=DESK) == "Bad Request: there is no photo in the request"
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(DESK, b"")
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(DESK, b"no picture")
    world.limits.photo_bytes, world.limits.upload_bytes = 20, 30
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.send_photo(DESK, png())
    with pytest.raises(BadRequest, match=r"(?i)photo_invalid_dimensions"):
        await bot.send_photo(DESK, b"x" * 25)
    large = await api.client.post(
        f"/bot{BOT_TOKEN}/sendDocument", data={"chat_id": DESK}, files={"document": ("a.bin", b"x" * 31)}
    )
    assert large.status_code == 413


async def test_a_file_id_belongs_to_one_bot_and_one_kind(api: Api, bot: Bot, world: World) -> None:
    photo = (await bot.send_photo(DESK, png())).photo[-1]
    assert await api.no("sendDocument", chat_id=DESK, document=photo.file_id) == (
        'Bad Request: can\'t use file of type "Photo" as Document'
    )
    world.add_bot(7_000_000_002, "2:x", "Other", "other_bot")
    api.token = "2:x"
    assert await api.no("getFile", file_id=photo.file_id) == "Bad Request: invalid file_id"
    assert await api.no("getFile") == "Bad Request: file_id not specified"


async def test_large_files_cannot_be_downloaded(api: Api, bot: Bot, world: World) -> None:
    photo = (await bot.send_photo(DESK, png())).photo[-1]
    world.limits.download_bytes = 10
    assert await api.no("getFile", file_id=photo.file_id) == "Bad Request: file is too big"


async def test_downloads_need_the_right_token_and_path(client: httpx.AsyncClient, bot: Bot) -> None:
    file = await (await bot.send_photo(DESK, png())).photo[-1].get_file()
    assert file.file_path is not None
    path = file.file_path.rpartition("/bot")[2].partition("/")[2]
    assert (await client.get(f"/file/bot{BOT_TOKEN}/{path}")).content == png()
    assert (await client.get(f"/file/bot{BOT_TOKEN}/photos/none.png")).status_code == 404
    assert (await client.get(f"/file/bot{BOT_TOKEN}/{path}.exe")).status_code == 404
    assert (await client.get(f"/file/bot1:wrong/{path}")).status_code == 401


def test_picture_sizes_are_read_from_the_bytes() -> None:
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 30, 40) + b"\x00"
    assert image_size(png(3, 4)) == (3, 4)
    assert image_size(jpeg) == (40, 30)
    assert image_size(b"\xff\xd8\x00\x00") == (0, 0)
    assert image_size(b"GIF87a" + struct.pack("<HH", 5, 6)) == (5, 6)
    riff = b"RIFF\x00\x00\x00\x00WEBP"
    assert image_size(riff + b"VP8X" + b"\x00" * 8 + b"\x09\x00\x00" + b"\x13\x00\x00") == (10, 20)
    assert image_size(riff + b"VP8 " + b"\x00" * 10 + struct.pack("<HH", 7, 8)) == (7, 8)
    assert image_size(riff + b"VP8L" + b"\x00" * 5 + (2 | (3 << 14)).to_bytes(4, "little")) == (3, 4)
    assert image_size(riff + b"????") == (0, 0)
    assert image_size(b"text") == (0, 0)


async def test_stickers_places_and_contacts_of_people_are_whole(bot: Bot, world: World) -> None:
    world.send_media(101, MUTUAL_AID, "sticker", emoji="🙏")
    world.send_media(101, MUTUAL_AID, "location", latitude=31.2, longitude=121.4)
    world.send_media(101, MUTUAL_AID, "contact", phone_number="000", first_name="值班室")
    messages = [update.message for update in await bot.get_updates(timeout=0)]
    assert messages[0] is not None
    assert messages[0].sticker is not None
    assert messages[0].sticker.emoji == "🙏"
    assert messages[1] is not None
    assert messages[1].location is not None
    assert messages[2] is not None
    assert messages[2].contact is not None
    with pytest.raises(Exception, match="a photo needs a file"):
        world.send_media(101, MUTUAL_AID, "photo")
    with pytest.raises(Exception, match="a file cannot be a poll"):
        world.send_file(101, MUTUAL_AID, b"x", "x", kind="poll")
