"""Tickets with all that belongs to them, written to a board."""

from __future__ import annotations

from tests.rendering.board import Board
from tests.rendering.rows import CHEN, WANG, department, inquiry, ticket
from tickets.lifecycle import Status
from tickets.model import Ticket


def put(board: Board, row: Ticket, **asked: object) -> None:
    """Write the ticket with its inquiry."""
    board.uow.inquiries.put(inquiry(**asked))
    board.uow.tickets.put(row)


def worked_on(status: Status) -> Ticket:
    return ticket(status, holder=WANG, department=department("market_regulation"), officer=CHEN)
