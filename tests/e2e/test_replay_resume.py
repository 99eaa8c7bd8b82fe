"""A replay survives the sudden end of the gate, and its own: started again, it counts nothing twice and loses nothing.

Each test ends with the report of an undisturbed run with the same seed. The replay's own books stand in that report
against the stock of the gate, so a line that was counted twice or lost would show there, and in the ledger's audit.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gate_service.cli.replaying.report import PASSING
from tests.e2e.replay_process import DevGate, dev_gate, ended, replay, replaying, report_of
from tests.replay_data import generated_history

HARD = ("--stock-factor", "0.6", "--short", "0.05", "--duplicate", "0.1", "--seed", "3")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("history") / "history.csv"
    path.write_text(generated_history(200), "utf-8")
    return path


@pytest.fixture(scope="module")
def undisturbed(history: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Give what a run reports that nobody disturbs."""
    with dev_gate(tmp_path_factory.mktemp("undisturbed")) as gate:
        report = replay(history, "--target", gate.address, *HARD)
    assert report["invariants_ok"]
    assert report["units"]["shorted"] > 0
    assert report["orders"]["refused"] > 0
    return report


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[DevGate]:
    with dev_gate(tmp_path / "gate") as running:
        yield running


def lasting(report: dict[str, Any]) -> dict[str, Any]:
    """Give what must not depend on disturbances: all but times and what was answered by an earlier run."""
    kept = {key: value for key, value in report.items() if key not in PASSING}
    kept["invariants"] = {each["name"]: each["violations"] for each in report["invariants"]}
    return kept


@pytest.mark.parametrize("share", [0.2, 0.7])
def test_a_gate_killed_in_the_middle_and_started_again_loses_and_repeats_nothing(
    share: float, gate: DevGate, history: Path, undisturbed: dict[str, Any]
) -> None:
    with replaying(history, "--target", gate.address, "--timeout-s", "1", *HARD) as process:
        gate.wait_for_revision(int(undisturbed["ledger_entries"] * share))
        gate.kill()
        ended(process, exit_code=3)

    gate.start()
    kept = gate.revision()
    assert 0 < kept < undisturbed["ledger_entries"], "it was not killed in the middle"
    report = replay(history, "--target", gate.address, *HARD)
    assert report["resumed"]
    assert report["replayed_answers"] >= kept * 0.9, "what was done before was asked again"
    assert lasting(report) == lasting(undisturbed)


def test_a_gate_that_is_soon_back_is_waited_for_by_the_same_run(
    gate: DevGate, history: Path, undisturbed: dict[str, Any]
) -> None:
    with replaying(history, "--target", gate.address, "--timeout-s", "60", *HARD) as process:
        gate.wait_for_revision(undisturbed["ledger_entries"] // 2)
        gate.kill()
        gate.start()
        report = report_of(process)
    assert not report["resumed"]
    assert lasting(report) == lasting(undisturbed)


def test_a_replay_killed_in_the_middle_and_started_again_loses_and_repeats_nothing(
    gate: DevGate, history: Path, undisturbed: dict[str, Any]
) -> None:
    for share in (0.3, 0.6):
        with replaying(history, "--target", gate.address, *HARD) as process:
            gate.wait_for_revision(int(undisturbed["ledger_entries"] * share))
            process.kill()
        assert gate.revision() < undisturbed["ledger_entries"], "it was not killed in the middle"
    report = replay(history, "--target", gate.address, *HARD)
    assert report["resumed"]
    assert lasting(report) == lasting(undisturbed)


@pytest.mark.parametrize(("number", "in_background"), [(signal.SIGINT, False), (signal.SIGTERM, True)])
def test_an_interrupted_replay_says_how_far_it_got_and_the_same_command_goes_on(
    number: signal.Signals, gate: DevGate, history: Path, undisturbed: dict[str, Any], *, in_background: bool
) -> None:
    with replaying(history, "--target", gate.address, *HARD, in_background=in_background) as process:
        gate.wait_for_revision(undisturbed["ledger_entries"] // 2)
        process.send_signal(number)
        stdout, stderr = ended(process, exit_code=130)
    assert stdout == ""
    told = re.fullmatch(
        r"Interrupted after ([0-9,]+) of ([0-9,]+) lines\. The same command goes on where it was interrupted\.\n",
        stderr,
    )
    assert told, stderr
    done, lines = (int(count.replace(",", "")) for count in told.groups())
    assert 0 < done < lines == undisturbed["lines"]
    assert lasting(replay(history, "--target", gate.address, *HARD)) == lasting(undisturbed)
