"""A short run of what `make chaos` does for long: faults while clients ask, and every promise kept.

A violation names its law, its operation and its revision; `python -m tests.robustness.chaos` searches on.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.robustness.chaos.__main__ import LOCATIONS
from tests.robustness.chaos.faults.catalogue import FAULTS
from tests.robustness.chaos.history import History, Outcome
from tests.robustness.chaos.plan import Plan
from tests.robustness.chaos.proxy import is_whole
from tests.robustness.chaos.report import Report, Struck, Violation
from tests.robustness.chaos.resolve import unheard
from tests.robustness.chaos.run import run_short
from tests.robustness.shim import NoCompilerError
from tests.rpc.wire import reserve

ROOT = Path(__file__).resolve().parents[2]
SEED = 20_260
STRIKES = {"single": 4, "sentinel": 2, "cluster": 2}
SECONDS = 60.0
"""At most; most runs are done much earlier."""


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("topology", STRIKES)
async def test_every_promise_is_kept_while_things_break(topology: str) -> None:
    locations = LOCATIONS.get(topology, 2)
    plan = Plan(topology, strikes=STRIKES[topology], locations=locations, round_s=SECONDS, calm_s=(0.2, 0.6))
    try:
        report = await run_short(plan, SECONDS, SEED)
    except NoCompilerError as why:
        pytest.skip(str(why))
    assert [str(violation) for violation in report.violations] == []
    assert report.operations >= 100
    assert report.faults
    assert all(fault.recovery_s is not None for fault in report.faults)


def sound(**changes: object) -> Report:
    """Give a report of a minute in which all went well, but for these changes."""
    struck = [Struck("single", "SCRIPT FLUSH", in_flight=3, lasted_s=0.1, recovery_s=0.2)]
    report = Report(seed=1, seconds=60.0, operations=9_000, faults=struck)
    for name, value in changes.items():
        setattr(report, name, value)
    return report


def test_a_run_with_too_few_operations_says_nothing() -> None:
    assert sound().shortcomings() == []
    assert sound(operations=100).shortcomings()


def test_a_run_whose_faults_hit_nobody_says_nothing() -> None:
    missed = [Struck("single", "SCRIPT FLUSH", in_flight=0, lasted_s=0.1, recovery_s=0.2)] * 3
    assert sound(faults=missed).shortcomings()


def test_the_last_line_holds_what_a_machine_wants_to_know() -> None:
    report = sound(violations=[Violation("I7", "DC-1", "op-1", 3, "a hash")])
    assert json.loads(report.as_json(12, 11)) == {
        "operations": 9_000,
        "faults": 1,
        "faults_in_flight": 1,
        "violations": 1,
        "seeded_bugs": 12,
        "seeded_bugs_caught": 11,
    }


def test_two_reports_add_up() -> None:
    report = sound(outcomes={"applied": 2})
    report.add(sound(outcomes={"applied": 1, "unknown": 4}))
    assert (report.operations, len(report.faults), report.seconds) == (18_000, 2, 120.0)
    assert report.outcomes == {"applied": 3, "unknown": 4}


def test_no_two_kinds_of_fault_on_one_store_share_a_name() -> None:
    names = [(fault.name, fault.fits) for fault in FAULTS]
    assert len(set(names)) == len(names)


def test_what_was_not_heard_is_asked_again_and_what_was_heard_is_not() -> None:
    history = History()
    for name, outcomes in {
        "lost": [Outcome.UNKNOWN],
        "heard-later": [Outcome.UNKNOWN, Outcome.APPLIED],
        "called-off": [Outcome.NOT_APPLIED],
        "refused": [Outcome.UNKNOWN, Outcome.REFUSED],
    }.items():
        for outcome in outcomes:
            with history.asking("ReserveStock", reserve("DC-1", operation_id=name), 0, "ann") as record:
                record.outcome = outcome
    assert {key[2] for key in unheard(history.records)} == {"lost"}


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (b"*1\r\n$4\r\nPING\r\n", True),
        (b"*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n", True),
        (b"*2\r\n$3\r\nGET\r\n$2\r\na\r\n", False),
        (b"*1\r\n$4\r\nPI", False),
        (b"*1\r\n$4", False),
        (b"", False),
    ],
)
def test_the_proxy_repeats_whole_commands_only(data: bytes, whole: bool) -> None:  # noqa: FBT001 a parameter
    assert is_whole(data) is whole


def test_the_command_tells_of_a_run_that_checked_nothing() -> None:
    asked = [sys.executable, "-m", "tests.robustness.chaos", "--topologies", "", "--without-seeded", "--seed", "5"]
    ended = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
    assert ended.returncode == 2
    assert "topolog" in ended.stderr
