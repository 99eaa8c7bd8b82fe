"""Orders without a location: the gate finds where they are served from, by the order of their channel.

docs/sourcing.md tells the whole course. What is decided stands in the plan of the order, in the store, before it is
done; so any gate can finish what another one began, and the same operation_id always meets the same answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from gate_service.app.attempts import Attempts
from gate_service.app.places import Places, all_answered
from gate_service.app.plans import Channels, Permission, Plans
from gate_service.app.ports import Call, Ledger
from gate_service.app.sourced_events import SourcedEvents
from gate_service.app.sourced_orders import SourcedOrders, not_sourced
from gate_service.domain.channels import serving
from gate_service.domain.denials import Denied
from gate_service.domain.errors import GateError, Refused
from gate_service.domain.operations import ConfirmReservation, ReleaseReservation, ReserveStock
from gate_service.domain.policy import Policy
from gate_service.domain.replies import ConfirmReservationReply, ReleaseReservationReply
from gate_service.domain.sourced import (
    Answer,
    Refusal,
    SourcedReply,
    SourcingPlan,
    TurnedAway,
    again,
    fingerprint,
    reused,
)
from gate_service.domain.sourcing import Offer, Part, Shortfall, plan
from gate_service.domain.vocabulary import Reason, ReservationState

ResultT = TypeVar("ResultT")

_WORDS = {
    Reason.UNKNOWN_SKU: "no location of this channel ever received these SKUs; receive them, or mend the code",
    Reason.INSUFFICIENT_STOCK: "no location of this channel may promise all of it, nor may several together",
    Reason.RESERVATION_EXISTS: "this order is reserved already, by another operation",
    Reason.RESERVATION_RELEASED: "this order was released; a late event does not take it again",
}


class Sourcing:
    """Reserves, confirms and releases orders wherever they are served from."""

    def __init__(
        self, ledger: Ledger, plans: Plans, channels: Channels, policy: Callable[[], Policy], permission: Permission
    ) -> None:
        """Keep the parts. The ledger is asked without a guard: who may do what is asked of `permission` first."""
        self._plans = plans
        self._channels = channels
        self._permission = permission
        self._places = Places(ledger, policy)
        self._attempts = Attempts(self._places, plans, self._find_parts)
        self._events = SourcedEvents(self._places, plans)
        self._orders = SourcedOrders(self._places, plans, self._attempts, self._events, permission)
        self._under_way: set[asyncio.Task[Any]] = set()

    async def reserve(self, asked: ReserveStock, call: Call) -> SourcedReply:
        """Reserve an order wherever its channel can be served from; in whole, or not at all.

        Raises `Refused` with UNKNOWN_CHANNEL, UNKNOWN_SKU, INSUFFICIENT_STOCK, RESERVATION_EXISTS,
        RESERVATION_RELEASED, OPERATION_ID_REUSED or SOURCE_EVENT_CONFLICT, `Denied` where the caller may reserve at
        none of the locations, and whatever else `Ledger.apply` raises; the same operation_id then goes on where it
        stopped.
        """
        return await self._unbroken(self._reserve(asked, call))

    async def confirm(self, asked: ConfirmReservation, call: Call) -> ConfirmReservationReply:
        """Confirm a sourced order wherever it is reserved: everywhere, or nowhere.

        Raises as the ledger does for one location; RESERVATION_NOT_FOUND where the gate sourced no such order.
        """
        return await self._unbroken(self._orders.confirm(asked, call))

    async def release(self, asked: ReleaseReservation, call: Call) -> ReleaseReservationReply:
        """Give a sourced order back, in whole or in part, wherever it is reserved. Raises as `confirm` does."""
        return await self._unbroken(self._orders.release(asked, call))

    async def where(self, order_id: str) -> list[str]:
        """Name the locations of a sourced order. Raises `Refused` with RESERVATION_NOT_FOUND."""
        plan = await self._plans.plan(order_id, just_looking=True)
        if plan is None or not plan.parts:
            raise not_sourced(order_id)
        return [part.location_id for part in plan.parts]

    async def finish_undecided(self, older_than_ms: int, call: Call) -> None:
        """Carry on what was left between two locations for so long.

        Raises the first error there was, after all were tried: one order must not keep the others from being finished.
        """
        failed: GateError | None = None
        for order_id in await self._plans.undecided(older_than_ms):
            try:
                await self._orders.finish(order_id, call)
            except GateError as error:
                failed = failed or error
        if failed is not None:
            raise failed

    async def _unbroken(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        """Do it to its end, though the caller may hang up in the middle."""
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # nobody may be left who would look at it

    async def _reserve(self, asked: ReserveStock, call: Call) -> SourcedReply:
        await self._may(asked, call)
        print_ = fingerprint(asked)
        stored, standing = await asyncio.gather(
            self._plans.claim(asked.operation_id, print_, grows=True), self._plans.plan(asked.order_id)
        )
        if stored.fingerprint != print_:
            raise reused(asked)
        first = await self._events.first(asked, print_, call)
        answer, replayed = await self._settled(first, standing, call)
        if isinstance(answer, Refusal) and answer.reason is Reason.SKU_MERGED:
            await self._events.forget(first, print_, call)  # asked again by the SKU's new name it is another content
        if first.operation_id == asked.operation_id:
            return _given(answer, replayed=replayed)
        await self._events.count_absorbed(first, asked, call)
        return _given(answer, replayed=True, absorbed=True)

    async def _settled(self, asked: ReserveStock, standing: SourcingPlan | None, call: Call) -> tuple[Answer, bool]:
        """Give the answer of the order's plan, and whether it stood there before; make the plan where there is none.

        Whatever is decided is decided by the next version of the plan that was read: of two who ask for the same at the
        same time one decides, and the other one looks again.
        """
        replayed = True
        while True:
            if standing is not None and standing.is_of(asked):
                replayed = replayed and standing.answer is not None
                standing = await self._attempts.carry_on(standing, call)
                if standing.is_of(asked) and standing.answer is not None:
                    return standing.answer, replayed
                continue
            answer = await self._answered(asked, standing)
            if answer is not None:
                return answer, replayed
            replayed = False
            standing = await self._begin(asked, standing, call)

    async def _answered(self, asked: ReserveStock, standing: SourcingPlan | None) -> Answer | None:
        """Give the answer of an operation whose plan no longer stands there, or never did."""
        if standing is None:  # an order that has no plan never had one
            return None
        if standing.turned_away and standing.turned_away.operation_id == asked.operation_id:
            return standing.turned_away.refusal
        stored = await self._plans.find(asked.operation_id)
        return stored.answer if stored else None

    async def _begin(self, asked: ReserveStock, standing: SourcingPlan | None, call: Call) -> SourcingPlan:
        """Put a plan of its own in the place of what stands there, or note there that it is turned away.

        Gives what stands there then, which may be somebody else's.
        """
        if standing is not None:
            settled = await self._orders.settled(standing, call)
            if settled.version != standing.version:
                return settled
            if standing.turned_away:
                await self._plans.answer(standing.turned_away.operation_id, standing.turned_away.refusal)
            why = await self._why_not(standing, call)
            if why is not None:
                return await self._put(standing.after(turned_away=TurnedAway(asked.operation_id, _refusal(why, asked))))
            if standing.answer is not None and standing.operation_id != asked.operation_id:
                await self._plans.answer(standing.operation_id, standing.answer)
        found = await self._find_parts(asked, call)
        return await self._put(
            SourcingPlan(
                version=standing.version + 1 if standing else 1,
                asked=asked,
                system=call.system,
                actor=call.actor,
                attempt=1,
                parts=() if isinstance(found, Refusal) else found,
                answer=found if isinstance(found, Refusal) else None,
            )
        )

    async def _put(self, plan: SourcingPlan) -> SourcingPlan:
        """Write a plan, and give what stands there then."""
        return await self._plans.swap(plan) or plan

    async def _why_not(self, standing: SourcingPlan, call: Call) -> Reason | None:
        """Say why an order cannot be reserved anew: some of it is open, or all of it was given back by its caller."""
        states = set()
        for part in standing.parts:
            reservation = await self._places.reservation(part.location_id, standing.order_id, call)
            if reservation is not None:
                states.add(await self._places.state(part.location_id, reservation, call))
        if states - {ReservationState.EXPIRED, ReservationState.RELEASED}:
            return Reason.RESERVATION_EXISTS
        return Reason.RESERVATION_RELEASED if ReservationState.RELEASED in states else None

    async def _may(self, asked: ReserveStock, call: Call) -> None:
        """Check the channel, and that the caller may reserve for it somewhere; an order that has its plan goes on."""
        try:
            self._allowed(asked, call)
        except Refused:
            if await self._plans.find(asked.operation_id) is None:
                raise

    def _allowed(self, asked: ReserveStock, call: Call) -> Sequence[str]:
        """Give the locations of the channel at which the caller may reserve, in their order.

        Raises UNKNOWN_CHANNEL, and `Denied` where there are none.
        """
        channel = serving(self._channels(), asked.channel)
        allowed, denied = [], None
        for location_id in dict.fromkeys(channel.locations):
            try:
                self._permission.write(call, replace(asked, location_id=location_id))
            except Denied as no:
                denied = denied or no
            else:
                allowed.append(location_id)
        if not allowed and denied is not None:
            raise denied
        return allowed

    async def _find_parts(self, asked: ReserveStock, call: Call) -> tuple[Part, ...] | Refusal:
        """Plan an order by what its locations may promise now; or say why it cannot be served.

        The first is asked alone, for mostly it has all; then twice as many each time, until one has.
        """
        try:
            location_ids = self._allowed(asked, call)
        except (Refused, Denied) as no:
            return Refusal(no.reason, no.message, no.metadata, ())
        split = self._channels()[asked.channel].split
        offers: list[Offer] = []
        found: tuple[Part, ...] | Shortfall = ()
        at, several = 0, 1
        while at < len(location_ids):
            asking = [self._places.offer(one, asked, call) for one in location_ids[at : at + several]]
            try:
                offers += [offer for offer in await all_answered(asking) if offer is not None]
            except Refused as no:  # one of the SKUs became part of another one
                return Refusal.of(no)
            at, several = at + several, several * 2
            found = plan(asked, offers, split=split and at >= len(location_ids))
            if not isinstance(found, Shortfall):
                return found
        assert isinstance(found, Shortfall)  # noqa: S101 - a channel that is served has a location
        about = {"nearest_location_id": found.nearest} if found.nearest else {}
        return _refusal(found.reason, asked)._replace(violations=found.violations).about(**about)


def _refusal(reason: Reason, asked: ReserveStock) -> Refusal:
    about = {"order_id": asked.order_id, "channel": asked.channel, "operation_id": asked.operation_id}
    return Refusal(reason, _WORDS[reason], about, ())


def _given(answer: Answer, *, replayed: bool, absorbed: bool = False) -> SourcedReply:
    """Give an answer as it is given to a caller. Raises it where it is a no."""
    if isinstance(answer, Refusal):
        raise answer.error(replayed=replayed, absorbed=absorbed)
    reply = again(answer, absorbed=absorbed) if replayed else answer
    assert isinstance(reply, SourcedReply)  # noqa: S101 - another kind under this id would have another fingerprint
    return reply
