"""The RPCs of the contract: where each is asked and what it answers. A test holds this table against the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from google.protobuf.message import Message

from fulfillment_gate.v1 import buffer_service_pb2 as buffer_pb2
from fulfillment_gate.v1 import catalog_service_pb2 as catalog_pb2
from fulfillment_gate.v1 import counting_service_pb2 as counting_pb2
from fulfillment_gate.v1 import feed_service_pb2 as feed_pb2
from fulfillment_gate.v1 import finding_service_pb2 as finding_pb2
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from fulfillment_gate.v1 import handoff_service_pb2 as handoff_pb2
from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb2
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb2
from fulfillment_gate.v1 import reconciliation_service_pb2 as reconciliation_pb2
from fulfillment_gate.v1 import status_service_pb2 as status_pb2
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb2
from fulfillment_gate.v1 import variance_service_pb2 as variance_pb2

GATE_SERVICE: Final = "fulfillment_gate.v1.FulfillmentGateService"
STOCK_SERVICE: Final = "fulfillment_gate.v1.StockService"
INCOMING_SERVICE: Final = "fulfillment_gate.v1.IncomingService"
FEED_SERVICE: Final = "fulfillment_gate.v1.FeedService"
LEDGER_SERVICE: Final = "fulfillment_gate.v1.LedgerService"
HANDOFF_SERVICE: Final = "fulfillment_gate.v1.HandoffService"
CATALOG_SERVICE: Final = "fulfillment_gate.v1.CatalogService"
RECONCILIATION_SERVICE: Final = "fulfillment_gate.v1.ReconciliationService"
STATUS_SERVICE: Final = "fulfillment_gate.v1.StatusService"
COUNTING_SERVICE: Final = "fulfillment_gate.v1.CountingService"
VARIANCE_SERVICE: Final = "fulfillment_gate.v1.VarianceService"
BUFFER_SERVICE: Final = "fulfillment_gate.v1.BufferService"
FINDING_SERVICE: Final = "fulfillment_gate.v1.FindingService"

ResponseT = TypeVar("ResponseT", bound=Message)


@dataclass(frozen=True, slots=True)
class Rpc(Generic[ResponseT]):
    """One method: its request is one message, or for `SubmitSnapshot` a stream of them."""

    service: str
    method: str
    response: type[ResponseT]

    @property
    def path(self) -> str:
        """Its name on the wire."""
        return f"/{self.service}/{self.method}"


CHECK_AVAILABILITY: Final = Rpc(GATE_SERVICE, "CheckAvailability", gate_pb2.CheckAvailabilityResponse)
RESERVE_STOCK: Final = Rpc(GATE_SERVICE, "ReserveStock", gate_pb2.ReserveStockResponse)
CONFIRM_RESERVATION: Final = Rpc(GATE_SERVICE, "ConfirmReservation", gate_pb2.ConfirmReservationResponse)
RELEASE_RESERVATION: Final = Rpc(GATE_SERVICE, "ReleaseReservation", gate_pb2.ReleaseReservationResponse)
GET_RESERVATION: Final = Rpc(GATE_SERVICE, "GetReservation", gate_pb2.GetReservationResponse)
AUTHORIZE_WAVE: Final = Rpc(GATE_SERVICE, "AuthorizeWave", gate_pb2.AuthorizeWaveResponse)
REPORT_PICK: Final = Rpc(GATE_SERVICE, "ReportPick", gate_pb2.ReportPickResponse)
CONFIRM_SHIPMENT: Final = Rpc(GATE_SERVICE, "ConfirmShipment", gate_pb2.ConfirmShipmentResponse)
LIST_UNMATCHED_SHIPMENTS: Final = Rpc(GATE_SERVICE, "ListUnmatchedShipments", gate_pb2.ListUnmatchedShipmentsResponse)
RESOLVE_SHIPMENT: Final = Rpc(GATE_SERVICE, "ResolveShipment", gate_pb2.ResolveShipmentResponse)
RECORD_RECEIPT: Final = Rpc(STOCK_SERVICE, "RecordReceipt", stock_pb2.RecordReceiptResponse)
RECORD_RETURN: Final = Rpc(STOCK_SERVICE, "RecordReturn", stock_pb2.RecordReturnResponse)
MOVE_STOCK: Final = Rpc(STOCK_SERVICE, "MoveStock", stock_pb2.MoveStockResponse)
PLACE_STOCK_HOLD: Final = Rpc(STOCK_SERVICE, "PlaceStockHold", stock_pb2.PlaceStockHoldResponse)
LIFT_STOCK_HOLD: Final = Rpc(STOCK_SERVICE, "LiftStockHold", stock_pb2.LiftStockHoldResponse)
LIST_STOCK_HOLDS: Final = Rpc(STOCK_SERVICE, "ListStockHolds", stock_pb2.ListStockHoldsResponse)
ADJUST_STOCK: Final = Rpc(STOCK_SERVICE, "AdjustStock", stock_pb2.AdjustStockResponse)
APPROVE_ADJUSTMENT: Final = Rpc(STOCK_SERVICE, "ApproveAdjustment", stock_pb2.ApproveAdjustmentResponse)
LIST_PROPOSALS: Final = Rpc(STOCK_SERVICE, "ListProposals", stock_pb2.ListProposalsResponse)
SUBMIT_COUNT: Final = Rpc(STOCK_SERVICE, "SubmitCount", stock_pb2.SubmitCountResponse)
LIST_SHORTAGES: Final = Rpc(STOCK_SERVICE, "ListShortages", stock_pb2.ListShortagesResponse)
SET_QUOTA: Final = Rpc(STOCK_SERVICE, "SetQuota", stock_pb2.SetQuotaResponse)
LIST_QUOTAS: Final = Rpc(STOCK_SERVICE, "ListQuotas", stock_pb2.ListQuotasResponse)
MERGE_SKU: Final = Rpc(STOCK_SERVICE, "MergeSku", stock_pb2.MergeSkuResponse)
GET_STOCK: Final = Rpc(STOCK_SERVICE, "GetStock", stock_pb2.GetStockResponse)
LIST_STOCK: Final = Rpc(STOCK_SERVICE, "ListStock", stock_pb2.ListStockResponse)
ANNOUNCE_INCOMING: Final = Rpc(INCOMING_SERVICE, "AnnounceIncoming", incoming_pb2.AnnounceIncomingResponse)
AMEND_INCOMING: Final = Rpc(INCOMING_SERVICE, "AmendIncoming", incoming_pb2.AmendIncomingResponse)
GET_INCOMING: Final = Rpc(INCOMING_SERVICE, "GetIncoming", incoming_pb2.GetIncomingResponse)
LIST_INCOMING: Final = Rpc(INCOMING_SERVICE, "ListIncoming", incoming_pb2.ListIncomingResponse)
TRANSFER_STOCK: Final = Rpc(INCOMING_SERVICE, "TransferStock", incoming_pb2.TransferStockResponse)
LIST_FEEDS: Final = Rpc(FEED_SERVICE, "ListFeeds", feed_pb2.ListFeedsResponse)
LIST_DELIVERIES: Final = Rpc(FEED_SERVICE, "ListDeliveries", feed_pb2.ListDeliveriesResponse)
LIST_ENTRIES: Final = Rpc(LEDGER_SERVICE, "ListEntries", ledger_pb2.ListEntriesResponse)
GET_HANDOFFS: Final = Rpc(HANDOFF_SERVICE, "GetHandoffs", handoff_pb2.GetHandoffsResponse)
APPLY_HANDOFFS: Final = Rpc(HANDOFF_SERVICE, "ApplyHandoffs", handoff_pb2.ApplyHandoffsResponse)
LIST_HANDOFF_CHANGES: Final = Rpc(HANDOFF_SERVICE, "ListHandoffChanges", handoff_pb2.ListHandoffChangesResponse)
LIST_VIOLATIONS: Final = Rpc(HANDOFF_SERVICE, "ListViolations", handoff_pb2.ListViolationsResponse)
BEGIN_IMPORT: Final = Rpc(CATALOG_SERVICE, "BeginImport", catalog_pb2.BeginImportResponse)
STAGE_ITEMS: Final = Rpc(CATALOG_SERVICE, "StageItems", catalog_pb2.StageItemsResponse)
COMMIT_IMPORT: Final = Rpc(CATALOG_SERVICE, "CommitImport", catalog_pb2.CommitImportResponse)
ABORT_IMPORT: Final = Rpc(CATALOG_SERVICE, "AbortImport", catalog_pb2.AbortImportResponse)
GET_IMPORT: Final = Rpc(CATALOG_SERVICE, "GetImport", catalog_pb2.GetImportResponse)
LIST_IMPORT_ERRORS: Final = Rpc(CATALOG_SERVICE, "ListImportErrors", catalog_pb2.ListImportErrorsResponse)
RESOLVE_ITEMS: Final = Rpc(CATALOG_SERVICE, "ResolveItems", catalog_pb2.ResolveItemsResponse)
GET_ITEM: Final = Rpc(CATALOG_SERVICE, "GetItem", catalog_pb2.GetItemResponse)
LIST_ITEMS: Final = Rpc(CATALOG_SERVICE, "ListItems", catalog_pb2.ListItemsResponse)
LIST_UNKNOWN_ITEMS: Final = Rpc(CATALOG_SERVICE, "ListUnknownItems", catalog_pb2.ListUnknownItemsResponse)
FORGET_UNKNOWN_ITEMS: Final = Rpc(CATALOG_SERVICE, "ForgetUnknownItems", catalog_pb2.ForgetUnknownItemsResponse)
GET_STATUS: Final = Rpc(STATUS_SERVICE, "GetStatus", status_pb2.GetStatusResponse)
LIST_VARIANCES: Final = Rpc(VARIANCE_SERVICE, "ListVariances", variance_pb2.ListVariancesResponse)
GET_VARIANCE: Final = Rpc(VARIANCE_SERVICE, "GetVariance", variance_pb2.GetVarianceResponse)
CHANGE_VARIANCE: Final = Rpc(VARIANCE_SERVICE, "ChangeVariance", variance_pb2.ChangeVarianceResponse)
LIST_FINDINGS: Final = Rpc(FINDING_SERVICE, "ListFindings", finding_pb2.ListFindingsResponse)
ACKNOWLEDGE_FINDING: Final = Rpc(FINDING_SERVICE, "AcknowledgeFinding", finding_pb2.AcknowledgeFindingResponse)
LIST_EVENTS: Final = Rpc(FINDING_SERVICE, "ListEvents", finding_pb2.ListEventsResponse)
SUBMIT_SNAPSHOT: Final = Rpc(RECONCILIATION_SERVICE, "SubmitSnapshot", reconciliation_pb2.SubmitSnapshotResponse)
GET_SNAPSHOT: Final = Rpc(RECONCILIATION_SERVICE, "GetSnapshot", reconciliation_pb2.GetSnapshotResponse)
LIST_SNAPSHOTS: Final = Rpc(RECONCILIATION_SERVICE, "ListSnapshots", reconciliation_pb2.ListSnapshotsResponse)
LIST_BUFFERS: Final = Rpc(BUFFER_SERVICE, "ListBuffers", buffer_pb2.ListBuffersResponse)
LIST_COUNT_TASKS: Final = Rpc(COUNTING_SERVICE, "ListCountTasks", counting_pb2.ListCountTasksResponse)
START_COUNT: Final = Rpc(COUNTING_SERVICE, "StartCount", counting_pb2.StartCountResponse)
SUBMIT_COUNT_TASK: Final = Rpc(COUNTING_SERVICE, "SubmitCountTask", counting_pb2.SubmitCountTaskResponse)
GET_COUNT_ACCURACY: Final = Rpc(COUNTING_SERVICE, "GetCountAccuracy", counting_pb2.GetCountAccuracyResponse)
