"""Due work: what each kind of timer sets going. The clock calls it once for every timer that is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tickets.asking import Asking
from tickets.composing import Composing
from tickets.confirming import Confirming
from tickets.identity import DraftId, InquiryId, TicketId
from tickets.peers import Peers
from tickets.supplement import carry_album
from tickets.unit_of_work import Timer, TimerKind, UnitOfWork

_Work = Callable[[UnitOfWork, int, datetime], None]


class DueWork:
    """Runs a timer's use case and retires the timer, in one transaction."""

    def __init__(self, *, asking: Asking, peers: Peers, composing: Composing, confirming: Confirming) -> None:
        self._works: dict[TimerKind, _Work] = {
            TimerKind.SETTLE: lambda uow, ref, now: asking.settle(uow, InquiryId(ref), now),
            TimerKind.PEER_WINDOW: lambda uow, ref, now: peers.end_window(uow, TicketId(ref), now),
            TimerKind.PEERS_CONFIRM: lambda uow, ref, now: peers.expire(uow, TicketId(ref), now),
            TimerKind.CONFIRM: lambda uow, ref, now: confirming.expire(uow, TicketId(ref), now),
            TimerKind.CARRY: lambda uow, ref, now: carry_album(uow, TicketId(ref)),
            TimerKind.PREVIEW: lambda uow, ref, now: composing.show(uow, DraftId(ref)),
        }

    def run(self, uow: UnitOfWork, timer: Timer, now: datetime) -> None:
        """Do what the timer stands for. The timer goes first, so that its work may set it anew."""
        uow.timers.cancel(timer.kind, timer.ref)
        self._works[timer.kind](uow, timer.ref, now)
