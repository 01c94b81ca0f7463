"""Makes the use cases, the words and the handlers, and ties them to one another.

Everything that a use case needs is given to it here; nothing is looked up later. What the program itself is
made of (store, API, loops) is made in `bot.app`, which knows only `Foundation` and `Wired`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from telegram import Update

from bot.foundation import AnyApplication, Foundation, Wired
from bot.journal import Journal
from bot.membership import Membership
from bot.menu import offer_commands
from bot.rendering.drafts import CHANNELS
from bot.rendering.renderer import Renderer as NoticeRenderer
from bot.rendering.scene import Scenery
from bot.rendering.toasts import Toasts
from bot.rights import Rights
from bot.settings import Settings
from bot.texts import Texts, load_texts
from handlers.register import register
from handlers.services import Arrivals, Services
from knowledge import Department, Entry, Library, MessageContext, Verdict, load_departments
from tickets.asking import Asking
from tickets.binding import Binding
from tickets.change import say
from tickets.composing import Composing
from tickets.confirming import Confirming
from tickets.due import DueWork
from tickets.handling import Handling
from tickets.helping import Helping
from tickets.identity import ChatId, UpdateId, UserId
from tickets.mishaps import Mishaps
from tickets.opening import Opening
from tickets.peers import Peers
from tickets.policy import Policy
from tickets.pressing import Pressing
from tickets.reception import Reception
from tickets.revising import Revising
from tickets.standing import Standing
from tickets.triage import Desk
from tickets.unit_of_work import UnitOfWork
from tickets.use_cases import UseCases

_ZONE: Final = ZoneInfo("Asia/Shanghai")


def wire(foundation: Foundation, application: AnyApplication) -> Wired:
    """Make the use cases and give the application its handlers. Raises `KnowledgeError`, `TextsError`."""
    settings = foundation.settings
    library = Library(settings.knowledge)
    texts = load_texts()
    mishaps = Mishaps()
    cases, due = _use_cases(settings, library)
    arrivals = Arrivals()
    services = Services(
        me=foundation.me,
        store=foundation.store,
        now=foundation.now,
        reception=Reception(cases),
        pressing=Pressing(cases),
        binding=cases.binding,
        standing=Standing(),
        handling=cases.handling,
        helping=cases.helping,
        mishaps=mishaps,
        membership=Membership(api=foundation.api, now=foundation.now, journal=foundation.journal),
        rights=Rights(
            api=foundation.api, me=foundation.me.id, sees_all_messages=foundation.me.sees_all_messages
        ),
        wording=Toasts(texts=texts, language=settings.language, departments=_departments()),
        arrivals=arrivals,
        explain=lambda text: explain(library, text),
    )
    register(application, services)
    return Wired(
        renderer=NoticeRenderer(_scenery(foundation, library, texts)),
        repairs=mishaps,
        run_timer=due.run,
        process=_processing(application, arrivals),
        housekeeping=lambda: _refresh(library, foundation.journal),
        report_parked=_reporting(foundation),
        greet=lambda: offer_commands(foundation.api, texts, settings.language, foundation.journal),
    )


def explain(library: Library, text: str) -> str:
    """What the judge makes of a text and which entries it weighed, for admins."""
    explanation = library.judge.explain(text, MessageContext(addressed=True))
    lines = [f"{each.score:.2f}  {each.id}  {each.question}" for each in explanation.candidates]
    return "\n".join([explanation.outcome, *lines])


def _use_cases(settings: Settings, library: Library) -> tuple[UseCases, DueWork]:
    policy: Policy = settings.windows.as_policy()

    def judge(text: str, context: MessageContext) -> Verdict:
        return library.judge.judge(text, context)  # asked anew each time: the library may have been refreshed

    opening = Opening(policy)
    asking = Asking(judge=judge, policy=policy, opening=opening)
    peers = Peers(policy=policy, opening=opening)
    composing = Composing(policy=policy)
    confirming = Confirming(policy=policy)
    departments = [department.id for department in load_departments()]
    cases = UseCases(
        asking=asking,
        binding=Binding(
            admins=frozenset(UserId(each) for each in settings.admins), language=settings.language
        ),
        composing=composing,
        confirming=confirming,
        desk=Desk(departments=departments, channels=CHANNELS),
        handling=Handling(composing=composing),
        helping=Helping(opening=opening, find_entry=lambda name: _entry(library, name)),
        opening=opening,
        peers=peers,
        revising=Revising(asking=asking, policy=policy),
    )
    return cases, DueWork(asking=asking, peers=peers, composing=composing, confirming=confirming)


def _entry(library: Library, name: str) -> Entry | None:
    return library.knowledge_base.get(name)


def _departments() -> dict[str, Department]:
    return {department.id: department for department in load_departments()}


def _scenery(foundation: Foundation, library: Library, texts: Mapping[str, Texts]) -> Scenery:
    return Scenery(
        texts=texts,
        language=foundation.settings.language,
        departments=_departments(),
        find_entry=lambda name: _entry(library, name),
        username=foundation.me.username,
        zone=_ZONE,
    )


def _processing(
    application: AnyApplication, arrivals: Arrivals
) -> Callable[[dict[str, Any], datetime], Awaitable[None]]:
    async def process(raw: dict[str, Any], received_at: datetime) -> None:
        update = Update.de_json(raw, application.bot)
        arrivals.note(update.update_id, received_at)
        try:
            await application.process_update(update)
        finally:
            arrivals.forget(update.update_id)

    return process


def _reporting(foundation: Foundation) -> Callable[[UpdateId, str], Awaitable[None]]:
    """Tells the admins, in private, of an update that was given up; the log has the rest."""

    async def report(update_id: UpdateId, error: str) -> None:
        def tell(uow: UnitOfWork) -> None:
            for admin in sorted(foundation.settings.admins):
                uow.tell(say(ChatId(admin), "parked", update=str(update_id)))

        await foundation.store.transact(tell)

    return report


def _refresh(library: Library, journal: Journal) -> None:
    """Take up edited entries; of faults only the number is logged, `huzhu kb check` names them."""
    reload = library.refresh()
    if reload.changed or reload.faults:
        journal.info("knowledge_reloaded", changed=int(reload.changed), faults=len(reload.faults))
