"""The drift score, small: generated orders, a few faults; `make drift-score` runs the whole of it."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from gate_service.domain.entries import Entry
from gate_service.domain.reconcile.causes import Cause
from tests.drift.books import Books
from tests.drift.month import Month, drive_month
from tests.drift.scoring import SINGLE, Score, lag_alone, mixed_faults, score
from tests.drift.table import line_of, lines, summary, worst_lines
from tests.replay_data import generated_history

ROOT = Path(__file__).parents[2]
_ORDERS = 220
_FEW_ORDERS = 40
_ROWS = 25


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    file = tmp_path_factory.mktemp("orders") / "orders.csv"
    file.write_text(generated_history(_ORDERS))
    return drive_month(file, "generated orders")


@pytest.fixture(scope="module")
def books(month: Month) -> Books:
    return Books(month)


@pytest.fixture(scope="module")
def scored(books: Books, month: Month) -> Score:
    return score(books, month, 0, _ROWS, lag_alone(books, month))


def test_a_lag_alone_raises_no_alarm(scored: Score) -> None:
    assert sum(scored.lag_only.counts.values()) > 0, "figures did differ"
    assert scored.lag_only.false_alarms == 0


def test_most_faults_are_named_even_where_forty_items_are_sold_all_day(scored: Score) -> None:
    right = sum(scored.single.counts[cause, cause] for cause in SINGLE)
    cases = sum(scored.single.cases(cause) for cause in SINGLE)
    assert {cause for cause in SINGLE if scored.single.cases(cause)} == set(SINGLE), "each is put in"
    assert right / cases > 0.8


def test_a_mixed_run_has_faults_upon_faults_and_random_figures(scored: Score) -> None:
    assert scored.mixed.cases(Cause.COMBINED) > 0
    assert scored.mixed.cases(Cause.UNEXPLAINED) > 0


def test_the_same_seed_puts_in_the_same_faults_and_another_one_others(books: Books) -> None:
    assert mixed_faults(books, 0, _ROWS) == mixed_faults(books, 0, _ROWS)
    assert mixed_faults(books, 1, _ROWS) != mixed_faults(books, 0, _ROWS)


def test_the_same_orders_leave_the_same_ledger_twice(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(generated_history(_FEW_ORDERS))
    one, two = (drive_month(file, "generated orders") for _ in range(2))
    assert [_moved(entry) for entry in one.entries] == [_moved(entry) for entry in two.entries]
    assert one.repeats == two.repeats


def _moved(entry: Entry) -> tuple[object, ...]:
    return entry.revision, entry.at_ms, entry.kind, entry.order_id, entry.changes


def test_several_seeds_are_told_a_line_each_and_by_the_worst_of_all(scored: Score) -> None:
    assert line_of(scored, 7).startswith("seed 7: worst of single")
    told = list(worst_lines({0: scored, 1: scored}))
    missed = bool(scored.missed())
    assert told[-1] == f"{0 if missed else 2} of 2 seeds meet every target"
    assert sum(cause in line for line in told for cause in ("DOUBLE_APPLIED",)) == len(("single", "mixed"))


def test_the_last_line_is_one_object_that_says_whether_the_targets_were_met(scored: Score) -> None:
    told = json.loads(summary(scored, 0, "generated orders"))
    assert told["met"] is (not scored.missed())
    assert told["false_alarms"] == 0
    assert told["single"]["DOUBLE_APPLIED"].keys() == {"cases", "precision", "recall"}
    assert any("DOUBLE_APPLIED" in line for line in lines(scored))


def test_whoever_puts_faults_in_and_whoever_names_them_share_no_code() -> None:
    """The rules see differences only: nothing of the injector is imported by them, and none of them by it."""
    rules = ROOT / "gate_service" / "domain" / "reconcile" / "diagnosing"
    imported = {name for file in rules.glob("*.py") for name in _imports(file)}
    assert not {name for name in imported if name.startswith("tests")}
    injector = _imports(ROOT / "tests" / "drift" / "faults.py")
    assert not {name for name in injector if "diagnosing" in name or "lag" in name or "neighbours" in name}


def _imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found
