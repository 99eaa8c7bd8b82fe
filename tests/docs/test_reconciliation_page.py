"""docs/reconciliation.md against the keys and the collections."""

from __future__ import annotations

from gate_service.app.reconcile.counting import tallying
from gate_service.app.reconcile.counting.planning import TASKS_KEPT_MS
from gate_service.app.reconcile.housekeeping import CLOSED_KEPT_MS
from gate_service.app.reconcile.ports import Collection
from gate_service.app.reconcile.reporting import days as day_book
from gate_service.app.reconcile.snapshots.leaving import SNAPSHOTS_KEPT_MS
from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.reconcile import keys
from tests.docs import pages

PAGE = "reconciliation.md"


def test_the_page_describes_each_collection_once() -> None:
    told = [pages.plain(row["collection"]) for row in pages.table(PAGE, "collection", "one record for each")]
    assert sorted(told) == sorted(str(each) for each in Collection)


def test_the_page_describes_each_key() -> None:
    told = {pages.plain(row["key"]) for row in pages.table(PAGE, "key", "type")}
    built = {
        keys.EVENTS,
        keys.LEASE,
        keys.rows("<system> <snapshot_id>"),
        keys.records(Collection.DAYS).replace("days", "<collection>"),
        keys.index(Collection.DAYS, "<index>").replace("days", "<collection>"),
    }
    assert told == built


def test_the_page_says_how_long_records_are_kept() -> None:
    kept = {
        pages.plain(row["collection"]): row["kept"] for row in pages.table(PAGE, "collection", "one record for each")
    }
    days = {
        "snapshots": SNAPSHOTS_KEPT_MS // DAY_MS,
        "variances": CLOSED_KEPT_MS // DAY_MS,
        "findings": CLOSED_KEPT_MS // DAY_MS,
        "tasks": TASKS_KEPT_MS // DAY_MS,
        "days": day_book.KEPT_DAYS,
        "tallies": tallying.KEPT_DAYS,
    }
    assert {name: kept[name].split(" ")[0] for name in days} == {name: str(each) for name, each in days.items()}
