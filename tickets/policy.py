"""The times that a community may set, and what they are if it sets none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

LOCAL: Final = ZoneInfo("Asia/Shanghai")  # whose calendar decides when an entry is out of date


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """Every span may be zero: then the bot does not wait.

    Ten minutes are what colleagues need to look at their phones, three days what an asker needs to see
    whether an answer holds; the shorter spans were chosen for how people type on a phone.
    """

    peer_window: timedelta = timedelta(minutes=10)  # how long peers may answer before a ticket opens
    quiet: timedelta = timedelta(seconds=4)  # a pause this long ends a question typed in several messages
    look_back: timedelta = timedelta(seconds=60)  # how long what is added belongs to a question asked
    fragments: timedelta = timedelta(seconds=20)  # how long half a sentence or a photo waits
    album: timedelta = timedelta(seconds=2)  # albums have no end marker; the rest comes within this time
    confirm_window: timedelta = timedelta(days=3)  # silence this long after an answer closes the ticket
    reopen_window: timedelta = timedelta(days=7)  # after closing, "not solved" still reopens this long
    peers_confirm_window: timedelta = timedelta(days=1)  # the asker's time to say whether peers helped
