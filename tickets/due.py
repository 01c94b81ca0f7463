"""Due work: what each kind of timer sets going. The clock calls it once for every timer that is due."""

from __future__ import annotations

from datetime import datetime

from tickets.asking import Asking
from tickets.composing import Composing
from tickets.confirming import Confirming
from tickets.identity import DraftId, InquiryId, TicketId
from tickets.peers import Peers
from tickets.unit_of_work import Timer, TimerKind, UnitOfWork


class DueWork:
    """Runs a timer's use case and retires the timer, in one transaction."""

    def __init__(self, *, asking: Asking, peers: Peers, composing: Composing, confirming: Confirming) -> None:
        self._asking = asking
        self._peers = peers
        self._composing = composing
        self._confirming = confirming

    def run(self, uow: UnitOfWork, timer: Timer, now: datetime) -> None:
        """Do what the timer stands for. The timer goes first, so that its work may set it anew."""
        uow.timers.cancel(timer.kind, timer.ref)
        match timer.kind:
            case TimerKind.SETTLE:
                self._asking.settle(uow, InquiryId(timer.ref), now)
            case TimerKind.PEER_WINDOW:
                self._peers.end_window(uow, TicketId(timer.ref), now)
            case TimerKind.PEERS_CONFIRM:
                self._peers.expire(uow, TicketId(timer.ref), now)
            case TimerKind.CONFIRM:
                self._confirming.expire(uow, TicketId(timer.ref), now)
            case TimerKind.PREVIEW:
                self._composing.show(uow, DraftId(timer.ref))
