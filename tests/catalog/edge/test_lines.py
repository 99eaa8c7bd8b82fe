"""Lines as callers write them: codes, packs, kits, and what the reply shows of how they were read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import fulfillment_gate as sdk
from gate_service.bootstrap.parts import SERVICES
from gate_service.rpc.reading import shape_of
from tests.catalog.edge.house import fresh, on_hand, receive, until

CASE_SCANNED = "]C10115012345678907" + "10LOT-7"
Ask = Callable[[sdk.Gate, str, str, str], Any]

WRITES: dict[str, tuple[Ask, int, str]] = {
    "RecordReceipt": (
        lambda gate, at, sku, unit: gate.record_receipt(
            at, [sdk.ReceiptLine(sku=sku, quantity=2, unit=unit, landing=sdk.LANDING_AVAILABLE)]
        ),
        2,
        "lines[0]",
    ),
    "RecordReturn": (
        lambda gate, at, sku, unit: gate.record_return(
            at, "R-1", [sdk.ReturnLine(sku=sku, quantity=2, unit=unit, landing=sdk.LANDING_AVAILABLE)]
        ),
        2,
        "lines[0]",
    ),
    "AnnounceIncoming": (
        lambda gate, at, sku, unit: gate.announce_incoming(
            at, "D-1", [sdk.IncomingLine(sku=sku, quantity=2, unit=unit)], kind=sdk.DOCUMENT_KIND_ASN, version=1
        ),
        2,
        "lines[0]",
    ),
    "AmendIncoming": (
        lambda gate, at, sku, unit: gate.amend_incoming(
            at, "D-2", [sdk.IncomingLine(sku=sku, quantity=2, unit=unit)], kind=sdk.DOCUMENT_KIND_ASN, version=1
        ),
        2,
        "lines[0]",
    ),
    "AdjustStock": (
        lambda gate, at, sku, unit: gate.adjust_stock(
            at,
            [sdk.AdjustmentLine(sku=sku, bucket=sdk.BUCKET_ON_HAND, delta=-2, unit=unit)],
            reason=sdk.ADJUSTMENT_REASON_WRITE_OFF,
        ),
        -2,
        "lines[0].delta",
    ),
    "SubmitCount": (
        lambda gate, at, sku, unit: gate.submit_count(
            at, "C-1", [sdk.CountLine(sku=sku, counted_quantity=2, unit=unit)]
        ),
        2,
        "lines[0].counted_quantity",
    ),
    "MoveStock": (
        lambda gate, at, sku, unit: gate.move_stock(
            at,
            [
                sdk.MoveLine(
                    sku=sku,
                    quantity=2,
                    unit=unit,
                    from_status=sdk.STOCK_STATUS_AVAILABLE,
                    to_status=sdk.STOCK_STATUS_DAMAGED,
                )
            ],
            reason="inspected",
        ),
        2,
        "lines[0]",
    ),
    "SetQuota": (
        lambda gate, at, sku, unit: gate.set_quota(at, "web", [sdk.QuotaLine(sku=sku, quantity=2, unit=unit)]),
        2,
        "lines[0]",
    ),
    "TransferStock": (
        lambda gate, at, sku, unit: gate.transfer_stock(
            at, f"{at}-B", "T-1", [sdk.TransferLine(sku=sku, quantity=2, unit=unit)]
        ),
        2,
        "lines[0]",
    ),
    "ReserveStock": (
        lambda gate, at, sku, unit: gate.reserve_stock(at, "O-1", [sdk.ReserveLine(sku=sku, quantity=2, unit=unit)]),
        2,
        "lines[0]",
    ),
    "AuthorizeWave": (
        lambda gate, at, sku, unit: gate.authorize_wave(
            at, "W-1", [sdk.WaveLine(order_id="O-1", sku=sku, quantity=2, unit=unit)]
        ),
        2,
        "lines[0]",
    ),
    "CheckAvailability": (
        lambda gate, at, sku, unit: gate.check_availability(
            [sdk.AvailabilityLine(sku=sku, quantity=2, unit=unit)], location_ids=[at]
        ),
        2,
        "lines[0]",
    ),
}
LATER = {"ReportPick", "ConfirmShipment", "PlaceStockHold"}
"""Those that need something to be there before, and have a test of their own below."""


def test_every_call_that_names_items_is_tried_here() -> None:
    methods = {
        method.name for service in SERVICES for method in service.methods if shape_of(method.input_type) is not None
    }
    assert methods == {*WRITES, *LATER}


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize(
    ("given", "unit", "told", "factor", "lot"),
    [
        ("MUG-OLD", "", "", 1, ""),
        ("MUG", "case", "case", 12, ""),
        ("mug blue", "CASE", "case", 12, ""),
        ("5012345678900", "", "", 1, ""),
        ("15012345678907", "", "case", 12, ""),
        ("15012345678907", "pallet", "pallet", 480, ""),
        (CASE_SCANNED, "", "case", 12, "LOT-7"),
    ],
)
def test_a_line_is_read_as_sku_and_base_units_and_the_reply_shows_how(
    house: sdk.Gate, location: str, method: str, given: str, unit: str, told: str, factor: int, lot: str
) -> None:
    receive(house, location, MUG=5_000)
    ask, figure, field = WRITES[method]
    answer = ask(house, location, given, unit)
    assert list(answer.conversions) == [
        sdk.Conversion(
            field=field,
            given=given,
            unit=told,
            amount=str(figure),
            sku="MUG",
            quantity=figure * factor,
            lot_id=lot,
        )
    ]


@pytest.mark.parametrize("method", WRITES)
def test_a_line_in_skus_and_base_units_shows_nothing(house: sdk.Gate, location: str, method: str) -> None:
    receive(house, location, MUG=10)
    assert not WRITES[method][0](house, location, "MUG", "").conversions


def test_what_was_read_is_what_was_done(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=100)
    house.record_receipt(
        location, [sdk.ReceiptLine(sku="mug blue", amount="1.5", unit="case", landing=sdk.LANDING_AVAILABLE)]
    )
    assert on_hand(house, location) == {"MUG": 118}


def test_a_pick_and_a_shipment_are_told_in_cases(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=100)
    house.reserve_stock(location, "O-1", [sdk.ReserveLine(line_id="1", sku="MUG", quantity=2, unit="case")])
    wave = house.authorize_wave(location, "W-1", [sdk.WaveLine(order_id="O-1", line_id="1", sku="MUG", quantity=24)])
    line = sdk.PickLine(
        order_id="O-1",
        line_id="1",
        sku="15012345678907",
        picked_quantity=1,
        short_quantity=1,
        short_reason=sdk.SHORT_REASON_NOT_FOUND,
    )
    pick = house.report_pick(location, wave.permit_id, [line])
    assert [(each.field, each.amount, each.quantity) for each in pick.conversions] == [
        ("lines[0].picked_quantity", "1", 12),
        ("lines[0].short_quantity", "1", 12),
    ]
    shipped = house.confirm_shipment(
        location, "O-1", wave.permit_id, "S-1", [sdk.ShipLine(line_id="1", sku="MUG-OLD", amount="1", unit="case")]
    )
    assert (shipped.shipped_quantity, [each.quantity for each in shipped.conversions]) == (12, [12])


def test_a_hold_is_placed_by_any_code(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=100)
    answer = house.place_stock_hold(location, "H-1", "5012345678900")
    assert (answer.level.sku, [(each.field, each.sku) for each in answer.conversions]) == (
        "MUG",
        [("quantity", "MUG")],
    )


def test_a_line_keeps_what_was_written_as_its_key(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=100, CUP=100)
    lines = [
        sdk.ReserveLine(sku="MUG-OLD", quantity=1),
        sdk.ReserveLine(sku="cup", quantity=1),
        sdk.ReserveLine(line_id="given", sku="MUG-OLD", quantity=1),
        sdk.ReserveLine(sku=CASE_SCANNED, quantity=1),
    ]
    house.reserve_stock(location, "O-1", lines)
    kept = house.get_reservation(location, "O-1").reservation.lines
    assert [(line.line_id, line.sku) for line in kept] == [
        ("MUG-OLD", "MUG"),
        ("cup", "CUP"),
        ("given", "MUG"),
        ("MUG", "MUG"),
    ]


@pytest.mark.parametrize(
    ("line", "field", "why"),
    [
        (
            sdk.ReserveLine(sku="MUG", amount="1.3", unit="case"),
            "lines[0].amount",
            "1.3 case x 12 = 15.6, which is not a whole number of base units",
        ),
        (sdk.ReserveLine(sku="MUG", amount="1.5"), "lines[0].amount", "1.5 x 1 = 1.5, which is not a whole number"),
        (sdk.ReserveLine(sku="MUG", amount="one", unit="case"), "lines[0].amount", "must be a decimal number such as"),
        (sdk.ReserveLine(sku="MUG", amount="1", quantity=1), "lines[0].amount", "must not both be given"),
        (
            sdk.ReserveLine(sku="MUG", quantity=1, unit="crate"),
            "lines[0].unit",
            "must be one of case (12), pallet (480), or empty for base units, not 'crate' of MUG",
        ),
        (sdk.ReserveLine(sku="CUP", quantity=1, unit="case"), "lines[0].unit", "must be empty for base units"),
        (
            sdk.ReserveLine(sku="MUG", quantity=1_000_000_000, unit="case"),
            "lines[0].quantity",
            "1000000000 case x 12 = 12,000,000,000 base units, which is more than 1,000,000,000",
        ),
        (sdk.ReserveLine(sku="MUG", quantity=-1, unit="case"), "lines[0].quantity", "must be 1 to 1,000,000,000"),
        (sdk.ReserveLine(sku="", quantity=1), "lines[0].sku", "must not be empty"),
        (sdk.ReserveLine(sku="x" * 129, quantity=1), "lines[0].sku", "must be 1 to 64 characters"),
        (sdk.ReserveLine(sku="a\nb", quantity=1), "lines[0].sku", "must be 1 to 64 characters"),
        (sdk.ReserveLine(sku="10A\x1d21B", quantity=1), "lines[0].sku", "must be 1 to 64 characters"),
    ],
)
def test_a_line_that_comes_to_no_base_units_is_refused_by_field_and_shows_the_sum(
    house: sdk.Gate, location: str, line: sdk.ReserveLine, field: str, why: str
) -> None:
    receive(house, location, MUG=100, CUP=100)
    with pytest.raises(sdk.InvalidArgument) as wrong:
        house.reserve_stock(location, "O-1", [line])
    ((named, said),) = wrong.value.field_violations
    assert named == field
    assert why in said


def test_a_line_further_down_is_named_by_its_place(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=100)
    lines = [sdk.ReserveLine(sku="MUG", quantity=1), sdk.ReserveLine(sku="MUG", quantity=1, unit="crate")]
    with pytest.raises(sdk.InvalidArgument) as wrong:
        house.reserve_stock(location, "O-1", lines)
    assert wrong.value.field_violations[0][0] == "lines[1].unit"


def test_an_unknown_identifier_is_refused_named_and_listed_the_most_repeated_first(
    house: sdk.Gate, location: str
) -> None:
    receive(house, location, MUG=100)
    seldom, often = fresh("NOBODY"), fresh("NOBODY")
    lines = [sdk.ReserveLine(sku=sku, quantity=2) for sku in ("MUG", often, seldom)]
    with pytest.raises(sdk.NotFound) as no:
        house.reserve_stock(location, "O-1", lines)
    with pytest.raises(sdk.NotFound):
        house.adjust_stock(
            location,
            [sdk.AdjustmentLine(sku=often, bucket=sdk.BUCKET_ON_HAND, delta=1)],
            reason=sdk.ADJUSTMENT_REASON_FOUND,
        )
    assert (no.value.reason, no.value.metadata) == (
        "UNKNOWN_ITEM",
        {"field": "lines[1].sku", "identifier": often, "unknown_count": "2"},
    )
    assert [(each.sku, each.asked, each.possible) for each in no.value.violations] == [(often, 2, 0), (seldom, 2, 0)]
    assert on_hand(house, location) == {"MUG": 100}
    listed = until(
        lambda: [each for each in house.iter_unknown_items() if each.identifier in (often, seldom)],
        lambda found: len(found) == 2,
    )
    assert [(each.identifier, each.use_count, each.last_system, each.last_location_id) for each in listed] == [
        (often, 2, "shop", location),
        (seldom, 1, "shop", location),
    ]
    assert house.forget_unknown_items([often, seldom]).forgotten_count == 2


def test_one_code_that_nobody_knows_does_not_stop_a_wave(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=100)
    house.reserve_stock(location, "O-1", [sdk.ReserveLine(line_id="1", sku="MUG", quantity=2)])
    lines = [
        sdk.WaveLine(order_id="O-1", line_id=key, sku=sku, quantity=2) for key, sku in (("1", "MUG"), ("2", "NIL"))
    ]
    wave = house.authorize_wave(location, "W-1", lines)
    assert [(line.verdict, line.reason) for line in wave.lines] == [
        (sdk.VERDICT_PICK, sdk.VERDICT_REASON_UNSPECIFIED),
        (sdk.VERDICT_BLOCK, sdk.VERDICT_REASON_UNKNOWN_SKU),
    ]


def test_lots_of_one_unknown_gtin_are_one_entry_of_the_list(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=100)
    for text in ("07032069804988", "7032069804988", "(01)07032069804988(10)A", "(01)07032069804988(10)B"):
        with pytest.raises(sdk.NotFound):
            house.reserve_stock(location, "O-1", [sdk.ReserveLine(sku=text, quantity=1)])
    (listed,) = until(
        lambda: [each for each in house.iter_unknown_items() if "07032069804988" in each.identifier],
        lambda found: bool(found) and found[0].use_count == 4,
    )
    assert listed.identifier == "07032069804988"
    house.forget_unknown_items([listed.identifier])


def test_a_question_answers_that_it_does_not_know_an_item(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=100)
    nobody = fresh("NOBODY")
    lines = [sdk.AvailabilityLine(sku=sku, quantity=1) for sku in (nobody, "MUG")]
    answer = house.check_availability(lines, location_ids=[location]).locations[0]
    assert [(line.sku, line.known, line.sufficient, line.promise) for line in answer.lines] == [
        (nobody, False, False, 0),
        ("MUG", True, True, 100),
    ]
    assert not answer.sufficient
    until(lambda: {each.identifier for each in house.iter_unknown_items()}, lambda found: nobody in found)
    house.forget_unknown_items([nobody])


def test_a_question_about_nothing_with_stock_is_answered_all_the_same(house: sdk.Gate, location: str) -> None:
    receive(house, location, MUG=100)
    answer = house.check_availability([sdk.AvailabilityLine(sku="POST", quantity=3)], location_ids=[location])
    assert [(line.sku, line.known, line.sufficient, line.non_stock) for line in answer.locations[0].lines] == [
        ("POST", True, True, True)
    ]
    assert answer.locations[0].revision == 1


def test_more_lines_than_a_request_may_have_are_refused_before_they_are_read(house: sdk.Gate, location: str) -> None:
    lines = [sdk.ReserveLine(sku=f"N{number}", quantity=1) for number in range(20_000)]
    with pytest.raises(sdk.InvalidArgument) as wrong:
        house.reserve_stock(location, "O-1", lines)
    assert wrong.value.field_violations[0][0] == "lines"
