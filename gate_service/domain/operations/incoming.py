"""What is expected, and what travels between locations."""

from __future__ import annotations

from dataclasses import dataclass

from gate_service.domain import replies
from gate_service.domain.operations.base import Operation
from gate_service.domain.operations.orders import OrderLine
from gate_service.domain.operations.stock import SkuQuantity
from gate_service.domain.vocabulary import Bucket, DocumentKind, OperationKind


@dataclass(frozen=True, slots=True)
class AnnounceIncoming(Operation[replies.AnnounceIncomingReply]):
    """Goods will come; opens the location and the SKUs. `expected_at_ms` 0: nobody knows when."""

    kind = OperationKind.ANNOUNCE_INCOMING
    moves = frozenset({Bucket.INCOMING})
    document_id: str
    document_kind: DocumentKind
    version: int
    expected_at_ms: int
    from_location_id: str
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True)
class AmendIncoming(Operation[replies.AnnounceIncomingReply]):
    """An announcement changed; `lines` are those of the whole document, none cancels it."""

    kind = OperationKind.AMEND_INCOMING
    moves = frozenset({Bucket.INCOMING})
    document_id: str
    document_kind: DocumentKind
    version: int
    expected_at_ms: int
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True)
class TransferStock(Operation[replies.TransferStockReply]):
    """Goods leave for another location."""

    kind = OperationKind.TRANSFER_STOCK
    moves = frozenset({Bucket.ON_HAND})
    to_location_id: str
    transfer_id: str
    expected_at_ms: int
    lines: tuple[SkuQuantity, ...]
