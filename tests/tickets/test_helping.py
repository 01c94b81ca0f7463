"""What the asker makes of the bot's reply, by buttons and in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tickets.judging import FORKLIFT, INJURY, OUTDATED
from tests.tickets.people import (
    A_CHANNEL,
    ALLIANCE,
    DESK,
    GROUP,
    LI,
    OTHER_GROUP,
    PHOTO,
    ZHANG,
    private_with,
    write,
)
from tests.tickets.stories import MINUTE, POLICY
from tests.tickets.world import World, keys_of, kinds_of
from tickets.buttons import Verb
from tickets.conversation import IncomingMessage
from tickets.helping import may_go_private
from tickets.identity import InquiryId
from tickets.lifecycle import Status
from tickets.model import Finding, Inquiry, InquiryState, LinkRole
from tickets.notices import NoticeKind


async def asked(world: World, text: str, **more: object) -> Inquiry:
    message = write(text, at=world.now, **more)  # type: ignore[arg-type]
    await world.receive(message)
    await world.wait(POLICY.quiet)
    await world.deliver()
    return await found(world, message)


async def found(world: World, message: IncomingMessage) -> Inquiry:
    inquiry = await world.do(lambda uow: uow.inquiries.by_message(message.key))
    assert inquiry is not None
    return inquiry


async def now(world: World, inquiry: Inquiry) -> Inquiry:
    again = await world.do(lambda uow: uow.inquiries.get(inquiry.id))
    assert again is not None
    return again


async def test_the_asker_says_that_the_answer_helped(world: World) -> None:
    inquiry = await asked(world, "叉车怎么上牌")
    assert (await world.press(Verb.HELPFUL, inquiry.id)).text == "glad_it_helped"
    assert (await now(world, inquiry)).state is InquiryState.HELPED
    assert kinds_of(await world.deliver(), GROUP) == [NoticeKind.REPLY]
    assert (await world.press(Verb.HELPFUL, inquiry.id)).text == "already_settled"


async def test_the_answer_did_not_help_and_a_ticket_opens_without_waiting_for_peers(world: World) -> None:
    inquiry = await asked(world, "叉车怎么上牌")
    reply = await world.press(Verb.NOT_HELPFUL, inquiry.id)
    ticket = await world.the_ticket()
    assert (reply.text, reply.values) == ("ticket_opened", {"number": "LF-0001"})
    assert (ticket.status, ticket.reason) == (Status.OPEN, "not_helpful")
    told = await world.deliver()
    assert kinds_of(told, GROUP) == [NoticeKind.REPLY, NoticeKind.TICKET_NOTICE]
    assert kinds_of(told, DESK) == [NoticeKind.DESK_CARD]
    assert (await world.press(Verb.NOT_HELPFUL, inquiry.id)).text == "already_settled"


async def test_who_was_helped_may_think_again(world: World) -> None:
    inquiry = await asked(world, "叉车怎么上牌")
    await world.press(Verb.HELPFUL, inquiry.id)
    assert (await world.press(Verb.NOT_HELPFUL, inquiry.id)).text == "ticket_opened"


async def test_choosing_a_suggestion_shows_its_answer(world: World) -> None:
    inquiry = await asked(world, "叉车新规")
    assert (await world.press(Verb.CHOOSE, inquiry.id, "0")).text == ""
    chosen = await now(world, inquiry)
    assert (chosen.state, chosen.finding, chosen.entry_id) == (
        InquiryState.ANSWERED,
        Finding.ANSWER,
        FORKLIFT.id,
    )
    assert kinds_of(await world.deliver(), GROUP) == [NoticeKind.REPLY]


async def test_a_chosen_suggestion_past_its_review_date_opens_a_ticket(world: World) -> None:
    inquiry = await asked(world, "叉车新规")
    await world.press(Verb.CHOOSE, inquiry.id, "2")
    chosen = await now(world, inquiry)
    assert (chosen.finding, chosen.entry_id, chosen.state) == (
        Finding.EXPIRED,
        OUTDATED.id,
        InquiryState.TICKETED,
    )
    assert (await world.the_ticket()).reason == "expired_entry"


@pytest.mark.parametrize("place", ["", "3", "-1", "x", "１", "9" * 40])
async def test_a_choice_that_was_never_offered_is_refused(world: World, place: str) -> None:
    inquiry = await asked(world, "叉车新规")
    assert (await world.press(Verb.CHOOSE, inquiry.id, place)).text == "gone"
    assert await now(world, inquiry) == inquiry


async def test_an_entry_that_left_the_knowledge_base_cannot_be_chosen(world: World) -> None:
    inquiry = await asked(world, "叉车新规")
    gone = replace(inquiry, candidates=("NO-SUCH",))
    await world.do(lambda uow: uow.inquiries.put(gone))
    assert (await world.press(Verb.CHOOSE, inquiry.id, "0")).text == "gone"


async def test_none_of_the_suggestions_opens_a_ticket(world: World) -> None:
    inquiry = await asked(world, "叉车新规")
    assert (await world.press(Verb.NONE_OF_THESE, inquiry.id)).text == "ticket_opened"


@pytest.mark.parametrize("verb", [Verb.HELPFUL, Verb.NOT_HELPFUL, Verb.CHOOSE, Verb.NONE_OF_THESE, Verb.HERE])
async def test_only_the_asker_may_press_and_only_where_it_was_asked(world: World, verb: Verb) -> None:
    inquiry = await asked(world, "叉车新规")
    assert (await world.press(verb, inquiry.id, "0", by=LI)).text == "asker_only"
    assert (await world.press(verb, inquiry.id, "0", at=OTHER_GROUP)).text == "gone"
    assert (await world.press(verb, 424242, "0")).text == "gone"
    assert await now(world, inquiry) == inquiry


@pytest.mark.parametrize("text", ["没解决", "还是不行", "答非所问"])
async def test_saying_that_it_did_not_help_is_as_good_as_pressing(world: World, text: str) -> None:
    inquiry = await asked(world, "叉车怎么上牌")
    await world.reply(text, await world.shown(LinkRole.REPLY, inquiry.id))
    assert (await world.the_ticket()).number == "LF-0001"


async def test_saying_that_it_helped_is_as_good_as_pressing(world: World) -> None:
    inquiry = await asked(world, "叉车怎么上牌")
    answer = await world.shown(LinkRole.REPLY, inquiry.id)
    await world.reply("解决了", answer)
    assert (await now(world, inquiry)).state is InquiryState.HELPED
    await world.deliver()
    await world.reply("解决了！", answer)  # said twice
    assert await world.deliver() == []


async def test_not_solved_said_once_more_is_added_to_the_ticket_and_opens_no_second_one(world: World) -> None:
    inquiry = await asked(world, "叉车怎么上牌")
    answer = await world.shown(LinkRole.REPLY, inquiry.id)
    await world.press(Verb.NOT_HELPFUL, inquiry.id)
    await world.reply("没解决，我们是外地车", answer)
    assert (await world.history(await world.the_ticket()))[-1].reason == "没解决，我们是外地车"


async def test_not_solved_said_after_the_end_is_heard_as_a_new_matter(world: World) -> None:
    inquiry = await asked(world, "叉车怎么上牌")
    answer = await world.shown(LinkRole.REPLY, inquiry.id)
    await world.press(Verb.NOT_HELPFUL, inquiry.id)
    await world.press(Verb.WITHDRAW, (await world.the_ticket()).id)
    await world.wait(MINUTE)
    await world.reply("还是没解决", answer)
    await world.wait(POLICY.quiet)
    assert [ticket.status for ticket in await world.tickets()] == [Status.WITHDRAWN, Status.WAITING_PEERS]


async def test_a_question_below_the_answer_is_a_follow_up_whoever_asks_it(world: World) -> None:
    inquiry = await asked(world, "叉车怎么上牌")
    answer = await world.shown(LinkRole.REPLY, inquiry.id)
    await world.wait(30 * MINUTE)
    for by in (ZHANG, LI):
        follow_up = await world.reply("那要带什么材料", answer, by=by)
        assert (await found(world, follow_up)).entry_id == "TSE-002"


async def test_thanks_below_the_answer_want_nothing(world: World) -> None:
    inquiry = await asked(world, "叉车怎么上牌")
    await world.reply("好的，谢谢！", await world.shown(LinkRole.REPLY, inquiry.id))
    await world.wait(MINUTE)
    assert await world.deliver() == []
    assert (await now(world, inquiry)).state is InquiryState.ANSWERED


async def test_a_colleague_who_says_that_it_did_not_help_asks_for_themselves(world: World) -> None:
    inquiry = await asked(world, "叉车怎么上牌")
    await world.reply("不对", await world.shown(LinkRole.REPLY, inquiry.id), by=LI)
    assert (await now(world, inquiry)).state is InquiryState.ANSWERED


async def test_without_a_community_nobody_can_be_asked_and_the_asker_is_told(world: World) -> None:
    home = private_with(LI)
    inquiry = await asked(world, "叉车怎么上牌", to=home, by=LI)
    assert (await world.press(Verb.NOT_HELPFUL, inquiry.id, by=LI, at=home)).text == ""
    assert keys_of(await world.deliver()) == ["no_community"]


async def test_a_private_question_moves_into_the_private_chat_and_leaves_the_group(world: World) -> None:
    offered = await asked(world, "老板拖欠工资怎么办", attachment=PHOTO)
    start = write("", to=private_with(ZHANG))
    assert await world.do(lambda uow: world.cases.helping.go_private(uow, start, offered.id, world.now))
    moved = await found(world, start)
    ticket = await world.the_ticket()
    assert (moved.private, moved.origin, moved.text) == (True, start.key, offered.text)
    assert [part.key for part in moved.attachments] == [offered.origin]  # the photo, not the /start
    assert (ticket.status, ticket.origin, ticket.inquiry_id) == (Status.OPEN, start.key, moved.id)
    assert (await now(world, offered)).state is InquiryState.SILENT
    told = await world.deliver()
    assert kinds_of(told, GROUP) == [NoticeKind.REPLY]  # it loses its buttons
    assert kinds_of(told, DESK) == [NoticeKind.DESK_CARD, NoticeKind.RELAY]


async def test_a_private_question_with_an_entry_is_answered_there(world: World) -> None:
    offered = await asked(world, "工伤怎么认定")
    start = write("", to=private_with(ZHANG))
    assert await world.do(lambda uow: world.cases.helping.go_private(uow, start, offered.id, world.now))
    moved = await found(world, start)
    assert (moved.state, moved.finding, moved.entry_id) == (
        InquiryState.ANSWERED,
        Finding.ANSWER,
        INJURY.id,
    )
    assert kinds_of(await world.deliver(), private_with(ZHANG)) == [NoticeKind.REPLY]


async def test_the_link_into_the_private_chat_opens_for_the_asker_alone_and_once(world: World) -> None:
    offered = await asked(world, "老板拖欠工资怎么办")

    async def follow(by: object, inquiry_id: int = offered.id) -> bool:
        start = write("", by=by, to=private_with(by))  # type: ignore[arg-type]
        case = world.cases.helping
        return await world.do(lambda uow: case.go_private(uow, start, InquiryId(inquiry_id), world.now))

    assert not await follow(LI)
    assert not await follow(ZHANG, 424242)
    assert await follow(ZHANG)
    assert not await follow(ZHANG)


async def test_a_private_question_of_no_community_is_told_where_to_ask(world: World) -> None:
    offered = await asked(world, "老板拖欠工资怎么办", to=ALLIANCE, addressed=True)
    start = write("", to=private_with(ZHANG))
    assert await world.do(lambda uow: world.cases.helping.go_private(uow, start, offered.id, world.now))
    assert keys_of(await world.deliver(), private_with(ZHANG)) == ["no_community"]
    assert (await found(world, start)).state is InquiryState.SILENT


async def test_who_would_rather_ask_here_gets_a_ticket_and_has_judged_nothing(world: World) -> None:
    offered = await asked(world, "老板拖欠工资怎么办")
    assert (await world.press(Verb.HERE, offered.id)).text == "ticket_opened"
    assert (await world.the_ticket()).reason == ""


async def test_only_a_person_with_a_name_of_their_own_can_go_private(world: World) -> None:
    assert may_go_private(await asked(world, "老板拖欠工资怎么办"))
    assert not may_go_private(await asked(world, "老板拖欠工资怎么办", by=A_CHANNEL))


async def test_in_private_words_are_as_good_as_buttons_too(world: World) -> None:
    await world.say("大家好")
    home = private_with(ZHANG)
    inquiry = await asked(world, "叉车怎么上牌", to=home)
    await world.reply("没解决", await world.shown(LinkRole.REPLY, inquiry.id), to=home)
    assert (await world.the_ticket()).origin == inquiry.origin
