"""Puts the rules together: every use case with what it depends on, in one place and by constructor."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.rendering.drafts import CHANNELS
from bot.rendering.renderer import Renderer
from bot.rendering.scene import Scenery
from bot.rendering.toasts import Toasts
from bot.texts import load_texts
from handlers.inbound import Me
from handlers.services import Arrivals, Membership, Rights, Services
from knowledge import Entry, EntryId, Library, MessageContext, Verdict, load_departments
from tickets.asking import Asking
from tickets.binding import Binding
from tickets.composing import Composing
from tickets.confirming import Confirming
from tickets.due import DueWork
from tickets.handling import Handling
from tickets.helping import Helping
from tickets.identity import UserId
from tickets.mishaps import Mishaps
from tickets.opening import Opening
from tickets.peers import Peers
from tickets.policy import Policy
from tickets.pressing import Pressing
from tickets.reception import Reception, UseCases
from tickets.revising import Revising
from tickets.standing import Standing
from tickets.triage import Desk
from tickets.unit_of_work import Store

ZONE = ZoneInfo("Asia/Shanghai")  # the time in front of people


@dataclass(frozen=True, kw_only=True, slots=True)
class Wired:
    """What the loops of the program call."""

    services: Services
    renderer: Renderer
    due_work: DueWork
    mishaps: Mishaps


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What the rules are put together from."""

    store: Store
    library: Library
    policy: Policy
    admins: frozenset[UserId]
    language: str
    me: Me
    membership: Membership
    rights: Rights
    now: Callable[[], datetime]


def wire(parts: Parts) -> Wired:
    """Build the use cases, the rendering and the handlers' services."""
    texts = load_texts()
    departments = {department.id: department for department in load_departments()}
    cases = _use_cases(parts, list(departments))
    mishaps = Mishaps()
    scenery = Scenery(
        texts=texts,
        language=parts.language,
        departments=departments,
        find_entry=_finder(parts.library),
        username=parts.me.username,
        zone=ZONE,
    )
    services = Services(
        me=parts.me,
        store=parts.store,
        now=parts.now,
        reception=Reception(cases),
        pressing=Pressing(cases),
        binding=cases.binding,
        standing=Standing(),
        handling=cases.handling,
        helping=cases.helping,
        mishaps=mishaps,
        membership=parts.membership,
        rights=parts.rights,
        wording=Toasts(texts=texts, language=parts.language, departments=departments),
        arrivals=Arrivals(),
        explain=_explainer(parts.library),
    )
    due_work = DueWork(
        asking=cases.asking, peers=cases.peers, composing=cases.composing, confirming=cases.confirming
    )
    return Wired(services=services, renderer=Renderer(scenery), due_work=due_work, mishaps=mishaps)


def _use_cases(parts: Parts, departments: list[str]) -> UseCases:
    policy, library = parts.policy, parts.library

    def judge(text: str, context: MessageContext) -> Verdict:
        return library.judge.judge(text, context)

    opening = Opening(policy)
    asking = Asking(judge=judge, policy=policy, opening=opening)
    composing = Composing(policy=policy)
    return UseCases(
        asking=asking,
        binding=Binding(admins=parts.admins, language=parts.language),
        composing=composing,
        confirming=Confirming(policy=policy),
        desk=Desk(departments=departments, channels=CHANNELS),
        handling=Handling(composing=composing),
        helping=Helping(opening=opening, find_entry=_finder(library)),
        opening=opening,
        peers=Peers(policy=policy, opening=opening),
        revising=Revising(asking=asking, policy=policy),
    )


def _finder(library: Library) -> Callable[[str], Entry | None]:
    def find(entry_id: str) -> Entry | None:
        return library.knowledge_base.get(EntryId(entry_id))

    return find


def _explainer(library: Library) -> Callable[[str], str]:
    def explain(text: str) -> str:
        explained = library.judge.explain(text, MessageContext(addressed=False))
        return json.dumps(explained.as_dict(), ensure_ascii=False, indent=1, default=str)

    return explain
