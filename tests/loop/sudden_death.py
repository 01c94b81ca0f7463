"""A stream of updates at a program that is killed again and again, and what may be found afterwards."""

from __future__ import annotations

import asyncio
import json
import random
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from sandbox.calls import Call
from sandbox.model import Message
from tests.loop.knowledge_base import ANSWERED, UNKNOWN
from tests.loop.park import Park
from tests.loop.stage import ALLIANCE, BOT, OFFICER, Stage, labels_of

_KINDS = ("已转给社工", "派给哪个部门", "已派给")  # what the bot says in reply to one and the same message
_AHEAD = 12  # questions of a park that may be without a word at a time, so that kills meet work of every age


@dataclass(kw_only=True)
class Stream:
    """Questions in several parks, half of them known; social workers claim the tickets, and send some on."""

    stage: Stage
    parks: list[Park]
    questions: int
    known: list[Message] = field(default_factory=list)
    unknown: list[Message] = field(default_factory=list)
    dispatched: set[str] = field(default_factory=set)
    kills: list[float] = field(default_factory=list)
    since: int = 0  # calls before the stream are none of its business

    def __post_init__(self) -> None:
        self.since = self.stage.world.calls.seq

    async def flow(self) -> None:
        """Ask everything in every park, as fast as the bot follows, and work on every card that appears."""
        asking, working = map(self._ask, self.parks), map(self._work, self.parks)
        await asyncio.gather(*asking, *working)

    async def kill(self, times: int, chance: random.Random) -> None:
        """Kill the program at moments that the dice choose, and start it anew each time."""
        program, total = self.stage.program, self.questions * len(self.parks)
        for share in sorted(chance.random() * 0.9 for _ in range(times)):
            await self.stage.until(
                lambda share=share: len(self.known) + len(self.unknown) >= share * total,  # type: ignore[misc]
                "the stream flows",
            )
            await asyncio.sleep(chance.random() * 0.08)  # any moment of what a question sets going
            await program.kill()
            self.kills.append(self.stage.world.clock())
            await program.start()

    async def _ask(self, park: Park) -> None:
        stage = self.stage
        for number in range(self.questions):
            asker = stage.person(f"安全员{number}", park.group)
            asked = stage.world.send(asker, park.group, UNKNOWN if number % 2 else ANSWERED)
            (self.unknown if number % 2 else self.known).append(asked)
            await stage.until(
                lambda number=number: number - len(stage.said(park.group)) < _AHEAD,  # type: ignore[misc]
                "the bot follows",
            )

    async def _work(self, park: Park) -> None:
        """One press of each button, whatever becomes of it: claim every card, send every fourth on."""
        seen: set[str] = set()
        for turn in range(self.questions // 2):
            card = await self.stage.until(lambda: self._unseen(park, seen), "a card that nobody claimed")
            seen.add(number_of(card))
            self.stage.world.press_text(park.worker, park.desk, card.id, "接单")
            if turn % 4 == 0:
                await self._dispatch(park, number_of(card))

    def _unseen(self, park: Park, seen: set[str]) -> Message | None:
        cards = self.stage.said(park.desk, "📋")
        return next((c for c in cards if number_of(c) not in seen and "接单" in labels_of(c)), None)

    async def _dispatch(self, park: Park, number: str) -> None:
        stage, world = self.stage, self.stage.world
        card = await stage.hear(park.desk, f"📋 {number} · 已接单")
        world.press_text(park.worker, park.desk, card.id, "派单")
        menu = await stage.hear(park.desk, f"{number} 派给哪个部门")
        world.press_text(park.worker, park.desk, menu.id, labels_of(menu)[0])
        thread = await stage.hear(ALLIANCE, f"📌 {number}")
        world.press_text(OFFICER, ALLIANCE, thread.id, "报到")
        self.dispatched.add(number)

    async def settled(self) -> None:
        """Wait until every promise is kept: each question answered or in hand, and each press acted on."""
        for question in (*self.known, *self.unknown):
            promised = ("依据：",) if question.text == ANSWERED else ("接单。", "已报到")
            await self.stage.until(
                lambda question=question, promised=promised: self._replied(question, promised),  # type: ignore[misc]
                f"a reply with {promised} to message {question.id}",
            )
        for number in self.dispatched:
            await self.stage.hear(ALLIANCE, f"📌 {number}", "办理中")
        for park in self.parks:
            await self.stage.settled((park.asker, park.group), (park.worker, park.desk))

    @staticmethod
    def _replied(question: Message, promised: tuple[str, ...]) -> bool:
        return any(
            message.reply_to is question and message.author_id == BOT and words in message.text
            for message in question.chat.messages.values()
            for words in promised
        )

    def repeated(self) -> list[tuple[Call, Call]]:
        """Pairs of calls that did the same thing twice: a reply, a ticket's card, a ticket's topic."""
        sent: dict[object, list[Call]] = defaultdict(list)
        for call in self.stage.world.calls.of("sendMessage", "createForumTopic", since=self.since):
            if call.applied:
                sent[self._subject(call)].append(call)
        return [pair for calls in sent.values() for pair in pairwise(calls)]

    @staticmethod
    def _subject(call: Call) -> object:
        if call.method == "createForumTopic":
            return call.params["name"]
        reply = call.param("reply_parameters")
        if isinstance(reply, str):
            reply = json.loads(reply)
        text = str(call.params["text"])
        about = reply["message_id"] if reply else text.split("</b>")[0]
        kind = next((words for words in _KINDS if words in text), "")
        return call.param("chat_id"), about, kind

    def cause(self, pair: tuple[Call, Call]) -> tuple[float, int] | None:
        """The kill that fell between the first call and its record, and the chat; None where none did."""
        first, second = pair
        for kill in self.kills:
            if first.at <= kill <= second.at and kill - first.at < 0.5:
                return kill, first.param("chat_id")
        return None


def number_of(card: Message) -> str:
    """The ticket's number on its card at the desk."""
    return card.text.split()[1]
