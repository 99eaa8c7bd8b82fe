"""For a storefront: a checkout that holds stock while the shopper pays, and cannot leak the hold.

    with checkout(gate, "berlin", "order-17", lines, channel="web") as hold:
        take_the_payment()
        hold.confirm()

The block is entered with the stock held. Left with `confirm()` answered, the order is committed. Left in any other
way, the hold is given back at once; where that fails, its TTL gives it back. One order_id is one checkout: once it is
released, the gate never takes it up again, so that a late payment cannot sell what is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from fulfillment_gate.aio import AsyncGate
from fulfillment_gate.checkout_state import GIVE_BACK_TIMEOUT_S, CheckoutState, Fate, NotEnough, Terms
from fulfillment_gate.errors import GateError
from fulfillment_gate.sync import Gate
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2

__all__ = ["AsyncCheckout", "Checkout", "NotEnough", "checkout", "checkout_async"]

TEN_MINUTES_MS: Final = 600_000

ResultT = TypeVar("ResultT")
_running: Final[set[asyncio.Task[Any]]] = set()
"""Work that outlives a cancelled caller: an event loop alone would let go of it."""


def checkout(
    gate: Gate,
    location_id: str,
    order_id: str,
    lines: Iterable[gate_pb2.ReserveLine],
    *,
    channel: str,
    ttl_ms: int = TEN_MINUTES_MS,
    timeout_s: float | None = None,
) -> Checkout:
    """Give the block that checks, then holds 1 to 1,000 lines for ttl_ms (1,000 to 86,400,000), and takes `confirm()`.

    `timeout_s` is that of each call, in seconds. Raises ValueError for a ttl_ms below 1. Entering the block raises
    NotEnough with what would be possible, or whatever `check_availability` and `reserve_stock` raise.
    """
    return Checkout(gate, Terms(location_id, order_id, tuple(lines), channel, ttl_ms, timeout_s))


def checkout_async(
    gate: AsyncGate,
    location_id: str,
    order_id: str,
    lines: Iterable[gate_pb2.ReserveLine],
    *,
    channel: str,
    ttl_ms: int = TEN_MINUTES_MS,
    timeout_s: float | None = None,
) -> AsyncCheckout:
    """Do as `checkout`, for `async with` and `await hold.confirm()`.

    A caller that is cancelled leaves no half-known hold: giving back, and a confirmation under way, run to their end.
    """
    return AsyncCheckout(gate, Terms(location_id, order_id, tuple(lines), channel, ttl_ms, timeout_s))


class Checkout(CheckoutState):
    """The block that `checkout` gives."""

    def __init__(self, gate: Gate, terms: Terms) -> None:
        """Ask nothing yet."""
        super().__init__(terms)
        self._gate = gate

    def __enter__(self) -> Self:
        """Check, then hold."""
        terms = self.terms
        asked = self._begin()
        self._require_enough(
            self._gate.check_availability(
                asked, location_ids=[terms.location_id], channel=terms.channel, timeout_s=terms.timeout_s
            )
        )
        try:
            self._hold_taken(self._reserve(terms.timeout_s))
        except GateError as error:
            if error.outcome_unknown:
                self._withdraw()
            raise self._hold_failed(error) from error.__cause__
        except BaseException:  # interrupted: the hold may have been taken
            self._withdraw()
            raise
        return self

    def confirm(self) -> gate_pb2.ConfirmReservationResponse:
        """Commit the order, once it is paid. Calling it again gives the same answer.

        Raises Refused: HOLD_EXPIRED where the hold ran out and its stock went elsewhere, RESERVATION_RELEASED. Where
        no answer came, it asks a second time by the same name; where none comes then, it raises with
        `outcome_unknown`. From then on the hold is not given back, because the order may be committed: settle it with
        `gate.confirm_reservation(…, operation_id=hold.confirm_operation_id)`.
        """
        if self._confirmed is not None:
            return self._confirmed
        before = self._confirm_begins()
        while True:
            try:
                answer = self._gate.confirm_reservation(
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

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give back what is still held. Whatever goes wrong here never hides why the block was left."""
        if self._fate is Fate.HELD:
            self._give_back()

    def _reserve(self, timeout_s: float | None) -> gate_pb2.ReserveStockResponse:
        terms = self.terms
        return self._gate.reserve_stock(
            terms.location_id,
            terms.order_id,
            terms.lines,
            channel=terms.channel,
            ttl_ms=terms.ttl_ms,
            operation_id=self._hold_operation_id,
            timeout_s=timeout_s,
        )

    def _withdraw(self) -> None:
        """Settle by the same name whether the hold is ours, for the order may be another's; if it is, give it back."""
        try:
            self._reserve(GIVE_BACK_TIMEOUT_S)
        except Exception as error:  # noqa: BLE001 - what is to be raised is why the hold is not wanted any more
            self._left_to_its_ttl(error)
        else:
            self._give_back()

    def _give_back(self) -> None:
        try:
            self._gate.release_reservation(
                self.terms.location_id,
                self.terms.order_id,
                operation_id=self._release_operation_id,
                timeout_s=GIVE_BACK_TIMEOUT_S,
            )
        except Exception as error:  # noqa: BLE001 - a client that is closed by now raises what it likes
            self._left_to_its_ttl(error)
        else:
            self._fate = Fate.GONE


class AsyncCheckout(CheckoutState):
    """The block that `checkout_async` gives."""

    def __init__(self, gate: AsyncGate, terms: Terms) -> None:
        """Ask nothing yet."""
        super().__init__(terms)
        self._gate = gate

    async def __aenter__(self) -> Self:
        """Check, then hold."""
        terms = self.terms
        asked = self._begin()
        self._require_enough(
            await self._gate.check_availability(
                asked, location_ids=[terms.location_id], channel=terms.channel, timeout_s=terms.timeout_s
            )
        )
        try:
            self._hold_taken(await self._reserve(terms.timeout_s))
        except GateError as error:
            if error.outcome_unknown:
                await _to_its_end(self._withdraw())
            raise self._hold_failed(error) from error.__cause__
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
