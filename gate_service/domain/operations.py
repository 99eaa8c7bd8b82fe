"""Every mutation a caller can ask for, as checked, canonical data.

An operation is made at the edge (`gate_service/rpc`), where each field was checked against `limits`. `body()` is what
is hashed to tell "the same again" from "another content under the same id", so it holds what the caller asked and
nothing that the gate adds. A field added later must be left out of it where it has its default: else a retry that
spans a rolling upgrade would be refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Generic, NamedTuple, TypeVar

from gate_service.domain import replies
from gate_service.domain.vocabulary import (
    AdjustmentReason,
    Bucket,
    Landing,
    OperationKind,
    ShortReason,
    WaveAtomicity,
)

WHOLE_ORDER_WEIGHT = 25
"""Lines an operation on a whole order is taken to touch: it does not say how many there are."""

ReplyT_co = TypeVar("ReplyT_co", covariant=True)


class OrderLine(NamedTuple):
    """One line of an order; `line_id` is unique in it, `quantity` in base units."""

    line_id: str
    sku: str
    quantity: int


class ReleaseLine(NamedTuple):
    """A part of one line that is given back."""

    line_id: str
    quantity: int


class WaveLine(NamedTuple):
    """One line a warehouse wants to pick."""

    order_id: str
    line_id: str
    sku: str
    quantity: int


class PickLine(NamedTuple):
    """What happened to one line of a permit; at least one unit picked or short."""

    order_id: str
    line_id: str
    sku: str
    picked: int
    short: int
    short_reason: ShortReason


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


@dataclass(frozen=True, slots=True)
class Operation(Generic[ReplyT_co]):
    """A mutation named by its caller. `kind` is its verb; `lines` of its subclasses give its weight."""

    kind: ClassVar[OperationKind]
    operation_id: str
    location_id: str

    def body(self) -> dict[str, object]:
        """Give what was asked, canonically: the same content gives the same JSON."""
        raise TypeError(f"{type(self).__name__} is not an operation of its own")

    @property
    def weight(self) -> int:
        """Count its lines, 1 or more: what it costs the store, roughly."""
        return 1

    @property
    def sheddable(self) -> bool:
        """Say whether it is among the first to be refused when too much is waiting."""
        return False


@dataclass(frozen=True, slots=True)
class ReserveStock(Operation[replies.ReserveStockReply]):
    """Reserve an order's lines, all or none; `ttl_ms` 0 commits at once."""

    kind = OperationKind.RESERVE_STOCK
    order_id: str
    channel: str
    ttl_ms: int
    lines: tuple[OrderLine, ...]

    def body(self) -> dict[str, object]:
        """Give what was asked."""
        return {"order_id": self.order_id, "channel": self.channel, "ttl_ms": self.ttl_ms, "lines": self.lines}

    @property
    def weight(self) -> int:
        """Count the lines."""
        return len(self.lines)

    @property
    def sheddable(self) -> bool:
        """Say yes for a hold: the shopper can try again. An order that was placed must get in."""
        return self.ttl_ms > 0


@dataclass(frozen=True, slots=True)
class ConfirmReservation(Operation[replies.ConfirmReservationReply]):
    """The order was placed: held becomes committed."""

    kind = OperationKind.CONFIRM_RESERVATION
    order_id: str

    @property
    def weight(self) -> int:
        """Guess the lines of the order."""
        return WHOLE_ORDER_WEIGHT

    def body(self) -> dict[str, object]:
        """Give what was asked."""
        return {"order_id": self.order_id}


@dataclass(frozen=True, slots=True)
class ReleaseReservation(Operation[replies.ReleaseReservationReply]):
    """Give back; no lines means everything held or committed."""

    kind = OperationKind.RELEASE_RESERVATION
    order_id: str
    lines: tuple[ReleaseLine, ...]

    def body(self) -> dict[str, object]:
        """Give what was asked."""
        return {"order_id": self.order_id, "lines": self.lines}

    @property
    def weight(self) -> int:
        """Count the lines, or guess those of the whole order."""
        return len(self.lines) or WHOLE_ORDER_WEIGHT


@dataclass(frozen=True, slots=True)
class AuthorizeWave(Operation[replies.AuthorizeWaveReply]):
    """Ask whether a wave may be picked; a dry run has an empty operation_id and changes nothing."""

    kind = OperationKind.AUTHORIZE_WAVE
    wave_id: str
    atomicity: WaveAtomicity
    permit_ttl_ms: int
    dry_run: bool
    lines: tuple[WaveLine, ...]

    def body(self) -> dict[str, object]:
        """Give what was asked."""
        return {
            "wave_id": self.wave_id,
            "atomicity": self.atomicity,
            "permit_ttl_ms": self.permit_ttl_ms,
            "dry_run": self.dry_run,
            "lines": self.lines,
        }

    @property
    def weight(self) -> int:
        """Count the lines."""
        return len(self.lines)

    @property
    def sheddable(self) -> bool:
        """Say yes for a dry run: it is a question."""
        return self.dry_run


@dataclass(frozen=True, slots=True)
class ReportPick(Operation[replies.ReportPickReply]):
    """Report what was picked and what was not there; an empty permit_id is refused with PERMIT_REQUIRED."""

    kind = OperationKind.REPORT_PICK
    permit_id: str
    lines: tuple[PickLine, ...]

    def body(self) -> dict[str, object]:
        """Give what was asked."""
        return {"permit_id": self.permit_id, "lines": self.lines}

    @property
    def weight(self) -> int:
        """Count the lines."""
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class ConfirmShipment(Operation[replies.ConfirmShipmentReply]):
    """One order's parcel left; no lines means everything picked under the permit."""

    kind = OperationKind.CONFIRM_SHIPMENT
    order_id: str
    permit_id: str
    shipment_id: str
    lines: tuple[OrderLine, ...]

    def body(self) -> dict[str, object]:
        """Give what was asked."""
        return {
            "order_id": self.order_id,
            "permit_id": self.permit_id,
            "shipment_id": self.shipment_id,
            "lines": self.lines,
        }

    @property
    def weight(self) -> int:
        """Count the lines, or guess those of the whole order."""
        return len(self.lines) or WHOLE_ORDER_WEIGHT


@dataclass(frozen=True, slots=True)
class RecordReceipt(Operation[replies.RecordReceiptReply]):
    """Goods came in; opens the location and the SKUs."""

    kind = OperationKind.RECORD_RECEIPT
    reference: str
    lines: tuple[ReceiptLine, ...]

    def body(self) -> dict[str, object]:
        """Give what was asked."""
        return {"reference": self.reference, "lines": self.lines}

    @property
    def weight(self) -> int:
        """Count the lines."""
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class AdjustStock(Operation[replies.AdjustStockReply]):
    """Correct the record with a reason."""

    kind = OperationKind.ADJUST_STOCK
    reason: AdjustmentReason
    note: str
    lines: tuple[AdjustmentLine, ...]

    def body(self) -> dict[str, object]:
        """Give what was asked."""
        return {"reason": self.reason, "note": self.note, "lines": self.lines}

    @property
    def weight(self) -> int:
        """Count the lines."""
        return len(self.lines)
