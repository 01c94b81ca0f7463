"""Reads the configuration: a yaml file, the environment over it, secrets from files of their own.

All faults are reported at once, each with the key, where it stands and what was expected, so that nobody
starts the program ten times to find ten mistakes. Values are never repeated: a misplaced one may be secret.

    key                        environment
    token                      HUZHU_TOKEN, or HUZHU_TOKEN_FILE with the name of a file that holds it
    api_base, data, admins,    HUZHU_API_BASE, HUZHU_DATA, HUZHU_ADMINS (ids with commas between),
    knowledge, language        HUZHU_KNOWLEDGE, HUZHU_LANGUAGE
    windows.peer_window …      HUZHU_PEER_WINDOW, HUZHU_QUIET … (the name of the window alone)
    limits.overall_per_second  HUZHU_LIMITS_OVERALL_PER_SECOND, and so on for every group of keys
    webhook.secret             HUZHU_WEBHOOK_SECRET, or HUZHU_WEBHOOK_SECRET_FILE
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ValidationError

from bot.settings import InboxSettings, Log, Polling, SendLimits, Settings, Webhook, Windows

_PREFIX: Final = "HUZHU_"
_FILE: Final = "_FILE"
_CONFIG: Final = "HUZHU_CONFIG"
_GROUPS: Final[Mapping[str, type[BaseModel]]] = {
    "webhook": Webhook,
    "windows": Windows,
    "limits": SendLimits,
    "log": Log,
    "inbox": InboxSettings,
    "polling": Polling,
}
_SECRETS: Final = frozenset({("token",), ("webhook", "secret")})
_PLAIN: Final = tuple(name for name in Settings.model_fields if name not in _GROUPS)

Key = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One mistake: where it stands (a variable, or file, line and key) and what was expected there."""

    where: str
    problem: str

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}"


class ConfigError(Exception):
    """The configuration cannot be used; `faults` names every mistake in it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


def variables() -> dict[str, Key]:
    """Every environment variable that is read, and the key that it sets (`*_FILE` ones aside)."""
    names: dict[str, Key] = {f"{_PREFIX}{name.upper()}": (name,) for name in _PLAIN}
    for group, model in _GROUPS.items():
        for name in model.model_fields:
            prefix = "" if group == "windows" else f"{group.upper()}_"
            names[f"{_PREFIX}{prefix}{name.upper()}"] = (group, name)
    return names


def load_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that this environment, and the file it names, ask for. Raises `ConfigError`."""
    faults: list[Fault] = []
    places: dict[Key, str] = {}
    values: dict[str, Any] = {}
    if path := environment.get(_CONFIG):
        values = _read_file(Path(path), places, faults)
    _overlay(environment, values, places, faults)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        faults += [_explain(each, places) for each in error.errors(include_input=False, include_url=False)]
        raise ConfigError(tuple(faults)) from None
    if faults:
        raise ConfigError(tuple(faults))
    return settings


def unknown_variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Variables that look like ours and set nothing: most likely misspelt, so whoever starts us is told."""
    known = variables()
    secrets = {f"{name}{_FILE}" for name, key in known.items() if key in _SECRETS}
    return tuple(
        name
        for name in sorted(environment)
        if name.startswith(_PREFIX) and name != _CONFIG and name not in known and name not in secrets
    )


def require_token(settings: Settings) -> Settings:
    """The settings, if they hold a token. Raises `ConfigError`."""
    if settings.token.get_secret_value():
        return settings
    problem = "missing; get one from @BotFather and set it, or name a file that holds it in HUZHU_TOKEN_FILE"
    raise ConfigError((Fault(where="HUZHU_TOKEN", problem=problem),))


def _read_file(path: Path, places: dict[Key, str], faults: list[Fault]) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except OSError as error:
        where = f"{_CONFIG} ({path})"
        faults.append(Fault(where=where, problem=f"cannot be read: {error.strerror}"))
        return {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        faults.append(Fault(where=f"{path}{line}", problem="is not valid YAML in UTF-8"))
        return {}
    if values is None:
        return {}
    if not isinstance(values, dict):
        problem = 'expected keys and values, such as "language: zh"'
        faults.append(Fault(where=f"{path}, line 1", problem=problem))
        return {}
    _locate(node, path, (), places)
    return {str(key): dict(value) if isinstance(value, dict) else value for key, value in values.items()}


def _locate(node: yaml.Node | None, path: Path, parent: Key, places: dict[Key, str]) -> None:
    """Note on which line each key stands."""
    if not isinstance(node, yaml.MappingNode):
        return
    for name, value in node.value:
        key = (*parent, str(name.value))
        places[key] = f"{path}, line {name.start_mark.line + 1}, {'.'.join(key)}"
        _locate(value, path, key, places)


def _overlay(
    environment: Mapping[str, str], values: dict[str, Any], places: dict[Key, str], faults: list[Fault]
) -> None:
    """Put the environment's values over the file's. An empty variable counts as not set."""
    known = variables()
    for name, raw in sorted(environment.items()):
        if not name.startswith(_PREFIX) or name == _CONFIG or not raw:
            continue
        key, value = known.get(name), raw
        if key is None and known.get(name.removesuffix(_FILE)) in _SECRETS:
            key = known[name.removesuffix(_FILE)]
            found = _read_secret(name, Path(raw), faults)
            if found is None:
                continue
            value = found
        if key is None:
            continue  # told by `unknown_variables`: an environment is shared with others
        places[key] = name
        _put(values, key, value)


def _read_secret(name: str, path: Path, faults: list[Fault]) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or "not UTF-8"
        faults.append(Fault(where=f"{name} ({path})", problem=f"cannot be read: {cause}"))
        return None


def _put(values: dict[str, Any], key: Key, value: str) -> None:
    group = values
    for name in key[:-1]:
        inner = group.get(name)
        if not isinstance(inner, dict):
            inner = group[name] = {}
        group = inner
    group[key[-1]] = value


def _explain(error: Any, places: Mapping[Key, str]) -> Fault:
    key = tuple(str(part) for part in error["loc"])
    found = (places[key[:size]] for size in range(len(key), 0, -1) if key[:size] in places)
    where = next(found, ".".join(key))
    match error["type"]:
        case "extra_forbidden":
            problem = "is not a setting of this program; is it misspelt?"
        case "missing":
            where, problem = f"{where}, {key[-1]}" if where != ".".join(key) else where, "missing"
        case _:
            problem = str(error["msg"]).removeprefix("Value error, ")
    return Fault(where=where, problem=problem)
