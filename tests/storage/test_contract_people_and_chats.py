"""The contract about people, communities and bound groups."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage import SqliteStore, SqliteUnitOfWork
from tests.storage.samples import (
    DESK,
    GROUP,
    LF,
    LI,
    NOW,
    SECOND,
    ZHANG,
    anonymous_admin,
    bound_chat,
    for_each,
)
from tickets.identity import ChatId, CommunityCode
from tickets.model import BoundChat, Community, Room


async def test_a_person_is_shown_under_the_name_seen_last(store: SqliteStore) -> None:
    def work(uow: SqliteUnitOfWork) -> None:
        uow.people.remember(ZHANG, NOW)
        uow.people.remember(replace(ZHANG, name="张主任", username=None), NOW + SECOND)

    await store.transact(work)
    found = await store.read(lambda uow: uow.people.get(ZHANG.id))
    assert found == replace(ZHANG, name="张主任", username=None)
    assert await store.read(lambda uow: uow.people.get(LI.id)) is None


@pytest.mark.parametrize(
    "changed", [{"name": "新名"}, {"username": "new"}, {"kind": anonymous_admin(1).kind}]
)
async def test_each_trait_of_a_person_is_refreshed(store: SqliteStore, changed: dict[str, object]) -> None:
    now = replace(ZHANG, **changed)  # type: ignore[arg-type]
    await store.transact(lambda uow: uow.people.remember(ZHANG, NOW))
    await store.transact(lambda uow: uow.people.remember(now, NOW))
    assert await store.read(lambda uow: uow.people.get(ZHANG.id)) == now


async def test_the_communities_somebody_speaks_in_are_noted_once(store: SqliteStore) -> None:
    other = CommunityCode("AB")

    def work(uow: SqliteUnitOfWork) -> None:
        uow.people.see_in(ZHANG.id, LF)
        uow.people.see_in(ZHANG.id, other)
        uow.people.see_in(ZHANG.id, LF)

    await store.transact(work)
    assert await store.read(lambda uow: uow.people.communities_of(ZHANG.id)) == [other, LF]
    assert await store.read(lambda uow: uow.people.communities_of(LI.id)) == []


async def test_nobody_can_be_written_to_before_a_start_nor_after_a_block(store: SqliteStore) -> None:
    assert not await store.read(lambda uow: uow.people.is_reachable(ZHANG.id))
    await store.transact(lambda uow: uow.people.set_reachable(ZHANG.id, True))
    assert await store.read(lambda uow: uow.people.is_reachable(ZHANG.id))
    await store.transact(lambda uow: uow.people.set_reachable(ZHANG.id, False))
    assert not await store.read(lambda uow: uow.people.is_reachable(ZHANG.id))


async def test_each_community_counts_its_own_tickets(store: SqliteStore) -> None:
    def work(uow: SqliteUnitOfWork) -> list[str]:
        uow.communities.put(Community(code=LF, name="联锋"))
        uow.communities.put(Community(code=CommunityCode("AB"), name="安北"))
        first = [uow.communities.next_number(LF), uow.communities.next_number(LF)]
        uow.communities.put(Community(code=LF, name="联锋工业园"))
        return [*first, uow.communities.next_number(CommunityCode("AB")), uow.communities.next_number(LF)]

    assert await store.transact(work) == ["LF-0001", "LF-0002", "AB-0001", "LF-0003"]


async def test_a_number_grows_beyond_four_digits(store: SqliteStore) -> None:
    def work(uow: SqliteUnitOfWork) -> str:
        uow.communities.put(Community(code=LF, name="联锋"))
        return [uow.communities.next_number(LF) for _ in range(10_000)][-1]

    assert await store.transact(work) == "LF-10000"


async def test_an_unknown_community_has_no_numbers(store: SqliteStore) -> None:
    with pytest.raises(LookupError, match="no community XX"):
        await store.transact(lambda uow: uow.communities.next_number(CommunityCode("XX")))


async def test_communities_are_found_by_code_and_listed(store: SqliteStore) -> None:
    both = [Community(code=CommunityCode("AB"), name="安北"), Community(code=LF, name="联锋")]
    await store.transact(lambda uow: for_each(uow.communities.put, reversed(both)))
    assert await store.read(lambda uow: uow.communities.all()) == both
    assert await store.read(lambda uow: uow.communities.get(LF)) == both[1]
    assert await store.read(lambda uow: uow.communities.get(CommunityCode("XX"))) is None


async def test_a_binding_is_kept_whole_and_can_be_changed_and_removed(store: SqliteStore) -> None:
    chat = bound_chat(GROUP, Room.MUTUAL_AID)
    changed = replace(chat, room=Room.DESK, community=None, title="新", is_forum=True, language="en")
    await store.transact(lambda uow: uow.chats.put(chat))
    assert await store.read(lambda uow: uow.chats.get(GROUP)) == chat
    await store.transact(lambda uow: uow.chats.put(changed))
    assert await store.read(lambda uow: uow.chats.get(GROUP)) == changed
    await store.transact(lambda uow: uow.chats.remove(GROUP))
    assert await store.read(lambda uow: uow.chats.get(GROUP)) is None


async def test_the_desk_and_the_alliance_are_found_and_the_last_binding_counts(store: SqliteStore) -> None:
    desk = bound_chat(DESK, Room.DESK)
    newer_desk = replace(desk, chat_id=ChatId(-5), bound_at=NOW + SECOND)
    alliance = bound_chat(-6, Room.ALLIANCE, community=None)
    group = bound_chat(GROUP, Room.MUTUAL_AID)

    def find(uow: SqliteUnitOfWork) -> tuple[BoundChat | None, BoundChat | None]:
        return uow.chats.desk_of(LF), uow.chats.alliance()

    assert await store.read(find) == (None, None)
    await store.transact(lambda uow: for_each(uow.chats.put, (desk, alliance, group)))
    assert await store.read(find) == (desk, alliance)
    await store.transact(lambda uow: uow.chats.put(newer_desk))
    assert await store.read(find) == (newer_desk, alliance)
    assert await store.read(lambda uow: uow.chats.desk_of(CommunityCode("AB"))) is None
    listed = await store.read(lambda uow: uow.chats.all())
    assert [chat.chat_id for chat in listed] == [DESK, GROUP, -6, -5]
