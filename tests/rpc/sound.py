"""A sound request of each method."""

from __future__ import annotations

from google.protobuf.message import Message

from fulfillment_gate.v1 import buffer_service_pb2 as buffer_pb
from fulfillment_gate.v1 import counting_service_pb2 as counting_pb
from fulfillment_gate.v1 import feed_service_pb2 as feed_pb
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import handoff_service_pb2 as handoff_pb
from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import reconciliation_service_pb2 as snapshot_pb
from fulfillment_gate.v1 import status_service_pb2 as status_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from fulfillment_gate.v1 import variance_service_pb2 as variance_pb

GATE: dict[str, Message] = {
    "CheckAvailability": gate_pb.CheckAvailabilityRequest(lines=[gate_pb.AvailabilityLine(sku="A", quantity=1)]),
    "ReserveStock": gate_pb.ReserveStockRequest(
        operation_id="op", location_id="L", order_id="O", lines=[gate_pb.ReserveLine(sku="A", quantity=1)]
    ),
    "ConfirmReservation": gate_pb.ConfirmReservationRequest(operation_id="op", location_id="L", order_id="O"),
    "ReleaseReservation": gate_pb.ReleaseReservationRequest(
        operation_id="op", location_id="L", order_id="O", lines=[gate_pb.ReleaseLine(line_id="1", quantity=1)]
    ),
    "GetReservation": gate_pb.GetReservationRequest(location_id="L", order_id="O"),
    "AuthorizeWave": gate_pb.AuthorizeWaveRequest(
        operation_id="op",
        location_id="L",
        wave_id="W",
        atomicity=gate_pb.WAVE_ATOMICITY_LINE,
        lines=[gate_pb.WaveLine(order_id="O", line_id="1", sku="A", quantity=1)],
    ),
    "ReportPick": gate_pb.ReportPickRequest(
        operation_id="op",
        location_id="L",
        permit_id="P1",
        lines=[gate_pb.PickLine(order_id="O", line_id="1", sku="A", picked_quantity=1)],
    ),
    "ConfirmShipment": gate_pb.ConfirmShipmentRequest(
        operation_id="op",
        location_id="L",
        order_id="O",
        permit_id="P1",
        shipment_id="S",
        lines=[gate_pb.ShipLine(line_id="1", sku="A", quantity=1)],
    ),
    "ListUnmatchedShipments": gate_pb.ListUnmatchedShipmentsRequest(location_id="L"),
    "ResolveShipment": gate_pb.ResolveShipmentRequest(operation_id="op", location_id="L", unmatched_id="U1"),
}
STOCK: dict[str, Message] = {
    "RecordReceipt": stock_pb.RecordReceiptRequest(
        operation_id="op",
        location_id="L",
        lines=[stock_pb.ReceiptLine(sku="A", quantity=1, landing=stock_pb.LANDING_AVAILABLE)],
    ),
    "RecordReturn": stock_pb.RecordReturnRequest(
        operation_id="op", location_id="L", return_id="R", lines=[stock_pb.ReturnLine(sku="A", quantity=1)]
    ),
    "MoveStock": stock_pb.MoveStockRequest(
        operation_id="op",
        location_id="L",
        lines=[
            stock_pb.MoveLine(
                sku="A",
                quantity=1,
                to_status=stock_pb.STOCK_STATUS_DAMAGED,
                from_status=stock_pb.STOCK_STATUS_AVAILABLE,
            )
        ],
    ),
    "PlaceStockHold": stock_pb.PlaceStockHoldRequest(
        operation_id="op", location_id="L", hold_id="H", sku="A", lot_id="lot-1", quantity=1
    ),
    "LiftStockHold": stock_pb.LiftStockHoldRequest(operation_id="op", location_id="L", hold_id="H"),
    "ListStockHolds": stock_pb.ListStockHoldsRequest(location_id="L"),
    "AdjustStock": stock_pb.AdjustStockRequest(
        operation_id="op",
        location_id="L",
        reason=stock_pb.ADJUSTMENT_REASON_COUNT,
        lines=[stock_pb.AdjustmentLine(sku="A", bucket=types_pb.BUCKET_ON_HAND, delta=1)],
    ),
    "ApproveAdjustment": stock_pb.ApproveAdjustmentRequest(operation_id="op", location_id="L", proposal_id="A1"),
    "ListProposals": stock_pb.ListProposalsRequest(location_id="L"),
    "SubmitCount": stock_pb.SubmitCountRequest(
        operation_id="op",
        location_id="L",
        count_id="C",
        covers_range=True,
        lines=[stock_pb.CountLine(sku="A", counted_quantity=1)],
    ),
    "ListShortages": stock_pb.ListShortagesRequest(location_id="L"),
    "SetQuota": stock_pb.SetQuotaRequest(
        operation_id="op", location_id="L", channel="web", lines=[stock_pb.QuotaLine(sku="A", quantity=1)]
    ),
    "ListQuotas": stock_pb.ListQuotasRequest(location_id="L"),
    "MergeSku": stock_pb.MergeSkuRequest(operation_id="op", location_id="L", sku="A", into_sku="B"),
    "GetStock": stock_pb.GetStockRequest(location_id="L", skus=["A"]),
    "ListStock": stock_pb.ListStockRequest(location_id="L"),
}
INCOMING: dict[str, Message] = {
    "AnnounceIncoming": incoming_pb.AnnounceIncomingRequest(
        operation_id="op",
        location_id="L",
        document_id="PO-1",
        kind=incoming_pb.DOCUMENT_KIND_PURCHASE_ORDER,
        lines=[incoming_pb.IncomingLine(sku="A", quantity=1)],
    ),
    "AmendIncoming": incoming_pb.AmendIncomingRequest(
        operation_id="op",
        location_id="L",
        document_id="PO-1",
        kind=incoming_pb.DOCUMENT_KIND_PURCHASE_ORDER,
        version=2,
        lines=[incoming_pb.IncomingLine(sku="A", quantity=1)],
    ),
    "GetIncoming": incoming_pb.GetIncomingRequest(location_id="L", document_id="PO-1"),
    "ListIncoming": incoming_pb.ListIncomingRequest(location_id="L"),
    "TransferStock": incoming_pb.TransferStockRequest(
        operation_id="op",
        location_id="L",
        to_location_id="M",
        transfer_id="T",
        lines=[incoming_pb.TransferLine(sku="A", quantity=1)],
    ),
}
OTHERS: dict[str, Message] = {
    "ListEntries": ledger_pb.ListEntriesRequest(location_id="L"),
    "ListFeeds": feed_pb.ListFeedsRequest(location_id="L"),
    "ListDeliveries": feed_pb.ListDeliveriesRequest(location_id="L"),
    "GetHandoffs": handoff_pb.GetHandoffsRequest(),
    "ApplyHandoffs": handoff_pb.ApplyHandoffsRequest(operation_id="op", document="version: 1\nsystems: {}"),
    "ListHandoffChanges": handoff_pb.ListHandoffChangesRequest(),
    "ListViolations": handoff_pb.ListViolationsRequest(),
    "GetStatus": status_pb.GetStatusRequest(),
}
VARIANCES: dict[str, Message] = {
    "ListVariances": variance_pb.ListVariancesRequest(),
    "GetVariance": variance_pb.GetVarianceRequest(variance_id="V1"),
    "ChangeVariance": variance_pb.ChangeVarianceRequest(
        variance_id="V1", verb=variance_pb.VARIANCE_VERB_ACCEPT, note="known"
    ),
}
SNAPSHOTS: dict[str, Message] = {
    "GetSnapshot": snapshot_pb.GetSnapshotRequest(system="wms", snapshot_id="S-1"),
    "ListSnapshots": snapshot_pb.ListSnapshotsRequest(),
}
COUNTS: dict[str, Message] = {
    "ListBuffers": buffer_pb.ListBuffersRequest(),
    "ListCountTasks": counting_pb.ListCountTasksRequest(location_id="L"),
    "StartCount": counting_pb.StartCountRequest(task_id="T1"),
    "SubmitCountTask": counting_pb.SubmitCountTaskRequest(task_id="T1", counted=7),
    "GetCountAccuracy": counting_pb.GetCountAccuracyRequest(),
}
SOUND = SNAPSHOTS | GATE | STOCK | INCOMING | OTHERS | VARIANCES | COUNTS
