"""The three handoffs at which counts drift, between systems that know nothing of each other, over two real gates.

A shop, an ERP, a warehouse and a 3PL, each with a token of its own under one handoff map; two `gate serve` on one
store, so that what one gate heard the other knows. Hours are told by order, not by waiting: much happens in between.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

import fulfillment_gate as sdk
from fulfillment_gate import erp, logistics
from tests.e2e.handoffs_house import HERE, NUMBERS, House, level, opened, picked, webhook


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture
def sku(house: House) -> str:
    """A SKU of which ten units are on the shelf."""
    name = f"MUG-{next(NUMBERS)}"
    with house.system("wms") as wms:
        wms.record_receipt(HERE, [sdk.ReceiptLine(sku=name, quantity=10, landing=sdk.LANDING_AVAILABLE)])
    return name


# The first handoff: an order's decrement fires twice.


def test_a_webhook_that_fires_twice_hours_apart_decrements_once_and_shows_as_absorbed(house: House, sku: str) -> None:
    order_id = f"A-{sku}"
    first = webhook(house, order_id, sku)
    webhook(house, f"B-{sku}", sku)
    permit_id = picked(house, order_id, sku)
    with house.system("wms") as wms:
        wms.confirm_shipment(HERE, order_id, permit_id, f"parcel-{sku}")
    between = level(house, sku)
    again = webhook(house, order_id, sku, again=True)
    assert (again.applied.absorbed, again.applied.revision) == (True, first.applied.revision)
    assert (again.state, again.applied.at_ms) == (first.state, first.applied.at_ms)
    after = level(house, sku)
    assert after == between
    assert (after.on_hand, after.committed, after.available) == (7, 3, 4)
    with house.system("desk") as desk:
        newest = next(desk.iter_deliveries(HERE))
        (feed,) = (each for each in desk.list_feeds(HERE).feeds if each.system == "shop")
        entries = [each for each in desk.iter_entries(HERE) if each.source_event.document == order_id]
    assert newest.verdict == sdk.DELIVERY_VERDICT_ABSORBED
    assert (newest.source_event.system, newest.source_event.document) == ("shop", order_id)
    assert newest.revision == first.applied.revision
    assert feed.absorbed_count >= 1
    assert len(entries) == 1, "what is absorbed changes nothing, and stands nowhere"


def test_two_deliveries_of_one_webhook_at_the_same_time_at_two_gates_decrement_once(house: House, sku: str) -> None:
    order_id = f"A-{sku}"
    ready = threading.Barrier(2)

    def deliver(again: bool) -> bool:  # noqa: FBT001 which gate
        ready.wait()
        return webhook(house, order_id, sku, again=again).applied.absorbed

    with ThreadPoolExecutor(2) as both:
        absorbed = sorted(both.map(deliver, (False, True)))
    assert absorbed == [False, True]
    assert level(house, sku).committed == 3


def test_the_same_webhook_with_another_quantity_is_refused_and_shown(house: House, sku: str) -> None:
    order_id = f"A-{sku}"
    webhook(house, order_id, sku, 3)
    with pytest.raises(sdk.GateError) as error:
        webhook(house, order_id, sku, 4, again=True)
    assert error.value.reason == "SOURCE_EVENT_CONFLICT"
    assert level(house, sku).committed == 3
    with house.system("desk") as desk:
        assert next(desk.iter_deliveries(HERE)).verdict == sdk.DELIVERY_VERDICT_CONFLICT


# The second: the ERP books a receipt and the WMS never hears of it.


def announce(house: House, document_id: str, sku: str, expected_at_ms: int) -> None:
    event = sdk.SourceEvent(document_type="purchase-order", document=document_id, action="placed")
    with house.system("netsuite") as netsuite:
        line = sdk.IncomingLine(sku=sku, quantity=40)
        erp.announce(netsuite, HERE, document_id, [line], expected_at_ms=expected_at_ms, source_event=event)


def receive(house: House, document_id: str, sku: str, units: int) -> None:
    with house.system("wms", at_the_other=True) as wms:
        line = sdk.ReceiptLine(sku=sku, quantity=units, landing=sdk.LANDING_AVAILABLE)
        wms.record_receipt(HERE, [line], document_id=document_id)


def owner_of_feed(house: House, system: str) -> str:
    with house.system("desk") as desk:
        return next(feed.owner for feed in desk.list_feeds(HERE).feeds if feed.system == system)


def test_a_receipt_that_was_announced_and_never_confirmed_is_overdue_until_it_comes(house: House, sku: str) -> None:
    now_ms = time.time_ns() // 1_000_000
    document_id, later = f"PO-{sku}", f"PO-later-{sku}"
    announce(house, document_id, sku, now_ms - 86_400_000)
    announce(house, later, f"{sku}-B", now_ms + 86_400_000)
    with house.system("wms", at_the_other=True) as wms:
        (late,) = erp.overdue(wms, HERE)
    assert (late.document_id, late.system) == (document_id, "netsuite")
    assert [(line.sku, line.expected, line.received, line.missing) for line in late.lines] == [(sku, 40, 0, 40)]
    told = owner_of_feed(house, late.system)
    assert "Purchasing" in told
    shelf = level(house, sku)
    assert (shelf.on_hand, shelf.incoming, shelf.available) == (10, 40, 10), "what is expected is not sold"

    receive(house, document_id, sku, 25)
    with house.system("desk") as desk:
        (late,) = erp.overdue(desk, HERE)
        assert [line.missing for line in late.lines] == [15], "a part of it is no receipt of all of it"
        receive(house, document_id, sku, 15)
        assert erp.overdue(desk, HERE) == []
        assert [each.document_id for each in desk.iter_incoming(HERE)] == [later]
    shelf = level(house, sku)
    assert (shelf.on_hand, shelf.incoming, shelf.available) == (50, 0, 50)


def test_the_erp_cannot_book_the_receipt_itself_and_its_try_is_recorded(house: House, sku: str) -> None:
    with house.system("netsuite") as netsuite, pytest.raises(sdk.PermissionDenied) as error:
        netsuite.record_receipt(HERE, [sdk.ReceiptLine(sku=sku, quantity=40, landing=sdk.LANDING_AVAILABLE)])
    assert error.value.reason == "NOT_PERMITTED"
    assert level(house, sku).on_hand == 10

    def recorded() -> bool:
        with house.system("desk") as desk:
            tries = desk.list_violations(system="netsuite").violations
        return [(each.operation, each.cause) for each in tries] == [("record_receipt", sdk.VIOLATION_CAUSE_OPERATION)]

    until(recorded)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30.0
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


# The third: the 3PL confirms a shipment and nobody releases what was allocated.


@dataclass(frozen=True)
class Parcel:
    """One order that was picked, and how two systems name its parcel."""

    order_id: str
    sku: str
    permit_id: str
    same_id: bool

    def told_by_wms(self, house: House) -> int:
        """Tell of it with the permit; give the units that left by this."""
        lines = [sdk.ShipLine(line_id="1", sku=self.sku, quantity=3)]
        with house.system("wms") as wms:
            try:
                told = wms.confirm_shipment(HERE, self.order_id, self.permit_id, f"parcel-{self.sku}", lines)
            except sdk.GateError as error:
                if error.reason != "ALREADY_SHIPPED":
                    raise
                return 0
        return told.shipped_quantity

    def told_by_acme(self, house: House) -> int:
        """Tell of it without a permit, by SKU, as a 945 does; give the units that left by this."""
        shipment_id = f"parcel-{self.sku}" if self.same_id else f"acme-{self.sku}"
        event = sdk.SourceEvent(document_type="945", document=shipment_id, action="shipped")
        lines = [sdk.ShipLine(line_id="acme-line-7", sku=self.sku, quantity=3)]
        with house.system("acme", at_the_other=True) as acme:
            told = logistics.confirm(acme, HERE, self.order_id, shipment_id, lines, source_event=event)
        assert not told.unmatched_id
        return 0 if told.told_before else told.shipped_quantity


def a_parcel(house: House, sku: str, *, same_id: bool) -> Parcel:
    order_id = f"A-{sku}"
    webhook(house, order_id, sku)
    permit_id = picked(house, order_id, sku)
    shelf = level(house, sku)
    assert (shelf.on_hand, shelf.allocated, shelf.picked) == (10, 3, 3)
    return Parcel(order_id, sku, permit_id, same_id)


def assert_left_once(house: House, parcel: Parcel) -> None:
    shelf = level(house, parcel.sku)
    assert (shelf.on_hand, shelf.allocated, shelf.picked, shelf.committed) == (7, 0, 0, 0)
    with house.system("desk") as desk:
        order = desk.get_reservation(HERE, parcel.order_id).reservation
        assert not [each for each in desk.iter_unmatched_shipments(HERE) if each.order_id == parcel.order_id]
    assert order.state == sdk.RESERVATION_STATE_SHIPPED
    assert [line.shipped for line in order.lines] == [3]


@pytest.mark.parametrize("same_id", [True, False], ids=["same parcel id", "a parcel id each"])
@pytest.mark.parametrize("first", ["wms", "acme"])
def test_a_confirmation_releases_what_was_allocated_once_whoever_tells_first(
    first: str, house: House, sku: str, *, same_id: bool
) -> None:
    parcel = a_parcel(house, sku, same_id=same_id)
    told = [parcel.told_by_wms, parcel.told_by_acme]
    if first == "acme":
        told.reverse()
    assert [tell(house) for tell in told] == [3, 0]
    assert_left_once(house, parcel)
    assert [tell(house) for tell in told] == [0, 0]
    assert_left_once(house, parcel)


@pytest.mark.parametrize("same_id", [True, False], ids=["same parcel id", "a parcel id each"])
def test_two_systems_that_tell_at_the_same_moment_release_it_once(house: House, sku: str, *, same_id: bool) -> None:
    parcel = a_parcel(house, sku, same_id=same_id)
    ready = threading.Barrier(2)

    def tell(by: Callable[[House], int]) -> int:
        ready.wait()
        return by(house)

    with ThreadPoolExecutor(2) as both:
        assert sum(both.map(tell, (parcel.told_by_wms, parcel.told_by_acme))) == 3
    assert_left_once(house, parcel)


def test_the_warehouse_cannot_ship_without_a_permit(house: House, sku: str) -> None:
    parcel = a_parcel(house, sku, same_id=True)
    with house.system("wms") as wms, pytest.raises(sdk.PermissionDenied):
        wms.confirm_shipment(HERE, parcel.order_id, "", "by-hand", without_permit=True)
    assert level(house, sku).allocated == 3


def test_a_confirmation_that_matches_nothing_waits_and_is_resolved(house: House, sku: str) -> None:
    parcel = a_parcel(house, sku, same_id=True)
    misread = Parcel(f"{parcel.order_id}-7", sku, "", same_id=True)
    event = sdk.SourceEvent(document_type="945", document=f"parcel-{sku}", action="shipped")
    lines = [sdk.ShipLine(line_id="acme-line-7", sku=sku, quantity=3)]
    with house.system("acme") as acme:
        told = logistics.confirm(acme, HERE, misread.order_id, f"parcel-{sku}", lines, source_event=event)
    assert (told.reason, bool(told.unmatched_id), bool(told)) == ("RESERVATION_NOT_FOUND", True, False)
    assert level(house, sku).allocated == 3, "nothing moved yet"

    with house.system("desk", at_the_other=True) as desk:
        (waiting,) = desk.iter_unmatched_shipments(HERE)
        assert (waiting.unmatched_id, waiting.order_id, waiting.system) == (told.unmatched_id, misread.order_id, "acme")
        assert [(line.sku, line.quantity) for line in waiting.lines] == [(sku, 3)]
        resolved = desk.resolve_shipment(HERE, told.unmatched_id, parcel.order_id, note="misread on the label")
        assert resolved.shipped_quantity == 3
        assert list(desk.iter_unmatched_shipments(HERE)) == []
    assert_left_once(house, parcel)
    assert parcel.told_by_wms(house) == 0, "the warehouse tells of the same parcel later"
    assert_left_once(house, parcel)
