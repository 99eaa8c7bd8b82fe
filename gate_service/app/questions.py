"""Every call that only asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gate_service.app.ports import Call, Ledger
from gate_service.domain import limits
from gate_service.domain.cases import (
    DeliveryPage,
    DocumentAnswer,
    DocumentPage,
    FeedsAnswer,
    ProposalPage,
    QuotaPage,
    ShortagePage,
    StockHoldPage,
    UnmatchedPage,
)
from gate_service.domain.denials import Cause, Denied
from gate_service.domain.entries import EntryPage
from gate_service.domain.errors import InvalidField, Refused
from gate_service.domain.policy import KeepBack, Policy
from gate_service.domain.reservation import ReservationAnswer
from gate_service.domain.stock import Availability, StockAnswer, StockPage
from gate_service.domain.vocabulary import Reason


class Promises(NamedTuple):
    """What a channel may be promised, by location, and the policy by which that was found."""

    policy: Policy
    answers: list[Availability]


class Questions:
    """Reads the record under the policy in force."""

    def __init__(
        self,
        ledger: Ledger,
        policy: Callable[[], Policy],
        locations_of: Callable[[str], Sequence[str]] = lambda channel: (),  # noqa: ARG005 - none have any
    ) -> None:
        """Keep the record, and where the policy and the locations of a channel, in their order, are to be had."""
        self._ledger = ledger
        self._policy = policy
        self._locations_of = locations_of

    async def check_availability(
        self, lines: Sequence[tuple[str, int]], location_ids: Sequence[str], channel: str, call: Call
    ) -> Promises:
        """Answer what a channel may be promised, at the locations named, else at its own, else at all.

        Each location is asked at one revision of its own. Raises `InvalidField` where lines times locations exceed
        the bound of an answer, and as `Ledger.check` does.
        """
        asked = list(location_ids or self._locations_of(channel) or await self._ledger.locations(call))
        if len(lines) * len(asked) > limits.CHECK_ANSWERS_MAX:
            raise InvalidField(
                "lines", f"times {len(asked)} locations must be at most {limits.CHECK_ANSWERS_MAX}; ask in parts"
            )
        policy = self._policy()
        keep_back = policy.keep_back(channel)
        answers = await asyncio.gather(
            *(self._check(location_id, lines, keep_back, call, must_exist=bool(location_ids)) for location_id in asked)
        )
        return Promises(policy, [answer for answer in answers if answer is not None])

    async def _check(
        self, location_id: str, lines: Sequence[tuple[str, int]], keep_back: KeepBack, call: Call, *, must_exist: bool
    ) -> Availability | None:
        """Ask one location.

        Where nobody named it, it is left out if its first receipt never arrived, or if the caller may not see it.
        """
        try:
            return await self._ledger.check(location_id, lines, keep_back, call)
        except Refused as no:
            if must_exist or no.reason is not Reason.UNKNOWN_LOCATION:
                raise
        except Denied as no:
            if must_exist or no.denial.cause is not Cause.LOCATION:
                raise
        return None

    async def get_stock(self, location_id: str, skus: Sequence[str], call: Call) -> StockAnswer:
        """Read some SKUs. Raises as `Ledger.stock` does."""
        return await self._ledger.stock(location_id, skus, call)

    async def list_stock(self, location_id: str, after: str, limit: int, call: Call) -> StockPage:
        """Read a page of SKUs. Raises as `Ledger.list_stock` does."""
        return await self._ledger.list_stock(location_id, after, limit, call)

    async def get_reservation(self, location_id: str, order_id: str, call: Call) -> ReservationAnswer:
        """Read one reservation. Raises as `Ledger.reservation` does."""
        return await self._ledger.reservation(location_id, order_id, call)

    async def list_entries(self, location_id: str, from_revision: int, limit: int, call: Call) -> EntryPage:
        """Read a page of the ledger. Raises as `Ledger.entries` does."""
        return await self._ledger.entries(location_id, from_revision, limit, call)

    async def get_incoming(self, location_id: str, document_id: str, call: Call) -> DocumentAnswer:
        """Read one announcement. Raises as `Ledger.document` does."""
        return await self._ledger.document(location_id, document_id, call)

    async def list_incoming(
        self, location_id: str, limit: int, token: str, call: Call, *, overdue_only: bool
    ) -> DocumentPage:
        """Read what is still expected. Raises as `Ledger.expected` does."""
        return await self._ledger.expected(location_id, limit, token, call, overdue_only=overdue_only)

    async def list_unmatched_shipments(self, location_id: str, limit: int, token: str, call: Call) -> UnmatchedPage:
        """Read the confirmations that matched nothing. Raises as `Ledger.unmatched_shipments` does."""
        return await self._ledger.unmatched_shipments(location_id, limit, token, call)

    async def list_stock_holds(self, location_id: str, limit: int, token: str, call: Call) -> StockHoldPage:
        """Read the holds that are placed. Raises as `Ledger.stock_holds` does."""
        return await self._ledger.stock_holds(location_id, limit, token, call)

    async def list_proposals(self, location_id: str, limit: int, token: str, call: Call) -> ProposalPage:
        """Read the corrections that wait. Raises as `Ledger.proposals` does."""
        return await self._ledger.proposals(location_id, limit, token, call)

    async def list_shortages(self, location_id: str, limit: int, token: str, call: Call) -> ShortagePage:
        """Read what is reserved and not there, hit by the channels' priorities. Raises as `Ledger.shortages` does."""
        return await self._ledger.shortages(location_id, self._policy().priorities, limit, token, call)

    async def list_quotas(self, location_id: str, limit: int, token: str, call: Call) -> QuotaPage:
        """Read what is left of the quotas. Raises as `Ledger.quotas` does."""
        return await self._ledger.quotas(location_id, limit, token, call)

    async def list_feeds(self, location_id: str, call: Call) -> FeedsAnswer:
        """Read how far each system's events are. Raises as `Ledger.feeds` does."""
        return await self._ledger.feeds(location_id, call)

    async def list_deliveries(self, location_id: str, limit: int, token: str, call: Call) -> DeliveryPage:
        """Read the deliveries that were not simply new and in order. Raises as `Ledger.deliveries` does."""
        return await self._ledger.deliveries(location_id, limit, token, call)
