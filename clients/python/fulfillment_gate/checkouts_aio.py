"""The checkout of asyncio; `storefront` says what it is for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from fulfillment_gate.aio import AsyncGate
from fulfillment_gate.checkout_state import GIVE_BACK_TIMEOUT_S, CheckoutState, Fate, Terms, as_not_enough
from fulfillment_gate.errors import GateError
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2

ResultT = TypeVar("ResultT")
_running: Final[set[asyncio.Task[Any]]] = set()
"""Work that outlives a cancelled caller: an event loop alone would let go of it."""


class AsyncCheckout(CheckoutState):
    """The block that `checkout_async` gives."""

    def __init__(self, gate: AsyncGate, terms: Terms) -> None:
        """Ask nothing yet."""
        super().__init__(terms)
        self._gate = gate

    async def __aenter__(self) -> Self:
        """Check, then hold."""
        terms = self.terms
        if asked := self._begin():
            await self._check(asked)
        try:
            self._hold_taken(await self._reserve(terms.timeout_s))
        except GateError as error:
            if error.outcome_unknown:
                await _to_its_end(self._withdraw())
            raise as_not_enough(error) from error.__cause__
        except BaseException:  # cancelled: the hold may have been taken
            await _to_its_end(self._withdraw())
            raise
        return self

    async def confirm(self) -> gate_pb2.ConfirmReservationResponse:
        """Do as `Checkout.confirm`. It runs to its end even where the caller is cancelled: the order is paid."""
        if self._confirmed is not None:
            return self._confirmed
        # Noted here and not in the task: leaving must know of it, in whatever order the loop runs things.
        before = self._confirm_begins()
        return await _to_its_end(self._confirm(before))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Do as `Checkout.__exit__`."""
        if self._fate is Fate.HELD:
            await _to_its_end(self._give_back())

    async def _confirm(self, before: Fate) -> gate_pb2.ConfirmReservationResponse:
        while True:
            try:
                answer = await self._gate.confirm_reservation(
                    self.terms.location_id,
                    self.terms.order_id,
                    operation_id=self.confirm_operation_id,
                    timeout_s=self.terms.timeout_s,
                )
            except GateError as error:
                failed = self._confirm_failed(error, before)
                if before is Fate.UNKNOWN or not failed.outcome_unknown:
                    raise failed from error.__cause__
                before = Fate.UNKNOWN
            else:
                return self._confirm_answered(answer)

    async def _check(self, asked: list[gate_pb2.AvailabilityLine]) -> None:
        terms = self.terms
        try:
            answer = await self._gate.check_availability(
                asked,
                location_ids=[terms.location_id],
                channel=terms.channel,
                max_age_ms=terms.max_age_ms,
                timeout_s=terms.timeout_s,
            )
        except GateError as error:
            raise as_not_enough(error) from error.__cause__
        self._require_enough(answer)

    async def _reserve(self, timeout_s: float | None) -> gate_pb2.ReserveStockResponse:
        terms = self.terms
        return await self._gate.reserve_stock(
            terms.location_id,
            terms.order_id,
            terms.lines,
            channel=terms.channel,
            ttl_ms=terms.ttl_ms,
            operation_id=self._hold_operation_id,
            timeout_s=timeout_s,
        )

    async def _withdraw(self) -> None:
        """Do as `Checkout._withdraw`."""
        try:
            await self._reserve(GIVE_BACK_TIMEOUT_S)
        except Exception as error:  # noqa: BLE001 - what is to be raised is why the hold is not wanted any more
            self._left_to_its_ttl(error)
        else:
            await self._give_back()

    async def _give_back(self) -> None:
        try:
            await self._gate.release_reservation(
                self.terms.location_id,
                self.terms.order_id,
                operation_id=self._release_operation_id,
                timeout_s=GIVE_BACK_TIMEOUT_S,
            )
        except Exception as error:  # noqa: BLE001 - a client that is closed by now raises what it likes
            self._left_to_its_ttl(error)
        else:
            self._fate = Fate.GONE


async def _to_its_end(work: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Await it; where the caller is cancelled, let it go on alone."""
    task = asyncio.ensure_future(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return await asyncio.shield(task)
