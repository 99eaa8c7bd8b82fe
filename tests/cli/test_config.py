from __future__ import annotations

from pathlib import Path

import pytest

from gate_service.settings import CONFIG_ENV, Settings
from gate_service.settings.model import kinds
from tests.cli.driving import Commands

NOWHERE = Commands("127.0.0.1:1", "MAIN")
"""Settings need no gate."""


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_setting_is_shown_with_its_origin(empty_folder: Path) -> None:
    (empty_folder / "gate.toml").write_text("drain_ms = 5\n[buffers]\nweb = 3\n")
    shown = NOWHERE(
        "config", "show", "--origin", "-o", "json", "--safety-stock", "7", env={"GATE_LOG_LEVEL": "debug"}
    ).data
    assert list(shown) == list(kinds())
    assert shown["safety_stock"] == {"value": 7, "origin": "flag"}
    assert shown["log_level"] == {"value": "debug", "origin": "env GATE_LOG_LEVEL"}
    assert shown["drain_ms"] == {"value": 5, "origin": "file gate.toml"}
    assert shown["buffers"] == {"value": {"web": 3}, "origin": "file gate.toml"}
    assert shown["grace_ms"] == {"value": Settings().grace_ms, "origin": "default"}


def test_for_people_it_is_a_table_and_without_a_password() -> None:
    shown = NOWHERE("config", "show", "--origin", "--redis-url", "redis://:secret@host:6379/0")
    rows = [line.split() for line in shown.stdout.splitlines()]
    assert rows[0] == ["setting", "value", "from"]
    assert ["redis_url", "redis://:***@host:6379/0", "flag"] in rows
    assert ["queue_limit", "20000", "default"] in rows
    assert ["origin"] not in rows
    assert "secret" not in shown.stdout


@pytest.mark.parametrize("by_flag", [True, False])
def test_another_file_is_named_by_a_flag_or_a_variable(empty_folder: Path, *, by_flag: bool) -> None:
    (empty_folder / "gate.toml").write_text("queue_limit = 1\n")
    (empty_folder / "other.toml").write_text("queue_limit = 2\n")
    args, env = (("--config", "other.toml"), {}) if by_flag else ((), {CONFIG_ENV: "other.toml"})
    assert NOWHERE("config", "show", "-o", "json", *args, env=env).data["queue_limit"] == 2


def test_a_mistake_ends_with_2(empty_folder: Path) -> None:
    assert NOWHERE("config", "show", "--config", "none.toml").exit_code == 2
    (empty_folder / "gate.toml").write_text("lisen = 'a:1'\n")
    ended = NOWHERE("config", "show")
    assert ended.exit_code == 2
    assert ended.stderr == "There is no setting 'lisen' (file gate.toml). Did you mean listen?\n"


def test_every_setting_has_a_flag_that_says_what_it_is_for() -> None:
    told = " ".join(NOWHERE("serve", "--help", env={"COLUMNS": "400"}).stdout.split())
    for key, kind in kinds().items():
        assert f"--{key.replace('_', '-')}" in told
        assert f"{kind.about} (GATE_{key.upper()}" in told
