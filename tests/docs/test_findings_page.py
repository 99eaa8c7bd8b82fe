"""docs/findings.md against the code."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from gate_service.app.reconcile.findings import alarming
from gate_service.app.reconcile.findings.findings import EVENTS_WAIT_MAX_MS
from gate_service.app.reconcile.housekeeping import CLOSED_KEPT_MS
from gate_service.domain.reconcile import trends
from gate_service.domain.reconcile.alarms import MISSING, SEVERITIES
from gate_service.domain.reconcile.policy import DAY_MS, DEADLINES
from gate_service.domain.reconcile.records import FindingKind
from gate_service.reconcile.records import EVENTS_KEPT
from tests.docs.pages import DOCS

PAGE = (DOCS / "findings.md").read_text()
UNITS_MS = {"h": 3_600_000, "d": DAY_MS}


def rows(heading: str) -> list[list[str]]:
    """Give the cells of the first table below a heading."""
    lines = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")][1:]


WATCHDOGS, TRENDS = rows("The watchdogs"), rows("Trends")


def test_every_kind_of_finding_is_in_one_of_the_tables_or_told_elsewhere() -> None:
    told = [row[0] for row in (*WATCHDOGS, *TRENDS)]
    assert sorted([*told, FindingKind.STRUCTURAL]) == sorted(FindingKind)
    assert set(told) == set(SEVERITIES)


@pytest.mark.parametrize("row", WATCHDOGS, ids=lambda row: row[0])
def test_a_deadline_is_the_default_of_its_kind_or_the_setting_of_a_system(row: Sequence[str]) -> None:
    kind, deadline = FindingKind(row[0]), row[2]
    if kind in DEADLINES:
        number, unit = re.findall(r"^(\d+) ([hd]) after", deadline)[0]
        assert int(number) * UNITS_MS[unit] == DEADLINES[kind]
    else:
        assert re.fullmatch(r"`(feed|mirror)\.(cadence|lag)_ms` of the system", deadline)


@pytest.mark.parametrize("row", WATCHDOGS, ids=lambda row: row[0])
def test_the_owner_is_who_may_do_what_is_missing(row: Sequence[str]) -> None:
    kind, owner = FindingKind(row[0]), row[3]
    assert owner == (f"who may `{MISSING[kind]}`" if kind in MISSING else "that system")


def test_the_bounds_of_the_trends_are_those_of_the_code() -> None:
    stockouts, *others = (row[1] for row in TRENDS)
    assert f"more than {trends.STOCKOUTS_MORE_THAN} times in {trends.STOCKOUT_DAYS} days" in stockouts
    for told in others:
        assert f"over {trends.RECENT_DAYS} days" in told
        assert f"{trends.RISEN_PERCENT} % or more of the {trends.BEFORE_DAYS} days before" in told
        assert f"; {trends.LEAST} " in told


def test_what_was_cleared_leaves_when_the_page_says() -> None:
    assert f"cleared {CLOSED_KEPT_MS // DAY_MS} days ago leaves" in PAGE


def test_the_events_are_those_that_are_told() -> None:
    told = {row[0].strip("`") for row in rows("Looking at them")}
    assert told == {alarming.RAISED, alarming.CLEARED, alarming.ACKNOWLEDGED}
    assert f"waits up to {EVENTS_WAIT_MAX_MS // 1000} s" in PAGE.replace("\n", " ")
    assert f"{EVENTS_KEPT:,} or so" in PAGE
