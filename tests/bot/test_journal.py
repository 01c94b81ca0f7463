"""The log tells events and ids; never what anybody wrote, never the token."""

from __future__ import annotations

import io
import json
import logging
import warnings

import pytest

from bot.journal import Journal, LibraryLog, adopt_libraries

TOKEN = "7000000001:AAE-a_token_of-thirty_five_characters"


def lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def fail(words: str) -> Exception:
    try:
        int(words)
    except ValueError as error:
        return error
    raise AssertionError


def test_an_event_is_one_line_with_its_ids(journal: Journal, log: io.StringIO) -> None:
    journal.debug("a", chat=-5)
    journal.info("b", update=7)
    journal.warning("c", seconds=1.5)
    journal.error("d", error="KeyError")
    assert [(line["event"], line["level"]) for line in lines(log)] == [
        ("a", "debug"),
        ("b", "info"),
        ("c", "warning"),
        ("d", "error"),
    ]
    assert lines(log)[0]["chat"] == -5
    assert str(lines(log)[0]["timestamp"]).endswith("Z")


def test_what_is_below_the_level_is_left_out() -> None:
    log = io.StringIO()
    journal = Journal(level="warning", stream=log)
    journal.info("quiet")
    journal.warning("loud")
    assert [line["event"] for line in lines(log)] == ["loud"]


def test_an_error_is_told_by_class_and_place_alone(journal: Journal, log: io.StringIO) -> None:
    journal.failure("update_failed", fail("王敏的电话"), update=7)
    (line,) = lines(log)
    assert line["error"] == "ValueError"
    assert str(line["at"]).startswith("test_journal.py:")
    assert "王敏" not in log.getvalue()


@pytest.mark.parametrize("secret", [TOKEN, "hook-secret"])
def test_secrets_are_cut_out_wherever_they_appear(secret: str) -> None:
    log = io.StringIO()
    Journal(stream=log, secrets=["hook-secret", ""]).info("x", url=f"https://api/bot{secret}/getMe")
    assert secret not in log.getvalue()
    assert "…" in log.getvalue()


def test_people_get_keys_and_values() -> None:
    log = io.StringIO()
    Journal(stream=log, readable=True).info("started", bot=7)
    assert "event='started'" in log.getvalue()
    assert "bot=7" in log.getvalue()


@pytest.fixture
def logger(journal: Journal) -> logging.Logger:
    logger = logging.getLogger("some.library")
    logger.handlers = [LibraryLog(journal)]
    logger.propagate = False
    return logger


def test_libraries_are_heard_without_their_words(logger: logging.Logger, log: io.StringIO) -> None:
    logger.warning("update %s", "王敏的电话")
    logger.error("update %s", "王敏的电话")
    logger.error("failed", exc_info=fail("王敏的电话"))
    logger.info("not of interest")
    assert [line["level"] for line in lines(log)] == ["warning", "error", "error"]
    assert {line["logger"] for line in lines(log)} == {"some.library"}
    assert "王敏" not in log.getvalue()


def test_adopting_takes_everything_that_libraries_say(journal: Journal, log: io.StringIO) -> None:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            adopt_libraries(journal)
            warnings.warn("secret words", stacklevel=1)
    finally:
        logging.captureWarnings(capture=False)
        root.handlers, root.level = before, level
    assert [line["logger"] for line in lines(log)] == ["py.warnings"]
    assert "secret words" not in log.getvalue()
