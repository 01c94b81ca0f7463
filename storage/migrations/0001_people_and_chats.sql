-- Why: who speaks and where. Everything else refers to people and chats by the ids kept here.
--
-- INTEGER holds 64 bits in SQLite (PostgreSQL: read BIGINT). Times are microseconds since 1970 in UTC,
-- truth values are 0 and 1, enumerations are the words of the program's enums, lists are JSON.

-- One counter for the ids of all kinds of rows, so that no id is ever given twice or means two things.
CREATE TABLE sequence (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    value INTEGER NOT NULL
);
INSERT INTO sequence (id, value) VALUES (1, 0);

CREATE TABLE communities (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    counter INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE chats (
    chat_id INTEGER PRIMARY KEY,
    room TEXT NOT NULL,
    community TEXT,
    title TEXT NOT NULL,
    is_forum INTEGER NOT NULL,
    language TEXT NOT NULL,
    bound_by INTEGER NOT NULL,
    bound_at INTEGER NOT NULL
);
CREATE INDEX chats_room ON chats (room, community, bound_at);

-- A group that grew changed its id; messages sent before `migrated_at` have ids that no longer hold.
CREATE TABLE migrations_of_chats (
    old_id INTEGER PRIMARY KEY,
    new_id INTEGER NOT NULL,
    migrated_at INTEGER NOT NULL
);
CREATE INDEX migrations_of_chats_new ON migrations_of_chats (new_id);

-- An empty username means none, so that "has it changed" is one plain comparison.
CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    username TEXT NOT NULL,
    updated_at INTEGER NOT NULL
);

CREATE TABLE people_communities (
    person_id INTEGER NOT NULL,
    community TEXT NOT NULL,
    PRIMARY KEY (person_id, community)
);

-- Apart from people, because a start or a block may be the first thing known of somebody.
CREATE TABLE people_reachable (
    person_id INTEGER PRIMARY KEY,
    reachable INTEGER NOT NULL
);
