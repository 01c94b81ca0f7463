"""Photos, files and albums go both ways; what holds no words is asked about, never guessed at."""

from __future__ import annotations

import struct

import pytest

from sandbox.model import Message
from tests.loop.knowledge_base import ANSWER, ANSWERED, UNKNOWN
from tests.loop.park import Park
from tests.loop.stage import ALLIANCE, BOT, OFFICER, Stage

pytestmark = pytest.mark.asyncio(loop_scope="package")
_PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02\x00\x00\x00"
_ALBUM = [(_PICTURE, "1.png"), (_PICTURE + b"2", "2.png"), (_PICTURE + b"3", "3.png")]


async def carried(stage: Stage, chat_id: int, count: int, *, thread: int | None = None) -> list[Message]:
    """Wait for that many media messages of the bot's in a chat."""

    def look() -> list[Message]:
        messages = stage.world.messages(chat_id, thread_id=thread)
        found = [message for message in messages if message.author_id == BOT and message.media]
        return found if len(found) >= count else []

    found = await stage.until(look, f"{count} photos or files in {chat_id}")
    assert len(found) == count
    return found


async def test_a_photo_goes_with_the_question_to_the_desk_and_to_the_department(park: Park) -> None:
    stage = park.stage
    question = stage.world.send_file(park.asker, park.group, _PICTURE, "lamp.png", text=UNKNOWN)
    case = await park.case(question)
    assert "📎 图片 1" in case.card.text
    (photo,) = await carried(stage, park.desk, 1)
    assert photo.reply_to is case.card
    card = await case.dispatched()
    (photo,) = await carried(stage, ALLIANCE, 1, thread=card.thread_id)
    assert photo.media is not None
    assert photo.media.kind == "photo"


async def test_an_album_with_a_question_is_one_question_and_stays_an_album(park: Park) -> None:
    stage = park.stage
    first, *_ = stage.world.send_album(park.asker, park.group, _ALBUM, text=UNKNOWN)
    case = await park.case(first)
    await stage.shows(case.card, "📎 图片 3")
    await carried(stage, park.desk, 3)
    card = await case.dispatched()
    photos = await carried(stage, ALLIANCE, 3, thread=card.thread_id)
    assert len({photo.media_group_id for photo in photos}) == 1
    await stage.settled((park.asker, park.group), (park.worker, park.desk))
    assert len(stage.said(park.desk, "📋")) == 1


async def test_each_photo_of_an_album_is_carried_once_however_late_the_card_is(park: Park) -> None:
    stage = park.stage
    stage.world.faults.add("delay", "sendMessage", park.desk, delay_ms=500, times=1)
    first, *_ = stage.world.send_album(park.asker, park.group, _ALBUM, text=UNKNOWN)
    case = await park.case(first)
    await stage.shows(case.card, "📎 图片 3")
    await carried(stage, park.desk, 3)
    await stage.settled((park.asker, park.group), (park.worker, park.desk))
    await carried(stage, park.desk, 3)


async def test_a_lone_photo_belongs_to_the_question_that_follows_it(park: Park) -> None:
    stage = park.stage
    stage.world.send_file(park.asker, park.group, _PICTURE, "lamp.png")
    await park.ask()
    card = await stage.hear(park.desk, "📋", UNKNOWN)
    await stage.shows(card, "📎 图片 1")
    await carried(stage, park.desk, 1)


