"""Groups become rooms, by an admin's word from inside them."""

from __future__ import annotations

import pytest

from storage import SqliteStore
from tests.tickets.people import (
    ADMIN,
    ALLIANCE,
    DESK,
    GROUP,
    LF,
    LI,
    NOWHERE,
    OTHER_DESK,
    PHOTO,
    THE_GROUP,
    ZHANG,
    private_with,
    write,
)
from tests.tickets.stories import dispatched, opened, waiting
from tests.tickets.world import World, keys_of, kinds_of
from tickets.conversation import Chat
from tickets.identity import CommunityCode, Person
from tickets.model import BoundChat, DraftKind, DraftState, LinkRole, Room
from tickets.notices import Notice, NoticeKind

NEW = CommunityCode("NEW")


@pytest.fixture
def bare(store: SqliteStore) -> World:
    """A program to which nothing is bound yet."""
    return World(store)


async def bind(
    world: World, words: str, *, by: Person = ADMIN, to: Chat = GROUP, missing: tuple[str, ...] = ()
) -> list[Notice]:
    message = write(f"/bind {words}", by=by, to=to)
    case = world.cases.binding
    await world.do(lambda uow: case.bind(uow, message, words.split(), list(missing), world.now))
    return await world.deliver()


async def bound(world: World, chat: Chat) -> BoundChat | None:
    return await world.do(lambda uow: uow.chats.get(chat.id))


@pytest.mark.parametrize(
    ("words", "room", "community", "language"),
    [
        ("mutual_aid LF", Room.MUTUAL_AID, "LF", "zh"),
        ("desk lf", Room.DESK, "LF", "zh"),
        ("alliance", Room.ALLIANCE, None, "zh"),
        ("DESK XQ2 en", Room.DESK, "XQ2", "en"),
        ("alliance en", Room.ALLIANCE, None, "en"),
    ],
)
async def test_an_admin_binds_a_group_from_inside_it(
    bare: World, words: str, room: Room, community: str | None, language: str
) -> None:
    told = await bind(bare, words, missing=("topics", "admin"))
    chat = await bound(bare, GROUP)
    assert chat is not None
    assert (chat.room, chat.community, chat.language, chat.bound_by) == (room, community, language, ADMIN.id)
    (words_said,) = [each for each in told if each.kind is NoticeKind.TEXT]
    assert words_said.data["key"] == "bound"
    values = words_said.data["values"]
    assert isinstance(values, dict)
    assert (values["room"], values["community"]) == (room.value, community or "")
    assert (values["missing"], values["instead_of"]) == ("topics admin", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "bind_usage"),
        ("cellar LF", "bind_usage"),
        ("desk", "bind_usage"),
        ("mutual_aid LF extra", "bind_usage"),
        ("alliance LF", "bind_usage"),
        ("desk 9LF", "bind_code"),
        ("desk 灵峰", "bind_code"),
        ("desk LINGFENG9", "bind_code"),
        ("desk L-F", "bind_code"),
    ],
)
async def test_a_binding_that_cannot_be_meant_is_explained(bare: World, words: str, said: str) -> None:
    assert keys_of(await bind(bare, words)) == [said]
    assert await bound(bare, GROUP) is None


@pytest.mark.parametrize("by", [ZHANG, THE_GROUP])
async def test_others_get_a_polite_no(bare: World, by: Person) -> None:
    assert keys_of(await bind(bare, "desk LF", by=by)) == ["admins_only"]
    await bare.bind(GROUP, Room.MUTUAL_AID)
    message = write("x", by=by)
    await bare.do(lambda uow: bare.cases.binding.unbind(uow, message))
    await bare.do(lambda uow: bare.cases.binding.list_groups(uow, message))
    assert keys_of(await bare.deliver()) == ["admins_only", "admins_only"]
    assert await bound(bare, GROUP) is not None


async def test_a_group_does_not_become_a_desk_by_a_slip_of_the_hand(bare: World) -> None:
    await bind(bare, "mutual_aid LF")
    (told,) = await bind(bare, "desk LF")
    assert (told.data["key"], told.data["values"]) == ("bound_otherwise", {"room": "mutual_aid"})
    room = await bound(bare, GROUP)
    assert room is not None
    assert room.room is Room.MUTUAL_AID


async def test_in_private_whoever_sets_up_the_program_learns_their_id(bare: World) -> None:
    message = write("/groups", by=ZHANG, to=private_with(ZHANG))
    await bare.do(lambda uow: bare.cases.binding.list_groups(uow, message))
    (told,) = await bare.deliver()
    assert (told.data["key"], told.data["values"]) == ("admins_only_id", {"id": str(ZHANG.id)})


async def test_only_groups_can_be_bound(bare: World) -> None:
    assert keys_of(await bind(bare, "desk LF", to=private_with(ADMIN))) == ["groups_only"]


