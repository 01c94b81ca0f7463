"""One industrial park of its own for each test: its group, its desk, its people, and its tickets' way."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.model import Message
from tests.loop.knowledge_base import UNKNOWN
from tests.loop.stage import ALLIANCE, OFFICER, Stage


@dataclass(frozen=True, kw_only=True)
class Park:
    """A community with its groups bound. The people are the ids of their accounts."""

    stage: Stage
    code: str
    group: int
    desk: int
    asker: int
    neighbour: int
    worker: int
    colleague: int

    async def ask(self, text: str = UNKNOWN, **options: object) -> Message:
        """Let the asker write into the mutual-aid group."""
        return self.stage.world.send(self.asker, self.group, text, **options)

    async def reply(self, question: Message, *fragments: str) -> Message:
        """The bot's reply to a message in the mutual-aid group."""
        message = await self.stage.hear(self.group, *fragments, after=question.id)
        assert message.reply_to is question, f"{message.text!r} is no reply to {question.text!r}"
        return message

    async def ticket(self, text: str = UNKNOWN) -> Case:
        """Let the asker ask what nobody knows, and wait until it is a ticket at the desk."""
        return await self.case(await self.ask(text))

    async def case(self, question: Message) -> Case:
        """The ticket that this question becomes."""
        notice = await self.stage.hear(self.group, "已转给社工，编号", after=question.id)
        number = next(word for word in notice.text.split() if word.startswith(self.code)).split("。")[0]
        card = await self.stage.hear(self.desk, f"📋 {number}")
        return Case(park=self, question=question, number=number, notice=notice, card=card)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A ticket as people see it: the question, the notice below it, the card at the desk."""

    park: Park
    question: Message
    number: str
    notice: Message
    card: Message

    @property
    def stage(self) -> Stage:
        return self.park.stage

    async def answer_from_desk(self, text: str = "已联系物业，今晚修好。", **options: object) -> Message:
        """答复, the text, 发送: the answer as the asker sees it."""
        preview = await self.desk_preview(text, **options)
        await self.stage.press(self.park.worker, preview, "发送")
        return await self.answer(text)

    async def desk_preview(self, text: str, **options: object) -> Message:
        """答复 and the text: what is shown before it is sent."""
        park, world = self.park, self.stage.world
        await self.stage.press(park.worker, self.card, "答复")
        prompt = await self.stage.hear(park.desk, "请回复这条消息", self.number)
        given = world.send(park.worker, park.desk, text, reply_to=prompt.id, **options)
        return await self.stage.hear(park.desk, "将发给", text, after=given.id)

    async def answer(self, text: str) -> Message:
        """The published answer in the asker's group."""
        return await self.stage.hear(self.question.chat.id, self.number, text, after=self.question.id)

    async def dispatched(self, worker: int | None = None) -> Message:
        """派单 to the first department that is suggested: the card in the ticket's thread."""
        stage, park = self.stage, self.park
        worker = worker or park.worker
        await stage.press(worker, self.card, "派单")
        menu = await stage.hear(park.desk, f"{self.number} 派给哪个部门")
        first = (menu.inline_keyboard or [])[0][0]["text"]
        await stage.press(worker, menu, first)
        return await stage.hear(ALLIANCE, f"📌 {self.number}")

    async def department_preview(self, card: Message, text: str, officer: int = OFFICER) -> Message:
        """An explicit reply to the thread's card: what is shown before it is published."""
        given = self.stage.world.send(officer, ALLIANCE, text, reply_to=card.id)
        return await self.stage.hear(ALLIANCE, "将发给", text, after=given.id)

    async def answer_from_department(self, text: str = "路灯本周五前修好。") -> Message:
        """派单, an answer, 发布答复: the answer as the asker sees it."""
        preview = await self.department_preview(await self.dispatched(), text)
        await self.stage.press(OFFICER, preview, "发布答复")
        return await self.answer(text)


async def open_park(stage: Stage) -> Park:
    """A new community: people, a mutual-aid group, a desk, both bound."""
    code = f"P{next(stage.numbers)}"
    asker, neighbour = stage.person("王敏"), stage.person("李强")
    worker, colleague = stage.person("陈社工"), stage.person("林社工")
    group = stage.group(f"{code}安全生产互助群", asker, neighbour)
    desk = stage.group(f"{code}社工工作台", worker, colleague)
    await stage.bind(group, f"mutual_aid {code}")
    await stage.bind(desk, f"desk {code}")
    return Park(
        stage=stage,
        code=code,
        group=group,
        desk=desk,
        asker=asker,
        neighbour=neighbour,
        worker=worker,
        colleague=colleague,
    )
