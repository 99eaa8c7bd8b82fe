"""Snapshots as they come in: what is taken, what is refused and how it is told, over a real gate and a real store."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

import fulfillment_gate as sdk
from fulfillment_gate.v1 import reconciliation_service_pb2 as pb
from gate_service.app.reconcile.ports import Collection
from gate_service.app.reconcile.snapshots.staging import StagedRow
from gate_service.domain import limits
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.records import Snapshot
from gate_service.reconcile.records import RedisRecords
from gate_service.store.store import Store
from tests.reconcile.house import House
from tests.reconcile.telling import end, header, no, rows, staged, stands, tell, waiting, yes

COUNTED = (("MUG", 10), ("CUP", 4), ("JUG", 0))


async def test_a_snapshot_waits_to_be_compared_once_all_of_it_is_there(house: House, opened: str, store: Store) -> None:
    parts = [header("S-1", opened, whole=True), rows(0, *COUNTED[:2]), rows(2, *COUNTED[2:]), end(3)]
    answer = yes(tell(house, "wms", parts))
    told = answer.snapshot
    assert (answer.replayed, told.state, told.received_rows) == (False, pb.SNAPSHOT_STATE_RECEIVED, 3)
    assert (told.system, told.measure, told.whole, list(told.deducts)) == ("wms", "on_hand", True, [])
    assert told.as_of_ms == told.begun_at_ms > 0
    assert "wms S-1" in await waiting(store)
    assert await staged(store, "wms", "S-1") == [
        StagedRow(at, sku, "on_hand", count) for at, (sku, count) in enumerate(COUNTED)
    ]


@pytest.mark.parametrize(
    "cuts",
    [[(0, 1), (1, 2), (2, 3)], [(0, 3)], [(1, 3)], [(0, 2)], []],
    ids=["ones", "whole", "middle", "head", "none"],
)
def test_told_again_it_is_what_it_was_however_it_is_cut(house: House, opened: str, cuts: list[tuple[int, int]]) -> None:
    first = [header(f"T-{opened}", opened), rows(0, *COUNTED), end(3)]
    before = yes(tell(house, "wms", first)).snapshot
    again = [header(f"T-{opened}", opened), *(rows(start, *COUNTED[start:stop]) for start, stop in cuts), end(3)]
    answer = tell(house, "wms", again)
    if cuts == [(0, 2)]:
        assert no(answer).reason == "SNAPSHOT_ID_REUSED"
        return
    assert yes(answer).replayed
    assert yes(answer).snapshot == before


@pytest.mark.parametrize(
    "more",
    [
        {"measure": "damaged"},
        {"deducts": ["held"]},
        {"as_of_revision": 1},
        {"as_of_ms": 1},
        {"whole": True},
        {"skip_bad_rows": True},
        {"rows": (("MUG", 11), *COUNTED[1:])},
        {"rows": COUNTED[:2]},
        {"rows": (*COUNTED, ("PAN", 1))},
        {"rows": (COUNTED[1], COUNTED[0], COUNTED[2])},
    ],
    ids="-".join,
)
def test_the_same_name_for_another_snapshot_is_refused_and_changes_nothing(
    house: House, opened: str, more: dict[str, Any]
) -> None:
    yes(tell(house, "wms", [header(f"S-{opened}", opened), rows(0, *COUNTED), end(3)]))
    before = stands(house, "wms", f"S-{opened}")
    other = more.pop("rows", COUNTED)
    answer = no(tell(house, "wms", [header(f"S-{opened}", opened, **more), rows(0, *other), end(len(other))]))
    assert (answer.code, answer.reason) == (grpc.StatusCode.ALREADY_EXISTS, "SNAPSHOT_ID_REUSED")
    assert stands(house, "wms", f"S-{opened}") == before


@pytest.mark.parametrize(
    ("system", "more", "reason", "cause"),
    [
        ("wms", {"measure": "on_shelf"}, "UNKNOWN_MEASURE", None),
        ("boss", {"system": "nobody"}, "UNKNOWN_SYSTEM", None),
        ("shop", {"system": "wms"}, "NOT_PERMITTED", "relay"),
        ("3pl", {}, "NOT_PERMITTED", "location"),
        ("books", {}, "NOT_PERMITTED", "role"),
        ("wms", {"location_id": "NOWHERE"}, "UNKNOWN_LOCATION", None),
        ("wms", {"as_of_revision": 2}, "AS_OF_AHEAD", None),
        ("wms", {"as_of_ms": limits.AT_MAX_MS}, "AS_OF_AHEAD", None),
    ],
)
async def test_a_snapshot_that_cannot_be_compared_is_refused_at_its_first_message(
    house: House, opened: str, store: Store, system: str, more: dict[str, Any], reason: str, cause: str | None
) -> None:
    first = header(
        f"B-{opened}", **({"location": opened, **more} if "location_id" not in more else {"location": "NOWHERE"})
    )
    answer = no(tell(house, system, [first, rows(0, *COUNTED), end(3)]))
    assert answer.reason == reason
    if cause:
        assert cause in str(answer.details)
    assert stands(house, more.get("system") or system, f"B-{opened}") is None
    assert f"{system} B-{opened}" not in await waiting(store)


BAD = {
    "an unknown measure": (pb.SnapshotRow(sku="MUG", quantity=1, measure="on_shelf"), "measure"),
    "below zero": (pb.SnapshotRow(sku="MUG", quantity=-1), "quantity"),
    "below zero by its own measure": (pb.SnapshotRow(sku="MUG", quantity=-1, measure="incoming"), "quantity"),
    "too many": (pb.SnapshotRow(sku="MUG", quantity=limits.FIGURE_MAX + 1), "quantity"),
    "no code": (pb.SnapshotRow(sku="", quantity=1), "sku"),
    "no SKU": (pb.SnapshotRow(sku="M U G", quantity=1), "sku"),
    "control characters": (pb.SnapshotRow(sku="MUG\x07", quantity=1), "sku"),
    "a long code": (pb.SnapshotRow(sku="x" * 129, quantity=1), "sku"),
    "a unit that is none": (pb.SnapshotRow(sku="MUG", quantity=1, unit="case"), "unit"),
}


@pytest.mark.parametrize("kind", BAD)
async def test_a_row_that_is_wrong_is_listed_and_keeps_the_whole_from_being_compared(
    house: House, opened: str, store: Store, kind: str
) -> None:
    row, field = BAD[kind]
    part = rows(0, ("CUP", 4))
    part.rows.rows.append(row)
    name = f"R-{opened}"
    told = yes(tell(house, "wms", [header(name, opened), part, end(2)])).snapshot
    assert (told.state, told.bad_row_count) == (pb.SNAPSHOT_STATE_REFUSED, 1)
    (bad,) = told.bad_rows
    assert (bad.row, bad.field) == (1, field)
    assert bad.problem
    assert bad.sku.isprintable()
    assert "1 of 2 rows is wrong" in told.problem
    assert f"wms {name}" not in await waiting(store)
    assert not await store.call("EXISTS", f"gate:{{~snapshot wms {name}}}:rows")
    assert yes(tell(house, "wms", [header(name, opened), part, end(2)])).replayed


async def test_wrong_rows_are_left_out_where_that_was_asked_for(house: House, opened: str, store: Store) -> None:
    name = f"K-{opened}"
    parts = [header(name, opened, skip_bad_rows=True), rows(0, ("MUG", 10), ("CUP", -4), ("JUG", 1)), end(3)]
    told = yes(tell(house, "wms", parts)).snapshot
    assert (told.state, told.bad_row_count, [bad.row for bad in told.bad_rows]) == (pb.SNAPSHOT_STATE_RECEIVED, 1, [1])
    assert await staged(store, "wms", name) == [
        StagedRow(0, "MUG", "on_hand", 10),
        StagedRow(2, "JUG", "on_hand", 1),
    ]
    assert f"wms {name}" in await waiting(store)


def test_of_many_wrong_rows_the_first_thousand_are_listed_and_all_are_counted(house: House, opened: str) -> None:
    wrong = [(f"SKU-{number}", -1) for number in range(1_200)]
    parts = [header(f"M-{opened}", opened), rows(0, *wrong[:700]), rows(700, *wrong[700:]), end(1_200)]
    told = yes(tell(house, "wms", parts)).snapshot
    assert (told.bad_row_count, [bad.row for bad in told.bad_rows]) == (1_200, list(range(1_000)))
    (listed,) = house.client("books").list_snapshots(location_id=opened).snapshots
    assert (listed.bad_row_count, len(listed.bad_rows)) == (1_200, 0)


def test_a_whole_one_of_which_too_much_is_wrong_is_refused_though_wrong_rows_are_left_out(
    house: House, opened: str
) -> None:
    for whole, state in ((True, pb.SNAPSHOT_STATE_REFUSED), (False, pb.SNAPSHOT_STATE_RECEIVED)):
        wrong = [(f"SKU-{number}", -1) for number in range(1_001)]
        first = header(f"Q{whole}-{opened}", opened, whole=whole, skip_bad_rows=True)
        told = yes(tell(house, "wms", [first, rows(0, *wrong), end(1_001)])).snapshot
        assert (told.state, "nobody knows" in told.problem) == (state, whole)


def test_a_whole_one_that_names_nothing_is_refused_and_may_be_told_yet(house: House, opened: str) -> None:
    first = header(f"N-{opened}", opened, whole=True)
    answer = no(tell(house, "wms", [first, end(0)]))
    assert (answer.code, answer.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["end.row_count"])
    assert "tell one as 0" in str(answer.details)
    assert yes(tell(house, "wms", [first, rows(0, ("MUG", 0)), end(1)])).snapshot.state == pb.SNAPSHOT_STATE_RECEIVED
    in_part = [header(f"E-{opened}", opened), end(0)]
    assert yes(tell(house, "wms", in_part)).snapshot.state == pb.SNAPSHOT_STATE_RECEIVED
    left_out = header(f"O-{opened}", opened, whole=True, skip_bad_rows=True)
    told = yes(tell(house, "wms", [left_out, rows(0, ("MUG", -1)), end(1)])).snapshot
    assert (told.state, told.problem[:25]) == (pb.SNAPSHOT_STATE_REFUSED, "1 of 1 row is wrong; noth")


def test_what_takes_something_off_may_be_below_zero(house: House, opened: str) -> None:
    part = rows(0, ("MUG", -3))
    part.rows.rows.append(pb.SnapshotRow(sku="MUG", quantity=-3, measure="sellable"))
    told = yes(tell(house, "shop", [header(f"N-{opened}", opened), part, end(2)])).snapshot
    assert (told.state, told.measure, told.bad_row_count) == (pb.SNAPSHOT_STATE_RECEIVED, "available", 0)
    deducted = [header(f"D-{opened}", opened, deducts=["committed", "held"]), rows(0, ("MUG", -3)), end(1)]
    told = yes(tell(house, "wms", deducted)).snapshot
    assert (told.bad_row_count, list(told.deducts)) == (0, ["held", "committed"])


def test_what_is_not_said_is_as_the_map_says(house: House) -> None:
    house.receive("ACME", MUG=1)
    told = yes(tell(house, "erp", [header("X-1", "ACME", system="3pl"), rows(0, ("MUG", -1)), end(1)])).snapshot
    assert (told.system, told.measure, list(told.deducts)) == ("3pl", "on_hand", ["allocated"])
    told = yes(tell(house, "3pl", [header("X-2", "ACME", measure="damaged"), end(0)])).snapshot
    assert (told.measure, list(told.deducts)) == ("damaged", [])


async def test_a_snapshot_that_was_cut_off_goes_on_where_it_was_and_is_not_compared_before(
    house: House, opened: str, store: Store
) -> None:
    name = f"C-{opened}"
    answer = no(tell(house, "wms", [header(name, opened), rows(0, *COUNTED[:2])]))
    assert (answer.code, answer.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "SNAPSHOT_INCOMPLETE")
    half = stands(house, "wms", name)
    assert half is not None
    assert (half.state, half.received_rows) == (pb.SNAPSHOT_STATE_RECEIVING, 2)
    assert f"wms {name}" not in await waiting(store)

    ahead = no(tell(house, "wms", [header(name, opened), rows(3, ("PAN", 1)), end(4)]))
    assert (ahead.reason, "2 are here" in ahead.text) == ("SNAPSHOT_INCOMPLETE", True)
    early = no(tell(house, "wms", [header(name, opened), end(3)]))
    assert (early.reason, "2 are here" in early.text) == ("SNAPSHOT_INCOMPLETE", True)
    other = no(tell(house, "wms", [header(name, opened), rows(0, ("MUG", 99), *COUNTED[1:]), end(3)]))
    assert other.reason == "SNAPSHOT_ID_REUSED"
    assert stands(house, "wms", name) == half

    whole = yes(tell(house, "wms", [header(name, opened), rows(1, *COUNTED[1:]), end(3)]))
    assert (whole.replayed, whole.snapshot.state) == (False, pb.SNAPSHOT_STATE_RECEIVED)
    assert [row[1] for row in await staged(store, "wms", name)] == ["MUG", "CUP", "JUG"]
    assert yes(tell(house, "wms", [header(name, opened), rows(0, *COUNTED), end(3)])).replayed


async def test_a_sku_that_was_merged_is_read_as_what_it_became(house: House, opened: str, store: Store) -> None:
    house.client("erp").merge_sku(opened, "CUP", "JAR")
    house.client("erp").merge_sku(opened, "JAR", "MUG")
    name = f"J-{opened}"
    told = rows(0, ("CUP", 14), ("JAR", 14), ("PAN", 2), ("MUG", 1))
    yes(tell(house, "wms", [header(name, opened), told, end(4)]))
    read = [(row.sku, row.merged_from) for row in await staged(store, "wms", name)]
    assert read == [("MUG", "CUP"), ("MUG", "JAR"), ("PAN", ""), ("MUG", "")]


async def test_of_a_wrong_row_it_is_remembered_what_its_code_means(house: House, opened: str, store: Store) -> None:
    house.client("erp").merge_sku(opened, "CUP", "MUG")
    name = f"W-{opened}"
    told = [header(name, opened, skip_bad_rows=True, whole=True), rows(0, ("CUP", -1), ("M U G", 1)), end(2)]
    assert [bad.sku for bad in yes(tell(house, "wms", told)).snapshot.bad_rows] == ["CUP", "M U G"]
    (kept,) = await RedisRecords(store).get(Collection.SNAPSHOTS, [f"wms {name}"])
    assert kept is not None
    assert load(Snapshot, kept.text).bad_rows[0].meant == "MUG"
    assert load(Snapshot, kept.text).epoch == 1


def test_a_shop_sees_its_own_snapshots_and_nobody_elses(house: House, opened: str) -> None:
    for system in ("shop", "wms"):
        yes(tell(house, system, [header(f"O-{opened}", opened), rows(0, ("MUG", 1)), end(1)]))
    shop = house.client("shop")
    assert shop.get_snapshot(f"O-{opened}").snapshot.system == "shop"
    for denied in (lambda: shop.get_snapshot(f"O-{opened}", system="wms"), shop.list_snapshots):
        with pytest.raises(sdk.PermissionDenied):
            denied()
    with pytest.raises(sdk.PermissionDenied):
        house.client("3pl").get_snapshot(f"O-{opened}", system="wms")


def test_snapshots_are_listed_newest_first_page_by_page(house: House, opened: str) -> None:
    for number in range(3):
        yes(tell(house, "wms", [header(f"L{number}-{opened}", opened), end(0)]))
    yes(tell(house, "shop", [header(f"L3-{opened}", opened), end(0)]))
    books = house.client("books")

    def named(system: str = "", location_id: str = "") -> list[str]:
        found, token = [], ""
        while True:
            page = books.list_snapshots(page_size=2, page_token=token, system=system, location_id=location_id)
            found += [each.snapshot_id.partition("-")[0] for each in page.snapshots if each.location_id == opened]
            token = page.next_page_token
            if not token:
                return found

    assert named(location_id=opened) == ["L3", "L2", "L1", "L0"]
    assert named(system="wms", location_id=opened) == ["L2", "L1", "L0"]
    assert named(system="shop") == ["L3"]
    assert named() == ["L3", "L2", "L1", "L0"]
    assert list(house.client("3pl").iter_snapshots(system="wms")) == []


async def test_snapshots_with_many_wrong_rows_are_listed_without_them_and_all_of_them(
    house: House, opened: str
) -> None:
    wrong = [("M U G", 1)] * 1_000
    for number in range(25):
        yes(tell(house, "wms", [header(f"L-{opened}-{number}", opened), rows(0, *wrong), end(1_000)]))
    listed = house.client("wms").list_snapshots(location_id=opened, page_size=30).snapshots
    assert [each.snapshot_id for each in listed] == [f"L-{opened}-{number}" for number in range(24, -1, -1)]
    assert {(each.bad_row_count, len(each.bad_rows)) for each in listed} == {(1_000, 0)}
