"""A sound call of each method, about a location, as a system makes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import fulfillment_gate as sdk

Ask = Callable[[sdk.Gate, str], object]

_MUG: Final = [sdk.ReserveLine(sku="MUG", quantity=1)]
_RECEIVED: Final = [sdk.ReceiptLine(sku="MUG", quantity=1, landing=sdk.LANDING_AVAILABLE)]
_EXPECTED: Final = [sdk.IncomingLine(sku="MUG", quantity=1)]
_WAVE: Final = [sdk.WaveLine(order_id="O-1", sku="MUG", quantity=1)]
_PICKED: Final = [sdk.PickLine(order_id="O-1", sku="MUG", picked_quantity=1)]
_CORRECTED: Final = [sdk.AdjustmentLine(sku="MUG", bucket=sdk.BUCKET_ON_HAND, delta=1)]
_RETURNED: Final = [sdk.ReturnLine(sku="MUG", quantity=1)]
_MOVED: Final = [
    sdk.MoveLine(sku="MUG", quantity=1, from_status=sdk.STOCK_STATUS_AVAILABLE, to_status=sdk.STOCK_STATUS_DAMAGED)
]
_SENT: Final = [sdk.TransferLine(sku="MUG", quantity=1)]
_PO: Final = sdk.DOCUMENT_KIND_PURCHASE_ORDER

WRITES: Final[dict[str, Ask]] = {
    "reserve_stock": lambda gate, at: gate.reserve_stock(at, "O-1", _MUG, channel="web"),
    "confirm_reservation": lambda gate, at: gate.confirm_reservation(at, "O-1"),
    "release_reservation": lambda gate, at: gate.release_reservation(at, "O-1"),
    "authorize_wave": lambda gate, at: gate.authorize_wave(at, "W-1", _WAVE),
    "report_pick": lambda gate, at: gate.report_pick(at, "P1", _PICKED),
    "confirm_shipment": lambda gate, at: gate.confirm_shipment(at, "O-1", "P1", "S-1"),
    "resolve_shipment": lambda gate, at: gate.resolve_shipment(at, "U1", "O-1"),
    "announce_incoming": lambda gate, at: gate.announce_incoming(at, "D-1", _EXPECTED, kind=_PO, version=1),
    "amend_incoming": lambda gate, at: gate.amend_incoming(at, "D-1", _EXPECTED, kind=_PO, version=2),
    "record_receipt": lambda gate, at: gate.record_receipt(at, _RECEIVED),
    "record_return": lambda gate, at: gate.record_return(at, "R-1", _RETURNED),
    "move_stock": lambda gate, at: gate.move_stock(at, _MOVED, reason="inspected"),
    "place_stock_hold": lambda gate, at: gate.place_stock_hold(at, "H-1", "MUG"),
    "lift_stock_hold": lambda gate, at: gate.lift_stock_hold(at, "H-1"),
    "transfer_stock": lambda gate, at: gate.transfer_stock(
        at, "DC-3", "T-1", [sdk.TransferLine(sku="MUG", quantity=1)]
    ),
    "adjust_stock": lambda gate, at: gate.adjust_stock(at, _CORRECTED, reason=sdk.ADJUSTMENT_REASON_FOUND),
    "approve_adjustment": lambda gate, at: gate.approve_adjustment(at, "A1", approved=True),
    "submit_count": lambda gate, at: gate.submit_count(at, "C-1", [sdk.CountLine(sku="MUG", counted_quantity=1)]),
    "set_quota": lambda gate, at: gate.set_quota(at, "web", [sdk.QuotaLine(sku="MUG", quantity=1)]),
    "merge_sku": lambda gate, at: gate.merge_sku(at, "CUP", "MUG"),
    "submit_snapshot": lambda gate, at: gate.submit_snapshot(sdk.SnapshotHeader(snapshot_id="S-1", location_id=at), []),
}
"""By the verb of the handoff map."""

QUESTIONS: Final[dict[str, Ask]] = {
    "CheckAvailability": lambda gate, at: gate.check_availability(
        [sdk.AvailabilityLine(sku="MUG", quantity=1)], location_ids=[at]
    ),
    "GetReservation": lambda gate, at: gate.get_reservation(at, "O-1"),
    "ListUnmatchedShipments": lambda gate, at: gate.list_unmatched_shipments(at),
    "GetStock": lambda gate, at: gate.get_stock(at, ["MUG"]),
    "ListStock": lambda gate, at: gate.list_stock(at),
    "ListStockHolds": lambda gate, at: gate.list_stock_holds(at),
    "ListProposals": lambda gate, at: gate.list_proposals(at),
    "ListShortages": lambda gate, at: gate.list_shortages(at),
    "ListQuotas": lambda gate, at: gate.list_quotas(at),
    "GetIncoming": lambda gate, at: gate.get_incoming(at, "D-1"),
    "ListIncoming": lambda gate, at: gate.list_incoming(at),
    "ListFeeds": lambda gate, at: gate.list_feeds(at),
    "ListDeliveries": lambda gate, at: gate.list_deliveries(at),
    "ListEntries": lambda gate, at: gate.list_entries(at),
    "ListVariances": lambda gate, at: gate.list_variances(location_id=at),
    "ListSnapshots": lambda gate, at: gate.list_snapshots(location_id=at),
    "ListBuffers": lambda gate, at: gate.list_buffers(location_id=at),
    "ListFindings": lambda gate, at: gate.list_findings(location_id=at),
    "ListCountTasks": lambda gate, at: gate.list_count_tasks(at),
    "GetCountAccuracy": lambda gate, at: gate.get_count_accuracy(location_id=at),
}
"""By the name of the method; all that are about a location."""

IMPORTS: Final[dict[str, Ask]] = {
    "BeginImport": lambda gate, _: gate.begin_import("I-1", mode=sdk.IMPORT_MODE_MERGE),
    "StageItems": lambda gate, _: gate.stage_items("I-1", 1, []),
    "CommitImport": lambda gate, _: gate.commit_import("I-1", 1),
    "AbortImport": lambda gate, _: gate.abort_import("I-1"),
    "ForgetUnknownItems": lambda gate, _: gate.forget_unknown_items(["X"]),
}
"""The methods of the verb import_items."""

OF_A_RECORD: Final[dict[str, tuple[str, Ask]]] = {
    "ChangeVariance": (
        "resolve_variance",
        lambda gate, _: gate.change_variance("V1", verb=sdk.VARIANCE_VERB_ACCEPT, note="known"),
    ),
    "AcknowledgeFinding": ("resolve_variance", lambda gate, _: gate.acknowledge_finding("F1")),
    "StartCount": ("submit_count", lambda gate, _: gate.start_count("T1")),
    "SubmitCountTask": ("submit_count", lambda gate, _: gate.submit_count_task("T1", 1)),
}
"""By the name of the method, with the verb it needs: what is done with a record that there is not."""

OF_THE_HOUSE: Final[dict[str, Ask]] = {
    "GetImport": lambda gate, _: gate.get_import("I-1"),
    "ListImportErrors": lambda gate, _: gate.list_import_errors("I-1"),
    "ResolveItems": lambda gate, _: gate.resolve_items(["MUG"]),
    "GetItem": lambda gate, _: gate.get_item("MUG"),
    "ListItems": lambda gate, _: gate.list_items(),
    "ListUnknownItems": lambda gate, _: gate.list_unknown_items(),
    "GetHandoffs": lambda gate, _: gate.get_handoffs(),
    "ListHandoffChanges": lambda gate, _: gate.list_handoff_changes(),
    "ListViolations": lambda gate, _: gate.list_violations(),
    "GetStatus": lambda gate, _: gate.get_status(),
    "GetVariance": lambda gate, _: gate.get_variance("V1"),
    "GetSnapshot": lambda gate, _: gate.get_snapshot("S-1"),
    "ListEvents": lambda gate, _: gate.list_events(),
}
"""Questions about no location."""
