"""What a warehouse does with orders: waves, picks, shipments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from gate_service.domain import replies
from gate_service.domain.operations.base import WHOLE_ORDER_WEIGHT, Operation
from gate_service.domain.operations.orders import OrderLine
from gate_service.domain.vocabulary import Bucket, OperationKind, ShortReason, WaveAtomicity


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


@dataclass(frozen=True, slots=True)
class AuthorizeWave(Operation[replies.AuthorizeWaveReply]):
    """Ask whether a wave may be picked; a dry run has an empty operation_id and changes nothing."""

    kind = OperationKind.AUTHORIZE_WAVE
    moves = frozenset({Bucket.COMMITTED, Bucket.ALLOCATED})
    wave_id: str
    atomicity: WaveAtomicity
    permit_ttl_ms: int
    dry_run: bool
    lines: tuple[WaveLine, ...]

    @property
    def sheddable(self) -> bool:
        """Say yes for a dry run: it is a question."""
        return self.dry_run


@dataclass(frozen=True, slots=True)
class ReportPick(Operation[replies.ReportPickReply]):
    """Report what was picked and what was not there; an empty permit_id is refused with PERMIT_REQUIRED."""

    kind = OperationKind.REPORT_PICK
    moves = frozenset({Bucket.ALLOCATED, Bucket.PICKED, Bucket.SUSPECT, Bucket.DAMAGED})
    permit_id: str
    lines: tuple[PickLine, ...]


@dataclass(frozen=True, slots=True)
class ConfirmShipment(Operation[replies.ConfirmShipmentReply]):
    """One order's parcel left; no lines means everything picked under the permit.

    With `without_permit` (then `permit_id` is empty) no lines means everything allocated or committed.
    """

    kind = OperationKind.CONFIRM_SHIPMENT
    left_out = frozenset({"without_permit"})
    moves = frozenset({Bucket.ON_HAND, Bucket.ALLOCATED, Bucket.PICKED, Bucket.COMMITTED})
    order_id: str
    permit_id: str
    shipment_id: str
    lines: tuple[OrderLine, ...]
    without_permit: bool = False


@dataclass(frozen=True, slots=True)
class ResolveShipment(Operation[replies.ResolveShipmentReply]):
    """Say what an unmatched confirmation was; an empty `order_id` puts it away."""

    kind = OperationKind.RESOLVE_SHIPMENT
    moves = ConfirmShipment.moves
    unmatched_id: str
    order_id: str
    note: str

    @property
    def weight(self) -> int:
        """Guess the lines of the order."""
        return WHOLE_ORDER_WEIGHT
