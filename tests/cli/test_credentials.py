"""Who asks is proven by a token that nobody sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.house import House, token


def test_whoever_proves_nothing_is_turned_away_and_told_how_to(house: House) -> None:
    ended = house.commands("stock", "list")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("UNAUTHENTICATED: ")
    assert "Say who you are: GATE_TOKEN or --token-file" in ended.stderr


def test_the_token_says_which_system_it_is(house: House, tmp_path: Path) -> None:
    assert house("wms", "stock", "receive", "MUG:5", "--actor", "kim").exit_code == 0
    file = tmp_path / "token"
    file.write_text(f"{token('wms')}\n")
    assert house.commands("stock", "receive", "MUG:5", "--token-file", str(file)).exit_code == 0
    assert house.commands("stock", "receive", "MUG:5", env={"GATE_TOKEN_FILE": str(file)}).exit_code == 0
    rows = house("wms", "ledger", "-o", "jsonl").rows
    assert [(row["system"], row["actor"]) for row in rows] == [("wms", "kim"), ("wms", ""), ("wms", "")]


def test_another_name_than_that_of_the_token_is_a_lie(house: House) -> None:
    ended = house("wms", "stock", "receive", "MUG:5", "--system", "shop", "-o", "json")
    assert (ended.exit_code, ended.error["reason"]) == (1, "NOT_PERMITTED")


def test_what_the_map_does_not_give_is_refused_with_where_to_look(house: House) -> None:
    ended = house("shop", "stock", "receive", "MUG:5")
    assert (ended.exit_code, ended.stderr.startswith("NOT_PERMITTED: ")) == (1, True)
    assert "gate handoffs show" in ended.stderr


@pytest.mark.parametrize("output", ["table", "json"])
def test_a_wrong_token_is_told_nowhere(house: House, output: str) -> None:
    ended = house.commands("stock", "list", "-o", output, env={"GATE_TOKEN": "wrong-token-of-mine"})
    assert ended.exit_code == 1
    assert "wrong-token-of-mine" not in ended.stdout + ended.stderr


def test_a_token_is_no_argument_since_whoever_lists_processes_would_see_it(house: House) -> None:
    ended = house.commands("stock", "list", "--token", token("wms"))
    assert (ended.exit_code, "No such option" in ended.stderr) == (2, True)


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"GATE_TOKEN_FILE": "/nowhere"}, "The token file /nowhere cannot be read: No such file or directory."),
        ({"GATE_TOKEN": "two words"}, "token travels as a header: printable ASCII without blanks only."),
        ({"GATE_CA": "/nowhere"}, "/nowhere cannot be read: No such file or directory."),
        ({"GATE_CLIENT_KEY": "/nowhere"}, "a client certificate needs both cert and key."),
    ],
)
def test_what_cannot_prove_anything_is_wrong_usage(house: House, env: dict[str, str], told: str) -> None:
    ended = house.commands("stock", "list", env=env)
    assert (ended.exit_code, ended.stderr) == (2, f"{told}\n")
