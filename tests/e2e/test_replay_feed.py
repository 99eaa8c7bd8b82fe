"""A replay whose feeds are told twice, late and out of order ends with the stock of the one that was not disturbed.

A generated history always runs, with shares that hurt; a part of the real one runs where it is there, with those of the
issue. The command compares with its own clean run; here the stock is read once more, by hand, and compared with that of
a clean run of our own.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import fulfillment_gate as sdk
from fulfillment_gate import Gate
from gate_service.cli.replaying.entries import entry_of, level_of
from tests.e2e.replay_process import DevGate, dev_gate, ended, held, replay, replaying, stock
from tests.model.retell import retell
from tests.replay_data import PECULIAR, generated_history, real_file

AS_ASKED = ("--redeliver", "0.05", "--reorder", "0.02", "--late", "0.01")
HARD = ("--redeliver", "0.2", "--reorder", "0.2", "--late", "0.1", "--seed", "3")


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevGate]:
    """One gate for many replays: each takes a location of its own."""
    with dev_gate(tmp_path_factory.mktemp("gate")) as running:
        yield running


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("history") / "history.csv"
    path.write_text(generated_history(200), "utf-8")
    return path


@pytest.fixture(scope="module")
def disturbed(gate: DevGate, history: Path) -> dict[str, Any]:
    """Give what a run reports that was disturbed at DISTURBED."""
    return replay(history, "--target", gate.address, "-l", "DISTURBED", *HARD)


def deliveries(gate: DevGate, location: str) -> list[sdk.Delivery]:
    with Gate(gate.address, timeout_s=30.0) as reader:
        return list(reader.iter_deliveries(location))


def test_the_disturbed_run_ends_with_the_stock_of_the_clean_one(
    gate: DevGate, history: Path, disturbed: dict[str, Any]
) -> None:
    assert disturbed["invariants_ok"]
    assert disturbed["clean"] == {"location": "DISTURBED+clean", "skus": 41, "differing": 0, "why_not": ""}
    ours = replay(history, "--target", gate.address, "-l", "OURS", "--seed", "3")
    levels = stock(gate, "OURS")
    assert len(levels) == 41
    assert stock(gate, "DISTURBED") == stock(gate, "DISTURBED+clean") == levels
    for same in ("rows", "orders", "units"):
        assert disturbed[same] == ours[same]


def test_everything_was_disturbed_that_could_be(disturbed: dict[str, Any]) -> None:
    assert min(disturbed["disturbance"].values()) > 20
    refused = {(each["action"], each["reason"]) for each in disturbed["deliveries"]["refused"]}
    assert ("paid", "RESERVATION_NOT_FOUND") in refused, "no payment came before its order"
    assert disturbed["attempts"] >= len(disturbed["deliveries"]["repeated_number"]) > 0
    systems = {each["system"] for each in disturbed["deliveries"]["late"]}
    assert systems >= {"shop", "wms", "returns"}


@pytest.mark.parametrize("verdict", ["absorbed", "late", "repeated_number", "refused", "conflict"])
def test_every_event_that_was_not_plain_is_listed_and_counted_once(
    verdict: str, gate: DevGate, disturbed: dict[str, Any]
) -> None:
    counted = sum(feed[verdict] for feed in disturbed["feeds"])
    listed = disturbed["deliveries"][verdict]
    of_the_gate = [
        each.operation_id
        for each in deliveries(gate, "DISTURBED")
        if sdk.DeliveryVerdict.Name(each.verdict) == f"DELIVERY_VERDICT_{verdict.upper()}"
    ]
    assert Counter(each["operation_id"] for each in listed) == Counter(of_the_gate)
    assert len(listed) == counted
    if verdict == "absorbed":
        assert counted == disturbed["disturbance"]["told_again"]
    if verdict == "conflict":
        assert counted == 0


def test_every_entry_names_its_event_and_every_feed_is_whole(gate: DevGate, disturbed: dict[str, Any]) -> None:
    numbers: dict[str, set[int]] = {}
    with Gate(gate.address, timeout_s=30.0) as reader:
        entries = list(reader.iter_entries("DISTURBED"))
        feeds = {feed.system: feed for feed in reader.list_feeds("DISTURBED").feeds}
    for entry in entries:
        event = entry.source_event
        assert event.document
        assert event.action
        numbers.setdefault(event.system, set()).add(event.number)
    assert set(numbers) == {"erp", "shop", "wms", "returns"}
    for system, told in numbers.items():
        assert told == set(range(1, max(told) + 1))
        assert not feeds[system].gaps
    assert len(entries) == disturbed["ledger_entries"]


def test_the_specification_tells_the_disturbed_ledger_the_same_way(gate: DevGate, disturbed: dict[str, Any]) -> None:
    assert disturbed["invariants_ok"]
    with Gate(gate.address, timeout_s=30.0) as reader:
        entries = [entry_of(each) for each in reader.iter_entries("DISTURBED", include_canonical=True)]
        listed = [level_of(each) for each in reader.iter_stock("DISTURBED")]
    assert sorted(retell("DISTURBED", entries).snapshot.stock.values()) == listed


def test_what_comes_back_is_inspected_and_finds_its_place(gate: DevGate, disturbed: dict[str, Any]) -> None:
    units = disturbed["units"]
    back = [units[f"returned_{each}"] for each in ("available", "damaged", "written_off")]
    assert sum(back) == units["returned"] > 0
    assert min(back[:2]) > 0
    levels = stock(gate, "DISTURBED").values()
    assert sum(level.damaged for level in levels) == units["returned_damaged"]
    assert sum(level.quality_control for level in levels) == 0
    with Gate(gate.address, timeout_s=30.0) as reader:
        kinds = Counter(entry.kind for entry in reader.iter_entries("DISTURBED") if not entry.refusal)
    assert kinds[sdk.OPERATION_KIND_RECORD_RETURN] == kinds[sdk.OPERATION_KIND_MOVE_STOCK] > 0


def test_one_call_after_the_other_and_undisturbed_nothing_is_late(gate: DevGate, history: Path) -> None:
    report = replay(history, "--target", gate.address, "-l", "PLAIN", "--concurrency", "1")
    assert report["invariants_ok"]
    for feed in report["feeds"]:
        assert (feed["first_number"], feed["last_number"]) == (1, feed["deliveries"])
    assert not any(report["deliveries"].values())
    assert deliveries(gate, "PLAIN") == []


def test_one_call_after_the_other_only_what_was_held_back_is_late(gate: DevGate, history: Path) -> None:
    report = replay(history, "--target", gate.address, "-l", "IN_TURN", "--concurrency", "1", *HARD)
    assert report["invariants_ok"]
    late = len(report["deliveries"]["late"])
    assert 0 < late <= report["disturbance"]["overtaken"] + report["disturbance"]["dropped"]


def test_told_twice_with_scarce_stock_still_ends_with_the_stock_of_the_clean_run(gate: DevGate, history: Path) -> None:
    scarce = ("--redeliver", "0.3", "--duplicate", "0.1", "--stock-factor", "0.6", "--short", "0.05")
    report = replay(history, "--target", gate.address, "-l", "SCARCE", *scarce)
    assert report["invariants_ok"]
    assert (report["clean"]["location"], report["clean"]["differing"]) == ("SCARCE+clean", 0)
    assert report["orders"]["refused"] > 0
    assert stock(gate, "SCARCE") == stock(gate, "SCARCE+clean")


def test_a_race_that_is_told_twice_is_compared_with_nothing_and_says_why(gate: DevGate, history: Path) -> None:
    hard = ("--racing", "--redeliver", "0.3", "--stock-factor", "0.6")
    report = replay(history, "--target", gate.address, "-l", "RACE", *hard)
    assert report["invariants_ok"]
    assert (report["clean"]["location"], "race" in report["clean"]["why_not"]) == ("", True)


def test_the_same_run_with_another_disturbance_is_refused(gate: DevGate, history: Path) -> None:
    replay(history, "--target", gate.address, "-l", "CHANGED", "--redeliver", "0.1", "--limit", "50")
    with replaying(history, "--target", gate.address, "-l", "CHANGED", "--late", "0.1", "--limit", "50") as process:
        _, stderr = ended(process, exit_code=2)
    assert "--run" in stderr


def test_out_of_order_with_scarce_stock_is_refused_with_the_reason(gate: DevGate, history: Path) -> None:
    with replaying(history, "--target", gate.address, "--late", "0.1", "--stock-factor", "0.9") as process:
        stdout, stderr = ended(process, exit_code=2)
    assert stdout == ""
    assert "the first gets the last unit" in stderr


def test_a_count_of_arrivals_that_somebody_changed_ends_with_4(gate: DevGate, tmp_path: Path) -> None:
    import redis  # noqa: PLC0415 what only this test needs: the hand that reaches around the gate

    path = tmp_path / "peculiar.csv"
    path.write_text(PECULIAR, "utf-8")
    command = (path, "--target", gate.address, "-l", "TAMPERED", "--redeliver", "0.5")
    replay(*command)
    store = redis.Redis.from_url(gate.redis_url, decode_responses=True)
    (key,) = store.scan_iter("*{TAMPERED}*:feeds")
    feed = json.loads(str(store.hget(key, "shop")))
    store.hset(key, "shop", json.dumps(feed | {"absorbed": feed["absorbed"] - 1}))
    report = replay(*command, exit_code=4)
    broken = {each["name"] for each in report["invariants"] if each["violations"]}
    assert broken == {"each delivery sent counts once in its feed", "the list of deliveries adds up to the feeds"}


def test_stock_that_is_not_that_of_the_clean_run_ends_with_4(gate: DevGate, tmp_path: Path) -> None:
    path = tmp_path / "peculiar.csv"
    path.write_text(PECULIAR, "utf-8")
    command = (path, "--target", gate.address, "-l", "APART", "--redeliver", "0.5")
    replay(*command)
    with Gate(gate.address, system="thief") as other:
        line = sdk.AdjustmentLine(sku="20002", bucket=sdk.BUCKET_ON_HAND, delta=-1)
        other.adjust_stock("APART+clean", [line], reason=sdk.ADJUSTMENT_REASON_WRITE_OFF)
    report = replay(*command, exit_code=4)
    assert report["clean"]["differing"] == 1
    broken = {each["name"]: each["first"]["what"] for each in report["invariants"] if each["violations"]}
    assert set(broken) == {"the stock is that of the clean run"}
    assert broken["the stock is that of the clean run"].startswith("20002: on_hand ")


def test_a_part_of_the_real_file_ends_with_the_stock_of_the_clean_run(gate: DevGate) -> None:
    rows = os.environ.get("GATE_REPLAY_ROWS", "2500")
    report = replay(real_file(), "--target", gate.address, "-l", "REAL", "--limit", rows, *AS_ASKED)
    assert report["invariants_ok"]
    assert report["clean"]["differing"] == 0
    assert report["clean"]["skus"] == len(stock(gate, "REAL")) > 500
    assert stock(gate, "REAL") == stock(gate, "REAL+clean")
    assert sum(feed["absorbed"] for feed in report["feeds"]) == report["disturbance"]["told_again"] > 0
    assert held(report, "each delivery sent counts once in its feed")
    assert report["units"]["returned"] > 0
