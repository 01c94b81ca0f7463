-- Why: what people ask, the work it becomes, and the record of that work. Tickets and inquiries name each
-- other and are written in either order, so only what is always written first is a foreign key.

CREATE TABLE fragments (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    sender_id INTEGER NOT NULL,
    text TEXT NOT NULL,
    attachment_kind TEXT,
    attachment_file_id TEXT NOT NULL,
    attachment_file_name TEXT NOT NULL,
    album_id TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id)
);
CREATE INDEX fragments_sender ON fragments (chat_id, sender_id, at);
CREATE INDEX fragments_at ON fragments (at);

CREATE TABLE inquiries (
    id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL,
    thread_id INTEGER,
    community TEXT,
    asker_id INTEGER NOT NULL REFERENCES people (id),
    addressed INTEGER NOT NULL,
    private INTEGER NOT NULL,
    state TEXT NOT NULL,
    finding TEXT NOT NULL,
    kind TEXT NOT NULL,
    entry_id TEXT,
    candidates TEXT NOT NULL,
    peer_replies INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    ticket_id INTEGER
);
CREATE INDEX inquiries_asker ON inquiries (asker_id, chat_id, touched_at);
CREATE INDEX inquiries_gathering ON inquiries (chat_id) WHERE state = 'gathering';
CREATE INDEX inquiries_ticket ON inquiries (ticket_id) WHERE ticket_id IS NOT NULL;

-- The messages of inquiries and drafts. Message id 0: the chat has changed its id since, and with it every
-- message, so this one can no longer be named.
CREATE TABLE parts (
    owner_kind TEXT NOT NULL,
    owner_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    text TEXT NOT NULL,
    attachment_kind TEXT,
    attachment_file_id TEXT NOT NULL,
    attachment_file_name TEXT NOT NULL,
    album_id TEXT,
    PRIMARY KEY (owner_kind, owner_id, position)
);
CREATE INDEX parts_message ON parts (chat_id, message_id, owner_kind, owner_id);

CREATE TABLE tickets (
    id INTEGER PRIMARY KEY,
    number TEXT,
    community TEXT NOT NULL,
    inquiry_id INTEGER NOT NULL,
    asker_id INTEGER NOT NULL REFERENCES people (id),
    origin_chat_id INTEGER NOT NULL,
    origin_message_id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    status TEXT NOT NULL,
    ticket_class TEXT NOT NULL,
    holder_id INTEGER REFERENCES people (id),
    department TEXT,
    officer_id INTEGER REFERENCES people (id),
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    opened_at INTEGER,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX tickets_number ON tickets (upper(number));
CREATE INDEX tickets_asker ON tickets (asker_id, id) WHERE number IS NOT NULL;
CREATE INDEX tickets_living ON tickets (community, id)
    WHERE number IS NOT NULL AND status NOT IN ('closed', 'withdrawn', 'merged', 'declined');
CREATE INDEX tickets_waiting ON tickets (id) WHERE status = 'waiting_peers';

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    at INTEGER NOT NULL,
    actor_id INTEGER REFERENCES people (id),
    action TEXT NOT NULL,
    status_before TEXT NOT NULL,
    status_after TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX events_ticket ON events (ticket_id, id);

CREATE TABLE drafts (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    ticket_id INTEGER,
    community TEXT,
    chat_id INTEGER NOT NULL,
    thread_id INTEGER,
    author_id INTEGER NOT NULL REFERENCES people (id),
    asked_chat_id INTEGER,
    asked_message_id INTEGER,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    department TEXT
);
CREATE INDEX drafts_prompted ON drafts (chat_id, author_id, id) WHERE state = 'prompted';

CREATE TABLE answers (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    draft_id INTEGER NOT NULL,
    text TEXT NOT NULL,
    department TEXT,
    author_id INTEGER NOT NULL REFERENCES people (id),
    published_at INTEGER NOT NULL,
    edited_at INTEGER,
    verdict TEXT NOT NULL,
    rating TEXT NOT NULL
);
CREATE INDEX answers_ticket ON answers (ticket_id, id);
CREATE INDEX answers_draft ON answers (draft_id, id);

CREATE TABLE threads (
    ticket_id INTEGER PRIMARY KEY REFERENCES tickets (id),
    chat_id INTEGER NOT NULL,
    topic_id INTEGER,
    closed INTEGER NOT NULL
);
CREATE INDEX threads_topic ON threads (chat_id, topic_id);

CREATE TABLE thread_messages (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    sender_id INTEGER NOT NULL REFERENCES people (id),
    text TEXT NOT NULL,
    attachment_kind TEXT,
    attachment_file_id TEXT NOT NULL,
    attachment_file_name TEXT NOT NULL,
    album_id TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id)
);
CREATE INDEX thread_messages_ticket ON thread_messages (ticket_id, at, message_id);
CREATE INDEX thread_messages_album ON thread_messages (chat_id, album_id) WHERE album_id IS NOT NULL;

