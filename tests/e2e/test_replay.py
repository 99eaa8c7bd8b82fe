"""`gate replay` against real gates, on a small history with every peculiarity, a generated one and the real one."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fulfillment_gate import Gate
from gate_service.cli.replaying.entries import entry_of, level_of
from tests.e2e.replay_process import PYTHON, DevGate, dev_gate, ended, environment, fates, replay, replaying, wait_for
from tests.model.retell import retell
from tests.replay_data import PECULIAR, PECULIAR_ROWS, generated_history, real_file


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevGate]:
    """One gate for many replays: each takes a location of its own."""
    with dev_gate(tmp_path_factory.mktemp("gate")) as running:
        yield running


@pytest.fixture
def peculiar(tmp_path: Path) -> Path:
    path = tmp_path / "peculiar.csv"
    path.write_text(PECULIAR, "utf-8")
    return path


def test_with_enough_stock_every_order_is_filled_and_every_row_has_its_fate(gate: DevGate, peculiar: Path) -> None:
    report = replay(peculiar, "--target", gate.address, "-l", "ENOUGH")
    assert fates(report) == {
        "filled": 7,
        "released": 1,
        "returned": 2,
        "written_off": 2,
        "found": 3,
        "not_stock": 3,
        "unusable": 4,
    }
    assert sum(report["rows"].values()) == report["lines"] == PECULIAR_ROWS
    assert report["orders"] == {"in": 4, "filled": 4, "trimmed": 0, "refused": 0}
    units = report["units"]
    assert (units["asked"], units["filled"], units["shipped"]) == (20, 20, 13)
    assert (units["released"], units["returned"], units["written_off"], units["found"]) == (7, 7, 92, 16)
    inspected = [units[f"returned_{each}"] for each in ("available", "damaged", "written_off")]
    assert sum(inspected) == 7
    assert (report["oversold"], report["overpromised"], report["invariants_ok"]) == (0, 0, True)
    unchecked = {each["name"] for each in report["invariants"] if not each["checked"]}
    assert unchecked <= {
        "a refusal changes nothing",
        "a second delivery changes nothing",
        "a merge keeps every unit",
        "late, repeated and refused as in the ledger",
        "the list of deliveries adds up to the feeds",
        "an absorbed delivery got the first one's answer",
        "what a later event had overtaken counts as late",
    }, "of these there were none, or only what calls in flight made"


def test_with_scarce_stock_orders_are_trimmed_and_nothing_is_undone_that_never_was(
    gate: DevGate, peculiar: Path
) -> None:
    report = replay(peculiar, "--target", gate.address, "-l", "SCARCE", "--stock-factor", "0.5")
    assert fates(report) == {
        "filled": 3,
        "trimmed": 1,
        "refused": 3,
        "released": 1,
        "returned": 2,
        "written_off": 1,
        "write_off_refused": 1,
        "found": 3,
        "not_stock": 3,
        "unusable": 4,
    }
    assert report["orders"] == {"in": 4, "filled": 1, "trimmed": 2, "refused": 1}
    units = report["units"]
    assert (units["asked"], units["filled"]) == (20, 12)
    assert (units["released"], units["returned"], units["nothing_to_undo"]) == (5, 6, 3)
    assert report["write_offs_refused"] == [{"row": 20, "invoice": "114", "sku": "30003", "units": 90}]
    assert report["invariants_ok"]


def test_what_is_not_stock_is_listed_line_by_line(gate: DevGate, peculiar: Path) -> None:
    report = replay(peculiar, "--target", gate.address, "-l", "LISTED")
    assert report["not_stock"]["by_code"] == {"POST": 1, "D": 1, "GIFT_0001_40": 1}
    assert [each["row"] for each in report["not_stock"]["list"]] == [4, 7, 18]
    assert [(each["number"], each["why"]) for each in report["unusable"]] == [
        (12, "quantity 'many' is not a whole number"),
        (13, "quantity 0 moves nothing"),
        (14, "3 columns instead of 7"),
        (15, "a cancellation that adds units"),
    ]


def test_every_row_delivered_twice_counts_once(gate: DevGate, peculiar: Path) -> None:
    once = replay(peculiar, "--target", gate.address, "-l", "ONCE", "--stock-factor", "0.5")
    twice = replay(peculiar, "--target", gate.address, "-l", "TWICE", "--stock-factor", "0.5", "--duplicate", "1")
    assert twice["duplicates_sent"] > 0
    assert twice["duplicates_absorbed"] == twice["duplicates_sent"]
    assert twice["duplicates_sent"] + twice["duplicates_without_a_call"] == PECULIAR_ROWS
    assert twice["invariants_ok"]
    for same in ("rows", "orders", "units", "waves", "ledger_entries"):
        assert twice[same] == once[same]


def test_scarcity_short_picks_and_races_together_oversell_nothing_and_follow_the_specification(
    gate: DevGate, tmp_path: Path
) -> None:
    path = tmp_path / "history.csv"
    path.write_text(generated_history(150), "utf-8")
    hard = ("--stock-factor", "0.5", "--short", "0.1", "--duplicate", "0.2", "--concurrency", "64")
    report = replay(path, "--target", gate.address, "-l", "RACING", "--racing", *hard)
    assert (report["oversold"], report["overpromised"], report["invariants_ok"]) == (0, 0, True)
    assert report["units"]["shorted"] > 0
    assert report["orders"]["trimmed"] > 0
    assert report["duplicates_absorbed"] == report["duplicates_sent"] > 0
    assert sum(report["rows"].values()) == report["lines"]

    with Gate(gate.address) as reader:
        entries = [entry_of(each) for each in reader.iter_entries("RACING", include_canonical=True)]
        listed = [level_of(each) for each in reader.iter_stock("RACING")]
    told_again = retell("RACING", entries)
    assert sorted(told_again.snapshot.stock.values()) == listed, "the specification comes to another stock"


def test_two_runs_at_one_location_share_it_and_both_are_sound(gate: DevGate, peculiar: Path) -> None:
    first = replay(peculiar, "--target", gate.address, "-l", "SHARED", "--run", "first")
    second = replay(peculiar, "--target", gate.address, "-l", "SHARED", "--run", "second")
    assert (first["location_shared"], second["location_shared"]) == (False, True)
    assert first["invariants_ok"]
    assert second["invariants_ok"]


def test_the_same_run_again_changes_nothing_and_reports_the_same(gate: DevGate, peculiar: Path) -> None:
    first = replay(peculiar, "--target", gate.address, "-l", "AGAIN")
    again = replay(peculiar, "--target", gate.address, "-l", "AGAIN")
    assert (first["resumed"], again["resumed"]) == (False, True)
    assert again["ledger_entries"] == first["ledger_entries"] == again["replayed_answers"]
    assert again["rows"] == first["rows"]


def test_the_same_run_with_another_stock_is_refused_and_told_how_to_go_on(gate: DevGate, peculiar: Path) -> None:
    replay(peculiar, "--target", gate.address, "-l", "OTHER")
    with replaying(peculiar, "--target", gate.address, "-l", "OTHER", "--stock-factor", "0.5") as process:
        _, stderr = ended(process, exit_code=2)
    assert "--run" in stderr


def test_stock_that_somebody_changed_behind_the_gate_is_found(gate: DevGate, peculiar: Path) -> None:
    import redis  # noqa: PLC0415 what only this test needs: the hand that reaches around the gate

    replay(peculiar, "--target", gate.address, "-l", "BROKEN")
    store = redis.Redis.from_url(gate.redis_url, decode_responses=True)
    (key,) = store.scan_iter("*{BROKEN}*:stock")
    packed = str(store.hget(key, "10001A")).split(" ")
    store.hset(key, "10001A", " ".join([str(int(packed[0]) + 1), *packed[1:]]))
    report = replay(peculiar, "--target", gate.address, "-l", "BROKEN", exit_code=4)
    assert not report["invariants_ok"]
    broken = {each["name"]: each["first"] for each in report["invariants"] if each["violations"]}
    assert set(broken) == {"changes add up to the stock", "the stock is what the replay's own books say"}
    assert "10001A on_hand" in broken["changes add up to the stock"]["what"]


def test_the_table_tells_a_person_what_counts(peculiar: Path) -> None:
    """Without --target: a gate of its own, whose data goes with it."""
    told = subprocess.run(
        [*PYTHON, "replay", str(peculiar), "--list-non-stock", "--duplicate", "0.5"],
        env=environment() | {"NO_COLOR": "1", "COLUMNS": "100"},
        cwd=peculiar.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert told.returncode == 0, told.stderr
    for part in ("22 lines", "oversold: 0", "invariants: all held", "VOUCHER", "quantity 'many' is not a whole number"):
        assert part in told.stdout
    assert "\x1b[" not in told.stdout
    assert max(map(len, told.stdout.splitlines())) <= 100
    assert [path.name for path in peculiar.parent.iterdir()] == ["peculiar.csv"], "it leaves nothing behind"


def test_no_gate_there_ends_with_3(peculiar: Path) -> None:
    with replaying(peculiar, "--target", "127.0.0.1:1", "--timeout-s", "0.5") as process:
        stdout, _ = ended(process, exit_code=3)
    assert stdout == ""


def test_a_file_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    with replaying(tmp_path / "none.csv") as process:
        _, stderr = ended(process, exit_code=2)
    assert "There is no file" in stderr


def test_a_file_with_nothing_but_a_header_proves_nothing_and_ends_with_2(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text(PECULIAR.splitlines()[0] + "\n", "utf-8")
    with replaying(path) as process:
        stdout, stderr = ended(process, exit_code=2)
    assert stdout == ""
    assert "nothing to check" in stderr


def test_a_replay_of_stdin_is_refused_with_the_reason() -> None:
    with replaying("-") as process:
        _, stderr = ended(process, exit_code=2)
    assert "A replay needs a file" in stderr


def test_a_part_of_the_real_file_is_sold_once_though_it_is_scarce_and_told_twice(gate: DevGate) -> None:
    rows = os.environ.get("GATE_REPLAY_ROWS", "2000")
    hard = ("--duplicate", "0.05", "--stock-factor", "0.7", "--seed", "1")
    report = replay(real_file(), "--target", gate.address, "-l", "REAL", "--limit", rows, *hard)
    assert report["lines"] == sum(report["rows"].values()) == int(rows) or rows == "0"
    assert (report["oversold"], report["overpromised"], report["invariants_ok"]) == (0, 0, True)
    assert report["duplicates_absorbed"] == report["duplicates_sent"] > 0
    assert report["orders"]["trimmed"] > 0


@pytest.mark.parametrize("in_background", [False, True])
def test_a_replay_that_is_told_to_end_takes_its_own_gate_and_its_data_along(
    tmp_path: Path, *, in_background: bool
) -> None:
    history = tmp_path / "history.csv"
    history.write_text(generated_history(2_000), "utf-8")
    with tempfile.TemporaryDirectory() as short:  # the path of a socket must be: tmp_path is too long for one
        temporary = Path(short)
        with replaying(history, variables={"TMPDIR": short}, in_background=in_background) as process:
            wait_for(lambda: bool(list(temporary.glob("gate-own-*/ready"))))
            (ready,) = temporary.glob("gate-own-*/ready")
            pid = json.loads(ready.read_text())["pid"]
            process.terminate()
            _, stderr = ended(process, exit_code=130)
        assert "with --target the same command goes on" in stderr
        assert list(temporary.iterdir()) == []
    assert not Path(f"/proc/{pid}").exists()
