"""What the use cases need of the world, as Protocols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from gate_service.domain.cases import (
    DeliveryPage,
    DeparturePage,
    DocumentAnswer,
    DocumentPage,
    FeedsAnswer,
    HandoffsInForce,
    ProposalPage,
    QuotaPage,
    ShortagePage,
    StockHoldPage,
    UnmatchedPage,
)
from gate_service.domain.entries import EntryPage
from gate_service.domain.operations import Operation
from gate_service.domain.policy import KeepBack, Policy
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
    own: bool = False
    """True where the gate itself asks: its operation ids may begin with "~", which no caller's can."""


SWEEP = Call(method="sweep", own=True)
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
        self, location_id: str, lines: Sequence[tuple[str, int]], keep_back: KeepBack, call: Call
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

    async def document(self, location_id: str, document_id: str, call: Call) -> DocumentAnswer:
        """Read one announcement. Raises `Refused` with UNKNOWN_LOCATION or DOCUMENT_NOT_FOUND."""
        ...

    async def expected(
        self, location_id: str, limit: int, token: str, call: Call, *, overdue_only: bool
    ) -> DocumentPage:
        """Read what is still expected, the earliest first. Raises `Refused` with UNKNOWN_LOCATION.

        A `token` here and below is "" for the first page and else the `next_token` of the page before; one that no page
        gave raises `InvalidField`.
        """
        ...

    async def unmatched_shipments(self, location_id: str, limit: int, token: str, call: Call) -> UnmatchedPage:
        """Read the confirmations that matched nothing, oldest first. Raises `Refused` with UNKNOWN_LOCATION."""
        ...

    async def stock_holds(self, location_id: str, limit: int, token: str, call: Call) -> StockHoldPage:
        """Read the holds that are placed, by id. Raises `Refused` with UNKNOWN_LOCATION."""
        ...

    async def proposals(self, location_id: str, limit: int, token: str, call: Call) -> ProposalPage:
        """Read the corrections that wait, oldest first. Raises `Refused` with UNKNOWN_LOCATION."""
        ...

    async def shortages(
        self, location_id: str, priorities: Mapping[str, int], limit: int, token: str, call: Call
    ) -> ShortagePage:
        """Read the SKUs of which more is reserved than may be sold, by SKU. Raises `Refused` with UNKNOWN_LOCATION."""
        ...

    async def quotas(self, location_id: str, limit: int, token: str, call: Call) -> QuotaPage:
        """Read the quotas of up to `limit` SKUs. Raises `Refused` with UNKNOWN_LOCATION."""
        ...

    async def feeds(self, location_id: str, call: Call) -> FeedsAnswer:
        """Read how far each system's events are. Raises `Refused` with UNKNOWN_LOCATION."""
        ...

    async def deliveries(self, location_id: str, limit: int, token: str, call: Call) -> DeliveryPage:
        """Read deliveries that were not simply new and in order, newest first. Raises as `feeds` does."""
        ...

    async def handoffs(self, call: Call) -> HandoffsInForce:
        """Read the handoff map in force."""
        ...

    async def locations(self, call: Call) -> Sequence[str]:
        """Name every location that was ever opened, sorted."""
        ...


class TransferLedger(Ledger, Protocol):
    """The record with its to-do list of transfers: what left a location, and is to be announced at another one.

    A departure stands in the list from the commit in which the goods leave. It is no state: nothing follows from it.
    """

    async def departures(self, location_id: str, limit: int, token: str, call: Call) -> DeparturePage:
        """Read what left here and was not struck off, by transfer_id. Raises `Refused` with UNKNOWN_LOCATION."""
        ...

    async def departed(self, location_id: str, transfer_id: str) -> None:
        """Strike a departure off, once it was announced or refused; to do that twice does no harm."""
        ...

    async def has_left(self, location_id: str, transfer_id: str, call: Call) -> bool:
        """Say whether goods ever left under this name. Raises `Refused` with UNKNOWN_LOCATION."""
        ...
