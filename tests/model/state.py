"""What one location remembers. Every value in it is immutable: a copy of the dicts is a copy of the state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from gate_service.app.ports import Call
from gate_service.domain import replies
from gate_service.domain.cases import (
    Delivery,
    Departure,
    Feed,
    HandoffsInForce,
    Proposal,
    StockHold,
    UnmatchedShipment,
)
from gate_service.domain.entries import Entry
from gate_service.domain.errors import Refused, Violation
from gate_service.domain.lineage import Fence, Lineage
from gate_service.domain.operations import OrderLine, SkuQuantity
from gate_service.domain.policy import Policy
from gate_service.domain.replies import Applied
from gate_service.domain.reservation import Allocation, Reservation, ReservationLine
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import DocumentKind, OperationKind, Reason
from tests.model.claims import allocated_line, line_of

Reply: TypeAlias = (
    replies.ReserveStockReply
    | replies.ConfirmReservationReply
    | replies.ReleaseReservationReply
    | replies.AuthorizeWaveReply
    | replies.ReportPickReply
    | replies.ConfirmShipmentReply
    | replies.ResolveShipmentReply
    | replies.RecordReceiptReply
    | replies.RecordReturnReply
    | replies.AnnounceIncomingReply
    | replies.TransferStockReply
    | replies.MoveStockReply
    | replies.StockHoldReply
    | replies.LiftStockHoldReply
    | replies.AdjustStockReply
    | replies.ApproveAdjustmentReply
    | replies.SubmitCountReply
    | replies.SetQuotaReply
    | replies.MergeSkuReply
    | replies.ChangeHandoffsReply
    | replies.RecoverLocationReply
    | replies.CorrectMirrorReply
)
Outcome: TypeAlias = Reply | Refused


class No(Exception):
    """A check of docs/transitions.md that failed, with the lines that failed it."""

    def __init__(self, reason: Reason, violations: Sequence[Violation] = ()) -> None:
        """Keep both."""
        super().__init__(reason)
        self.reason = reason
        self.violations = tuple(violations)


class Merged(Exception):
    """A SKU that an operation stands for was merged into another one meanwhile: refused, and not stored."""

    def __init__(self, sku: str, into_sku: str) -> None:
        """Keep both."""
        super().__init__(sku)
        self.sku = sku
        self.into_sku = into_sku


class Asked(NamedTuple):
    """What comes with an operation: the policy, who asks, and where the answer will stand."""

    policy: Policy
    call: Call
    applied: Applied


class Permit(NamedTuple):
    """The gate's yes to one wave. What it allows of each line stands with the line, as an `Allocation`."""

    permit_id: str
    expires_at_ms: int
    ran_out: bool
    lines: tuple[tuple[str, str], ...]
    """(order_id, line_id) of each line it covers."""


class Parcel(NamedTuple):
    """How a parcel was told, and what it moved. An empty permit_id: without a permit."""

    permit_id: str
    lines: tuple[OrderLine, ...]
    moved: tuple[tuple[str, int], ...]
    """(SKU, units), by SKU."""


class Paper(NamedTuple):
    """A document as it stands: what was announced and what came."""

    kind: DocumentKind
    version: int
    expected_at_ms: int
    from_location_id: str
    closed: bool
    lines: tuple[OrderLine, ...]
    received: tuple[tuple[str, int], ...]
    """(SKU, units), by SKU."""
    system: str
    created_at_ms: int


class Transfer(NamedTuple):
    """What left under a transfer_id: the same again is the same transfer."""

    to_location_id: str
    lines: tuple[SkuQuantity, ...]


class Answer(NamedTuple):
    """What an operation_id stands for: the kind and body it was used with, and what was answered."""

    kind: OperationKind
    body: str
    outcome: Outcome
    absorbed: bool = False
    """True where it told an event that another operation had told before."""


class Event(NamedTuple):
    """What a source event stands for: the first answer, until when it is kept, and the order or permit it was about."""

    kind: OperationKind
    body: str
    outcome: Outcome
    retires_at_ms: int
    order_id: str
    permit_id: str


