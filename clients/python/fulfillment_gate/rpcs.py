"""The RPCs of the contract: where each is asked and what it answers. A test holds this table against the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from google.protobuf.message import Message

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb2
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb2

GATE_SERVICE: Final = "fulfillment_gate.v1.FulfillmentGateService"
STOCK_SERVICE: Final = "fulfillment_gate.v1.StockService"
LEDGER_SERVICE: Final = "fulfillment_gate.v1.LedgerService"

ResponseT = TypeVar("ResponseT", bound=Message)


@dataclass(frozen=True, slots=True)
class Rpc(Generic[ResponseT]):
    """One unary method."""

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
RECORD_RECEIPT: Final = Rpc(STOCK_SERVICE, "RecordReceipt", stock_pb2.RecordReceiptResponse)
ADJUST_STOCK: Final = Rpc(STOCK_SERVICE, "AdjustStock", stock_pb2.AdjustStockResponse)
GET_STOCK: Final = Rpc(STOCK_SERVICE, "GetStock", stock_pb2.GetStockResponse)
LIST_STOCK: Final = Rpc(STOCK_SERVICE, "ListStock", stock_pb2.ListStockResponse)
LIST_ENTRIES: Final = Rpc(LEDGER_SERVICE, "ListEntries", ledger_pb2.ListEntriesResponse)
