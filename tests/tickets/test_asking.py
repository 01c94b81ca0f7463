"""Questions in a mutual-aid group: what the bot says at once, what it waits for, what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tickets.judging import FORKLIFT, OUTDATED, PAPERS
from tests.tickets.people import (
    A_CHANNEL,
    DESK,
    GROUP,
    LI,
    PHOTO,
    THE_GROUP,
    ZHANG,
)
from tests.tickets.stories import POLICY, asked, carried
from tests.tickets.world import World, kinds_of
from tickets.conversation import AttachmentKind
from tickets.lifecycle import Action, Status
from tickets.model import Finding, InquiryState, LinkRole
from tickets.notices import NoticeKind
from tickets.policy import Policy

SECOND = timedelta(seconds=1)
PAUSE = Policy().quiet
MINUTE = timedelta(minutes=1)


async def test_what_the_knowledge_base_knows_is_answered_at_once(world: World) -> None:
    question = await world.say("叉车怎么上牌")
    inquiry = await carried(world, question)
    assert (inquiry.state, inquiry.finding) == (InquiryState.ANSWERED, Finding.ANSWER)
    assert (inquiry.entry_id, inquiry.origin) == (FORKLIFT.id, question.key)
    (told,) = await world.deliver()
    assert (told.kind, told.chat_id, told.ref) == (NoticeKind.REPLY, GROUP.id, inquiry.id)
    assert await world.tickets() == []


@pytest.mark.parametrize("text", ["今天食堂有鱼", "收到，谢谢", "", "周五下午两点安全例会"])
async def test_chatter_is_left_alone(world: World, text: str) -> None:
    chatter = await world.say(text)
    await world.wait(timedelta(hours=1))
    assert await asked(world, chatter) is None
    assert await world.deliver() == []


async def test_a_sure_suggestion_waits_for_the_asker_to_pause_and_then_asks_what_was_meant(
    world: World,
) -> None:
    question = await world.say("叉车新规")
    assert await world.deliver() == []
    await world.wait(PAUSE)
    inquiry = await carried(world, question)
    assert (inquiry.state, inquiry.finding) == (InquiryState.SUGGESTED, Finding.SUGGESTION)
    assert inquiry.candidates == (FORKLIFT.id, PAPERS.id, OUTDATED.id)
    assert kinds_of(await world.deliver(), GROUP) == [NoticeKind.REPLY]


async def test_what_nobody_knows_waits_for_peers_with_a_silent_sign(world: World) -> None:
    question = await world.say("园区班车几点发？")
    await world.wait(PAUSE)
    ticket = await world.the_ticket()
    assert (ticket.status, ticket.number, ticket.subject) == (Status.WAITING_PEERS, None, "园区班车几点发？")
    (told,) = await world.deliver()
    assert told.kind is NoticeKind.REACTION
    assert told.data == {"message_id": question.key.message_id, "emoji": "👀"}
    (birth,) = await world.history(ticket)
    assert (birth.action, birth.actor, birth.after) == (Action.ASK, ZHANG, Status.WAITING_PEERS)


async def test_a_question_typed_in_several_messages_is_one(world: World) -> None:
    first = await world.say("请问")
    await world.wait(2 * SECOND)
    await world.say("我们三号车间的行车")
    await world.wait(2 * SECOND)
    last = await world.say("年检找谁？")
    await world.wait(PAUSE)
    inquiry = await carried(world, first)
    assert inquiry == await carried(world, last)
    assert inquiry.text == "请问\n我们三号车间的行车\n年检找谁？"
    assert len(await world.tickets()) == 1


async def test_a_gathering_question_that_becomes_known_is_answered_without_waiting(world: World) -> None:
    await world.say("请问叉车怎么")
    await world.say("上牌")
    (told,) = await world.deliver()
    assert told.kind is NoticeKind.REPLY
    await world.wait(MINUTE)
    assert await world.deliver() == []


async def test_a_sticker_is_no_beginning_of_a_question(world: World) -> None:
    await world.say("", attachment=replace(PHOTO, kind=AttachmentKind.STICKER))
    question = await world.say("园区班车几点发？")
    await world.wait(PAUSE)
    assert (await carried(world, question)).attachments == ()


async def test_the_beginning_of_a_question_may_look_like_chatter(world: World) -> None:
    fragment = await world.say("我们新来的那台吊车")
    await world.wait(15 * SECOND)
    await world.say("年检找谁？")
    await world.wait(PAUSE)
    inquiry = await carried(world, fragment)
    assert inquiry.text == "我们新来的那台吊车\n年检找谁？"
    assert inquiry.origin == fragment.key


async def test_a_photo_sent_first_belongs_to_the_question_that_follows(world: World) -> None:
    photo = await world.say("", attachment=PHOTO)
    await world.wait(20 * SECOND)
    await world.say("这个标签怎么填？")
    await world.wait(PAUSE)
    inquiry = await carried(world, photo)
    assert [part.attachment for part in inquiry.attachments] == [PHOTO]


async def test_an_old_fragment_belongs_to_nothing(world: World) -> None:
    fragment = await world.say("我们新来的那台吊车")
    await world.wait(2 * MINUTE)
    await world.say("年检找谁？")
    await world.wait(PAUSE)
    assert await asked(world, fragment) is None


async def test_the_answer_replies_to_the_question_and_not_to_chatter_before_it(world: World) -> None:
    await world.say("", attachment=PHOTO)
    await world.say("大家早上好")
    question = await world.say("叉车怎么上牌")
    inquiry = await carried(world, question)
    assert (inquiry.origin, inquiry.text) == (question.key, "叉车怎么上牌")
    assert [part.attachment for part in inquiry.attachments] == [PHOTO]


async def test_who_chats_on_and_on_asks_none_of_it(world: World) -> None:
    for number in range(15):
        await world.say(f"第{number}句闲话")
        await world.wait(30 * SECOND)
    question = await world.say("年检找谁？")
    await world.wait(PAUSE)
    assert len((await carried(world, question)).parts) <= 11


async def test_a_long_notice_is_not_kept_as_the_beginning_of_a_question(world: World) -> None:
    notice = await world.say("各企业：" + "请于本周五前报送隐患排查台账。" * 5)
    await world.say("年检找谁？")
    await world.wait(PAUSE)
    assert await asked(world, notice) is None


async def test_two_askers_at_once_are_not_mixed_up(world: World) -> None:
    mine = await world.say("请问班车", by=ZHANG)
    theirs = await world.say("食堂几点开？", by=LI)
    await world.wait(PAUSE)
    assert (await carried(world, mine)).text == "请问班车"
    assert (await carried(world, theirs)).text == "食堂几点开？"


async def test_a_follow_up_is_judged_by_what_was_answered_before(world: World) -> None:
    await world.say("叉车怎么上牌")
    await world.wait(30 * SECOND)
    follow_up = await world.say("那要带什么材料")
    assert (await carried(world, follow_up)).entry_id == PAPERS.id


async def test_an_uncertain_follow_up_keeps_its_subject_while_it_is_gathered(world: World) -> None:
    await world.say("叉车怎么上牌")
    await world.wait(30 * SECOND)
    follow_up = await world.say("那费用呢？")
    await world.wait(PAUSE)
    inquiry = await carried(world, follow_up)
    assert (inquiry.state, inquiry.candidates) == (InquiryState.SUGGESTED, (PAPERS.id,))


async def test_going_on_with_a_question_just_answered_is_not_answered_twice(world: World) -> None:
    await world.say("叉车怎么上牌")
    await world.deliver()
    await world.wait(SECOND)
    await world.say("就是叉车怎么上牌啊")
    await world.wait(MINUTE)
    assert await world.deliver() == []


async def test_asked_again_with_a_mention_it_is_answered_again(world: World) -> None:
    await world.say("叉车怎么上牌")
    await world.deliver()
    await world.say("叉车怎么上牌", addressed=True)
    assert kinds_of(await world.deliver(), GROUP) == [NoticeKind.REPLY]


async def test_an_entry_past_its_review_date_is_shown_as_such_and_a_ticket_opens(world: World) -> None:
    question = await world.say("旧的补贴怎么领")
    await world.wait(PAUSE)
    inquiry = await carried(world, question)
    ticket = await world.the_ticket()
    assert (inquiry.finding, inquiry.state) == (Finding.EXPIRED, InquiryState.TICKETED)
    assert (ticket.status, ticket.number, ticket.reason) == (Status.OPEN, "LF-0001", "expired_entry")
    told = await world.deliver()
    assert kinds_of(told, GROUP) == [NoticeKind.REPLY, NoticeKind.TICKET_NOTICE]
    assert kinds_of(told, DESK) == [NoticeKind.DESK_CARD]


async def test_another_topic_of_a_forum_is_another_conversation(world: World) -> None:
    first = await world.say("园区班车几点发？", thread_id=5)
    await world.say("食堂几点开？", thread_id=6)
    await world.wait(POLICY.quiet)
    assert len((await carried(world, first)).parts) == 1
    assert len(await world.tickets()) == 2


async def test_a_photo_soon_after_a_question_that_waits_for_peers_belongs_to_it(world: World) -> None:
    question = await world.say("园区班车几点发？")
    await world.wait(POLICY.quiet)
    await world.say("", attachment=PHOTO)
    await world.say("", attachment=replace(PHOTO, kind=AttachmentKind.STICKER))
    assert len((await carried(world, question)).attachments) == 1
    await world.wait(POLICY.look_back * 2)
    await world.say("", attachment=replace(PHOTO, file_id="much later"))
    assert len((await carried(world, question)).attachments) == 1


async def test_the_rest_of_an_answered_album_belongs_to_it_and_is_not_judged_again(world: World) -> None:
    question = await world.say("叉车怎么上牌", attachment=PHOTO, album_id="a")
    await world.say("", attachment=PHOTO, album_id="a")
    assert len((await carried(world, question)).attachments) == 2
    assert len(await world.deliver()) == 1


async def test_an_album_with_a_second_caption_asks_a_second_question(world: World) -> None:
    first = await world.say("叉车怎么上牌", attachment=PHOTO, album_id="a")
    second = await world.say("着火了", attachment=PHOTO, album_id="a")
    assert await carried(world, first) != await carried(world, second)


@pytest.mark.parametrize("asker", [THE_GROUP, A_CHANNEL])
async def test_who_speaks_as_a_group_or_channel_is_answered_too(world: World, asker: object) -> None:
    question = await world.say("园区班车几点发？", by=asker)  # type: ignore[arg-type]
    await world.wait(PAUSE)
    assert (await world.the_ticket()).asker == asker
    assert (await carried(world, question)).asker == asker


async def test_the_timer_of_a_question_that_was_acted_on_meanwhile_does_nothing(world: World) -> None:
    question = await world.say("叉车怎么上牌")
    inquiry = await carried(world, question)
    await world.deliver()
    await world.do(lambda uow: world.cases.asking.settle(uow, inquiry.id, world.now))
    assert await world.deliver() == []
    assert await world.do(lambda uow: uow.links.latest(LinkRole.REPLY, inquiry.id))


async def test_words_that_ask_nothing_belong_to_a_question_that_is_being_gathered(world: World) -> None:
    question = await world.say("年检找谁？")
    chatter = await world.say("哈哈我也不懂")
    assert await carried(world, question) == await carried(world, chatter)


async def test_thanks_in_advance_take_nothing_from_the_question(world: World) -> None:
    await world.say("年检找谁？")
    await world.say("谢谢大家")
    await world.wait(PAUSE)
    assert (await world.the_ticket()).status is Status.WAITING_PEERS


async def test_what_turns_out_to_ask_nothing_is_left_alone(world: World) -> None:
    question = await world.say("年检找谁？")
    await world.say("哈哈找到了")
    await world.wait(PAUSE)
    assert (await carried(world, question)).state is InquiryState.SILENT
    assert await world.deliver() == []
