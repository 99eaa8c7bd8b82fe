"""Which event a mirror took twice, never took, or took by half."""

from __future__ import annotations

from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.vocabulary import OperationKind
from tests.reconcile.differing import counted, event, one, received, reserved, shipped, texts

ON_HAND = {"on_hand": 100}


def test_an_order_whose_decrement_fired_twice_names_the_order_and_the_handoff() -> None:
    movements = [reserved(91, 3), reserved(93, 7), reserved(95, 2)]
    found = one(88 - 7, movements, "storefront", measure="available", had=ON_HAND)
    assert found.cause is Cause.DOUBLE_APPLIED
    assert found.handoff == "shopify → storefront: reserve_stock"
    assert found.evidence[0].revision == 93
    assert found.explained == -7


def test_a_receipt_that_the_wms_never_heard_of_leaves_the_erp_at_200_and_the_wms_at_140() -> None:
    movements = [shipped(90, 4), received(92, 60), shipped(95, 6)]
    found = one(140, movements, "wms-east", had={"on_hand": 150, "allocated": 10})
    assert (found.cause, found.handoff) == (Cause.NOT_APPLIED, "netsuite → wms-east: record_receipt")
    assert found.evidence[0].revision == 92


def test_a_shipment_that_released_nothing_is_told_from_one_that_never_came_by_the_stock_that_left() -> None:
    movements = [reserved(80, 5), shipped(95, 5)]
    had = {"on_hand": 50, "allocated": 5}
    released_nothing = one(5, movements, measure="allocated", had=had, beside={"on_hand": 0, "available": -5})
    never_came = one(5, movements, measure="allocated", had=had, beside={"on_hand": 5, "available": 0})
    assert released_nothing.cause is Cause.SHIPPED_STILL_ALLOCATED
    assert released_nothing.handoff == "3pl-acme → wms-east: confirm_shipment"
    assert never_came.cause is Cause.NOT_APPLIED


def test_a_count_that_fixes_one_system_and_breaks_the_next_names_the_count_as_what_the_next_one_lacks() -> None:
    found = one(100, [shipped(90, 4), counted(96, -9)], "netsuite", had={"on_hand": 104, "allocated": 4})
    assert (found.cause, found.handoff) == (Cause.NOT_APPLIED, "wms-east → netsuite: submit_count")


def test_returns_transfers_and_adjustments_are_missed_in_the_same_way_and_named() -> None:
    for kind, units in (
        (OperationKind.RECORD_RETURN, 8),
        (OperationKind.TRANSFER_STOCK, -17),
        (OperationKind.ADJUST_STOCK, -3),
    ):
        movements = [shipped(90, 2), event(94, kind, "wms-east", on_hand=units)]
        found = one(100, movements, "netsuite", had={"on_hand": 102, "allocated": 2})
        assert (found.cause, found.handoff) == (Cause.NOT_APPLIED, f"wms-east → netsuite: {kind}")


def test_47_51_and_44_at_once_are_three_handoffs() -> None:
    movements = [received(90, 1), shipped(92, 3), reserved(95, 2)]  # on the shelf 48, of which 46 can be sold
    had = {"on_hand": 50, "allocated": 3}
    wms = one(47, movements, "wms-east", had=had)
    erp = one(51, movements, "netsuite", had=had)
    storefront = one(44, movements, "storefront", had=had, measure="available")
    assert (wms.cause, wms.handoff) == (Cause.NOT_APPLIED, "netsuite → wms-east: record_receipt")
    assert (erp.cause, erp.handoff) == (Cause.NOT_APPLIED, "3pl-acme → netsuite: confirm_shipment")
    assert (storefront.cause, storefront.handoff) == (Cause.DOUBLE_APPLIED, "shopify → storefront: reserve_stock")


def test_an_event_that_was_told_twice_to_the_gate_is_the_likelier_to_have_been_taken_twice() -> None:
    twice = reserved(93, 5)._replace(repeats=1)
    found = one(85, [reserved(91, 5), twice], "storefront", measure="available", had=ON_HAND)
    assert (found.cause, found.evidence[0].revision) == (Cause.DOUBLE_APPLIED, 93)
    assert "was told 2 times" in texts(found)


def test_what_the_mirror_had_taken_when_it_agreed_last_is_not_suspected() -> None:
    movements = [received(60, 6), shipped(95, 6)]
    had = {"on_hand": 50, "allocated": 6}
    assert one(44, movements, had=had, agreed_revision=80, agreed_at_ms=1).cause is Cause.DOUBLE_APPLIED


def test_two_alike_events_are_told_as_such() -> None:
    found = one(84, [reserved(91, 4), reserved(93, 4), reserved(95, 4)], measure="available", had=ON_HAND)
    assert found.cause is Cause.DOUBLE_APPLIED
    assert "2 other events of that time would explain it as well" in texts(found)


def test_a_sku_that_a_mirror_has_not_followed_for_long_lacks_all_events_since_the_first() -> None:
    movements = [reserved(60 + each, each) for each in (1, 2, 3, 5, 8)]
    found = one(95, movements, measure="available", had={"on_hand": 100, "allocated": 5})
    assert found.cause is Cause.NOT_APPLIED
    assert "the 4 events after it were never taken" in texts(found)