class Snapshot(NamedTuple):
    """A location as it stands, to be compared: all that follows from its ledger."""

    stock: dict[str, StockLevel]
    reservations: dict[str, Reservation]
    permits: dict[str, Permit]
    documents: dict[str, Paper]
    stock_holds: dict[str, StockHold]
    quotas: dict[tuple[str, str], int]
    """By (SKU, channel); what is left, 1 or more."""
    proposals: dict[str, Proposal]
    unmatched: dict[str, UnmatchedShipment]
    merged: dict[str, str]
    handoffs: HandoffsInForce
    epoch: int = 1

    def allocated_line(self, permit_id: str, order_id: str, line_id: str) -> tuple[ReservationLine, Allocation] | None:
        """Find a line together with what a permit allows of it; None where the permit does not cover it."""
        return allocated_line(self.reservations, permit_id, order_id, line_id)


NO_HANDOFFS = HandoffsInForce(version=0, sha256="", handoffs="", since_ms=0, revision=0)
NOTHING = Snapshot({}, {}, {}, {}, {}, {}, {}, {}, {}, NO_HANDOFFS)
"""A location that was never opened."""


@dataclass
class Location:
    """A place that holds and picks stock, with the journal of all that happened there."""

    stock: dict[str, StockLevel] = field(default_factory=dict)
    reservations: dict[str, Reservation] = field(default_factory=dict)
    permits: dict[str, Permit] = field(default_factory=dict)
    parcels: dict[tuple[str, str], Parcel] = field(default_factory=dict)
    """By (order_id, shipment_id)."""
    documents: dict[str, Paper] = field(default_factory=dict)
    transfers: dict[str, Transfer] = field(default_factory=dict)
    departures: dict[str, Departure] = field(default_factory=dict)
    """What left and was not struck off. No state, so no part of a snapshot."""
    stock_holds: dict[str, StockHold] = field(default_factory=dict)
    quotas: dict[tuple[str, str], int] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    unmatched: dict[str, UnmatchedShipment] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    """Into which SKU each one went that is none any more."""
    handoffs: HandoffsInForce = NO_HANDOFFS
    """Its revision is that of the location, and told when it is read."""
    epoch: int = 1
    """One more with each history that was accepted after a loss."""
    fence: Fence | None = None
    """Why it is closed, where it is. It does not follow from the ledger, so it is no part of a snapshot."""
    answers: dict[str, Answer] = field(default_factory=dict)
    """By operation_id."""
    events: dict[str, Event] = field(default_factory=dict)
    """By key, until they are retired."""
    retired: set[str] = field(default_factory=set)
    feeds: dict[str, Feed] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def revision(self) -> int:
        """Give the newest revision, 0 before the first."""
        return len(self.entries)

    @property
    def lineage(self) -> Lineage:
        """Say to which history an answer belongs; the model has no chain."""
        return Lineage(self.epoch, "", self.fence.since_ms if self.fence else 0)

    @property
    def newest_at_ms(self) -> int:
        """Give the time of the newest entry, 0 before the first."""
        return self.entries[-1].at_ms if self.entries else 0

    def snapshot(self) -> Snapshot:
        """Copy what stands now."""
        return Snapshot(
            dict(self.stock),
            dict(self.reservations),
            dict(self.permits),
            dict(self.documents),
            dict(self.stock_holds),
            dict(self.quotas),
            dict(self.proposals),
            dict(self.unmatched),
            dict(self.merged),
            self.handoffs,
            self.epoch,
        )

    def line(self, order_id: str, line_id: str) -> ReservationLine | None:
        """Find a line of a reservation."""
        return line_of(self.reservations, order_id, line_id)

    def put_line(self, order_id: str, line: ReservationLine) -> None:
        """Store a line in the place of the one with its line_id."""
        reservation = self.reservations[order_id]
        lines = tuple(line if old.line_id == line.line_id else old for old in reservation.lines)
        self.reservations[order_id] = reservation._replace(lines=lines)

    def allocated_line(self, permit_id: str, order_id: str, line_id: str) -> tuple[ReservationLine, Allocation] | None:
        """Find a line together with what a permit allows of it; None where the permit does not cover it."""
        return allocated_line(self.reservations, permit_id, order_id, line_id)
