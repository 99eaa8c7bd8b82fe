"""Stock itself: receipts, returns, corrections, counts, holds, quotas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from gate_service.domain import replies
from gate_service.domain.operations.base import Operation
from gate_service.domain.vocabulary import (
    AdjustmentReason,
    Bucket,
    Landing,
    OperationKind,
    StockStatus,
)


class ReceiptLine(NamedTuple):
    """Units of one SKU that came in."""

    sku: str
    quantity: int
    landing: Landing


class AdjustmentLine(NamedTuple):
    """One correction; `bucket` is ON_HAND, DAMAGED, QUALITY_CONTROL or SUSPECT, `delta` not 0."""

    sku: str
    bucket: Bucket
    delta: int


class MoveLine(NamedTuple):
    """Units that change their status; the two differ, and none comes from WRITTEN_OFF."""

    sku: str
    from_status: StockStatus
    to_status: StockStatus
    quantity: int


class CountLine(NamedTuple):
    """What was counted of one SKU, 0 or more; unique in its count."""

    sku: str
    counted: int


class SkuQuantity(NamedTuple):
    """Units of one SKU."""

    sku: str
    quantity: int


def _landing_buckets(lines: tuple[ReceiptLine, ...]) -> frozenset[Bucket]:
    landed = {Bucket(line.landing) for line in lines if line.landing is not Landing.AVAILABLE}
    return frozenset({Bucket.ON_HAND, *landed})


@dataclass(frozen=True, slots=True)
class RecordReceipt(Operation[replies.RecordReceiptReply]):
    """Goods came in; opens the location and the SKUs. With `document_id` against what was announced."""

    kind = OperationKind.RECORD_RECEIPT
    left_out = frozenset({"document_id", "final"})
    reference: str
    lines: tuple[ReceiptLine, ...]
    document_id: str = ""
    final: bool = False

    @property
    def touches(self) -> frozenset[Bucket]:
        """Name on_hand and where the units land."""
        return _landing_buckets(self.lines)


@dataclass(frozen=True, slots=True)
class RecordReturn(Operation[replies.RecordReturnReply]):
    """Goods came back; opens the SKUs. `order_id` is empty where nobody knows it."""

    kind = OperationKind.RECORD_RETURN
    return_id: str
    order_id: str
    lines: tuple[ReceiptLine, ...]

    @property
    def touches(self) -> frozenset[Bucket]:
        """Name on_hand and where the units land."""
        return _landing_buckets(self.lines)


@dataclass(frozen=True, slots=True)
class MoveStock(Operation[replies.MoveStockReply]):
    """Goods change their status."""

    kind = OperationKind.MOVE_STOCK
    reason: str
    note: str
    reference: str
    lines: tuple[MoveLine, ...]

    @property
    def touches(self) -> frozenset[Bucket]:
        """Name the buckets they leave and enter."""
        statuses = {status for line in self.lines for status in (line.from_status, line.to_status)}
        return frozenset(
            Bucket.ON_HAND if status is StockStatus.WRITTEN_OFF else Bucket(status)
            for status in statuses - {StockStatus.AVAILABLE}
        )


@dataclass(frozen=True, slots=True)
class PlaceStockHold(Operation[replies.StockHoldReply]):
    """Nothing more of a SKU (`lot_id` empty, `quantity` 0), or of some units of a lot, is promised or picked."""

    kind = OperationKind.PLACE_STOCK_HOLD
    moves = frozenset({Bucket.QUALITY_CONTROL})
    hold_id: str
    sku: str
    lot_id: str
    quantity: int
    note: str


@dataclass(frozen=True, slots=True)
class LiftStockHold(Operation[replies.LiftStockHoldReply]):
    """A hold is over."""

    kind = OperationKind.LIFT_STOCK_HOLD
    moves = frozenset({Bucket.QUALITY_CONTROL})
    hold_id: str
    note: str


@dataclass(frozen=True, slots=True)
class AdjustStock(Operation[replies.AdjustStockReply]):
    """Correct the record with a reason; `variance_id` names the variance that it corrects, "" for none.

    With `propose` it waits for a second person, whatever its size.
    """

    kind = OperationKind.ADJUST_STOCK
    left_out = frozenset({"propose", "variance_id"})
    reason: AdjustmentReason
    note: str
    lines: tuple[AdjustmentLine, ...]
    propose: bool = False
    variance_id: str = ""

    @property
    def touches(self) -> frozenset[Bucket]:
        """Name the buckets corrected."""
        return frozenset(line.bucket for line in self.lines)


@dataclass(frozen=True, slots=True)
class ApproveAdjustment(Operation[replies.ApproveAdjustmentReply]):
    """The second person's yes or no to a correction that waits."""

    kind = OperationKind.APPROVE_ADJUSTMENT
    proposal_id: str
    approved: bool
    note: str


@dataclass(frozen=True, slots=True)
class SubmitCount(Operation[replies.SubmitCountReply]):
    """Somebody counted. `as_of_revision` 0 is now; see the proto for `covers_range`.

    `variance_id` names the variance because of which it was counted, "" for none.
    """

    kind = OperationKind.SUBMIT_COUNT
    left_out = frozenset({"variance_id"})
    moves = frozenset({Bucket.ON_HAND, Bucket.SUSPECT, Bucket.QUALITY_CONTROL, Bucket.DAMAGED})
    count_id: str
    as_of_revision: int
    includes_picked: bool
    covers_range: bool
    covers_after: str
    covers_through: str
    lines: tuple[CountLine, ...]
    variance_id: str = ""


@dataclass(frozen=True, slots=True)
class SetQuota(Operation[replies.SetQuotaReply]):
    """From now on a channel alone may have so many units of each SKU."""

    kind = OperationKind.SET_QUOTA
    moves = frozenset({Bucket.RING_FENCED})
    channel: str
    lines: tuple[SkuQuantity, ...]


@dataclass(frozen=True, slots=True)
class MergeSku(Operation[replies.MergeSkuReply]):
    """Two SKUs were one item all along."""

    kind = OperationKind.MERGE_SKU
    moves = frozenset(Bucket)
    sku: str
    into_sku: str