-- A matter may have been shown several times; `current` marks the messages that stand for it now.
CREATE TABLE links (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    ref INTEGER NOT NULL,
    part INTEGER NOT NULL,
    digest TEXT NOT NULL,
    current INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id)
);
CREATE UNIQUE INDEX links_current ON links (role, ref, part) WHERE current = 1;

CREATE TABLE feedback (
    id INTEGER PRIMARY KEY,
    label TEXT NOT NULL,
    text TEXT NOT NULL,
    inquiry_id INTEGER,
    at INTEGER NOT NULL
);

-- Rows as the program reads them: with the people they name, columns in the order of its values.

CREATE VIEW inquiry_rows AS
SELECT i.id, i.chat_id, i.thread_id, i.community,
       i.asker_id, asker.name AS asker_name, asker.kind AS asker_kind,
       asker.username AS asker_username,
       i.addressed, i.private, i.state, i.finding, i.kind, i.entry_id, i.candidates, i.peer_replies,
       i.created_at, i.touched_at, i.ticket_id
FROM inquiries i
JOIN people asker ON asker.id = i.asker_id;

CREATE VIEW ticket_rows AS
SELECT t.id, t.number, t.community, t.inquiry_id,
       t.asker_id, asker.name AS asker_name, asker.kind AS asker_kind,
       asker.username AS asker_username,
       t.origin_chat_id, t.origin_message_id, t.subject, t.status, t.ticket_class,
       t.holder_id, holder.name AS holder_name, holder.kind AS holder_kind,
       holder.username AS holder_username,
       t.department,
       t.officer_id, officer.name AS officer_name, officer.kind AS officer_kind,
       officer.username AS officer_username,
       t.reason, t.created_at, t.opened_at, t.updated_at
FROM tickets t
JOIN people asker ON asker.id = t.asker_id
LEFT JOIN people holder ON holder.id = t.holder_id
LEFT JOIN people officer ON officer.id = t.officer_id;

CREATE VIEW event_rows AS
SELECT e.id, e.ticket_id, e.at,
       e.actor_id, actor.name AS actor_name, actor.kind AS actor_kind,
       actor.username AS actor_username,
       e.action, e.status_before, e.status_after, e.reason
FROM events e
LEFT JOIN people actor ON actor.id = e.actor_id;

CREATE VIEW draft_rows AS
SELECT d.id, d.kind, d.ticket_id, d.community, d.chat_id, d.thread_id,
       d.author_id, author.name AS author_name, author.kind AS author_kind,
       author.username AS author_username,
       d.asked_chat_id, d.asked_message_id, d.channel, d.state, d.created_at, d.department
FROM drafts d
JOIN people author ON author.id = d.author_id;

CREATE VIEW answer_rows AS
SELECT a.id, a.ticket_id, a.draft_id, a.text, a.department,
       a.author_id, author.name AS author_name, author.kind AS author_kind,
       author.username AS author_username,
       a.published_at, a.edited_at, a.verdict, a.rating
FROM answers a
JOIN people author ON author.id = a.author_id;

CREATE VIEW thread_message_rows AS
SELECT m.ticket_id, m.chat_id, m.message_id,
       m.sender_id, sender.name AS sender_name, sender.kind AS sender_kind,
       sender.username AS sender_username,
       m.text, m.attachment_kind, m.attachment_file_id, m.attachment_file_name, m.album_id, m.at
FROM thread_messages m
JOIN people sender ON sender.id = m.sender_id;
