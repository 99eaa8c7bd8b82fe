"""What the use cases need of the world, as Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from gate_service.domain.entries import EntryPage
from gate_service.domain.operations import Operation
from gate_service.domain.policy import Policy
from gate_service.domain.reservation import ReservationAnswer
from gate_service.domain.stock import Availability, StockAnswer, StockPage

ReplyT = TypeVar("ReplyT")


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks, and until when an answer is of use. Free of any transport's types."""

    method: str
    system: str = ""
    actor: str = ""
    deadline: float | None = None
    """By `time.monotonic()`, in seconds; None for no deadline."""


SWEEP = Call(method="sweep")
"""What the gate does by itself, when times run out."""


class Ledger(Protocol):
    """The authoritative record. Every location is a ledger of its own; a call touches exactly one.

    Any method raises `Unavailable` with STORE_UNAVAILABLE (nothing applied), OVERLOADED (nothing applied) or
    SHUTTING_DOWN (nothing applied), and `GateError` with DEADLINE_PASSED where it was never sent.
    """

    async def apply(self, operation: Operation[ReplyT], policy: Policy, call: Call) -> ReplyT:
        """Do it once, whoever asks how often. A dry run answers and writes nothing.

        Raises `Refused` with the reasons that docs/transitions.md gives for the operation, with UNKNOWN_LOCATION or
        OPERATION_ID_REUSED; `Unavailable` with OUTCOME_UNKNOWN where it may or may not have been applied.
        """
        ...

    async def check(
        self, location_id: str, lines: Sequence[tuple[str, int]], keep_back: int, call: Call
    ) -> Availability:
        """Answer what may be promised of `(sku, quantity)` lines, by the rule `reserve_stock` uses.

        Raises `Refused` with UNKNOWN_LOCATION.
        """
        ...

    async def stock(self, location_id: str, skus: Sequence[str], call: Call) -> StockAnswer:
        """Read some SKUs at one revision. Raises `Refused` with UNKNOWN_LOCATION."""
        ...

    async def list_stock(self, location_id: str, after: str, limit: int, call: Call) -> StockPage:
        """Read up to `limit` SKUs behind `after`, in byte order. Raises `Refused` with UNKNOWN_LOCATION."""
        ...

    async def reservation(self, location_id: str, order_id: str, call: Call) -> ReservationAnswer:
        """Read one reservation. Raises `Refused` with UNKNOWN_LOCATION or RESERVATION_NOT_FOUND."""
        ...

    async def entries(self, location_id: str, from_revision: int, limit: int, call: Call) -> EntryPage:
        """Read up to `limit` entries from a revision on. Raises `Refused` with UNKNOWN_LOCATION."""
        ...

    async def locations(self, call: Call) -> Sequence[str]:
        """Name every location that was ever opened, sorted."""
        ...
