"""The program's log: what happened and the ids it happened to, never what anybody wrote.

One line per event, JSON by default. Values are ids, counts and names of ours; an error is told by its class
and where it was raised, because its message may quote a person or hold the token. Libraries write through
the same door: of theirs only the logger, the place and the error's class are kept.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}
Value = str | int | float | None

_TOKEN: Final = re.compile(r"\d{5,}:[A-Za-z0-9_-]{10,}")
_HIDDEN: Final = "…"
_FRAMES: Final = 8  # of a traceback, the innermost


class Journal:
    """Writes events. Every part of the program is given one; there is none in a global."""

    def __init__(
        self,
        *,
        level: str = "info",
        secrets: Iterable[str] = (),
        stream: TextIO | None = None,
        readable: bool = False,
    ) -> None:
        """`level` is one of `LEVELS`; `secrets` are cut out wherever they appear; `readable`: no JSON."""
        processors: list[Processor] = [
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redactor(tuple(secret for secret in secrets if secret)),
            _writer(readable=readable),
        ]
        self._logger = structlog.wrap_logger(
            structlog.PrintLogger(stream or sys.stderr),
            processors=processors,
            wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
            cache_logger_on_first_use=True,
        )

    def debug(self, event: str, **ids: Value) -> None:
        """Something ordinary, of use when looking for a fault."""
        self._logger.debug(event, **ids)

    def info(self, event: str, **ids: Value) -> None:
        """Something that an operator may like to know."""
        self._logger.info(event, **ids)

    def warning(self, event: str, **ids: Value) -> None:
        """Something that went wrong and is being taken care of."""
        self._logger.warning(event, **ids)

    def error(self, event: str, **ids: Value) -> None:
        """Something that somebody has to look at."""
        self._logger.error(event, **ids)

    def failure(self, event: str, error: BaseException, **ids: Value) -> None:
        """An error of ours: its class and where it came from, without its message."""
        self._logger.error(event, error=type(error).__name__, at=where(error), **ids)


def where(error: BaseException) -> str:
    """The innermost places of a traceback, innermost last: `file.py:12 < …` without any message."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames)


class LibraryLog(logging.Handler):
    """Takes what libraries log, and passes on only what cannot hold anybody's words."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(logging.WARNING)
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        place = f"{PurePath(record.pathname).name}:{record.lineno}"
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            self._journal.failure("library", error, logger=record.name, place=place)
        elif record.levelno >= logging.ERROR:
            self._journal.error("library", logger=record.name, place=place)
        else:
            self._journal.warning("library", logger=record.name, place=place)


def adopt_libraries(journal: Journal) -> LibraryLog:
    """Make this process's libraries log through `journal`; for the command line, once per process."""
    handler = LibraryLog(journal)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    return handler


def _redactor(secrets: tuple[str, ...]) -> Processor:
    def redact(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        return {key: _clean(value, secrets) for key, value in event.items()}

    return redact


def _clean(value: Any, secrets: tuple[str, ...]) -> Any:
    if not isinstance(value, str):
        return value
    for secret in secrets:
        value = value.replace(secret, _HIDDEN)
    return _TOKEN.sub(_HIDDEN, value)


def _writer(*, readable: bool) -> Processor:
    if readable:
        return structlog.processors.KeyValueRenderer(
            key_order=["timestamp", "level", "event"], drop_missing=True
        )
    return structlog.processors.JSONRenderer(ensure_ascii=False)
