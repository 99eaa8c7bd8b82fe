"""One operation of each kind that a ledger takes from callers, for an order of nobody."""

from __future__ import annotations

from typing import Any

from gate_service.domain import operations as ops
from gate_service.domain.vocabulary import (
    AdjustmentReason,
    Bucket,
    DocumentKind,
    Landing,
    StockStatus,
    WaveAtomicity,
)

_LINE = (ops.OrderLine("1", "MUG", 1),)
_UNITS = (ops.SkuQuantity("MUG", 1),)
_BROKEN = ops.MoveLine("MUG", StockStatus.AVAILABLE, StockStatus.DAMAGED, 1)
_LANDED = (ops.ReceiptLine("MUG", 1, Landing.AVAILABLE),)


def all_at(location: str, **common: Any) -> dict[str, ops.Operation[Any]]:  # noqa: ANN401 - `source`
    """Give one of each verb at a location."""
    made = [
        ops.ReserveStock("op", location, "O-1", "web", 0, _LINE, **common),
        ops.ConfirmReservation("op", location, "O-1", **common),
        ops.ReleaseReservation("op", location, "O-1", (), **common),
        ops.AuthorizeWave("op", location, "W-1", WaveAtomicity.LINE, 60_000, False, (), **common),  # noqa: FBT003
        ops.ReportPick("op", location, "P1", (), **common),
        ops.ConfirmShipment("op", location, "O-1", "P1", "S-1", (), **common),
        ops.ResolveShipment("op", location, "U1", "O-1", "", **common),
        ops.AnnounceIncoming("op", location, "D-1", DocumentKind.ASN, 1, 0, "", _LINE, **common),
        ops.AmendIncoming("op", location, "D-1", DocumentKind.ASN, 2, 0, _LINE, **common),
        ops.RecordReceipt("op", location, "", _LANDED, **common),
        ops.RecordReturn("op", location, "R-1", "", _LANDED, **common),
        ops.MoveStock("op", location, "inspected", "", "", (_BROKEN,), **common),
        ops.PlaceStockHold("op", location, "H-1", "MUG", "", 0, "", **common),
        ops.LiftStockHold("op", location, "H-1", "", **common),
        ops.TransferStock("op", location, location, "T-1", 0, _UNITS, **common),
        ops.AdjustStock("op", location, AdjustmentReason.COUNT, "", (_adjust(Bucket.ON_HAND),), **common),
        ops.ApproveAdjustment("op", location, "A1", True, "", **common),  # noqa: FBT003
        ops.SubmitCount("op", location, "C-1", 0, True, False, "", "", (ops.CountLine("MUG", 1),), **common),  # noqa: FBT003
        ops.SetQuota("op", location, "web", _UNITS, **common),
        ops.MergeSku("op", location, "MUG", "CUP", **common),
        ops.ChangeHandoffs("op", ops.HOUSE, 1, "", (), "{}", **common),
    ]
    return {operation.kind.value: operation for operation in made}


def landing(location: str, *landings: Landing) -> ops.RecordReceipt:
    """Make a receipt whose lines land so."""
    return ops.RecordReceipt("op", location, "", tuple(ops.ReceiptLine("MUG", 1, each) for each in landings))


def adjusting(location: str, *buckets: Bucket) -> ops.AdjustStock:
    """Make a correction of these buckets."""
    return ops.AdjustStock("op", location, AdjustmentReason.COUNT, "", tuple(_adjust(bucket) for bucket in buckets))


def _adjust(bucket: Bucket) -> ops.AdjustmentLine:
    return ops.AdjustmentLine("MUG", bucket, 1)
