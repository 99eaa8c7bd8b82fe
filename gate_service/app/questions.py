"""Every call that only asks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from gate_service.app.last_seen import LastSeen
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
from gate_service.domain.errors import InvalidField, Refused, Unavailable
from gate_service.domain.policy import KeepBack, Policy
from gate_service.domain.reservation import ReservationAnswer
from gate_service.domain.stock import Availability, StockAnswer, StockPage
from gate_service.domain.vocabulary import Reason

AnswerT = TypeVar("AnswerT")
_AWAY: Final = frozenset({Reason.STORE_UNAVAILABLE, Reason.OUTCOME_UNKNOWN})
"""What a question ends with where the store did not answer it."""
_PATIENCE: Final = 0.5
"""The part of a caller's time that a store may use up before what was seen last is given instead."""

_LEFT_OUT: Final = Availability("", 0, 0, ())


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
        seen: LastSeen | None = None,
    ) -> None:
        """Keep the record, and where the policy and the locations of a channel, in their order, are to be had.

        `seen` is filled by what is answered here.
        """
        self._ledger = ledger
        self._policy = policy
        self._locations_of = locations_of
        self._seen = seen or LastSeen()

    async def check_availability(
        self,
        lines: Sequence[tuple[str, int]],
        location_ids: Sequence[str],
        channel: str,
        call: Call,
        *,
        max_age_ms: int = 0,
    ) -> Promises:
        """Answer what a channel may be promised, at the locations named, else at its own, else at all.

        Each location is asked at one revision of its own. With `max_age_ms` a location of which the store cannot be
        asked is answered from what was seen last, no longer ago, and the answer has an age. Raises `InvalidField` where
        lines times locations exceed the bound of an answer, and as `Ledger.check` does.
        """
        asked = list(location_ids or self._locations_of(channel) or await self._locations(call, max_age_ms))
        if len(lines) * len(asked) > limits.CHECK_ANSWERS_MAX:
            raise InvalidField(
                "lines", f"times {len(asked)} locations must be at most {limits.CHECK_ANSWERS_MAX}; ask in parts"
            )
        policy = self._policy()
        keep_back = policy.keep_back(channel)
        must_exist = bool(location_ids)
        answers = await asyncio.gather(
            *(
                self._check(location_id, lines, keep_back, call, must_exist=must_exist, max_age_ms=max_age_ms)
                for location_id in asked
            )
        )
        return Promises(policy, [answer for answer in answers if answer is not None])

    async def _check(
        self,
        location_id: str,
        lines: Sequence[tuple[str, int]],
        keep_back: KeepBack,
        call: Call,
        *,
        must_exist: bool,
        max_age_ms: int,
    ) -> Availability | None:
        """Ask one location.

        Where nobody named it, it is left out if its first receipt never arrived, or if the caller may not see it.
        """

        def seen() -> Availability | None:
            found = self._seen.availability(location_id, lines, keep_back, max_age_ms)
            return _LEFT_OUT if not (found or must_exist) and self._seen.absent(location_id, max_age_ms) else found

        asking = self._ask(location_id, lines, keep_back, call)
        try:
            answer = await (_or_seen(asking, seen, call) if max_age_ms else asking)
        except Refused as no:
            if must_exist or no.reason is not Reason.UNKNOWN_LOCATION:
                raise
            self._seen.note_absent(location_id)
        except Denied as no:
            if must_exist or no.denial.cause is not Cause.LOCATION:
                raise
        else:
            return None if answer is _LEFT_OUT else answer
        return None

    async def _ask(
        self, location_id: str, lines: Sequence[tuple[str, int]], keep_back: KeepBack, call: Call
    ) -> Availability:
        """Ask the store, and remember what it said as of now: it cannot be older than that."""
        asked_at_s = time.monotonic()
        answer = await self._ledger.check(location_id, lines, keep_back, call)
        self._seen.note(answer, keep_back, asked_at_s)
        return answer

    async def _locations(self, call: Call, max_age_ms: int) -> Sequence[str]:
        """Name all locations that the caller may see, or with `max_age_ms` those of no longer ago."""
        if not max_age_ms:
            return await self._ask_locations(call)
        return await _or_seen(self._ask_locations(call), lambda: self._seen.locations(call.system, max_age_ms), call)

    async def _ask_locations(self, call: Call) -> Sequence[str]:
        found = await self._ledger.locations(call)
        self._seen.note_locations(call.system, found)
        return found

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


async def _or_seen(asking: Coroutine[Any, Any, AnswerT], seen: Callable[[], AnswerT | None], call: Call) -> AnswerT:
    """Await an answer of the store; give what was seen last where the store is away or takes too long.

    Where nothing fit to be given was seen, it is as if nobody had asked for it.
    """
    patience_s = None if call.deadline is None else max(0.0, call.deadline - time.monotonic()) * _PATIENCE
    task = asyncio.ensure_future(asking)
    try:
        await asyncio.wait({task}, timeout=patience_s)
        if not task.done() and (found := seen()) is not None:
            return found
        return await task
    except Unavailable as error:
        found = seen() if error.reason in _AWAY else None
        if found is None:
            raise
        return found
    finally:
        task.cancel()  # whoever has an answer waits for no other
