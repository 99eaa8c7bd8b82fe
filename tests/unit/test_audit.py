from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest

from gate_service.domain.audit import Audit, AuditReport, CheckResult
from gate_service.domain.entries import Entry
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import OperationKind
from tests.unit.audit_history import SOUND_LEVELS, History, rehashed, sound_history, with_changes


def audit(
    entries: Iterable[Entry],
    levels: Sequence[StockLevel] = SOUND_LEVELS,
    acknowledged: Mapping[str, int] | None = None,
) -> AuditReport:
    running = Audit(acknowledged)
    for entry in entries:
        running.add(entry)
    return running.finish(levels)


def result(report: AuditReport, name: str) -> CheckResult:
    return next(result for result in report.results if result.name == name)


def test_a_sound_history_passes_every_check() -> None:
    acknowledged = {f"op-{revision}": revision for revision in range(1, 12)}
    report = audit(sound_history(), acknowledged=acknowledged)
    assert report.failed == ()
    assert report.ok
    assert (report.entries, report.oversold, report.overpromised) == (11, 0, 0)
    assert all(check.checked > 0 for check in report.results), "a check that looked at nothing proves nothing"


def test_an_empty_ledger_explains_an_empty_location_and_nothing_else() -> None:
    assert audit([], levels=()).ok
    assert [check.name for check in audit([], levels=SOUND_LEVELS).failed] == ["changes add up to the stock"]


def test_the_chain_is_the_one_the_contract_describes() -> None:
    """Spelled out once more here, so that the formula is not checked against itself."""
    newest = ""
    for entry in sound_history():
        text = f"{newest}\n{entry.revision}\n{entry.at_ms}\n{entry.envelope}\n{entry.body}\n{entry.reply}\n"
        newest = hashlib.sha1((text + entry.changes_text).encode(), usedforsecurity=False).hexdigest()
        assert entry.chain_hash == newest


Break = Callable[[list[Entry]], list[Entry]]


def drop(revision: int) -> Break:
    return lambda entries: rehashed([entry for entry in entries if entry.revision != revision])


def replace(at: int, *, rehash: bool = True, **fields: Any) -> Break:  # noqa: ANN401 any field of an entry
    def broken(entries: list[Entry]) -> list[Entry]:
        entries[at - 1] = entries[at - 1]._replace(**fields)
        return rehashed(entries) if rehash else entries

    return broken


def change(revision: int, changes: Mapping[str, Mapping[str, int]]) -> Break:
    def broken(entries: list[Entry]) -> list[Entry]:
        entries[revision - 1] = with_changes(entries[revision - 1], changes)
        return rehashed(entries)

    return broken


