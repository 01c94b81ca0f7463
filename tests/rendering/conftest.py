"""A board for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rendering.board import Board, open_board


@pytest.fixture
def board() -> Iterator[Board]:
    with open_board() as board:
        yield board
