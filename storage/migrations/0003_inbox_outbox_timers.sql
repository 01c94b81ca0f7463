-- Why: what came in, what must go out and what falls due. These rows change in the same transaction as the
-- facts they belong to, so no crash can part them.

-- `arrival` gives the order: update ids may start anew at random, so they only tell updates apart.
CREATE TABLE inbox (
    arrival INTEGER PRIMARY KEY,
    update_id INTEGER NOT NULL UNIQUE,
    lane INTEGER NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    error_class TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    done_at INTEGER
);
CREATE INDEX inbox_pending ON inbox (arrival) WHERE state = 'pending';
CREATE INDEX inbox_done ON inbox (done_at) WHERE state = 'done';

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    chat_id INTEGER NOT NULL,
    ref INTEGER NOT NULL,
    ticket_id INTEGER,
    data TEXT NOT NULL,
    slot TEXT,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    parts_done INTEGER NOT NULL,
    uncertain INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    error TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    settled_at INTEGER
);
-- Of one card in one chat, one pending edit is enough: it will show the present state anyway.
CREATE UNIQUE INDEX outbox_slot ON outbox (chat_id, slot) WHERE state = 'pending';
CREATE INDEX outbox_open ON outbox (chat_id, id) WHERE state IN ('pending', 'sending');
CREATE INDEX outbox_sending ON outbox (chat_id) WHERE state = 'sending';
-- Only of rows that were sent: one of all states would tempt the planner away from outbox_open.
CREATE INDEX outbox_sent ON outbox (settled_at) WHERE state = 'sent';

CREATE TABLE timers (
    kind TEXT NOT NULL,
    ref INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    PRIMARY KEY (kind, ref)
);
CREATE INDEX timers_due ON timers (due_at);
