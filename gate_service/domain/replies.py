"""What the ledger answers to each operation: plain data, the same whether fresh or replayed."""

from __future__ import annotations

from typing import NamedTuple

from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import ReservationState, Verdict, VerdictReason


class Applied(NamedTuple):
    """Where the answer stands in the ledger; `replayed` where it was stored by an earlier call with the same id."""

    revision: int
    at_ms: int
    replayed: bool


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


class RecordReceiptReply(NamedTuple):
    """The levels of the SKUs named, in the order first named."""

    applied: Applied
    levels: tuple[StockLevel, ...]


class Shortage(NamedTuple):
    """A SKU of which more is reserved than may be sold, and by how many units."""

    sku: str
    missing: int


class AdjustStockReply(NamedTuple):
    """The levels of the SKUs named, in the order first named, and those now below zero."""

    applied: Applied
    levels: tuple[StockLevel, ...]
    shortages: tuple[Shortage, ...]
