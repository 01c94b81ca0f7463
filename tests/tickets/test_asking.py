"""Questions in a mutual-aid group: what the bot says at once, what it waits for, what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from storage import SqliteStore
from tests.tickets.judging import FORKLIFT, OUTDATED, PAPERS
from tests.tickets.people import (
    A_CHANNEL,
    ALLIANCE,
    DESK,
    GROUP,
    LI,
    PHOTO,
    THE_GROUP,
    VOICE,
    WANG,
    ZHANG,
    edit,
    private_with,
    reply_to,
)
from tests.tickets.world import World, keys_of, kinds_of
from tickets.conversation import IncomingMessage
from tickets.lifecycle import Action, Status
from tickets.model import Finding, Inquiry, InquiryState, LinkRole, TicketClass
from tickets.notices import NoticeKind
from tickets.policy import Policy

SECOND = timedelta(seconds=1)
PAUSE = Policy().quiet
MINUTE = timedelta(minutes=1)


async def asked(world: World, message: IncomingMessage) -> Inquiry | None:
    """The inquiry that this message belongs to."""
    return await world.do(lambda uow: uow.inquiries.by_message(message.key))


async def carried(world: World, message: IncomingMessage) -> Inquiry:
    inquiry = await asked(world, message)
    assert inquiry is not None
    return inquiry


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


async def test_the_beginning_of_a_question_may_look_like_chatter(world: World) -> None:
    fragment = await world.say("我们新来的那台吊车")
    await world.wait(30 * SECOND)
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


async def test_an_emergency_is_answered_at_once_and_overseen(world: World) -> None:
    question = await world.say("仓库着火了！")
    inquiry = await carried(world, question)
    ticket = await world.the_ticket()
    assert (inquiry.finding, inquiry.kind) == (Finding.EMERGENCY, "fire")
    assert (ticket.status, ticket.ticket_class) == (Status.OPEN, TicketClass.A)
    assert kinds_of(await world.deliver(), DESK) == [NoticeKind.DESK_CARD]


async def test_an_emergency_shouted_in_several_messages_is_one_ticket(world: World) -> None:
    first = await world.say("三号仓库")
    alarm = await world.say("着火了！")
    await world.wait(2 * SECOND)
    await world.say("真的着火了，快来人")
    await world.say("", attachment=PHOTO)
    inquiry = await carried(world, alarm)
    assert inquiry.text == "着火了！\n三号仓库\n真的着火了，快来人"
    assert inquiry == await carried(world, first)
    assert (await world.the_ticket()).ticket_class is TicketClass.A
    told = await world.deliver()
    (photo,) = [each for each in told if each.kind is NoticeKind.RELAY]
    assert photo.chat_id == DESK.id


async def test_an_album_of_an_emergency_is_one_ticket_with_all_its_photos(world: World) -> None:
    alarm = await world.say("着火了", attachment=PHOTO, album_id="a")
    await world.say("", attachment=replace(PHOTO, file_id="photo-2"), album_id="a")
    assert len((await carried(world, alarm)).attachments) == 2
    await world.the_ticket()


async def test_the_rest_of_an_answered_album_belongs_to_it_and_is_not_judged_again(world: World) -> None:
    question = await world.say("叉车怎么上牌", attachment=PHOTO, album_id="a")
    await world.say("", attachment=PHOTO, album_id="a")
    assert len((await carried(world, question)).attachments) == 2
    assert len(await world.deliver()) == 1


async def test_an_album_with_a_second_caption_asks_a_second_question(world: World) -> None:
    first = await world.say("叉车怎么上牌", attachment=PHOTO, album_id="a")
    second = await world.say("着火了", attachment=PHOTO, album_id="a")
    assert await carried(world, first) != await carried(world, second)


async def test_a_private_matter_is_offered_a_private_talk(world: World) -> None:
    question = await world.say("老板拖欠工资怎么办")
    await world.wait(PAUSE)
    inquiry = await carried(world, question)
    assert (inquiry.state, inquiry.kind) == (InquiryState.PRIVATE_OFFERED, "wage")
    assert kinds_of(await world.deliver(), GROUP) == [NoticeKind.REPLY]
    assert await world.tickets() == []


async def test_in_private_a_private_matter_is_answered_or_goes_to_a_social_worker(world: World) -> None:
    await world.say("大家好")  # by this the person is known to belong to the community
    home = private_with(ZHANG)
    known = await world.say("工伤怎么认定", to=home)
    await world.wait(PAUSE)
    assert (await carried(world, known)).state is InquiryState.ANSWERED
    unknown = await world.say("老板拖欠工资怎么办", to=home)
    await world.wait(PAUSE)
    ticket = await world.the_ticket()
    assert (ticket.status, ticket.origin) == (Status.OPEN, unknown.key)
    assert (await carried(world, unknown)).kind == "wage"


async def test_without_a_peer_window_a_ticket_opens_at_once(store: SqliteStore) -> None:
    world = World(store, policy=Policy(peer_window=timedelta(0)))
    await world.bind_all()
    await world.say("园区班车几点发？")
    await world.wait(PAUSE)
    assert (await world.the_ticket()).number == "LF-0001"


async def test_without_a_quiet_time_nothing_waits_and_an_album_is_still_one_question(
    store: SqliteStore,
) -> None:
    world = World(store, policy=Policy(quiet=timedelta(0)))
    await world.bind_all()
    question = await world.say("班车几点发？", attachment=PHOTO, album_id="a")
    await world.say("", attachment=PHOTO, album_id="a")
    assert (await world.the_ticket()).status is Status.WAITING_PEERS
    assert len((await carried(world, question)).attachments) == 2


async def test_a_private_question_has_no_peers_to_wait_for(world: World) -> None:
    await world.say("大家好")
    await world.say("班车几点发", to=private_with(ZHANG))
    await world.wait(PAUSE)
    assert (await world.the_ticket()).status is Status.OPEN


async def test_who_was_never_seen_in_a_group_is_told_to_ask_in_one(world: World) -> None:
    question = await world.say("班车几点发", to=private_with(LI), by=LI)
    await world.wait(PAUSE)
    assert keys_of(await world.deliver()) == ["no_community"]
    assert (await carried(world, question)).state is InquiryState.SILENT
    assert await world.tickets() == []


async def test_the_banner_of_an_emergency_does_not_need_a_community(world: World) -> None:
    home = private_with(LI)
    await world.say("着火了", to=home, by=LI)
    assert kinds_of(await world.deliver(), home) == [NoticeKind.REPLY]
    photo = await world.say("", to=home, by=LI, attachment=PHOTO)
    assert len((await carried(world, photo)).parts) == 2
    assert await world.tickets() == []


async def test_a_question_at_the_desk_becomes_a_ticket_without_peers(world: World) -> None:
    await world.say("工作台怎么用", to=DESK, by=WANG, addressed=True)
    await world.wait(PAUSE)
    assert (await world.the_ticket()).status is Status.OPEN


async def test_in_the_alliance_the_bot_answers_what_it_knows_when_it_is_asked(world: World) -> None:
    await world.say("叉车怎么上牌", to=ALLIANCE, by=LI)
    assert await world.deliver() == []
    await world.say("叉车怎么上牌", to=ALLIANCE, by=LI, addressed=True)
    assert kinds_of(await world.deliver(), ALLIANCE) == [NoticeKind.REPLY]


async def test_a_lone_photo_for_the_bot_is_asked_for_words_and_belongs_to_them(world: World) -> None:
    await world.say("大家好")
    home = private_with(ZHANG)
    photo = await world.say("", to=home, attachment=PHOTO)
    await world.wait(PAUSE)
    assert keys_of(await world.deliver()) == ["please_type"]
    await world.wait(10 * SECOND)
    await world.say("这个标签怎么填", to=home)
    await world.wait(PAUSE)
    assert [part.key for part in (await carried(world, photo)).attachments] == [photo.key]
    assert NoticeKind.RELAY in kinds_of(await world.deliver(), DESK)


async def test_a_voice_message_for_the_bot_is_asked_for_words(world: World) -> None:
    await world.say("", attachment=VOICE, addressed=True)
    await world.wait(PAUSE)
    assert keys_of(await world.deliver()) == ["please_type"]


async def test_a_bare_mention_is_told_how_to_ask(world: World) -> None:
    await world.say("", addressed=True)
    await world.wait(PAUSE)
    assert keys_of(await world.deliver()) == ["how_to_ask"]


async def test_thanks_to_the_bot_want_no_answer(world: World) -> None:
    await world.say("谢谢", to=private_with(ZHANG))
    await world.wait(PAUSE)
    assert await world.deliver() == []


async def test_an_edited_answer_replaces_a_wrong_one_and_never_speaks_twice(world: World) -> None:
    question = await world.say("叉车新规")
    await world.wait(PAUSE)
    await world.deliver()
    await world.receive(edit(question, "叉车怎么上牌"))
    inquiry = await carried(world, question)
    assert (inquiry.state, inquiry.entry_id) == (InquiryState.ANSWERED, FORKLIFT.id)
    assert kinds_of(await world.deliver(), GROUP) == [NoticeKind.REPLY]
    await world.receive(edit(question, "叉车怎么上牌？"))  # the same answer again
    assert await world.deliver() == []
    await world.receive(edit(question, "算了"))
    assert await world.deliver() == []


async def test_an_edit_that_nobody_can_see_changes_nothing(world: World) -> None:
    question = await world.say("园区班车几点发？")
    await world.wait(PAUSE)
    before = await carried(world, question)
    await world.receive(edit(question, question.text))
    assert await carried(world, question) == before


async def test_an_edit_while_the_question_is_gathered_prolongs_the_pause(world: World) -> None:
    question = await world.say("班车几点发？")
    await world.wait(3 * SECOND)
    await world.receive(edit(question, "班车几点到？"))
    await world.wait(3 * SECOND)
    assert await world.tickets() == []
    await world.wait(SECOND)
    assert (await world.the_ticket()).subject == "班车几点到？"


async def test_an_edit_of_a_question_on_the_way_shows_on_its_card(world: World) -> None:
    question = await world.say("着火了")
    await world.deliver()
    await world.receive(edit(question, "着火了，在二号楼"))
    ticket = await world.the_ticket()
    assert (await world.history(ticket))[-1].reason == "着火了，在二号楼"
    assert NoticeKind.DESK_CARD in kinds_of(await world.deliver(), DESK)


async def test_an_edit_after_the_end_changes_no_history(world: World) -> None:
    question = await world.say("园区班车几点发？")
    await world.wait(PAUSE)
    ticket = await world.the_ticket()
    await world.do(lambda uow: world.cases.peers.close_as_solved(uow, ticket, ZHANG, world.now))
    before = await world.history(ticket)
    await world.receive(edit(question, "园区班车几点到？"))
    assert await world.history(ticket) == before


async def test_an_edit_of_chatter_and_of_what_stands_at_the_desk_is_left_alone(world: World) -> None:
    chatter = await world.say("今天有鱼")
    note = await world.say("内部讨论", to=DESK, by=WANG)
    await world.receive(edit(chatter, "园区班车几点发？"))
    await world.receive(edit(note, "园区班车几点发？"))
    await world.wait(MINUTE)
    assert await world.deliver() == []


@pytest.mark.parametrize("asker", [THE_GROUP, A_CHANNEL])
async def test_who_speaks_as_a_group_or_channel_is_answered_too(world: World, asker: object) -> None:
    question = await world.say("园区班车几点发？", by=asker)  # type: ignore[arg-type]
    await world.wait(PAUSE)
    assert (await world.the_ticket()).asker == asker
    assert (await carried(world, question)).asker == asker


async def test_an_addition_to_ones_own_question_belongs_to_it(world: World) -> None:
    question = await world.say("园区班车几点发？")
    await world.wait(MINUTE)
    more = await world.say("是去宁波的", replied=reply_to(question))
    assert (await carried(world, more)).text == "园区班车几点发？\n是去宁波的"
    await world.say("", replied=reply_to(question))  # nothing in it: a service message, a poll
    assert len((await carried(world, question)).parts) == 2
    (event,) = [
        each for each in await world.history(await world.the_ticket()) if each.action is Action.REVISE
    ]
    assert event.reason == "是去宁波的"


async def test_an_addition_to_an_answered_question_is_a_follow_up(world: World) -> None:
    question = await world.say("叉车怎么上牌")
    await world.wait(10 * MINUTE)
    more = await world.say("那要带什么材料", replied=reply_to(question))
    assert (await carried(world, more)).entry_id == PAPERS.id


async def test_a_word_below_ones_own_finished_question_is_a_matter_of_its_own(world: World) -> None:
    question = await world.say("园区班车几点发？")
    await world.wait(PAUSE)
    ticket = await world.the_ticket()
    await world.do(lambda uow: world.cases.peers.close_as_solved(uow, ticket, ZHANG, world.now))
    await world.wait(MINUTE)
    again = await world.say("食堂几点开？", replied=reply_to(question), addressed=True)
    await world.wait(PAUSE)
    assert (await carried(world, again)).text == "食堂几点开？"
    assert len(await world.tickets()) == 2


async def test_the_timer_of_a_question_that_was_acted_on_meanwhile_does_nothing(world: World) -> None:
    question = await world.say("叉车怎么上牌")
    inquiry = await carried(world, question)
    await world.deliver()
    await world.do(lambda uow: world.cases.asking.settle(uow, inquiry.id, world.now))
    assert await world.deliver() == []
    assert await world.do(lambda uow: uow.links.latest(LinkRole.REPLY, inquiry.id))
