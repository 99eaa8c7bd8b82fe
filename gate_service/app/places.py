"""What the sourcing of an order asks of the ledgers of its locations, several at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from gate_service.app.plans import internal
from gate_service.app.ports import Call, Ledger
from gate_service.domain.errors import LocationFenced, Refused
from gate_service.domain.operations import Operation, OrderLine, ReserveStock
from gate_service.domain.policy import KeepBack, Policy
from gate_service.domain.reservation import Reservation
from gate_service.domain.sourcing import Offer
from gate_service.domain.vocabulary import Reason, ReservationState

ReplyT = TypeVar("ReplyT")


class Places:
    """The ledgers, asked under the policy in force and in the name of whoever asked."""

    def __init__(self, ledger: Ledger, policy: Callable[[], Policy]) -> None:
        """Keep both."""
        self._ledger = ledger
        self._policy = policy

    async def do(self, operation: Operation[ReplyT], call: Call) -> ReplyT:
        """Do it once. Raises as `Ledger.apply` does."""
        return await self._ledger.apply(operation, self._policy(), internal(call, operation.operation_id))

    async def attempt(self, operation: Operation[ReplyT], call: Call) -> ReplyT | Refused:
        """Do it once, and take a refusal as an answer."""
        try:
            return await self.do(operation, call)
        except Refused as no:
            return no

    async def offer(self, location_id: str, order: ReserveStock, call: Call) -> Offer | None:
        """Ask what a location may promise of an order's SKUs to its channel; None where nothing was ever received.

        A location that is fenced offers nothing: it could not keep it. Raises SKU_MERGED where one of them became part
        of another SKU.
        """
        skus = dict.fromkeys(line.sku for line in order.lines)
        keep_back = self._policy().keep_back(order.channel)
        try:
            found = await self._ledger.check(location_id, [(sku, 0) for sku in skus], keep_back, internal(call))
        except Refused as no:
            if no.reason is not Reason.UNKNOWN_LOCATION:
                raise
            return None
        except LocationFenced:
            return None
        if found.lineage.fenced_since_ms:
            return None
        return Offer(location_id, {line.sku: line.promise for line in found.lines if line.level is not None})

    async def reservation(self, location_id: str, order_id: str, call: Call) -> Reservation | None:
        """Read what an order has at a location; None for nothing."""
        try:
            return (await self._ledger.reservation(location_id, order_id, internal(call))).reservation
        except Refused as no:
            if no.reason is not Reason.RESERVATION_NOT_FOUND:
                raise
            return None

    async def state(self, location_id: str, reservation: Reservation, call: Call) -> ReservationState:
        """Give the state of a reservation as it is now: a hold that is due counts as run out, swept or not."""
        if reservation.state is ReservationState.HELD:
            sku = reservation.lines[0].sku
            now_ms = (await self._ledger.check(location_id, [(sku, 0)], KeepBack(), internal(call))).as_of_ms
            if reservation.hold_expires_at_ms <= now_ms:
                return ReservationState.EXPIRED
        return reservation.state


def is_of(reservation: Reservation, lines: Iterable[OrderLine]) -> bool:
    """Say whether a reservation is the one of these lines, and not one that came in its place."""
    return [(line.line_id, line.ordered) for line in reservation.lines] == [
        (line.line_id, line.quantity) for line in lines
    ]


async def all_answered(asking: Iterable[Awaitable[ReplyT]]) -> list[ReplyT]:
    """Wait for all, whatever becomes of each; then raise the first error there was.

    Nothing is decided before each step has its stored answer: whoever takes the same steps later meets the same ones.
    """
    tasks = [asyncio.ensure_future(each) for each in asking]
    if tasks:
        await asyncio.wait(tasks)
    failed = [task for task in tasks if not task.cancelled() and task.exception() is not None]
    return [task.result() for task in (failed or tasks)]
