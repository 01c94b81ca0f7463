"""What Telegram says no with. One exception carries an error code, the exact description and the
optional response parameters, so that every rule of the sandbox can refuse in Telegram's own words."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):  # noqa: N818 - an answer of Telegram, not a defect
    """A request that Telegram refuses: HTTP-like `code`, `description`, optional `parameters`."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(text: str) -> Refusal:
    """400 with the prefix that the Bot API server puts before every such text."""
    return Refusal(400, f"Bad Request: {text}")


def forbidden(text: str) -> Refusal:
    """403, final for the caller."""
    return Refusal(403, f"Forbidden: {text}")


def conflict(text: str) -> Refusal:
    """409, raised when two receivers of updates exclude one another."""
    return Refusal(409, f"Conflict: {text}")


def too_many_requests(retry_after: int) -> Refusal:
    """429; `retry_after` is in whole seconds."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})
