"""Every mutation a caller can ask for, as checked, canonical data.

An operation is made at the edge (`gate_service/rpc`), where each field was checked against `limits`. `body()` is what
is hashed to tell "the same again" from "another content under the same id", so it holds what the caller asked and
nothing that the gate adds. A field added later must be left out of it where it has its default: else a retry that
spans a rolling upgrade would be refused.
"""

from gate_service.domain.operations.base import WHOLE_ORDER_WEIGHT, Operation, SourceEvent
from gate_service.domain.operations.house import HOUSE, ChangeHandoffs, RecoverLocation
from gate_service.domain.operations.incoming import AmendIncoming, AnnounceIncoming, TransferStock
from gate_service.domain.operations.mirrors import CorrectMirror
from gate_service.domain.operations.orders import (
    ConfirmReservation,
    OrderLine,
    ReleaseLine,
    ReleaseReservation,
    ReserveStock,
)
from gate_service.domain.operations.picking import (
    AuthorizeWave,
    ConfirmShipment,
    PickLine,
    ReportPick,
    ResolveShipment,
    WaveLine,
)
from gate_service.domain.operations.stock import (
    AdjustmentLine,
    AdjustStock,
    ApproveAdjustment,
    CountLine,
    LiftStockHold,
    MergeSku,
    MoveLine,
    MoveStock,
    PlaceStockHold,
    ReceiptLine,
    RecordReceipt,
    RecordReturn,
    SetQuota,
    SkuQuantity,
    SubmitCount,
)

__all__ = [
    "HOUSE",
    "WHOLE_ORDER_WEIGHT",
    "AdjustStock",
    "AdjustmentLine",
    "AmendIncoming",
    "AnnounceIncoming",
    "ApproveAdjustment",
    "AuthorizeWave",
    "ChangeHandoffs",
    "ConfirmReservation",
    "ConfirmShipment",
    "CorrectMirror",
    "CountLine",
    "LiftStockHold",
    "MergeSku",
    "MoveLine",
    "MoveStock",
    "Operation",
    "OrderLine",
    "PickLine",
    "PlaceStockHold",
    "ReceiptLine",
    "RecordReceipt",
    "RecordReturn",
    "RecoverLocation",
    "ReleaseLine",
    "ReleaseReservation",
    "ReportPick",
    "ReserveStock",
    "ResolveShipment",
    "SetQuota",
    "SkuQuantity",
    "SourceEvent",
    "SubmitCount",
    "TransferStock",
    "WaveLine",
]
