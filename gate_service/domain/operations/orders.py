"""An order's claim: reserve, confirm, release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from gate_service.domain import replies
from gate_service.domain.operations.base import WHOLE_ORDER_WEIGHT, Operation
from gate_service.domain.vocabulary import Bucket, OperationKind


class OrderLine(NamedTuple):
    """One line of an order; `line_id` is unique in it, `quantity` in base units."""

    line_id: str
    sku: str
    quantity: int


class ReleaseLine(NamedTuple):
    """A part of one line that is given back."""

    line_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ReserveStock(Operation[replies.ReserveStockReply]):
    """Reserve an order's lines, all or none; `ttl_ms` 0 commits at once.

    `kits` are kits as they were ordered, whose components stand in `lines` under `<line_id>/<1, 2, …>`; `non_stock` are
    lines without stock. Both are only kept.
    """

    kind = OperationKind.RESERVE_STOCK
    left_out = frozenset({"kits", "non_stock"})
    moves = frozenset({Bucket.HELD, Bucket.COMMITTED, Bucket.RING_FENCED})
    order_id: str
    channel: str
    ttl_ms: int
    lines: tuple[OrderLine, ...]
    kits: tuple[OrderLine, ...] = ()
    non_stock: tuple[OrderLine, ...] = ()

    @property
    def sheddable(self) -> bool:
        """Say yes for a hold: the shopper can try again. An order that was placed must get in."""
        return self.ttl_ms > 0


@dataclass(frozen=True, slots=True)
class ConfirmReservation(Operation[replies.ConfirmReservationReply]):
    """The order was placed: held becomes committed."""

    kind = OperationKind.CONFIRM_RESERVATION
    moves = frozenset({Bucket.HELD, Bucket.COMMITTED})
    order_id: str

    @property
    def weight(self) -> int:
        """Guess the lines of the order."""
        return WHOLE_ORDER_WEIGHT


@dataclass(frozen=True, slots=True)
class ReleaseReservation(Operation[replies.ReleaseReservationReply]):
    """Give back; no lines means everything held or committed."""

    kind = OperationKind.RELEASE_RESERVATION
    moves = frozenset({Bucket.HELD, Bucket.COMMITTED, Bucket.RING_FENCED})
    order_id: str
    lines: tuple[ReleaseLine, ...]
