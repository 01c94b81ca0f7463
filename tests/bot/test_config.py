"""The configuration: from file and environment, and all its faults at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.config import ConfigError, load_settings, require_token, unknown_variables, variables
from bot.settings import Settings, to_duration
from tickets.policy import Policy

TOKEN = "123456789:AAE-abc_def"


def faults(environment: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(environment)
    assert str(caught.value) == "\n".join(str(fault) for fault in caught.value.faults)
    return [str(fault) for fault in caught.value.faults]


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(text: str, name: str = "huzhu.yaml") -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_with_nothing_set_the_defaults_hold() -> None:
    settings = load_settings({"PATH": "/bin", "HUZHU_LANGUAGE": ""})
    assert settings.windows.as_policy() == Policy()
    assert settings.api_base == "https://api.telegram.org"
    assert settings.database == Path("huzhu-data/huzhu.db")
    assert settings.limits.as_limits().group_per_minute == 20
    assert settings.webhook is None


def test_the_environment_sets_every_kind_of_value(write: Any) -> None:
    settings = load_settings(
        {
            "HUZHU_TOKEN_FILE": write(f"{TOKEN}\n", "token"),
            "HUZHU_ADMINS": " 900, 901 ,",
            "HUZHU_PEER_WINDOW": "0",
            "HUZHU_CONFIRM_WINDOW": "3d",
            "HUZHU_LIMITS_GROUP_PER_MINUTE": "0",
            "HUZHU_WEBHOOK_URL": "https://bot.example.org",
            "HUZHU_WEBHOOK_SECRET_FILE": write("s3cret", "secret"),
            "HUZHU_LOG_LEVEL": "debug",
            "HUZHU_INBOX_RETRIES": "2",
            "HUZHU_POLLING_TIMEOUT": "5s",
            "HUZHU_DATA": "/srv/huzhu",
        }
    )
    assert settings.token.get_secret_value() == TOKEN
    assert settings.admins == {900, 901}
    assert settings.windows.peer_window == timedelta(0)
    assert settings.windows.confirm_window == timedelta(days=3)
    assert settings.limits.group_per_minute == 0
    assert settings.webhook is not None
    assert settings.webhook.secret.get_secret_value() == "s3cret"
    assert (settings.log.level, settings.inbox.retries) == ("debug", 2)
    assert settings.polling.timeout == timedelta(seconds=5)
    assert settings.data == Path("/srv/huzhu")


def test_the_environment_wins_over_the_file(write: Any) -> None:
    path = write("language: en\nwindows: {quiet: 1s, album: 1s}\nlimits:\nadmins: 900\nknowledge: kb\n")
    environment = {"HUZHU_CONFIG": path, "HUZHU_QUIET": "9s", "HUZHU_LIMITS_PARALLEL_SENDS": "2"}
    settings = load_settings(environment)
    assert settings.language == "en"
    assert settings.windows.quiet == timedelta(seconds=9)
    assert settings.windows.album == timedelta(seconds=1)
    assert settings.limits.parallel_sends == 2
    assert settings.admins == {900}
    assert settings.knowledge == Path("kb")


def test_windows_may_stand_at_the_top_of_the_file(write: Any) -> None:
    path = write("peer_window: 5m\nquiet: 1s\nwindows: {quiet: 2s}\n")
    windows = load_settings({"HUZHU_CONFIG": path}).windows
    assert windows.peer_window == timedelta(minutes=5)
    assert windows.quiet == timedelta(seconds=2)
    found = faults({"HUZHU_CONFIG": write("peer_window: 5m\nwindows: 7\n")})
    assert any("windows" in fault for fault in found)


def test_settings_are_a_set_of_keys() -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate("peer_window: 5m")


def test_an_empty_file_is_no_fault(write: Any) -> None:
    assert load_settings({"HUZHU_CONFIG": write("# nothing yet\n")}).language == "zh"


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("https://api.telegram.org/", "https://api.telegram.org"),
        ("http://localhost:8081/bot", "http://localhost:8081"),
        ("http://localhost:8081/bot/", "http://localhost:8081"),
        (" http://localhost:8081/tg ", "http://localhost:8081/tg"),
    ],
)
def test_the_server_may_be_written_in_several_ways(given: str, base: str) -> None:
    assert load_settings({"HUZHU_API_BASE": given}).api_base == base


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10m", 600),
        ("3s", 3),
        ("0", 0),
        ("3d", 259_200),
        ("1.5h", 5400),
        (" 2 M ", 120),
        (45, 45),
        (0.5, 0.5),
    ],
)
def test_times_are_written_with_their_unit(text: object, seconds: float) -> None:
    assert to_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "ten", "-3s", "3w", True, None, "3 s s"])
def test_what_is_no_time_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="expected a time"):
        to_duration(text)


def test_all_faults_are_told_at_once_with_where_they_stand(write: Any, tmp_path: Path) -> None:
    path = write(
        "languag: zh\n"
        "windows:\n"
        "  peer_window: ten\n"
        "limits: {group_per_minute: -1}\n"
        "webhook: {url: 'http://x', port: 99}\n"
    )
    found = faults(
        {
            "HUZHU_CONFIG": path,
            "HUZHU_TOKEN": "secret-but-wrong",
            "HUZHU_API_BASE": "ftp://x",
            "HUZHU_LANGUAGE": "fr",
            "HUZHU_ADMINS": "900, wang",
            "HUZHU_WEBHOOK_SECRET_FILE": str(tmp_path / "none"),
        }
    )
    everything = "\n".join(found)
    for expected in (
        f"{path}, line 1, languag: is not a setting",
        f"{path}, line 3, windows.peer_window: expected a time",
        f"{path}, line 4, limits.group_per_minute: Input should be greater",
        f"{path}, line 5, webhook.url: expected an address that begins with https://",
        f"{path}, line 5, webhook, secret: missing",
        "HUZHU_ADMINS: expected user ids",
        "HUZHU_TOKEN: expected what @BotFather gave you",
        "HUZHU_API_BASE: expected the address",
        "HUZHU_LANGUAGE: Input should be 'zh' or 'en'",
        "HUZHU_WEBHOOK_SECRET_FILE",
    ):
        assert expected in everything
    assert "secret-but-wrong" not in everything


def test_a_webhook_given_by_half_in_the_environment_names_the_missing_half() -> None:
    assert faults({"HUZHU_WEBHOOK_URL": "https://x.org", "HUZHU_WEBHOOK_SECRET": "a b"}) == [
        "HUZHU_WEBHOOK_SECRET: expected 1 to 256 characters of A-Z, a-z, 0-9, _ and -"
    ]
    assert faults({"HUZHU_WEBHOOK_URL": "https://x.org"}) == ["webhook.secret: missing"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1\nb: 2", "line 2: is not valid YAML"),
        ("- 1\n- 2\n", "line 1: expected keys and values"),
        ("windows: 7\n", "line 1, windows:"),
        ("7: x\n", "line 1, 7: is not a setting"),
        ("'7': x\n7: y\n", "line 2, 7: is not a setting"),
    ],
)
def test_a_file_that_is_wrong_in_shape_is_told_with_its_line(write: Any, text: str, expected: str) -> None:
    assert any(expected in fault for fault in faults({"HUZHU_CONFIG": write(text)}))


def test_a_group_that_is_no_group_in_the_file_is_replaced_by_the_environment(write: Any) -> None:
    environment = {"HUZHU_CONFIG": write("log: loud\n"), "HUZHU_LOG_LEVEL": "error"}
    assert load_settings(environment).log.level == "error"


def test_files_that_cannot_be_read_are_told_with_the_cause(tmp_path: Path) -> None:
    binary = tmp_path / "token"
    binary.write_bytes(b"\xff\xfe")
    found = faults({"HUZHU_CONFIG": str(tmp_path / "none.yaml"), "HUZHU_TOKEN_FILE": str(binary)})
    assert "cannot be read: No such file" in found[0]
    assert "cannot be read: not UTF-8" in found[1]
    assert "not valid YAML" in faults({"HUZHU_CONFIG": str(binary)})[0]


@pytest.mark.parametrize("admins", ["[true]", "[-5]", "{}", "1.5"])
def test_admins_are_user_ids(write: Any, admins: str) -> None:
    assert "line 1, admins: expected user ids" in faults({"HUZHU_CONFIG": write(f"admins: {admins}\n")})[0]


def test_admins_may_be_a_list(write: Any) -> None:
    assert load_settings({"HUZHU_CONFIG": write("admins: [900, '901']\n")}).admins == {900, 901}


def test_a_token_is_required_where_one_is_needed() -> None:
    with pytest.raises(ConfigError, match="HUZHU_TOKEN_FILE"):
        require_token(Settings())
    settings = load_settings({"HUZHU_TOKEN": TOKEN})
    assert require_token(settings) is settings


def test_the_token_does_not_show_when_settings_are_printed() -> None:
    assert TOKEN not in repr(load_settings({"HUZHU_TOKEN": TOKEN}))


def test_a_variable_that_sets_nothing_is_named_and_does_no_harm() -> None:
    environment = {
        "HUZHU_TOKE": TOKEN,
        "HUZHU_ADMINS_FILE": "x",
        "HUZHU_LANGUAGE": "en",
        "HUZHU_WEBHOOK_SECRET_FILE": "",
        "HUZHU_CONFIG": "",
        "HOME": "/",
    }
    assert load_settings(environment).language == "en"
    assert unknown_variables(environment) == ("HUZHU_ADMINS_FILE", "HUZHU_TOKE")


def test_every_setting_has_its_variable() -> None:
    names = variables()
    assert names["HUZHU_PEER_WINDOW"] == ("windows", "peer_window")
    assert names["HUZHU_WEBHOOK_PORT"] == ("webhook", "port")
    assert len(set(names.values())) == len(names)