async def test_a_new_community_is_asked_for_its_name_once(bare: World) -> None:
    told = await bind(bare, "mutual_aid NEW")
    assert kinds_of(told, GROUP) == [NoticeKind.TEXT, NoticeKind.PROMPT]
    draft = await bare.the_draft()
    assert (draft.kind, draft.community) == (DraftKind.COMMUNITY_NAME, NEW)
    prompt = await bare.shown(LinkRole.PROMPT, draft.id)
    await bare.reply("  ", prompt, by=ADMIN)
    await bare.reply("别人起的名", prompt, by=LI)
    assert await bare.deliver() == []
    await bare.reply(" 新建\n社区 ", prompt, by=ADMIN)
    community = await bare.do(lambda uow: uow.communities.get(NEW))
    assert community is not None
    assert community.name == "新建 社区"
    assert (await bare.the_draft()).state is DraftState.PUBLISHED
    assert keys_of(await bare.deliver()) == ["community_named"]
    await bare.reply("又一个名", prompt, by=ADMIN)
    assert await bare.deliver() == []
    assert kinds_of(await bind(bare, "desk NEW", to=DESK), DESK) == [NoticeKind.TEXT]


async def test_the_name_may_be_given_even_after_the_group_was_unbound(bare: World) -> None:
    await bind(bare, "mutual_aid NEW")
    prompt = await bare.shown(LinkRole.PROMPT, (await bare.the_draft()).id)
    message = write("x", by=ADMIN)
    await bare.do(lambda uow: bare.cases.binding.unbind(uow, message))
    await bare.reply("新建社区", prompt, by=ADMIN)
    assert keys_of(await bare.deliver()) == ["unbound", "community_named"]


async def test_an_unbound_group_is_silent(world: World) -> None:
    message = write("/unbind", by=ADMIN)
    await world.do(lambda uow: world.cases.binding.unbind(uow, message))
    assert keys_of(await world.deliver()) == ["unbound"]
    await world.do(lambda uow: world.cases.binding.unbind(uow, message))
    assert keys_of(await world.deliver()) == ["not_bound"]
    await world.say("着火了")
    await world.say("叉车怎么上牌", addressed=True)
    assert await world.deliver() == []
    assert await world.tickets() == []


async def test_the_groups_are_listed_where_there_are_any(bare: World) -> None:
    message = write("/groups", by=ADMIN)
    await bare.do(lambda uow: bare.cases.binding.list_groups(uow, message))
    assert keys_of(await bare.deliver()) == ["no_groups"]
    await bare.bind(GROUP, Room.MUTUAL_AID)
    await bare.do(lambda uow: bare.cases.binding.list_groups(uow, message))
    assert keys_of(await bare.deliver()) == ["groups"]


async def test_a_desk_bound_late_sees_what_is_open_with_its_photos(world: World) -> None:
    await world.do(lambda uow: uow.chats.remove(DESK.id))
    ticket = await opened(world, attachment=PHOTO)
    await waiting(world, text="食堂几点开？")  # still with peers: not for the desk
    await world.deliver()
    told = await bind(world, "desk LF", to=DESK)
    assert kinds_of(told, DESK) == [NoticeKind.TEXT, NoticeKind.DESK_CARD, NoticeKind.RELAY]
    assert told[1].ref == ticket.id
    assert kinds_of(told, GROUP) == []


async def test_a_community_has_one_desk_and_the_old_one_is_named(world: World) -> None:
    told = await bind(world, "desk LF", to=NOWHERE)
    values = told[0].data["values"]
    assert isinstance(values, dict)
    assert values["instead_of"] == DESK.title
    assert await bound(world, DESK) is None
    assert await bound(world, OTHER_DESK) is not None


async def test_binding_the_same_group_again_takes_nothing_from_it(world: World) -> None:
    for words, chat in (("desk LF", DESK), ("alliance", ALLIANCE), ("mutual_aid LF", GROUP)):
        told = await bind(world, words, to=chat)
        values = told[0].data["values"]
        assert isinstance(values, dict)
        assert values["instead_of"] == ""
        assert await bound(world, chat) is not None


async def test_a_new_alliance_takes_over_the_threads_of_living_tickets(world: World) -> None:
    ticket = await dispatched(world, attachment=PHOTO)
    await opened(world, text="食堂几点开？")  # has no thread
    told = await bind(world, "alliance", to=NOWHERE)
    assert kinds_of(told, NOWHERE) == [NoticeKind.TEXT, NoticeKind.THREAD_CARD, NoticeKind.RELAY]
    assert await bound(world, ALLIANCE) is None
    thread = await world.do(lambda uow: uow.threads.get(ticket.id))
    assert thread is not None
    assert (thread.chat_id, thread.topic_id) == (NOWHERE.id, None)
    assert kinds_of(await bind(world, "alliance", to=NOWHERE), NOWHERE) == [NoticeKind.TEXT]


async def test_two_groups_of_a_community_may_both_be_for_mutual_aid(world: World) -> None:
    await bind(world, f"mutual_aid {LF}", to=NOWHERE)
    assert await bound(world, GROUP) is not None
    assert await bound(world, NOWHERE) is not None
