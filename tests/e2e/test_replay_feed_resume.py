"""A replay whose feeds are disturbed survives the sudden end of the gate, and its own, in the middle of it all.

Events that were held back are lost with the replay; started again, it tells them under the numbers that were left open.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fulfillment_gate import StockLevel
from gate_service.cli.replaying.report import PASSING
from tests.e2e.replay_process import DevGate, dev_gate, ended, held, replay, replaying, stock
from tests.replay_data import generated_history

HARD = ("--redeliver", "0.2", "--reorder", "0.2", "--late", "0.1", "--seed", "3")


class Unbroken(NamedTuple):
    """What a run reports in whose middle nobody was killed, and the stock that it leaves."""

    report: dict[str, Any]
    levels: dict[str, StockLevel]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("history") / "history.csv"
    path.write_text(generated_history(200), "utf-8")
    return path


@pytest.fixture(scope="module")
def unbroken(history: Path, tmp_path_factory: pytest.TempPathFactory) -> Unbroken:
    with dev_gate(tmp_path_factory.mktemp("unbroken")) as running:
        report = replay(history, "--target", running.address, *HARD)
        return Unbroken(report, stock(running, "MAIN"))


def lasting(report: dict[str, Any]) -> dict[str, Any]:
    """Give what must not depend on an interruption; attempts, and so entries, depend on what met on the way."""
    kept = {key: value for key, value in report.items() if key not in (*PASSING, "ledger_entries")}
    kept["invariants"] = {each["name"]: each["violations"] for each in report["invariants"]}
    return kept


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[DevGate]:
    with dev_gate(tmp_path / "gate") as running:
        yield running


@pytest.mark.parametrize("share", [0.25, 0.75])
def test_a_gate_killed_in_the_middle_of_a_disturbed_run_loses_and_repeats_nothing(
    share: float, gate: DevGate, history: Path, unbroken: Unbroken
) -> None:
    command = (history, "--target", gate.address, *HARD)
    with replaying(*command, "--timeout-s", "1") as process:
        gate.wait_for_revision(int(unbroken.report["ledger_entries"] * share))
        gate.kill()
        ended(process, exit_code=3)
    gate.start()
    report = replay(*command)
    assert report["resumed"]
    assert lasting(report) == lasting(unbroken.report)
    assert stock(gate, "MAIN") == unbroken.levels


def test_a_disturbed_replay_killed_in_the_middle_goes_on_with_the_numbers_it_gave(
    gate: DevGate, history: Path, unbroken: Unbroken
) -> None:
    command = (history, "--target", gate.address, *HARD)
    for share in (0.3, 0.6):
        with replaying(*command) as process:
            gate.wait_for_revision(int(unbroken.report["ledger_entries"] * share))
            process.kill()
    report = replay(*command)
    assert report["resumed"]
    assert lasting(report) == lasting(unbroken.report)
    assert held(report, "no number of a feed is missing in the end")
    assert stock(gate, "MAIN") == unbroken.levels
