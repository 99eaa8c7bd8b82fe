"""The record behind the rules: whatever a caller reads or writes passes here, so that no use case can forget to ask."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from gate_service.app.access import Access
from gate_service.app.ports import Call, Ledger
from gate_service.domain.cases import (
    DeliveryPage,
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
Answer = Coroutine[Any, Any, ReplyT]


class GuardedLedger:
    """Implements `app.ports.Ledger` for callers. Each method raises `Denied`, else it does as the ledger's own.

    They hand the ledger's awaitable on instead of waiting for it themselves: a reservation pays for no second frame.
    """

    def __init__(self, ledger: Ledger, access: Access) -> None:
        """Keep what is guarded, and who decides."""
        self._ledger = ledger
        self._access = access

    def apply(self, operation: Operation[ReplyT], policy: Policy, call: Call) -> Answer[ReplyT]:
        """Do it, where the caller may; see the port."""
        self._access.write(call, operation)
        return self._ledger.apply(operation, policy, call)

    def check(
        self, location_id: str, lines: Sequence[tuple[str, int]], keep_back: KeepBack, call: Call
    ) -> Answer[Availability]:
        """Answer what may be promised; see the port."""
        self._access.read(call, location_id, keep_back.channel)
        return self._ledger.check(location_id, lines, keep_back, call)

    def stock(self, location_id: str, skus: Sequence[str], call: Call) -> Answer[StockAnswer]:
        """Read some SKUs; see the port."""
        self._access.read(call, location_id)
        return self._ledger.stock(location_id, skus, call)

    def list_stock(self, location_id: str, after: str, limit: int, call: Call) -> Answer[StockPage]:
        """Read a page of SKUs; see the port."""
        self._access.read(call, location_id)
        return self._ledger.list_stock(location_id, after, limit, call)

    def reservation(self, location_id: str, order_id: str, call: Call) -> Answer[ReservationAnswer]:
        """Read one reservation; see the port."""
        self._access.read(call, location_id)
        return self._ledger.reservation(location_id, order_id, call)

    def entries(self, location_id: str, from_revision: int, limit: int, call: Call) -> Answer[EntryPage]:
        """Read a page of entries; see the port."""
        self._access.read(call, location_id)
        return self._ledger.entries(location_id, from_revision, limit, call)

    def document(self, location_id: str, document_id: str, call: Call) -> Answer[DocumentAnswer]:
        """Read one announcement; see the port."""
        self._access.read(call, location_id)
        return self._ledger.document(location_id, document_id, call)

    def expected(
        self, location_id: str, limit: int, token: str, call: Call, *, overdue_only: bool
    ) -> Answer[DocumentPage]:
        """Read what is still expected; see the port."""
        self._access.read(call, location_id)
        return self._ledger.expected(location_id, limit, token, call, overdue_only=overdue_only)

    def unmatched_shipments(self, location_id: str, limit: int, token: str, call: Call) -> Answer[UnmatchedPage]:
        """Read the confirmations that matched nothing; see the port."""
        self._access.read(call, location_id)
        return self._ledger.unmatched_shipments(location_id, limit, token, call)

    def stock_holds(self, location_id: str, limit: int, token: str, call: Call) -> Answer[StockHoldPage]:
        """Read the holds that are placed; see the port."""
        self._access.read(call, location_id)
        return self._ledger.stock_holds(location_id, limit, token, call)

    def proposals(self, location_id: str, limit: int, token: str, call: Call) -> Answer[ProposalPage]:
        """Read the corrections that wait; see the port."""
        self._access.read(call, location_id)
        return self._ledger.proposals(location_id, limit, token, call)

    def shortages(
        self, location_id: str, priorities: Mapping[str, int], limit: int, token: str, call: Call
    ) -> Answer[ShortagePage]:
        """Read where more is reserved than may be sold; see the port."""
        self._access.read(call, location_id)
        return self._ledger.shortages(location_id, priorities, limit, token, call)

    def quotas(self, location_id: str, limit: int, token: str, call: Call) -> Answer[QuotaPage]:
        """Read the quotas; see the port."""
        self._access.read(call, location_id)
        return self._ledger.quotas(location_id, limit, token, call)

    def feeds(self, location_id: str, call: Call) -> Answer[FeedsAnswer]:
        """Read how far each system's events are; see the port."""
        self._access.read(call, location_id)
        return self._ledger.feeds(location_id, call)

    def deliveries(self, location_id: str, limit: int, token: str, call: Call) -> Answer[DeliveryPage]:
        """Read deliveries that were not simply new; see the port."""
        self._access.read(call, location_id)
        return self._ledger.deliveries(location_id, limit, token, call)

    def handoffs(self, call: Call) -> Answer[HandoffsInForce]:
        """Read the map in force: whoever passed the door may; see the port."""
        return self._ledger.handoffs(call)

    async def locations(self, call: Call) -> Sequence[str]:
        """Name those of all locations that the caller may ask about; see the port."""
        return self._access.narrowed(call, await self._ledger.locations(call))
