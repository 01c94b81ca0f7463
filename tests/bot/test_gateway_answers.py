"""Answers that no healthy server gives: what may have taken effect is told apart from what cannot have."""

from __future__ import annotations

import json

import pytest

from bot.gateway import Gateway
from bot.outcomes import Outcome, Refused, Trouble, Uncertain
from bot.outgoing import CopyParts, EditText, Outgoing, Topic, TopicStep
from bot.request import AiohttpRequest, Api
from tests.bot.test_gateway import FORUM, GROUP, text
from tests.bot.test_request import UNKNOWN, raw_server, says
from tickets.identity import MessageId

ONE, TWO = MessageId(1), MessageId(2)
TEXT = text()
COPY = CopyParts(chat_id=GROUP, from_chat_id=FORUM, message_ids=(ONE,), attachments=())
ALBUM = CopyParts(chat_id=GROUP, from_chat_id=FORUM, message_ids=(ONE, TWO), attachments=())
CREATE = Topic(chat_id=FORUM, step=TopicStep.CREATE, name="LF-0001")
CLOSE = Topic(chat_id=FORUM, step=TopicStep.CLOSE, thread_id=5)
EDIT = EditText(chat_id=GROUP, message_id=ONE, html="x")


async def perform(step: Outgoing, payload: bytes, status: str = "200 OK") -> Outcome:
    """What becomes of a step where the server answers everything with this."""
    async with raw_server(says(payload, status)) as api_base:
        request = AiohttpRequest(api_base=api_base)
        async with request:
            return await Gateway(Api(request=request, api_base=api_base, token=UNKNOWN)).perform(step)


@pytest.mark.parametrize("step", [TEXT, COPY, ALBUM, CREATE])
@pytest.mark.parametrize(
    "answer",
    [
        {"ok": True},
        {"ok": True, "result": True},
        {"ok": True, "result": {"message_id": None, "message_thread_id": "x"}},
        {"ok": True, "result": ["x"]},
    ],
)
async def test_a_success_that_cannot_be_read_may_have_taken_effect(
    step: Outgoing, answer: dict[str, object]
) -> None:
    assert await perform(step, json.dumps(answer).encode()) == Uncertain()


async def test_an_edit_whose_success_cannot_be_read_is_made_again() -> None:
    assert await perform(EDIT, b'{"ok": true}') == Trouble()


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        (TEXT, Uncertain()),
        (COPY, Uncertain()),
        (ALBUM, Uncertain()),
        (CREATE, Uncertain()),
        (EDIT, Trouble()),
        (CLOSE, Trouble()),
    ],
)
@pytest.mark.parametrize("payload", [b"<html>", b'{"ok": false, "description": "Internal Server Error"}'])
async def test_a_server_error_may_come_after_the_effect(
    step: Outgoing, outcome: Outcome, payload: bytes
) -> None:
    assert await perform(step, payload, "500 Internal Server Error") == outcome


@pytest.mark.parametrize("payload", [b"<html>", b'{"ok": false, "description": "Not Found"}'])
async def test_a_method_that_the_server_lacks_is_refused_for_good(payload: bytes) -> None:
    assert isinstance(await perform(TEXT, payload, "404 Not Found"), Refused)


async def test_a_rejected_token_is_trouble_that_people_can_end() -> None:
    payload = b'{"ok": false, "description": "Unauthorized"}'
    assert await perform(TEXT, payload, "401 Unauthorized") == Trouble()


async def test_what_never_reached_the_server_had_no_effect() -> None:
    async with raw_server(says(b"")) as api_base:
        pass  # from here on nobody listens there
    request = AiohttpRequest(api_base=api_base)
    gateway = Gateway(Api(request=request, api_base=api_base, token=UNKNOWN))
    assert await gateway.perform(TEXT) == Trouble(), "not even opened"
    async with request:
        assert await gateway.perform(TEXT) == Trouble()
