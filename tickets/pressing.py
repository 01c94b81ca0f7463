"""Where every press of a button is led to its use case. The data is decoded, never believed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tickets.buttons import Button, Verb, decode
from tickets.conversation import Press, PressReply
from tickets.identity import AnswerId, DraftId, InquiryId, TicketId
from tickets.model import DraftKind
from tickets.unit_of_work import UnitOfWork
from tickets.use_cases import UseCases
from tickets.whereabouts import follow_press

_Act = Callable[[UnitOfWork, Press, Button, datetime], PressReply]


class Pressing:
    """Runs the use case that a button stands for."""

    def __init__(self, use_cases: UseCases) -> None:
        self._acts: dict[Verb, _Act] = {
            **_asker_acts(use_cases),
            **_desk_acts(use_cases),
            **_alliance_acts(use_cases),
        }

    def press(self, uow: UnitOfWork, press: Press, now: datetime) -> PressReply:
        """Act on a press; what was never a button of ours, or is of no use any more, is told so."""
        button = decode(press.data)
        if button is None:
            return PressReply(text="gone", alert=True)
        press = follow_press(uow, press)
        uow.people.remember(press.user, now)
        return self._acts[button.verb](uow, press, button, now)


def _asker_acts(cases: UseCases) -> dict[Verb, _Act]:
    helping, peers, confirming = cases.helping, cases.peers, cases.confirming
    return {
        Verb.HELPFUL: lambda u, p, b, now: helping.press_helpful(u, p, InquiryId(b.ref), now),
        Verb.NOT_HELPFUL: lambda u, p, b, now: helping.press_not_helpful(u, p, InquiryId(b.ref), now),
        Verb.NONE_OF_THESE: lambda u, p, b, now: helping.press_not_helpful(u, p, InquiryId(b.ref), now),
        Verb.HERE: lambda u, p, b, now: helping.press_not_helpful(u, p, InquiryId(b.ref), now),
        Verb.CHOOSE: lambda u, p, b, now: helping.press_choice(u, p, InquiryId(b.ref), b.argument, now),
        Verb.PEERS_SOLVED: lambda u, p, b, now: peers.press_solved(u, p, TicketId(b.ref), now),
        Verb.PEERS_FAILED: lambda u, p, b, now: peers.press_failed(u, p, TicketId(b.ref), now),
        Verb.SOLVED: lambda u, p, b, now: confirming.press_solved(u, p, AnswerId(b.ref), now),
        Verb.UNSOLVED: lambda u, p, b, now: confirming.press_unsolved(u, p, AnswerId(b.ref), now),
        Verb.RATE: lambda u, p, b, now: confirming.press_rating(u, p, AnswerId(b.ref), b.argument, now),
        Verb.WITHDRAW: lambda u, p, b, now: confirming.press_withdraw(u, p, TicketId(b.ref), now),
    }


def _desk_acts(cases: UseCases) -> dict[Verb, _Act]:
    desk = cases.desk
    return {
        Verb.CLAIM: lambda u, p, b, now: desk.claim(u, p, TicketId(b.ref), now),
        Verb.DESK_ANSWER: lambda u, p, b, now: desk.ask_for_text(
            u, p, TicketId(b.ref), now, kind=DraftKind.DESK_ANSWER
        ),
        Verb.DISPATCH: lambda u, p, b, now: desk.show_departments(u, p, TicketId(b.ref), b.argument, now),
        Verb.DISPATCH_TO: lambda u, p, b, now: desk.dispatch(u, p, TicketId(b.ref), b.argument, now),
        Verb.GUIDE: lambda u, p, b, now: desk.show_channels(u, p, TicketId(b.ref), now),
        Verb.GUIDE_TO: lambda u, p, b, now: desk.ask_for_text(
            u, p, TicketId(b.ref), now, kind=DraftKind.GUIDANCE, channel=b.argument
        ),
        Verb.DISMISS: lambda u, p, b, now: desk.dismiss(u, p, TicketId(b.ref), now),
        Verb.CANCEL_MENU: lambda u, p, b, now: desk.close_menu(u, p, TicketId(b.ref), now),
    }


def _alliance_acts(cases: UseCases) -> dict[Verb, _Act]:
    handling, composing = cases.handling, cases.composing
    return {
        Verb.REPORT_IN: lambda u, p, b, now: handling.report_in(u, p, TicketId(b.ref), now),
        Verb.DEPARTMENT_ANSWER: lambda u, p, b, now: handling.ask_for_answer(u, p, TicketId(b.ref), now),
        Verb.PUBLISH: lambda u, p, b, now: composing.publish(u, p, DraftId(b.ref), b.argument, now),
        Verb.DROP: lambda u, p, b, now: composing.drop(u, p, DraftId(b.ref), now),
    }
