"""All use cases that a message or a press can concern, in one place, for the two doors that lead to them."""

from __future__ import annotations

from dataclasses import dataclass

from tickets.asking import Asking
from tickets.binding import Binding
from tickets.composing import Composing
from tickets.confirming import Confirming
from tickets.handling import Handling
from tickets.helping import Helping
from tickets.opening import Opening
from tickets.peers import Peers
from tickets.revising import Revising
from tickets.triage import Desk


@dataclass(frozen=True, kw_only=True, slots=True)
class UseCases:
    """The use cases, each made once."""

    asking: Asking
    binding: Binding
    composing: Composing
    confirming: Confirming
    desk: Desk
    handling: Handling
    helping: Helping
    opening: Opening
    peers: Peers
    revising: Revising
