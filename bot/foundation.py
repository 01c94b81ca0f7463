"""What the program gives to its rules, and what it takes from them: the two sides of the wiring."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telegram.ext import Application

from bot.clock import RunTimer
from bot.journal import Journal
from bot.queues import QueueStore
from bot.request import Api
from bot.sending import Renderer, Repairs
from bot.settings import Settings
from handlers.inbound import Me
from tickets.identity import UpdateId

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Foundation:
    """What is there before any rule: the store, the API, and who we are."""

    settings: Settings
    store: QueueStore
    api: Api
    me: Me
    now: Callable[[], datetime]
    journal: Journal


@dataclass(frozen=True, kw_only=True, slots=True)
class Wired:
    """What the loops need of the rules."""

    renderer: Renderer
    repairs: Repairs
    run_timer: RunTimer
    process: Callable[[dict[str, Any], datetime], Awaitable[None]]
    housekeeping: Callable[[], None]
    report_parked: Callable[[UpdateId, str], Awaitable[None]] | None = None
    greet: Callable[[], Awaitable[None]] | None = None  # once, when updates are taken; may fail unheard


Wire = Callable[[Foundation, AnyApplication], Wired]
