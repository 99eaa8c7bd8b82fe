"""Kits: their promise is what the components allow, and reserving one reserves the components."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fulfillment_gate as sdk
from gate_service.domain.items import kit_promise
from tests.catalog.edge.house import fresh, on_hand, receive

COUNTS = st.integers(0, 30)


def held(gate: sdk.Gate, location: str) -> dict[str, int]:
    return {level.sku: level.committed for level in gate.iter_stock(location)}


def checked(gate: sdk.Gate, location: str, **kits: int) -> list[sdk.LineAvailability]:
    lines = [sdk.AvailabilityLine(sku=sku, quantity=count) for sku, count in kits.items()]
    return [*gate.check_availability(lines, location_ids=[location]).locations[0].lines]


def test_a_kit_is_promised_as_often_as_its_scarcest_component_allows(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=7, BOX=100)
    (kit,) = checked(house, location, SET=3)
    assert (kit.sku, kit.quantity, kit.known, kit.promise, kit.sufficient) == ("SET", 3, True, 3, True)
    assert [(part.sku, part.quantity, part.promise) for part in kit.components] == [("MUG", 6, 7), ("BOX", 3, 100)]
    (kit,) = checked(house, location, SET=4)
    assert (kit.promise, kit.sufficient) == (3, False)


def test_a_kit_with_a_component_that_was_never_received_is_not_known_here(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=7)
    (kit,) = checked(house, location, SET=1)
    assert (kit.known, kit.promise, kit.sufficient) == (False, 0, False)
    assert [part.known for part in kit.components] == [True, False]


def test_a_kit_and_its_component_in_one_question_are_checked_against_their_sum(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=7, BOX=100)
    kit, mug = checked(house, location, SET=3, MUG=2)
    assert (kit.sufficient, mug.sufficient) == (False, False)
    kit, mug = checked(house, location, SET=3, MUG=1)
    assert (kit.sufficient, mug.sufficient) == (True, True)


def test_reserving_a_kit_reserves_its_components_and_keeps_the_kit(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=10, BOX=10)
    lines = [
        sdk.ReserveLine(line_id="1", sku="SET-OLD", quantity=2),
        sdk.ReserveLine(sku="POST", quantity=1),
        sdk.ReserveLine(sku="MUG", quantity=1),
    ]
    house.reserve_stock(location, "O-1", lines)
    order = house.get_reservation(location, "O-1").reservation
    assert [(line.line_id, line.sku, line.ordered) for line in order.lines] == [
        ("1/1", "MUG", 4),
        ("1/2", "BOX", 2),
        ("MUG", "MUG", 1),
    ]
    assert [(line.line_id, line.sku, line.quantity) for line in order.kits] == [("1", "SET", 2)]
    assert [(line.line_id, line.sku, line.quantity) for line in order.non_stock] == [("POST", "POST", 1)]
    assert held(house, location) == {"MUG": 5, "BOX": 2}


def test_a_kit_that_is_short_of_one_component_reserves_nothing(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=10, BOX=1)
    with pytest.raises(sdk.Refused) as no:
        house.reserve_stock(location, "O-1", [sdk.ReserveLine(line_id="1", sku="SET", quantity=2)])
    assert [(each.line_id, each.sku, each.asked, each.possible) for each in no.value.violations] == [
        ("1/2", "BOX", 2, 1)
    ]
    assert held(house, location) == {"MUG": 0, "BOX": 0}


def test_releasing_the_line_of_a_kit_gives_back_its_components(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=10, BOX=10)
    house.reserve_stock(location, "O-1", [sdk.ReserveLine(line_id="1", sku="SET", quantity=3)])
    answer = house.release_reservation(location, "O-1", [sdk.ReleaseLine(line_id="1", quantity=2)])
    assert answer.released_quantity == 6
    assert held(house, location) == {"MUG": 2, "BOX": 1}


ELSEWHERE: dict[str, Callable[[sdk.Gate, str, str], object]] = {
    "receive": lambda gate, at, sku: gate.record_receipt(
        at, [sdk.ReceiptLine(sku=sku, quantity=1, landing=sdk.LANDING_AVAILABLE)]
    ),
    "count": lambda gate, at, sku: gate.submit_count(at, "C-1", [sdk.CountLine(sku=sku, counted_quantity=1)]),
    "authorise": lambda gate, at, sku: gate.authorize_wave(
        at, "W-1", [sdk.WaveLine(order_id="O-1", sku=sku, quantity=1)]
    ),
    "transfer": lambda gate, at, sku: gate.transfer_stock(at, "X", "T-1", [sdk.TransferLine(sku=sku, quantity=1)]),
    "hold": lambda gate, at, sku: gate.place_stock_hold(at, "H-1", sku),
}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_everywhere_else_a_kit_is_refused_because_it_has_no_stock_of_its_own(
    house: sdk.Gate, location: str, what: str
) -> None:
    receive(house, location, MUG=10, BOX=10)
    with pytest.raises(sdk.Refused) as no:
        ELSEWHERE[what](house, location, "SET-OLD")
    assert no.value.reason == "KIT_NOT_STOCKED"
    assert no.value.metadata["sku"] == "SET"
    assert no.value.metadata["identifier"] == "SET-OLD"


@pytest.mark.parametrize("what", ELSEWHERE)
def test_everywhere_else_a_code_without_stock_is_refused(house: sdk.Gate, location: str, what: str) -> None:
    receive(house, location, MUG=10)
    with pytest.raises(sdk.InvalidArgument, match="a code without stock: leave it out"):
        ELSEWHERE[what](house, location, "POST")


def test_an_order_of_nothing_but_codes_without_stock_is_refused(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=10)
    with pytest.raises(sdk.InvalidArgument) as wrong:
        house.reserve_stock(location, "O-1", [sdk.ReserveLine(sku="POST", quantity=1)])
    assert wrong.value.field_violations[0][0] == "lines"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (sdk.ReserveLine(line_id="x" * 63, sku="SET", quantity=1), "lines[0].line_id"),
        (sdk.ReserveLine(sku="SET", quantity=0), "lines[0].quantity"),
        (sdk.ReserveLine(sku="SET", quantity=600_000_000), "lines[0].quantity"),
        (sdk.ReserveLine(sku="POST", quantity=-1), "lines[0].quantity"),
    ],
)
def test_a_kit_that_cannot_be_taken_apart_is_refused_by_field(
    house: sdk.Gate, location: str, line: sdk.ReserveLine, field: str
) -> None:
    receive(house, location, MUG=10)
    with pytest.raises(sdk.InvalidArgument) as wrong:
        house.reserve_stock(location, "O-1", [line, sdk.ReserveLine(sku="MUG", quantity=1)])
    assert wrong.value.field_violations[0][0] == field


def test_an_order_is_bounded_with_the_components_of_its_kits(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=10_000, BOX=10_000)
    lines = [sdk.ReserveLine(line_id=str(number), sku="SET", quantity=1) for number in range(501)]
    with pytest.raises(sdk.InvalidArgument) as wrong:
        house.reserve_stock(location, "O-1", lines)
    assert wrong.value.field_violations[0][0] == "lines"
    house.reserve_stock(location, "O-1", lines[:500])
    asked = [sdk.AvailabilityLine(sku="SET", quantity=1)] * 501
    with pytest.raises(sdk.InvalidArgument, match="with the components of kits"):
        house.check_availability(asked, location_ids=[location])


@given(mugs=COUNTS, boxes=COUNTS, kits=st.integers(1, 20))
def test_what_is_promised_of_a_kit_can_be_reserved_and_not_one_more(
    house: sdk.Gate, mugs: int, boxes: int, kits: int
) -> None:
    location = fresh("DC")
    receive(house, location, MUG=mugs + 1, BOX=boxes + 1)
    promise = kit_promise([(mugs + 1, 2), (boxes + 1, 1)])
    (kit,) = checked(house, location, SET=kits)
    assert (kit.promise, kit.sufficient) == (promise, kits <= promise)
    order = [sdk.ReserveLine(line_id="1", sku="SET", quantity=kits)]
    if kits <= promise:
        house.reserve_stock(location, "O-1", order)
        assert checked(house, location, SET=1)[0].promise == promise - kits
    else:
        with pytest.raises(sdk.Refused):
            house.reserve_stock(location, "O-1", order)
    assert on_hand(house, location) == {"MUG": mugs + 1, "BOX": boxes + 1}