async def test_a_file_added_later_is_carried_to_the_desk(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    stage.world.send_file(park.asker, park.group, b"%PDF-1.4", "plan.pdf", reply_to=case.question.id)
    (file,) = await carried(stage, park.desk, 1)
    assert file.media is not None
    assert file.media.kind == "document"
    await stage.shows(case.card, "📎 文件 1")


async def test_a_social_workers_answer_may_be_a_photo(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    await stage.press(park.worker, case.card, "答复")
    prompt = await stage.hear(park.desk, "请回复这条消息", case.number)
    stage.world.send_file(park.worker, park.desk, _PICTURE, "map.png", reply_to=prompt.id)
    preview = await stage.hear(park.desk, "将发给", "另附 图片 1")
    await stage.press(park.worker, preview, "发送")
    answer = await case.answer("请看附件。")
    (photo,) = await carried(stage, park.group, 1)
    assert photo.reply_to is answer


async def test_a_departments_answer_may_be_an_album(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    stage.world.send_album(OFFICER, ALLIANCE, _ALBUM, text="按图走就到", reply_to=card.id)
    preview = await stage.hear(ALLIANCE, "将发给 王敏", "按图走就到", "另附 图片 3", thread=card.thread_id)
    await stage.press(OFFICER, preview, "发布答复")
    await case.answer("按图走就到")
    photos = await carried(stage, park.group, 3)
    assert len({photo.media_group_id for photo in photos}) == 1


async def test_a_departments_file_said_in_the_thread_becomes_the_answer_by_the_command(park: Park) -> None:
    stage, case = park.stage, await park.ticket()
    card = await case.dispatched()
    said = stage.world.send_file(OFFICER, ALLIANCE, b"%PDF-1.4", "form.pdf", thread_id=card.thread_id)
    stage.world.send(OFFICER, ALLIANCE, "/answer", reply_to=said.id)
    preview = await stage.hear(ALLIANCE, "将发给 王敏", "另附 文件 1", thread=card.thread_id)
    await stage.press(OFFICER, preview, "发布答复")
    (file,) = await carried(stage, park.group, 1)
    assert file.media is not None
    assert file.media.kind == "document"


@pytest.mark.parametrize("kind", ["sticker", "voice", "photo", "location", "contact"])
async def test_what_has_no_words_gets_none_in_a_group(park: Park, kind: str) -> None:
    stage = park.stage
    sent = send_wordless(park, kind, park.group)
    await stage.settled((park.asker, park.group), (park.worker, park.desk))
    assert len(stage.said(park.group, after=sent.id)) == 1
    assert not stage.said(park.desk, "📋")


@pytest.mark.parametrize("kind", ["sticker", "voice", "photo", "location", "contact"])
async def test_what_has_no_words_is_asked_about_in_private(park: Park, kind: str) -> None:
    stage = park.stage
    stage.world.start(park.asker, BOT)
    await park.ask("大家好")  # so that the asker's community is known
    send_wordless(park, kind, BOT)
    await stage.hear(BOT, "麻烦打几个字说说是什么事", as_=park.asker)
    stage.world.send(park.asker, BOT, UNKNOWN)
    card = await stage.hear(park.desk, "📋", UNKNOWN, "私聊")
    await stage.shows(card, "📎")


async def test_a_forwarded_question_to_the_bot_is_answered(park: Park) -> None:
    stage = park.stage
    source = stage.group("别的群", park.asker)
    said = stage.world.send(park.asker, source, ANSWERED)
    stage.world.start(park.asker, BOT)
    stage.world.forward(park.asker, BOT, source, said.id)
    await stage.hear(BOT, ANSWER, as_=park.asker)


async def test_a_forwarded_notice_in_the_group_is_left_alone(park: Park) -> None:
    stage = park.stage
    source = stage.group("别的群", park.asker)
    said = stage.world.send(park.asker, source, "【通知】请各企业于本周五前报送危废标签自查表，逾期通报。")
    forwarded = stage.world.forward(park.asker, park.group, source, said.id)
    await stage.settled((park.asker, park.group), (park.worker, park.desk))
    assert len(stage.said(park.group, after=forwarded.id)) == 1
    assert not stage.said(park.desk, "📋")


async def test_a_photo_that_may_not_be_copied_is_sent_anew(park: Park) -> None:
    stage = park.stage
    stage.world.faults.add(
        "bad_request", "copyMessage", park.desk, description="message can't be copied", times=2
    )
    question = stage.world.send_file(park.asker, park.group, _PICTURE, "lamp.png", text=UNKNOWN)
    await park.case(question)
    await carried(stage, park.desk, 1)
    assert stage.world.calls.of("sendPhoto")


def send_wordless(park: Park, kind: str, chat_id: int) -> Message:
    """Let the asker send something that holds no words."""
    world = park.stage.world
    match kind:
        case "location":
            return world.send_media(park.asker, chat_id, "location", latitude=31.2, longitude=120.6)
        case "contact":
            return world.send_media(park.asker, chat_id, "contact", phone_number="0", first_name="物业")
        case "photo":
            return world.send_file(park.asker, chat_id, _PICTURE, "lamp.png")
        case _:
            name = {"voice": "a.ogg", "sticker": "a.webp"}[kind]
            return world.send_file(park.asker, chat_id, b"\x00\x01", name, kind=kind)
