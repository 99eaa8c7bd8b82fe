"""Events of the caller's world that concern a sourced order: each is done once, whoever tells of it how often.

The plan of the order is the truth of it. Besides, the first location that heard of an event counts it when it is told
again, so that it stands in the feed of its system there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from gate_service.app.attempts import hold_of
from gate_service.app.places import Places
from gate_service.app.plans import Plans
from gate_service.app.ports import Call
from gate_service.domain.errors import Refused
from gate_service.domain.operations import ConfirmReservation, ReleaseReservation, ReserveStock
from gate_service.domain.sourced import SourcingPlan, StoredEvent, event_key, without_number
from gate_service.domain.vocabulary import Reason

AskedT = TypeVar("AskedT", ReserveStock, ConfirmReservation, ReleaseReservation)


class SourcedEvents:
    """Finds who told of an event first."""

    def __init__(self, places: Places, plans: Plans) -> None:
        """Keep who is asked."""
        self._places = places
        self._plans = plans

    async def first(self, asked: AskedT, fingerprint: str, call: Call) -> AskedT:
        """Give the operation that told of this event first: this one, or the same under another operation_id.

        Raises SOURCE_EVENT_CONFLICT where it was told with another content.
        """
        if asked.source is None:
            return asked
        told = StoredEvent(fingerprint, asked.operation_id, asked.order_id)
        first = await self._plans.claim_event(event_key(asked.source, call.system), told)
        if first.fingerprint != fingerprint:
            await self._tell_conflict(first, asked, call)
            raise Refused(
                Reason.SOURCE_EVENT_CONFLICT,
                "this event was told before with another content; nothing was changed",
                {
                    "operation_id": asked.operation_id,
                    "order_id": asked.order_id,
                    "first_operation_id": first.operation_id,
                },
            )
        return replace(asked, operation_id=first.operation_id)

    async def forget(self, asked: ReserveStock, fingerprint: str, call: Call) -> None:
        """Take back what an operation, and its event where it has one, were noted to stand for."""
        told = StoredEvent(fingerprint, asked.operation_id, asked.order_id)
        key = event_key(asked.source, call.system) if asked.source else ""
        await self._plans.forget(asked.operation_id, key, told)

    async def count_absorbed(self, first: ReserveStock, asked: ReserveStock, call: Call) -> None:
        """Let the location that heard of it first count that it was told again."""
        plan = await self._heard(first.operation_id, first.order_id)
        if plan is not None:
            told = replace(hold_of(plan, plan.parts[0]), operation_id=asked.operation_id)
            await self._places.attempt(told, call)

    async def _tell_conflict(self, first: StoredEvent, asked: AskedT, call: Call) -> None:
        """Let the location that heard of it first note, and say, that it was told with another content."""
        plan = await self._heard(first.operation_id, first.order_id)
        if plan is None:
            return
        told = replace(asked, location_id=plan.parts[0].location_id, source=without_number(asked.source))
        answer = await self._places.attempt(told, call)
        if isinstance(answer, Refused) and answer.reason is Reason.SOURCE_EVENT_CONFLICT:
            raise answer

    async def _heard(self, operation_id: str, order_id: str) -> SourcingPlan | None:
        """Give the plan that an event asked for, where its first location heard of it: with the first attempt."""
        plan = await self._plans.plan(order_id)
        if plan is None or plan.operation_id != operation_id or plan.answer is None:
            return None
        return plan if plan.attempt == 1 and plan.parts else None
