"""The questions of a benchmark: wordings of the knowledge base, asked by many people in many groups.

Only wordings that the judge answers are asked, because every update has to lead to a reply. Whoever asks has
asked nothing before within a run, so that no question is taken for the rest of an earlier one; the groups
come in random order, so that answers of one group do overlap.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from knowledge import Answer, Judge, Library, MessageContext
from storage import SqliteUnitOfWork, open_store
from tickets.identity import ChatId, CommunityCode, UserId
from tickets.model import BoundChat, Community, Room

CHATS: Final = 500
_CODE: Final = CommunityCode("LF")
_SEED: Final = 20261120
_JUDGED: Final = 1000  # judgements timed


@dataclass(frozen=True, kw_only=True, slots=True)
class Questions:
    """Wordings that get an answer, and what one judgement costs by itself, in seconds."""

    texts: tuple[str, ...]
    seconds: float


def answered_questions(most: int) -> Questions:
    """Up to `most` wordings of the starter knowledge base that the judge answers when asked openly."""
    judge = Library().judge
    context = MessageContext(today=datetime.now(UTC).date())
    wordings = [wording for entry in judge.knowledge_base.entries for wording in entry.wordings]
    random.Random(_SEED).shuffle(wordings)
    answered = (text for text in wordings if isinstance(judge.judge(text, context), Answer))
    texts = tuple(islice(answered, most))
    return Questions(texts=texts, seconds=_time_judge(judge, texts, context))


def _time_judge(judge: Judge, texts: Sequence[str], context: MessageContext) -> float:
    begun = time.process_time()
    for text in texts[:_JUDGED]:
        judge.judge(text, context)
    return (time.process_time() - begun) / len(texts[:_JUDGED])


def make_updates(texts: Sequence[str], count: int) -> tuple[list[bytes], list[tuple[int, int]]]:
    """`count` updates as JSON, and the (chat, message) of each. Update ids are counted from 1."""
    chance = random.Random(_SEED)
    asked = [0] * CHATS
    updates, keys = [], []
    for update_id in range(1, count + 1):
        place = chance.randrange(CHATS)
        asked[place] += 1
        update = _question(update_id, place, asked[place], texts[update_id % len(texts)])
        updates.append(json.dumps(update).encode())
        keys.append((chat_id(place), asked[place]))
    return updates, keys


def chat_id(place: int) -> int:
    """The id of one of the groups."""
    return -1_001_000_000_000 - place


def _question(update_id: int, place: int, number: int, text: str) -> dict[str, Any]:
    """The `number`-th message of a group, from somebody who has said nothing before."""
    asker = {
        "id": 5_000_000_000 + update_id,
        "is_bot": False,
        "first_name": f"安全员{update_id}",
        "language_code": "zh-hans",
    }
    chat = {"id": chat_id(place), "type": "supergroup", "title": f"安全生产互助群{place}"}
    message = {"message_id": number, "from": asker, "chat": chat, "date": int(time.time()), "text": text}
    return {"update_id": update_id, "message": message}


async def bind_groups(database: Path) -> None:
    """Bind all groups as mutual-aid groups of one community, as admins would with /bind."""
    bound_at = datetime.now(UTC)

    def bind(uow: SqliteUnitOfWork) -> None:
        uow.communities.put(Community(code=_CODE, name="灵峰"))
        for place in range(CHATS):
            uow.chats.put(
                BoundChat(
                    chat_id=ChatId(chat_id(place)),
                    room=Room.MUTUAL_AID,
                    community=_CODE,
                    title=f"安全生产互助群{place}",
                    is_forum=False,
                    language="zh",
                    bound_by=UserId(1),
                    bound_at=bound_at,
                )
            )

    store = await open_store(database)
    try:
        await store.transact(bind)
    finally:
        await store.close()


async def still_owed(database: Path) -> tuple[int, int]:
    """After a run: how many updates are not done, and how many notices not sent."""
    store = await open_store(database)
    try:
        inbox = await store.read(lambda uow: uow.inbox.counts())
        outbox = await store.read(lambda uow: uow.outbox.counts())
    finally:
        await store.close()
    return _without(inbox, "done"), _without(outbox, "sent")


def _without(counts: Any, settled: str) -> int:
    return sum(count for state, count in counts.items() if state.value != settled)
