"""The shape of the configuration: every key, its default and what it may be.

Reading it from files and the environment is `bot.config`'s; here are only values that refuse nonsense.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from bot.budget import Limits
from tickets.policy import Policy

TELEGRAM: Final = "https://api.telegram.org"
_UNITS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|[smhd]?)\s*", re.IGNORECASE)
_MANY: Final = (list, tuple, set, frozenset)
_TOKEN: Final = re.compile(r"\d+:[A-Za-z0-9_-]+")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")


def to_duration(value: Any) -> timedelta:
    """Read "10m", "3s", "3d", "1.5h", "0" or a number of seconds. Raises `ValueError`."""
    if isinstance(value, timedelta):
        return value
    found = None if isinstance(value, bool) else _DURATION.fullmatch(str(value))
    if found is None:
        raise ValueError('expected a time such as "10m", "3s", "3d" or "0"')
    number, unit = found.groups()
    return timedelta(seconds=float(number) * _UNITS[unit.lower() or "s"])


def _read_ids(value: Any) -> Any:
    """Ids as a list, as one number, or as text with commas between them."""
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, _MANY) else [value]
    words = [str(part).strip() for part in parts if part != ""]
    if not all(word.isdecimal() and int(word) > 0 for word in words if word):
        raise ValueError("expected user ids, which are positive numbers, with commas between them")
    return [int(word) for word in words if word]


def _check_api_base(value: str) -> str:
    base = value.strip().rstrip("/").removesuffix("/bot").rstrip("/")
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected the address of a Bot API server, such as https://api.telegram.org")
    return base


def _check_token(value: SecretStr) -> SecretStr:
    token = value.get_secret_value().strip()
    if token and not _TOKEN.fullmatch(token):
        raise ValueError("expected what @BotFather gave you, such as 123456789:AAE…")
    return SecretStr(token)


def _check_secret(value: SecretStr) -> SecretStr:
    if not _SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("expected 1 to 256 characters of A-Z, a-z, 0-9, _ and -")
    return value


def _check_webhook_url(value: str) -> str:
    """Telegram itself calls only https; a Bot API server on this machine may call plainly."""
    parts = urlsplit(value)
    if parts.scheme != "https" and (parts.scheme, parts.hostname in _LOOPBACK) != ("http", True):
        raise ValueError("expected an address that begins with https://")
    return value


def _lift_windows(values: Any) -> Any:
    """`peer_window: 5m` at the top level means the same as under `windows:`."""
    if not isinstance(values, dict):
        return values
    lifted = {name: values[name] for name in Windows.model_fields if name in values}
    windows = values.get("windows", {})
    if not lifted or not isinstance(windows, dict):
        return values
    rest = {name: value for name, value in values.items() if name not in lifted}
    return {**rest, "windows": {**lifted, **windows}}


Span = Annotated[timedelta, BeforeValidator(to_duration)]
Count = Annotated[int, Field(ge=0)]


class Part(BaseModel):
    """A group of keys; an unknown key is a fault, because it is most likely a misspelt one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_POLICY: Final = Policy()
_LIMITS: Final = Limits()


class Windows(Part):
    """The times of `tickets.policy.Policy`, each by its name there."""

    peer_window: Span = _POLICY.peer_window
    quiet: Span = _POLICY.quiet
    look_back: Span = _POLICY.look_back
    fragments: Span = _POLICY.fragments
    album: Span = _POLICY.album
    confirm_window: Span = _POLICY.confirm_window
    reopen_window: Span = _POLICY.reopen_window
    peers_confirm_window: Span = _POLICY.peers_confirm_window

    def as_policy(self) -> Policy:
        """The same times as the rules know them."""
        return Policy(**{name: getattr(self, name) for name in type(self).model_fields})


class SendLimits(Part):
    """How fast may be sent; 0 means without limit, but for `parallel_sends`."""

    overall_per_second: Count = _LIMITS.overall_per_second
    group_per_minute: Count = _LIMITS.group_per_minute
    private_per_second: Count = _LIMITS.private_per_second
    parallel_sends: Annotated[int, Field(ge=1, le=1000)] = _LIMITS.parallel_sends

    def as_limits(self) -> Limits:
        """The same limits as the budget knows them."""
        return Limits(**self.model_dump())


class Webhook(Part):
    """Where the messenger sends updates, if it is to send them instead of being asked."""

    url: Annotated[str, AfterValidator(_check_webhook_url)]
    secret: Annotated[SecretStr, AfterValidator(_check_secret)]
    listen: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8443
    path: Annotated[str, Field(pattern="^/")] = "/telegram"


class Log(Part):
    level: Literal["debug", "info", "warning", "error"] = "info"


class InboxSettings(Part):
    retries: Annotated[int, Field(ge=0, le=100)] = 5


class Polling(Part):
    """`timeout`: how long the server holds a request while there is nothing new."""

    timeout: Span = timedelta(seconds=30)


class Settings(Part):
    """The whole configuration. `token` is empty for what needs none."""

    token: Annotated[SecretStr, AfterValidator(_check_token)] = SecretStr("")
    api_base: Annotated[str, AfterValidator(_check_api_base)] = TELEGRAM
    data: Path = Path("huzhu-data")
    admins: Annotated[frozenset[int], BeforeValidator(_read_ids)] = frozenset()
    knowledge: Path | None = None
    language: Literal["zh", "en"] = "zh"
    webhook: Webhook | None = None
    windows: Windows = Windows()
    limits: SendLimits = SendLimits()
    log: Log = Log()
    inbox: InboxSettings = InboxSettings()
    polling: Polling = Polling()

    @model_validator(mode="before")
    @classmethod
    def _accept_windows_at_the_top(cls, values: Any) -> Any:
        return _lift_windows(values)

    @property
    def database(self) -> Path:
        """The database file within the data folder."""
        return self.data / "huzhu.db"
