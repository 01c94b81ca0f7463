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
from tests.loop.stage import BOT, Stage, labels_of

_AHEAD = 12  # questions of a park that may be without a word at a time, so that kills meet work of every age


@dataclass(kw_only=True)
class Stream:
    """Questions in several parks, half of them known, and a social worker who claims every card."""

    stage: Stage
    parks: list[Park]
    questions: int
    known: list[Message] = field(default_factory=list)
    unknown: list[Message] = field(default_factory=list)
    claimed: set[int] = field(default_factory=set)
    kills: list[float] = field(default_factory=list)
    since: int = 0  # calls before the stream are none of its business

    def __post_init__(self) -> None:
        self.since = self.stage.world.calls.seq

    async def flow(self) -> None:
        """Ask everything in every park, as fast as the bot follows, and claim every card as it appears."""
        await asyncio.gather(*(self._ask(park) for park in self.parks), self._claim())

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

    async def _claim(self) -> None:
        """One press for each card, whatever becomes of it."""
        expected = len(self.parks) * (self.questions // 2)
        while len(self.claimed) < expected:
            park, card = await self.stage.until(self._unclaimed, "a card that nobody claimed")
            self.claimed.add(id(card))
            self.stage.world.press_text(park.worker, park.desk, card.id, "接单")

    def _unclaimed(self) -> tuple[Park, Message] | None:
        for park in self.parks:
            numbers = {
                number_of(card) for card in self.stage.said(park.desk, "📋") if id(card) in self.claimed
            }
            for card in self.stage.said(park.desk, "📋"):
                if number_of(card) not in numbers and "接单" in labels_of(card):
                    return park, card
        return None

    async def settled(self) -> None:
        """Wait until every promise is kept: an answer or a number for each question, each card claimed."""
        for question in (*self.known, *self.unknown):
            words = "依据：" if question.text == ANSWERED else "接单。"
            await self.stage.until(
                lambda question=question, words=words: self._replied(question, words),  # type: ignore[misc]
                f"a reply with {words} to message {question.id}",
            )
        for park in self.parks:
            await self.stage.settled((park.asker, park.group), (park.worker, park.desk))

    def _replied(self, question: Message, words: str) -> bool:
        return any(
            message.reply_to is question and message.author_id == BOT and words in message.text
            for message in question.chat.messages.values()
        )

    def repeated(self) -> list[tuple[Call, Call]]:
        """Pairs of calls that sent the same thing twice: the same reply, or the card of the same ticket."""
        sent: dict[object, list[Call]] = defaultdict(list)
        for call in self.stage.world.calls.of("sendMessage", since=self.since):
            if call.applied:
                sent[self._subject(call)].append(call)
        return [pair for calls in sent.values() for pair in pairwise(calls)]

    def _subject(self, call: Call) -> object:
        reply = call.param("reply_parameters")
        if isinstance(reply, str):
            reply = json.loads(reply)
        text = str(call.params["text"])
        about = reply["message_id"] if reply else text.split("</b>")[0]
        return call.param("chat_id"), about, "已转给社工" in text

    def cause(self, pair: tuple[Call, Call]) -> tuple[float, int] | None:
        """The kill that fell between the first call and its record, and the chat; None where none did."""
        first, second = pair
        for kill in self.kills:
            if first.at <= kill <= second.at and kill - first.at < 0.5:
                return kill, first.param("chat_id")
        return None


def number_of(card: Message) -> str:
    """The ticket's number on its card."""
    return card.text.split("·")[0]
