"""One call of every method of orders and goods, with a value for every field, and the request that it must send."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf.message import Message

import fulfillment_gate as sdk
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate
from fulfillment_gate.v1 import incoming_service_pb2 as incoming
from fulfillment_gate.v1 import stock_service_pb2 as stock

EVENT: Final = sdk.SourceEvent(
    system="shopify", document_type="order", document="o1", line="1", action="created", number=7
)
ONCE: Final[dict[str, Any]] = {"operation_id": "op-1", "source_event": EVENT}
WHERE: Final[dict[str, Any]] = {"location_id": "berlin"}
ORDER: Final[dict[str, Any]] = {**WHERE, "order_id": "o1"}
PAGE: Final[dict[str, Any]] = {"page_size": 5, "page_token": "t"}
NOTE: Final[dict[str, Any]] = {"note": "shelf 3"}


@dataclass(frozen=True)
class Call:
    """A method's name, the request it must send, its arguments by place, and those by name."""

    method: str
    sent: Message
    args: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


ASKED = [sdk.AvailabilityLine(sku="mug", quantity=2)]
ORDERED = [sdk.ReserveLine(line_id="1", sku="mug", amount="1.5", unit="case")]
GIVEN_BACK = [sdk.ReleaseLine(line_id="1", quantity=2)]

ORDERS: Final = [
    Call(
        "check_availability",
        gate.CheckAvailabilityRequest(lines=ASKED, location_ids=["berlin"], channel="web", max_age_ms=30_000),
        (ASKED,),
        {"location_ids": ["berlin"], "channel": "web", "max_age_ms": 30_000},
    ),
    Call(
        "reserve_stock",
        gate.ReserveStockRequest(**ONCE, **ORDER, channel="web", ttl_ms=5_000, lines=ORDERED),
        ("berlin", "o1", ORDERED),
        {"channel": "web", "ttl_ms": 5_000, **ONCE},
    ),
    Call("confirm_reservation", gate.ConfirmReservationRequest(**ONCE, **ORDER), ("berlin", "o1"), ONCE),
    Call(
        "release_reservation",
        gate.ReleaseReservationRequest(**ONCE, **ORDER, lines=GIVEN_BACK),
        ("berlin", "o1", GIVEN_BACK),
        ONCE,
    ),
    Call("get_reservation", gate.GetReservationRequest(**ORDER), ("berlin", "o1")),
]

WAVE = [sdk.WaveLine(order_id="o1", line_id="1", sku="mug", quantity=2)]
PICKED = [sdk.PickLine(order_id="o1", sku="mug", picked_quantity=1)]
SHIPPED = [sdk.ShipLine(sku="mug", quantity=1)]

PICKING: Final = [
    Call(
        "authorize_wave",
        gate.AuthorizeWaveRequest(
            **ONCE, **WHERE, wave_id="w1", lines=WAVE, atomicity=sdk.WAVE_ATOMICITY_ORDER, permit_ttl_ms=60_000
        ),
        ("berlin", "w1", WAVE),
        {"atomicity": sdk.WAVE_ATOMICITY_ORDER, "permit_ttl_ms": 60_000, **ONCE},
    ),
    Call(
        "authorize_wave",
        gate.AuthorizeWaveRequest(**WHERE, wave_id="w1", lines=WAVE, atomicity=sdk.WAVE_ATOMICITY_LINE, dry_run=True),
        ("berlin", "w1", WAVE),
        {"dry_run": True},
    ),
    Call(
        "report_pick",
        gate.ReportPickRequest(**ONCE, **WHERE, permit_id="P7", lines=PICKED),
        ("berlin", "P7", PICKED),
        ONCE,
    ),
    Call(
        "confirm_shipment",
        gate.ConfirmShipmentRequest(**ONCE, **ORDER, permit_id="P7", shipment_id="parcel-1", lines=SHIPPED),
        ("berlin", "o1", "P7", "parcel-1", SHIPPED),
        ONCE,
    ),
    Call(
        "confirm_shipment",
        gate.ConfirmShipmentRequest(**ONCE, **ORDER, shipment_id="parcel-1", without_permit=True),
        ("berlin", "o1", "", "parcel-1"),
        {"without_permit": True, **ONCE},
    ),
    Call("list_unmatched_shipments", gate.ListUnmatchedShipmentsRequest(**WHERE, **PAGE), ("berlin",), PAGE),
    Call(
        "resolve_shipment",
        gate.ResolveShipmentRequest(**ONCE, **ORDER, **NOTE, unmatched_id="U7"),
        ("berlin", "U7", "o1"),
        NOTE | ONCE,
    ),
]

RECEIVED = [sdk.ReceiptLine(sku="mug", quantity=9, landing=sdk.LANDING_AVAILABLE)]
RETURNED = [sdk.ReturnLine(sku="mug", quantity=1)]
MOVED = [
    sdk.MoveLine(
        sku="mug", quantity=1, from_status=sdk.STOCK_STATUS_QUALITY_CONTROL, to_status=sdk.STOCK_STATUS_AVAILABLE
    )
]
HOLD: Final[dict[str, Any]] = {"lot_id": "lot-1", "quantity": 3, **NOTE}