BREAKS: dict[str, tuple[Break, str, int]] = {
    "a missing entry": (drop(5), "revisions have no gap", 6),
    "a revision given twice": (replace(5, revision=4), "revisions have no gap", 4),
    "a clock that went back": (replace(6, at_ms=1), "time never goes back", 6),
    "a rewritten reply": (replace(4, rehash=False, reply='{"state":"held"}'), "the hash chain is intact", 4),
    "a rewritten time": (replace(4, rehash=False, at_ms=1_700_000_000_003), "the hash chain is intact", 4),
    "another hash": (replace(4, rehash=False, chain_hash="0" * 40), "the hash chain is intact", 4),
    "changes told otherwise than hashed": (replace(8, changes=()), "changes read as they were hashed", 8),
    "changes that are no JSON": (replace(8, changes_text="{"), "changes read as they were hashed", 8),
    "an operation done twice": (replace(7, operation_id="op-6"), "each operation stands once", 7),
    "a refusal with an effect": (change(5, {"A": {"committed": 1}}), "a refusal changes nothing", 5),
    "a bucket below zero": (change(7, {"A": {"allocated": -7, "on_hand": -7}}), "no bucket below zero", 7),
    "more unsellable than there is": (
        change(8, {"B": {"on_hand": 2, "quality_control": 8}}),
        "unsellable within on_hand",
        8,
    ),
    "a reservation of what is not there": (change(3, {"A": {"held": 11}}), "the gate creates no shortfall", 3),
    "a release as a bare decrement": (change(4, {"A": {"on_hand": 6}}), "each kind moves its own buckets", 4),
    "an event taken twice": (replace(9, envelope=sound_history()[9].envelope), "each source event stands once", 10),
    "more picked than allocated": (
        change(6, {"A": {"committed": -6, "allocated": 6, "picked": 7}}),
        "picked within allocated",
        6,
    ),
    "a merge that makes units": (
        change(11, {"C": {"on_hand": -3}, "B": {"on_hand": 4}}),
        "a merge keeps every unit",
        11,
    ),
    "stock that nobody explains": (change(9, {"B": {"on_hand": -2}}), "changes add up to the stock", 11),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_one_broken_entry_is_found_and_named(broken: str) -> None:
    breaks, name, revision = BREAKS[broken]
    report = audit(breaks(sound_history()))
    found = result(report, name)
    assert not report.ok
    assert found.violations > 0
    assert found.first is not None
    assert found.first.revision == revision
    assert found.first.what


def test_after_one_broken_hash_the_rest_of_the_chain_counts_as_sound() -> None:
    report = audit(replace(4, rehash=False, body='{"order_id":"order-9"}')(sound_history()))
    assert result(report, "the hash chain is intact").violations == 1


def test_an_answer_that_stands_nowhere_is_found() -> None:
    found = result(audit(sound_history(), acknowledged={"lost": 4}), "each answer stands at its revision")
    assert found.first is not None
    assert (found.violations, found.first.operation_id, found.first.revision) == (1, "lost", 4)


def test_an_answer_that_named_another_revision_is_found() -> None:
    found = result(audit(sound_history(), acknowledged={"op-3": 4}), "each answer stands at its revision")
    assert found.first is not None
    assert (found.violations, found.first.revision) == (1, 3)


def test_a_sku_that_is_listed_wrongly_is_named_with_the_last_entry_that_touched_it() -> None:
    levels = (SOUND_LEVELS[0]._replace(on_hand=3), SOUND_LEVELS[1])
    found = result(audit(sound_history(), levels), "changes add up to the stock")
    assert found.first is not None
    assert (found.first.revision, found.first.operation_id) == (7, "op-7")
    assert found.first.what == "A on_hand: 4 by the ledger, 3 listed"


def test_a_sku_that_the_list_forgets_is_found() -> None:
    assert result(audit(sound_history(), SOUND_LEVELS[:1]), "changes add up to the stock").violations == 1


def test_a_correction_may_leave_more_promised_than_there_is() -> None:
    history = History()
    history.receive("A", 10)
    history.reserve("order-1", "A", 8)
    history.adjust("A", "on_hand", -5)
    report = audit(history.entries, (StockLevel("A", on_hand=5, committed=8),))
    assert report.failed == ()


def test_units_that_left_without_ever_being_there_are_oversold() -> None:
    history = History()
    history.receive("A", 3)
    history.reserve("order-1", "A", 5)
    history.authorize("order-1", "A", 5)
    history.ship("order-1", "A", 5)
    report = audit(history.entries, (StockLevel("A", on_hand=-2),))
    assert (report.oversold, report.overpromised) == (2, 2)
    assert result(report, "nothing shipped that was not there").violations == 1
    assert result(report, "nothing promised that was not there").violations == 1


def test_oversold_is_seen_though_the_buckets_hide_it() -> None:
    """A gate whose arithmetic is wrong would write changes that agree with each other: the parcels tell."""
    history = History()
    history.receive("A", 3)
    history.reserve("order-1", "A", 3)
    history.authorize("order-1", "A", 3)
    history.ship("order-1", "A", 3, "parcel-1")
    body = {"order_id": "order-1", "shipment_id": "parcel-2", "lines": [["1", "A", 2]]}
    history.add(OperationKind.CONFIRM_SHIPMENT, body, {})
    report = audit(history.entries, (StockLevel("A"),))
    assert [check.name for check in report.failed] == ["nothing shipped that was not there"]
    assert report.oversold == 2


def test_a_parcel_that_is_told_twice_left_once() -> None:
    history = History()
    history.receive("A", 3)
    history.reserve("order-1", "A", 3)
    history.authorize("order-1", "A", 3)
    history.ship("order-1", "A", 3)
    body = {"order_id": "order-1", "shipment_id": "parcel", "lines": [["1", "A", 3]]}
    history.add(OperationKind.CONFIRM_SHIPMENT, body, {})
    assert audit(history.entries, (StockLevel("A"),)).ok


def test_returns_under_inspection_are_no_supply_until_they_pass() -> None:
    history = History()
    history.receive("A", 2)
    history.receive("A", 2, "quality_control")
    history.reserve("order-1", "A", 3)
    levels = (StockLevel("A", on_hand=4, quality_control=2, committed=3),)
    assert audit(history.entries, levels).overpromised == 1

    history = History()
    history.receive("A", 2)
    history.receive("A", 2, "quality_control")
    history.adjust("A", "quality_control", -2)
    history.reserve("order-1", "A", 3)
    levels = (StockLevel("A", on_hand=4, committed=3),)
    assert audit(history.entries, levels).ok


def test_a_write_off_takes_away_what_may_be_sold() -> None:
    history = History()
    history.receive("A", 4)
    history.adjust("A", "on_hand", -3)
    history.reserve("order-1", "A", 2)
    assert audit(history.entries, (StockLevel("A", on_hand=1, committed=2),)).overpromised == 1


def test_units_in_doubt_that_a_parcel_proves_are_not_oversold() -> None:
    history = History()
    history.receive("A", 5)
    history.reserve("order-1", "A", 4)
    history.authorize("order-1", "A", 4)
    history.adjust("A", "suspect", 1)
    history.adjust("A", "on_hand", -1)
    body = {"order_id": "order-1", "shipment_id": "parcel", "lines": []}
    history.add(OperationKind.CONFIRM_SHIPMENT, body, {"A": {"allocated": -4, "on_hand": -4, "suspect": -1}})
    assert audit(history.entries, (StockLevel("A"),)).failed == ()


def test_a_surplus_that_only_the_parcel_had_is_oversold() -> None:
    history = History()
    history.receive("A", 5)
    history.reserve("order-1", "A", 4)
    history.authorize("order-1", "A", 4)
    history.adjust("A", "on_hand", -2)
    body = {"order_id": "order-1", "shipment_id": "parcel", "lines": []}
    history.add(OperationKind.CONFIRM_SHIPMENT, body, {"A": {"allocated": -4, "on_hand": -3}})
    assert audit(history.entries, (StockLevel("A"),)).oversold == 1
