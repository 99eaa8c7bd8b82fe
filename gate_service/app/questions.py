"""Every call that only asks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from gate_service.app.ports import Call, Ledger
from gate_service.domain import limits
from gate_service.domain.entries import EntryPage
from gate_service.domain.errors import InvalidField, Refused
from gate_service.domain.policy import KeepBack, Policy
from gate_service.domain.reservation import ReservationAnswer
from gate_service.domain.stock import Availability, StockAnswer, StockPage
from gate_service.domain.vocabulary import Reason


class Questions:
    """Reads the record under the policy in force."""

    def __init__(self, ledger: Ledger, policy: Policy) -> None:
        """Keep the record and the policy."""
        self._ledger = ledger
        self._policy = policy

    @property
    def policy(self) -> Policy:
        """The policy by which a promise is made."""
        return self._policy

    async def check_availability(
        self, lines: Sequence[tuple[str, int]], location_ids: Sequence[str], channel: str, call: Call
    ) -> list[Availability]:
        """Answer what a channel may be promised, at the locations named or at all.

        Each location is asked at one revision of its own. Raises `InvalidField` where lines times locations exceed
        the bound of an answer, and as `Ledger.check` does.
        """
        asked = list(location_ids or await self._ledger.locations(call))
        if len(lines) * len(asked) > limits.CHECK_ANSWERS_MAX:
            raise InvalidField(
                "lines", f"times {len(asked)} locations must be at most {limits.CHECK_ANSWERS_MAX}; ask in parts"
            )
        keep_back = self._policy.keep_back(channel)
        answers = await asyncio.gather(
            *(self._check(location_id, lines, keep_back, call, must_exist=bool(location_ids)) for location_id in asked)
        )
        return [answer for answer in answers if answer is not None]

    async def _check(
        self, location_id: str, lines: Sequence[tuple[str, int]], keep_back: KeepBack, call: Call, *, must_exist: bool
    ) -> Availability | None:
        """Ask one location. The directory may name one whose first receipt never arrived: nobody asked for that."""
        try:
            return await self._ledger.check(location_id, lines, keep_back, call)
        except Refused as no:
            if must_exist or no.reason is not Reason.UNKNOWN_LOCATION:
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
