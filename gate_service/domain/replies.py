"""What the ledger answers to each operation: plain data, the same whether fresh or replayed."""

from __future__ import annotations

from typing import NamedTuple

from gate_service.domain.lineage import NO_LINEAGE, Lineage
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import ReservationState, Verdict, VerdictReason


class Applied(NamedTuple):
    """Where the answer stands in the ledger; `replayed` where it was stored by an earlier call with the same id."""

    revision: int
    at_ms: int
    replayed: bool
    absorbed: bool = False
    """True where it was the source event that was seen before, under another operation_id."""
    lineage: Lineage = NO_LINEAGE


NOT_STORED = Applied(revision=0, at_ms=0, replayed=False)


class ReserveStockReply(NamedTuple):
    """`hold_expires_at_ms` is 0 where the units were committed at once."""

    applied: Applied
    state: ReservationState
    hold_expires_at_ms: int


class ConfirmReservationReply(NamedTuple):
    """`changed` where this call committed units; `retaken` where they had run out and were there again."""

    applied: Applied
    state: ReservationState
    changed: bool
    retaken: bool


class ReleaseReservationReply(NamedTuple):
    """`released_quantity` in base units; 0 where nothing was held or committed any more."""

    applied: Applied
    state: ReservationState
    released_quantity: int


class LineVerdict(NamedTuple):
    """The verdict on one wave line; `authorized` in base units."""

    verdict: Verdict
    reason: VerdictReason
    authorized: int


class AuthorizeWaveReply(NamedTuple):
    """One verdict for each line asked, in that order; `permit_id` is empty where nothing may be picked."""

    applied: Applied
    permit_id: str
    permit_expires_at_ms: int
    lines: tuple[LineVerdict, ...]


class SuspectStock(NamedTuple):
    """Units that a short pick put in doubt, and the other permits that still have units of that SKU to pick."""

    sku: str
    quantity: int
    permit_ids: tuple[str, ...]


class ReportPickReply(NamedTuple):
    """One entry for each SKU that was short and not merely damaged."""

    applied: Applied
    suspects: tuple[SuspectStock, ...]


class Surplus(NamedTuple):
    """Units a parcel had though the record doubted them (`cleared`) or had none left (`surplus`)."""

    sku: str
    cleared: int
    surplus: int


class ConfirmShipmentReply(NamedTuple):
    """`shipped_quantity` is 0 where this shipment_id was confirmed before."""

    applied: Applied
    state: ReservationState
    shipped_quantity: int
    surpluses: tuple[Surplus, ...]


class SkuUnits(NamedTuple):
    """Units of one SKU."""

    sku: str
    quantity: int


class RecordReceiptReply(NamedTuple):
    """The levels of the SKUs named, in the order first named; `over` and `open` only against a document."""

    applied: Applied
    levels: tuple[StockLevel, ...]
    over: tuple[SkuUnits, ...] = ()
    """More than was announced, by SKU in the order first named."""
    open: tuple[SkuUnits, ...] = ()
    """Still open of the document, or, where it was closed, never come; by SKU."""


class HitOrder(NamedTuple):
    """An order that cannot be served as it stands; `allocated` where a picker may look for the units right now."""

    order_id: str
    channel: str
    missing: int
    allocated: bool


class Shortage(NamedTuple):
    """A SKU of which more is reserved than may be sold, by how many units, and whom it hits (at most 100 orders)."""

    sku: str
    missing: int
    orders: tuple[HitOrder, ...] = ()
    more_orders: bool = False


class AdjustStockReply(NamedTuple):
    """The levels of the SKUs named, in the order first named, and those now below zero.

    With a `proposal_id` nothing has changed: the correction waits for a second person.
    """

    applied: Applied
    levels: tuple[StockLevel, ...]
    shortages: tuple[Shortage, ...]
    proposal_id: str = ""


class ApproveAdjustmentReply(NamedTuple):
    """The levels after the correction; none where it was put away. `variance_id` is that of the proposal."""

    applied: Applied
    levels: tuple[StockLevel, ...]
    shortages: tuple[Shortage, ...]
    variance_id: str = ""


class RecordReturnReply(NamedTuple):
    """`unmatched`: units this location never shipped for the order, or that came back before."""

    applied: Applied
    levels: tuple[StockLevel, ...]
    unmatched: tuple[SkuUnits, ...]


class MoveStockReply(NamedTuple):
    """The levels of the SKUs named, in the order first named, and those now below zero."""

    applied: Applied
    levels: tuple[StockLevel, ...]
    shortages: tuple[Shortage, ...]


class StockHoldReply(NamedTuple):
    """The level of the SKU after the hold was placed."""

    applied: Applied
    level: StockLevel
    shortages: tuple[Shortage, ...]


class LiftStockHoldReply(NamedTuple):
    """`released_quantity`: units of the lot that went back from quality_control."""

    applied: Applied
    level: StockLevel
    released_quantity: int


class CountedLine(NamedTuple):
    """What was counted of a SKU, and what should have been there at that revision."""

    sku: str
    counted: int
    expected: int


class SubmitCountReply(NamedTuple):
    """One line for each SKU counted, in the order named, then for each covered and not counted, by SKU."""

    applied: Applied
    lines: tuple[CountedLine, ...]
    levels: tuple[StockLevel, ...]
    shortages: tuple[Shortage, ...]


class SetQuotaReply(NamedTuple):
    """The levels of the SKUs named, in the order named."""

    applied: Applied
    levels: tuple[StockLevel, ...]


class MergeSkuReply(NamedTuple):
    """The level of the SKU that goes on; `changed` is false where it was one SKU already."""

    applied: Applied
    changed: bool
    level: StockLevel


class AnnounceIncomingReply(NamedTuple):
    """`superseded` where a newer version was known already; `version` is the one that counts."""

    applied: Applied
    superseded: bool
    version: int
    levels: tuple[StockLevel, ...]


class TransferStockReply(NamedTuple):
    """The levels of the SKUs where they left, in the order named."""

    applied: Applied
    levels: tuple[StockLevel, ...]


class ResolveShipmentReply(NamedTuple):
    """As of a shipment; `state` is None where the confirmation was put away."""

    applied: Applied
    state: ReservationState | None
    shipped_quantity: int
    surpluses: tuple[Surplus, ...]


class ChangeHandoffsReply(NamedTuple):
    """`changed` is false where this very map was in force already."""

    applied: Applied
    changed: bool
    version: int


class CorrectMirrorReply(NamedTuple):
    """It stands in the ledger; there is nothing else to say."""

    applied: Applied


class RecoverLocationReply(NamedTuple):
    """The history was accepted; from here on its epoch is `epoch`."""

    applied: Applied
    epoch: int
