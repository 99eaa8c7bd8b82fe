"""What the command line says where the gate is not sure: a location is fenced, or the store is away."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import redis

from fulfillment_gate.health import probe
from gate_service.embedded.valkey import EmbeddedStore
from gate_service.ledger import keys
from tests.cli.driving import Commands
from tests.gate_process import PATIENCE_S, gate_serving

SOUND, FENCED = "DC-1", "DC-2"
FENCE = {"since_ms": 1_790_000_000_000, "remembered": [1, 9, "b" * 40], "found": [1, 2, "a" * 40]}


@dataclass(frozen=True)
class Doubtful:
    """A gate with a location that is fenced, and its store."""

    commands: Commands
    store: EmbeddedStore

    def at(self, location: str) -> Commands:
        return replace(self.commands, location=location)


@pytest.fixture(scope="module")
def doubtful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doubtful]:
    folder: Path = tmp_path_factory.mktemp("doubtful")
    with EmbeddedStore.start(folder / "store") as store, gate_serving(store.url, folder) as gate:
        found = Doubtful(Commands(gate.address, SOUND), store)
        for location in (SOUND, FENCED):
            assert found.at(location)("stock", "receive", "MUG:10").exit_code == 0
            assert found.at(location)("reserve", "A-1", "MUG:3").exit_code == 0
        with redis.Redis.from_url(store.url) as client:
            client.hset(keys.meta(FENCED), "fenced", json.dumps(FENCE))
        yield found


READS = [
    ("stock", "list"),
    ("stock", "get", "MUG"),
    ("reservation", "A-1"),
    ("ledger",),
    ("feeds",),
    ("shortages",),
    ("unmatched", "list"),
    ("stock", "hold", "list"),
    ("incoming", "list"),
]


@pytest.mark.parametrize("command", READS, ids=" ".join)
def test_whatever_is_read_of_a_fenced_location_is_shown_and_said_to_be_so(
    doubtful: Doubtful, command: tuple[str, ...]
) -> None:
    ended = doubtful.at(FENCED)(*command)
    assert ended.exit_code == 4
    assert ended.stdout
    assert f"FENCED {FENCED} since 2026-09-21" in ended.stderr
    assert f"gate recover {FENCED}" in ended.stderr
    assert doubtful.at(SOUND)(*command).stderr == ""
    assert doubtful.at(SOUND)(*command).exit_code == 0


@pytest.mark.parametrize("command", READS, ids=" ".join)
def test_a_program_hears_of_a_fence_in_the_answer_and_beside_it(doubtful: Doubtful, command: tuple[str, ...]) -> None:
    ended = doubtful.at(FENCED)(*command, "-o", "json")
    assert ended.exit_code == 4
    assert ended.data["lineage"]["fenced"]
    assert json.loads(ended.stderr) == {
        "warning": {"reason": "LOCATION_FENCED", "location_id": FENCED, "fenced_since_ms": FENCE["since_ms"]}
    }
    rows = doubtful.at(FENCED)(*command, "-o", "jsonl")
    assert (rows.exit_code, json.loads(rows.stderr)["warning"]["location_id"]) == (4, FENCED)


def test_what_a_fenced_location_has_is_to_be_had_nowhere(doubtful: Doubtful) -> None:
    assert doubtful.at(FENCED)("check", "MUG:5").exit_code == 4
    assert doubtful.at(FENCED)("check", "MUG:50").exit_code == 1
    both = doubtful.commands("check", "MUG:5", "-l", FENCED, "-l", SOUND)
    assert (both.exit_code, f"FENCED {FENCED}" in both.stderr) == (0, True)


def test_a_write_that_a_fence_turns_away_ends_as_drift_and_says_who_can_help(doubtful: Doubtful) -> None:
    ended = doubtful.at(FENCED)("reserve", "A-2", "MUG:1")
    assert ended.exit_code == 4
    assert "LOCATION_FENCED" in ended.stderr
    assert "gate recover" in ended.stderr


def test_a_write_shows_to_which_history_it_belongs(doubtful: Doubtful) -> None:
    applied = doubtful.at(SOUND)("release", "A-1", "-o", "json").data["applied"]
    assert (applied["epoch"], len(applied["chain_hash"])) == (1, 40)


def test_the_status_of_a_gate_names_what_is_fenced_and_ends_as_drift(doubtful: Doubtful) -> None:
    end = time.monotonic() + PATIENCE_S
    while (shown := doubtful.commands("status", "-o", "json")).exit_code != 4:  # the sweeper meets the fence
        assert time.monotonic() < end
        time.sleep(0.05)
    assert shown.data["serving"]
    assert shown.data["durability"] == {"fsync": "EVERYSEC", "replicas": 0, "wait_ms": 1_000}
    (fenced,) = shown.data["fenced"]
    assert (fenced["location_id"], fenced["remembered"]["revision"], fenced["found"]["revision"]) == (FENCED, 9, 2)
    people = doubtful.commands("status")
    assert people.exit_code == 4
    for words in (
        "SERVING",
        "development",
        "fsync everysec",
        "answers",
        FENCED,
        "revision 9 of epoch 1",
        "appendfsync",
    ):
        assert words in people.stdout


def test_with_the_store_away_old_answers_are_marked_loudly_and_the_status_says_where(doubtful: Doubtful) -> None:
    at = doubtful.at(SOUND)
    assert at("check", "MUG:5").exit_code == 0
    os.kill(doubtful.store.pid, signal.SIGKILL)
    end = time.monotonic() + PATIENCE_S
    while probe(at.target, timeout_s=PATIENCE_S):
        assert time.monotonic() < end
        time.sleep(0.05)
    hurry = ("--timeout-s", "0.3")
    assert at("check", "MUG:5", *hurry).exit_code == 3
    stale = at("check", "MUG:5", "--max-age", "1h")
    assert stale.exit_code == 0
    assert stale.stdout.startswith("STALE seen ")
    assert f"ENOUGH {SOUND}" in stale.stdout
    assert "cannot ask its store" in stale.stderr
    assert at("check", "MUG:50", "--max-age", "1h").exit_code == 1
    (place,) = at("check", "MUG:5", "--max-age", "1h", "-o", "json").data["locations"]
    assert (place["stale"], place["age_ms"] > 0) == (True, True)
    assert at("check", "MUG:5", "--max-age", "1ms", *hurry).exit_code == 3
    assert at("check", "MUG:5", "--max-age", "soon").exit_code == 2
    status = at("status")
    assert status.exit_code == 3
    assert "NOT SERVING" in status.stdout
    assert "AWAY" in status.stdout
    assert "These findings are older than the absence of " in status.stdout
    assert "The store can keep the promise" not in status.stdout
