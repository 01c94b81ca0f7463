"""Whether the bot is meant: entities count UTF-16 units, names do not mind their case."""

from __future__ import annotations

import pytest

from tests.handlers.places import LI, UNKNOWN, ZHANG
from tests.handlers.station import Station
from tests.handlers.stories import QUIET


@pytest.mark.parametrize("name", ["mention_behind_emoji", "text_mention_behind_emoji"])
async def test_a_mention_behind_emoji_is_found_and_is_no_part_of_the_question(
    station: Station, name: str
) -> None:
    await station.play(name)
    inquiry = await station.inquiry()
    assert inquiry.addressed
    assert inquiry.text == "👷🏽‍♀️🚧  食堂外包的饭菜不新鲜"


async def test_a_mention_in_a_caption_is_found(station: Station) -> None:
    await station.play("mention_in_caption")
    inquiry = await station.inquiry()
    assert (inquiry.addressed, inquiry.text) == (True, "食堂外包的饭菜不新鲜")


async def test_the_bot_mentioned_twice_is_cut_out_twice(station: Station) -> None:
    entities = [{"offset": offset, "length": 9, "type": "mention"} for offset in (0, 16)]
    await station.say("@HuzhuBot 食堂饭菜？ @huzhubot", entities=entities)
    assert (await station.inquiry()).text == "食堂饭菜？"


async def test_colleagues_who_are_named_are_not_the_bot(station: Station) -> None:
    await station.play("mention_of_colleagues")
    assert await station.inquiries() == []


async def test_who_names_the_asker_answers_them(station: Station) -> None:
    """By user name, or by the link that people without one get."""
    await station.say(UNKNOWN, by=ZHANG)
    await station.say("@zhangmin 打市政热线", by=LI, entities=[{"offset": 0, "length": 9, "type": "mention"}])
    assert (await station.inquiry()).peer_replies == 1
    link = {"offset": 0, "length": 2, "type": "text_mention", "user": ZHANG}
    await station.say("张敏 打市政热线", by=LI, entities=[link])
    assert (await station.inquiry()).peer_replies == 2


async def test_an_entity_still_unknown_does_no_harm(station: Station) -> None:
    await station.play("unknown_entity")
    assert (await station.inquiry()).text == UNKNOWN


async def test_a_mention_alone_asks_how_to_ask(station: Station) -> None:
    await station.say("@HuzhuBot", entities=[{"offset": 0, "length": 9, "type": "mention"}])
    await station.wait(QUIET)
    assert await station.said() == ["how_to_ask"]


async def test_a_photo_that_only_mentions_the_bot_asks_for_words(station: Station) -> None:
    await station.play("mention_in_caption", caption="@huzhubot")
    await station.wait(QUIET)
    assert await station.said() == ["please_type"]
