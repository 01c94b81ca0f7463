"""Whatever happens in whatever order, each notice goes out in turn and each card ends in its last state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from storage import OutboxRow
from storage.connection import connect_plainly
from storage.schema import load_migrations, migrate
from storage.unit_of_work import SqliteUnitOfWork
from tests.storage.samples import NOW, Clock
from tickets.identity import ChatId
from tickets.notices import Notice, NoticeKind

_MIGRATIONS = load_migrations()
_CHATS = (ChatId(-1), ChatId(-2))

steps = st.lists(
    st.one_of(
        st.tuples(st.just("text"), st.sampled_from(_CHATS)),
        st.tuples(st.just("card"), st.sampled_from(_CHATS)),
        st.tuples(st.sampled_from(["claim", "sent", "retry", "crash"]), st.just(_CHATS[0])),
    ),
    max_size=40,
)


@contextmanager
def database() -> Iterator[tuple[sqlite3.Connection, SqliteUnitOfWork]]:
    path = Path(":memory:")
    with closing(connect_plainly(path)) as connection:
        migrate(connection, path, _MIGRATIONS)
        yield connection, SqliteUnitOfWork(connection, Clock())


class Course:
    """Runs steps against the outbox and notes what was owed and what went out."""

    def __init__(self, uow: SqliteUnitOfWork) -> None:
        self._uow = uow
        self._sending: list[OutboxRow] = []
        self.owed: list[Notice] = []
        self.gone: list[Notice] = []

    def take(self, step: str, chat_id: ChatId) -> None:
        if step in ("text", "card"):
            self._owe(NoticeKind.TEXT if step == "text" else NoticeKind.DESK_CARD, chat_id)
        elif step == "claim":
            self._claim()
        elif step == "crash":
            self._sending.clear()
            self._uow.outbox.requeue_stale()
        elif self._sending:
            self._settle(self._sending.pop(0), confirmed=step == "sent")

    def drain(self) -> None:
        """Send all that is owed."""
        self.take("crash", _CHATS[0])
        while self._uow.outbox.depth():
            self._claim()
            while self._sending:
                self._settle(self._sending.pop(0), confirmed=True)

    def _owe(self, kind: NoticeKind, chat_id: ChatId) -> None:
        notice = Notice(kind=kind, chat_id=chat_id, ref=1, data={"number": len(self.owed)})
        self.owed.append(notice)
        self._uow.tell(notice)

    def _claim(self) -> None:
        self._sending += self._uow.outbox.claim(NOW, 9)
        chats = [row.notice.chat_id for row in self._sending]
        assert len(chats) == len(set(chats)), "two notices of one chat are being sent at once"

    def _settle(self, row: OutboxRow, *, confirmed: bool) -> None:
        if confirmed:
            self._uow.outbox.sent(row.id)
            self.gone.append(row.notice)
        else:
            self._uow.outbox.retry(row.id, NOW, "TimedOut")


def of(notices: list[Notice], kind: NoticeKind, chat_id: ChatId) -> list[Notice]:
    return [notice for notice in notices if notice.kind is kind and notice.chat_id == chat_id]


@given(steps)
def test_every_notice_goes_out_once_and_in_order_and_each_card_ends_in_its_last_state(
    course: list[tuple[str, ChatId]],
) -> None:
    with database() as (connection, uow):
        run = Course(uow)
        for step, chat_id in course:
            run.take(step, chat_id)
        run.drain()
        for chat_id in _CHATS:
            assert of(run.gone, NoticeKind.TEXT, chat_id) == of(run.owed, NoticeKind.TEXT, chat_id)
            cards = of(run.owed, NoticeKind.DESK_CARD, chat_id)
            assert of(run.gone, NoticeKind.DESK_CARD, chat_id)[-1:] == cards[-1:]
        assert connection.execute("SELECT count(*) FROM outbox WHERE state <> 'sent'").fetchone() == (0,)