GOODS: Final = [
    Call(
        "record_receipt",
        stock.RecordReceiptRequest(**ONCE, **WHERE, reference="po-1", lines=RECEIVED, document_id="asn-1", final=True),
        ("berlin", RECEIVED),
        {"reference": "po-1", "document_id": "asn-1", "final": True, **ONCE},
    ),
    Call(
        "record_return",
        stock.RecordReturnRequest(**ONCE, **ORDER, return_id="r1", lines=RETURNED),
        ("berlin", "r1", RETURNED),
        {"order_id": "o1", **ONCE},
    ),
    Call(
        "move_stock",
        stock.MoveStockRequest(**ONCE, **WHERE, **NOTE, reason="inspected", reference="r1", lines=MOVED),
        ("berlin", MOVED),
        {"reason": "inspected", "reference": "r1", **NOTE, **ONCE},
    ),
    Call(
        "place_stock_hold",
        stock.PlaceStockHoldRequest(**ONCE, **WHERE, **HOLD, hold_id="h1", sku="mug"),
        ("berlin", "h1", "mug"),
        HOLD | ONCE,
    ),
    Call(
        "lift_stock_hold",
        stock.LiftStockHoldRequest(**ONCE, **WHERE, **NOTE, hold_id="h1"),
        ("berlin", "h1"),
        NOTE | ONCE,
    ),
    Call("list_stock_holds", stock.ListStockHoldsRequest(**WHERE, **PAGE), ("berlin",), PAGE),
]

CORRECTED = [sdk.AdjustmentLine(sku="mug", bucket=sdk.BUCKET_ON_HAND, delta=-1)]
COUNTED = [sdk.CountLine(sku="mug", counted_quantity=4)]
COVERS: Final[dict[str, Any]] = {
    "as_of_revision": 12,
    "includes_picked": True,
    "covers_range": True,
    "covers_after": "a",
    "covers_through": "n",
    "variance_id": "v1",
}
PROPOSED: Final[dict[str, Any]] = {"propose": True, "variance_id": "v1"}

CORRECTIONS: Final = [
    Call(
        "adjust_stock",
        stock.AdjustStockRequest(
            **ONCE, **WHERE, **NOTE, **PROPOSED, reason=sdk.ADJUSTMENT_REASON_COUNT, lines=CORRECTED
        ),
        ("berlin", CORRECTED),
        {"reason": sdk.ADJUSTMENT_REASON_COUNT, **NOTE, **PROPOSED, **ONCE},
    ),
    Call(
        "approve_adjustment",
        stock.ApproveAdjustmentRequest(**ONCE, **WHERE, **NOTE, proposal_id="A7", approved=True),
        ("berlin", "A7"),
        {"approved": True, **NOTE, **ONCE},
    ),
    Call("list_proposals", stock.ListProposalsRequest(**WHERE, **PAGE), ("berlin",), PAGE),
    Call(
        "submit_count",
        stock.SubmitCountRequest(**ONCE, **WHERE, **COVERS, count_id="c1", lines=COUNTED),
        ("berlin", "c1", COUNTED),
        COVERS | ONCE,
    ),
    Call("list_shortages", stock.ListShortagesRequest(**WHERE, **PAGE), ("berlin",), PAGE),
]

QUOTA = [sdk.QuotaLine(sku="mug", quantity=5)]

STOCK: Final = [
    Call("get_stock", stock.GetStockRequest(**WHERE, skus=["mug"]), ("berlin", ["mug"])),
    Call("list_stock", stock.ListStockRequest(**WHERE, **PAGE), ("berlin",), PAGE),
    Call(
        "set_quota",
        stock.SetQuotaRequest(**ONCE, **WHERE, channel="web", lines=QUOTA),
        ("berlin", "web", QUOTA),
        ONCE,
    ),
    Call("list_quotas", stock.ListQuotasRequest(**WHERE, **PAGE), ("berlin",), PAGE),
    Call(
        "merge_sku",
        stock.MergeSkuRequest(**ONCE, **WHERE, sku="mug", into_sku="cup"),
        ("berlin", "mug", "cup"),
        ONCE,
    ),
]

EXPECTED = [sdk.IncomingLine(line_id="1", sku="mug", quantity=2)]
TRAVELLING = [sdk.TransferLine(sku="mug", quantity=2)]
PAPER: Final[dict[str, Any]] = {
    "kind": sdk.DOCUMENT_KIND_PURCHASE_ORDER,
    "version": 3,
    "expected_at_ms": 1_800_000_000_000,
}

INCOMING: Final = [
    Call(
        "announce_incoming",
        incoming.AnnounceIncomingRequest(**ONCE, **WHERE, **PAPER, document_id="po-1", lines=EXPECTED),
        ("berlin", "po-1", EXPECTED),
        PAPER | ONCE,
    ),
    Call(
        "amend_incoming",
        incoming.AmendIncomingRequest(**ONCE, **WHERE, **PAPER, document_id="po-1", lines=EXPECTED),
        ("berlin", "po-1", EXPECTED),
        PAPER | ONCE,
    ),
    Call("get_incoming", incoming.GetIncomingRequest(**WHERE, document_id="po-1"), ("berlin", "po-1")),
    Call(
        "list_incoming",
        incoming.ListIncomingRequest(**WHERE, **PAGE, overdue_only=True),
        ("berlin",),
        {"overdue_only": True, **PAGE},
    ),
    Call(
        "transfer_stock",
        incoming.TransferStockRequest(
            **ONCE, **WHERE, to_location_id="paris", transfer_id="t1", expected_at_ms=9, lines=TRAVELLING
        ),
        ("berlin", "paris", "t1", TRAVELLING),
        {"expected_at_ms": 9, **ONCE},
    ),
]

CALLS: Final = [*ORDERS, *PICKING, *GOODS, *CORRECTIONS, *STOCK, *INCOMING]
