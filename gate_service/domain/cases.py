"""What waits for a person or for a thing to happen, as it is read."""

from __future__ import annotations

from typing import NamedTuple

from gate_service.domain.lineage import NO_LINEAGE, Lineage
from gate_service.domain.operations import AdjustmentLine, OrderLine, SkuQuantity, SourceEvent
from gate_service.domain.replies import Shortage
from gate_service.domain.vocabulary import AdjustmentReason, DeliveryVerdict, DocumentKind, OperationKind


class DocumentProgress(NamedTuple):
    """What came of one SKU of a document; `open` is still expected."""

    sku: str
    expected: int
    received: int
    open: int


class Document(NamedTuple):
    """An announcement as it stands; `version` 0 and kind NONE where goods came before it was announced."""

    document_id: str
    kind: DocumentKind
    version: int
    expected_at_ms: int
    from_location_id: str
    closed: bool
    progress: tuple[DocumentProgress, ...]
    """By SKU."""
    system: str
    created_at_ms: int

    @property
    def open(self) -> int:
        """Count the units still expected."""
        return sum(line.open for line in self.progress)

    def overdue(self, now_ms: int) -> bool:
        """Say whether something is still expected that should have been here."""
        return bool(self.open and self.expected_at_ms and self.expected_at_ms <= now_ms)


class DocumentAnswer(NamedTuple):
    """One document at one revision, and the store's time then."""

    document: Document
    revision: int
    at_ms: int
    lineage: Lineage = NO_LINEAGE


class DocumentPage(NamedTuple):
    """What is still expected, the earliest first. `next_token` is empty after the last."""

    documents: tuple[Document, ...]
    next_token: str
    revision: int
    at_ms: int
    lineage: Lineage = NO_LINEAGE


class Departure(NamedTuple):
    """Goods that left for another location, as they are to be announced there; at `at_ms`, by whom it says."""

    transfer_id: str
    to_location_id: str
    expected_at_ms: int
    lines: tuple[SkuQuantity, ...]
    operation_id: str
    system: str
    actor: str
    at_ms: int


class DeparturePage(NamedTuple):
    """By transfer_id; `at_ms` is the store's time. `next_token` is empty after the last."""

    departures: tuple[Departure, ...]
    next_token: str
    at_ms: int


class UnmatchedShipment(NamedTuple):
    """A confirmation that matched nothing; `unmatched_id` is `U<revision>`."""

    unmatched_id: str
    order_id: str
    shipment_id: str
    lines: tuple[OrderLine, ...]
    reason: str
    system: str
    at_ms: int


class UnmatchedPage(NamedTuple):
    """Oldest first."""

    shipments: tuple[UnmatchedShipment, ...]
    next_token: str
    revision: int
    lineage: Lineage = NO_LINEAGE


class StockHold(NamedTuple):
    """A hold that is placed; `lot_id` empty and `quantity` 0 for the whole SKU."""

    hold_id: str
    sku: str
    lot_id: str
    quantity: int
    note: str
    system: str
    actor: str
    at_ms: int


class StockHoldPage(NamedTuple):
    """By id."""

    holds: tuple[StockHold, ...]
    next_token: str
    revision: int
    lineage: Lineage = NO_LINEAGE


class Proposal(NamedTuple):
    """A correction that waits for a second person; `proposal_id` is `A<revision>`."""

    proposal_id: str
    system: str
    actor: str
    at_ms: int
    reason: AdjustmentReason
    note: str
    lines: tuple[AdjustmentLine, ...]
    variance_id: str = ""
    """The variance that it would correct; empty for none."""
    own: bool = False
    """Whether the gate itself asks: then whoever is named may agree."""


class ProposalPage(NamedTuple):
    """Oldest first."""

    proposals: tuple[Proposal, ...]
    next_token: str
    revision: int
    lineage: Lineage = NO_LINEAGE


class ShortagePage(NamedTuple):
    """By SKU."""

    shortages: tuple[Shortage, ...]
    next_token: str
    revision: int
    lineage: Lineage = NO_LINEAGE


class Quota(NamedTuple):
    """What is left of what only `channel` may have, 1 or more."""

    sku: str
    channel: str
    quantity: int


class QuotaPage(NamedTuple):
    """By SKU, then by channel."""

    quotas: tuple[Quota, ...]
    next_token: str
    revision: int
    lineage: Lineage = NO_LINEAGE


class FeedGap(NamedTuple):
    """Numbers that did not come, and since when, ms since the epoch."""

    from_number: int
    to_number: int
    since_ms: int


class Feed(NamedTuple):
    """One system's events at one location; numbers are 0 where the feed is not numbered."""

    system: str
    events: int
    newest_at_ms: int
    first: int
    last: int
    gaps: tuple[FeedGap, ...]
    dropped_gaps: int
    absorbed: int
    conflicts: int
    late: int
    repeated_numbers: int
    retired: int
    refused: int


class FeedsAnswer(NamedTuple):
    """By system, and the store's time then."""

    feeds: tuple[Feed, ...]
    revision: int
    at_ms: int
    lineage: Lineage = NO_LINEAGE


class Delivery(NamedTuple):
    """A delivery that was not simply new and in order. `reason` only where it was refused."""

    at_ms: int
    verdict: DeliveryVerdict
    source: SourceEvent
    kind: OperationKind
    operation_id: str
    revision: int
    reason: str


class DeliveryPage(NamedTuple):
    """Newest first."""

    deliveries: tuple[Delivery, ...]
    next_token: str


class HandoffsInForce(NamedTuple):
    """The handoff map in force: its canonical JSON, and since when; version 0 and empty before the first."""

    version: int
    sha256: str
    handoffs: str
    since_ms: int
    revision: int
