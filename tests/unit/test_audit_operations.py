"""Every kind of entry in a history that is sound, and what the audit must not take from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from gate_service.domain.audit import Audit, AuditReport
from gate_service.domain.audit_stock import MAY_MOVE
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, OperationKind
from tests.unit.audit_history import Changes, History

K = OperationKind
SHIPPED = {"allocated": -2, "on_hand": -2}


def stocked(units: int = 10) -> History:
    history = History()
    history.receive("A", units)
    return history


def promised(units: int = 2) -> History:
    history = stocked()
    history.reserve("order-1", "A", units)
    return history


def allocated(units: int = 2) -> History:
    history = promised(units)
    history.authorize("order-1", "A", units)
    return history


def audited(history: History, **level: int) -> AuditReport:
    return finished(history, [level_of(level)] if level else [])


def level_of(buckets: Mapping[str, Any]) -> StockLevel:
    return StockLevel("A", **buckets)


def finished(history: History, levels: Sequence[StockLevel] = ()) -> AuditReport:
    audit = Audit()
    for entry in history.entries:
        audit.add(entry)
    return audit.finish(levels)


def held_from_quota() -> History:
    history = stocked()
    history.add(K.SET_QUOTA, {"channel": "web"}, {"A": {"ring_fenced": 2}})
    body = {"order_id": "order-1", "lines": [["1", "A", 2]]}
    history.add(K.RESERVE_STOCK, body, {"A": {"held": 2, "ring_fenced": -2}})
    return history


Make = Callable[[], History]
Body = Mapping[str, object]
STEPS: Mapping[OperationKind, tuple[Make, Body, Changes, dict[str, int]]] = {
    K.RECORD_RETURN: (
        stocked,
        {"return_id": "R", "order_id": "", "lines": [["A", 1, "quality_control"], ["A", 1, "available"]]},
        {"A": {"on_hand": 2, "quality_control": 1}},
        {"on_hand": 12, "quality_control": 1},
    ),
    K.MOVE_STOCK: (
        stocked,
        {"lines": [["A", "available", "damaged", 1], ["A", "available", "written_off", 2]]},
        {"A": {"damaged": 1, "on_hand": -2}},
        {"on_hand": 8, "damaged": 1},
    ),
    K.PLACE_STOCK_HOLD: (
        stocked,
        {"hold_id": "H", "sku": "A", "lot_id": "L", "quantity": 3},
        {"A": {"quality_control": 3}},
        {"on_hand": 10, "quality_control": 3},
    ),
    K.TRANSFER_STOCK: (
        stocked,
        {"transfer_id": "T", "to_location_id": "W", "lines": [["A", 4]]},
        {"A": {"on_hand": -4}},
        {"on_hand": 6},
    ),
    K.ANNOUNCE_INCOMING: (stocked, {"document_id": "D"}, {"A": {"incoming": 5}}, {"on_hand": 10, "incoming": 5}),
    K.AMEND_INCOMING: (stocked, {"document_id": "D"}, {"A": {"incoming": 5}}, {"on_hand": 10, "incoming": 5}),
    K.APPROVE_ADJUSTMENT: (stocked, {"proposal_id": "A2"}, {"A": {"on_hand": -9}}, {"on_hand": 1}),
    K.SUBMIT_COUNT: (stocked, {"count_id": "C", "lines": [["A", 7]]}, {"A": {"on_hand": -3}}, {"on_hand": 7}),
    K.SET_QUOTA: (stocked, {"channel": "web"}, {"A": {"ring_fenced": 4}}, {"on_hand": 10, "ring_fenced": 4}),
    K.REPORT_PICK: (
        allocated,
        {"permit_id": "P3", "lines": [["order-1", "1", "A", 2, 0, ""]]},
        {"A": {"picked": 2}},
        {"on_hand": 10, "allocated": 2, "picked": 2},
    ),
    K.CONFIRM_SHIPMENT: (
        promised,
        {"order_id": "order-1", "shipment_id": "S", "lines": [["x", "A", 2]], "without_permit": True},
        {"A": {"committed": -2, "on_hand": -2}},
        {"on_hand": 8},
    ),
    K.EXPIRE_HOLD: (
        held_from_quota,
        {"order_id": "order-1"},
        {"A": {"held": -2, "ring_fenced": 2}},
        {"on_hand": 10, "ring_fenced": 2},
    ),
}


@pytest.mark.parametrize("kind", STEPS)
def test_what_an_operation_may_do_passes(kind: OperationKind) -> None:
    make, body, changes, level = STEPS[kind]
    history = make()
    history.add(kind, body, changes)
    report = audited(history, **level)
    assert report.failed == ()


@pytest.mark.parametrize("kind", [kind for kind in STEPS if kind not in {K.SET_QUOTA, K.EXPIRE_HOLD}])
def test_no_other_operation_moves_a_fence(kind: OperationKind) -> None:
    make, body, changes, level = STEPS[kind]
    history = make()
    history.add(kind, body, {"A": {**changes["A"], "ring_fenced": 1}})
    report = audited(history, **level, ring_fenced=1)
    assert [check.name for check in report.failed] == ["each kind moves its own buckets"]


def test_every_kind_of_entry_is_known() -> None:
    assert set(MAY_MOVE) == set(OperationKind)


@pytest.mark.parametrize("kind", [K.MOVE_STOCK, K.SUBMIT_COUNT, K.APPROVE_ADJUSTMENT, K.PLACE_STOCK_HOLD])
def test_a_physical_correction_may_leave_more_promised_than_there_is(kind: OperationKind) -> None:
    history = promised(8)
    moved = {"quality_control": 5} if kind is K.PLACE_STOCK_HOLD else {"on_hand": -5}
    history.add(kind, {}, {"A": moved})
    level = {"on_hand": 10, "quality_control": 5} if kind is K.PLACE_STOCK_HOLD else {"on_hand": 5}
    assert audited(history, committed=8, **level).failed == ()


@pytest.mark.parametrize("kind", [K.TRANSFER_STOCK, K.CONFIRM_SHIPMENT, K.RECORD_RETURN])
def test_no_other_operation_may(kind: OperationKind) -> None:
    history = promised(8)
    body = {"order_id": "order-1", "shipment_id": "S", "return_id": "R", "lines": []}
    history.add(kind, body, {"A": {"on_hand": -5}})
    report = audited(history, on_hand=5, committed=8)
    assert "the gate creates no shortfall" in [check.name for check in report.failed]


def reserve_all(history: History, units: int) -> int:
    history.reserve("order-9", "A", units)
    return finished(history).overpromised


@pytest.mark.parametrize("kind", STEPS)
def test_what_is_left_for_sale_after_it_may_be_promised_and_not_one_more(kind: OperationKind) -> None:
    make, body, changes, level = STEPS[kind]
    available = level_of(level).available
    for units, overpromised in ((available, 0), (available + 1, 1)):
        history = make()
        history.add(kind, body, changes)
        assert reserve_all(history, units) == overpromised


def test_a_lot_that_comes_back_from_its_hold_may_be_promised_again() -> None:
    history = stocked(3)
    history.add(K.PLACE_STOCK_HOLD, {}, {"A": {"quality_control": 3}})
    history.add(K.LIFT_STOCK_HOLD, {}, {"A": {"quality_control": -3}})
    assert reserve_all(history, 3) == 0


def test_returns_that_are_inspected_may_be_promised_but_those_written_off_may_not() -> None:
    history = stocked(1)
    lines = {"return_id": "R", "order_id": "", "lines": [["A", 4, "quality_control"]]}
    history.add(K.RECORD_RETURN, lines, {"A": {"on_hand": 4, "quality_control": 4}})
    history.add(K.MOVE_STOCK, {}, {"A": {"quality_control": -3, "on_hand": -1}})
    assert reserve_all(history, 3) == 0
    assert reserve_all(history, 1) == 1


def test_what_was_promised_of_a_merged_sku_counts_for_the_other() -> None:
    history = stocked(5)
    history.receive("B", 4)
    history.reserve("order-1", "B", 4)
    merge = {"B": {"on_hand": -4, "committed": -4}, "A": {"on_hand": 4, "committed": 4}}
    history.add(K.MERGE_SKU, {"sku": "B", "into_sku": "A"}, merge)
    assert reserve_all(history, 5) == 0
    assert reserve_all(history, 1) == 1


def permitless(history: History, shipment_id: str, lines: list[Any], changes: Changes, refusal: str = "") -> None:
    body = {"order_id": "order-1", "shipment_id": shipment_id, "lines": lines, "without_permit": True}
    history.add(K.CONFIRM_SHIPMENT, body, changes, refusal=refusal)


def test_a_parcel_that_two_systems_tell_of_left_once() -> None:
    history = allocated()
    history.ship("order-1", "A", 2, "parcel")
    permitless(history, "parcel", [["A", "A", 2]], {})
    assert audited(history, on_hand=8).failed == ()


def test_an_unmatched_parcel_leaves_when_it_is_resolved_and_once() -> None:
    history = promised()
    permitless(history, "parcel", [["A", "A", 2]], {}, refusal="RESERVATION_NOT_FOUND")  # 3
    body = {"unmatched_id": "U3", "order_id": "order-1", "note": ""}
    history.add(K.RESOLVE_SHIPMENT, body, {"A": {"committed": -2, "on_hand": -2}})
    permitless(history, "parcel", [["A", "A", 2]], {})
    report = audited(history, on_hand=8)
    assert (report.failed, report.oversold) == ((), 0)


def test_a_resolved_parcel_of_units_that_were_never_there_is_oversold() -> None:
    history = stocked(1)
    history.reserve("order-1", "A", 1)
    permitless(history, "parcel", [["A", "A", 4]], {}, refusal="RESERVATION_NOT_FOUND")  # 3
    history.add(K.RESOLVE_SHIPMENT, {"unmatched_id": "U3", "order_id": "order-1"}, {"A": {"committed": -1}})
    assert audited(history, on_hand=1).oversold == 3


def test_an_unmatched_parcel_that_is_put_away_took_nothing() -> None:
    history = stocked(1)
    permitless(history, "parcel", [["A", "A", 4]], {}, refusal="RESERVATION_NOT_FOUND")  # 2
    history.add(K.RESOLVE_SHIPMENT, {"unmatched_id": "U2", "order_id": "", "note": "not ours"}, {})
    assert audited(history, on_hand=1).oversold == 0


def test_a_parcel_without_lines_took_what_was_allocated_and_what_was_committed() -> None:
    history = allocated()
    history.reserve("order-1", "A", 3)
    permitless(history, "parcel", [], {"A": {"allocated": -2, "committed": -3, "on_hand": -5}})
    assert audited(history, on_hand=5).failed == ()
    assert reserve_all(history, 5) == 0
    assert reserve_all(history, 1) == 1


def test_a_merge_says_nothing_of_what_is_expected() -> None:
    """Three too many came of one SKU, two are still expected of the other: as one SKU nothing is expected."""
    history = stocked()
    history.add(K.ANNOUNCE_INCOMING, {}, {"B": {"incoming": 2}})
    history.add(K.MERGE_SKU, {"sku": "B", "into_sku": "A"}, {"B": {"incoming": -2}})
    assert audited(history, on_hand=10).failed == ()


@pytest.mark.parametrize("bucket", [each for each in Bucket if each is not Bucket.INCOMING])
def test_a_merge_that_loses_a_unit_of_any_bucket_is_found(bucket: Bucket) -> None:
    history = stocked()
    history.add(K.MERGE_SKU, {"sku": "B", "into_sku": "A"}, {"A": {bucket.value: -1}})
    failed = [check.name for check in audited(history).failed]
    assert "a merge keeps every unit" in failed


def test_what_a_mirror_is_told_moves_nothing_here() -> None:
    history = promised(8)
    history.add(K.CORRECT_MIRROR, {"variance_id": "V-7", "sku": "A", "quantity": 10}, {})
    assert audited(history, on_hand=10, committed=8).failed == ()
    history.add(K.CORRECT_MIRROR, {"variance_id": "V-8", "sku": "A", "quantity": 11}, {"A": {"on_hand": 1}})
    failed = [check.name for check in audited(history, on_hand=11, committed=8).failed]
    assert failed == ["each kind moves its own buckets"]
