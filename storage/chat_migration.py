"""What happens to the rows when a group becomes a supergroup and its id changes.

Whatever names the chat as a place follows it. Messages are another matter: the new chat counts its message
ids from the beginning, so an old id may soon belong to a stranger's message. Links to the bot's own old
messages are dropped, a place that named an old message names none any more (message id 0), and what was
said in threads keeps the address at which it was said.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from tickets.identity import ChatId

_REKEY: Final = (
    # If the new id was bound already, that binding is the later word: then the old one is left to _DROP.
    """
    UPDATE chats SET chat_id = :new
    WHERE chat_id = :old AND NOT EXISTS (SELECT 1 FROM chats WHERE chat_id = :new)
    """,
    "UPDATE chats SET bound_by = :new WHERE bound_by = :old",
    "UPDATE inquiries SET chat_id = :new WHERE chat_id = :old",
    "UPDATE parts SET chat_id = :new, message_id = 0 WHERE chat_id = :old",
    "UPDATE tickets SET origin_chat_id = :new, origin_message_id = 0 WHERE origin_chat_id = :old",
    "UPDATE drafts SET chat_id = :new WHERE chat_id = :old",
    "UPDATE drafts SET asked_chat_id = :new, asked_message_id = 0 WHERE asked_chat_id = :old",
    "UPDATE threads SET chat_id = :new WHERE chat_id = :old",
    # An anonymous administrator speaks under the group's id and so becomes another person with it.
    """
    INSERT INTO people (id, name, kind, username, updated_at)
    SELECT :new, name, kind, username, updated_at FROM people WHERE id = :old
    ON CONFLICT (id) DO NOTHING
    """,
    """
    INSERT INTO people_communities (person_id, community)
    SELECT :new, community FROM people_communities WHERE person_id = :old
    ON CONFLICT DO NOTHING
    """,
    "UPDATE fragments SET sender_id = :new WHERE sender_id = :old",
    "UPDATE inquiries SET asker_id = :new WHERE asker_id = :old",
    "UPDATE tickets SET asker_id = :new WHERE asker_id = :old",
    "UPDATE tickets SET holder_id = :new WHERE holder_id = :old",
    "UPDATE tickets SET officer_id = :new WHERE officer_id = :old",
    "UPDATE events SET actor_id = :new WHERE actor_id = :old",
    "UPDATE drafts SET author_id = :new WHERE author_id = :old",
    "UPDATE answers SET author_id = :new WHERE author_id = :old",
    "UPDATE thread_messages SET sender_id = :new WHERE sender_id = :old",
)

_DROP: Final = (
    "DELETE FROM chats WHERE chat_id = :old",
    "DELETE FROM fragments WHERE chat_id = :old",
    "DELETE FROM links WHERE chat_id = :old",
    "DELETE FROM people_communities WHERE person_id = :old",
    "DELETE FROM people_reachable WHERE person_id = :old",
    "DELETE FROM people WHERE id = :old",
)


def rekey_chat(connection: sqlite3.Connection, old: ChatId, new: ChatId) -> None:
    """Make `new` of every `old`, except in the outbox, which knows its own rules."""
    ids = {"old": old, "new": new}
    for statement in (*_REKEY, *_DROP):
        connection.execute(statement, ids)
