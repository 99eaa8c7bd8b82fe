"""What comes after a sourced order was reserved: it is confirmed or given back, wherever it is reserved.

At one location it is the caller's own operation there, and nothing else. At several it is noted in the order's plan
first, and whoever meets it there finishes it before anything else is done to the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from gate_service.app.attempts import Attempts, between_places
from gate_service.app.places import Places, all_answered
from gate_service.app.plans import Permission, Plans
from gate_service.app.ports import Call
from gate_service.app.sourced_events import SourcedEvents
from gate_service.domain import sourced_release
from gate_service.domain.errors import Refused
from gate_service.domain.operations import ConfirmReservation, ReleaseReservation
from gate_service.domain.replies import ConfirmReservationReply, ReleaseReservationReply
from gate_service.domain.sourced import (
    Answer,
    Pending,
    Refusal,
    Reply,
    SourcingPlan,
    Step,
    again,
    fingerprint,
    reused,
    whole_state,
    without_number,
)
from gate_service.domain.vocabulary import Reason, ReservationState

AskedT = TypeVar("AskedT", ConfirmReservation, ReleaseReservation)


class SourcedOrders:
    """Confirms and releases orders by their plans."""

    def __init__(
        self, places: Places, plans: Plans, attempts: Attempts, events: SourcedEvents, permission: Permission
    ) -> None:
        """Keep who is asked."""
        self._events = events
        self._places = places
        self._plans = plans
        self._attempts = attempts
        self._permission = permission

    async def settled(self, plan: SourcingPlan, call: Call) -> SourcingPlan:
        """Finish whatever is under way with an order, and give its plan as it stands then."""
        while plan.answer is None or plan.pending is not None:
            plan = await self._attempts.carry_on(plan, call)
            if plan.pending is not None:
                with between_places():
                    await self._run(plan, plan.pending, call)
                plan = await self._plans.plan(plan.order_id) or plan
        return plan

    async def finish(self, order_id: str, call: Call) -> None:
        """Finish whatever is under way with an order."""
        plan = await self._plans.plan(order_id)
        if plan is not None:
            await self.settled(plan, call)

    async def confirm(self, asked: ConfirmReservation, call: Call) -> ConfirmReservationReply:
        """Confirm an order everywhere, or nowhere; see `Sourcing`."""
        reply = await self._once(asked, call)
        assert isinstance(reply, ConfirmReservationReply)  # noqa: S101 - another kind has another fingerprint
        return reply

    async def release(self, asked: ReleaseReservation, call: Call) -> ReleaseReservationReply:
        """Give an order back; see `Sourcing`."""
        reply = await self._once(asked, call)
        assert isinstance(reply, ReleaseReservationReply)  # noqa: S101 - another kind has another fingerprint
        return reply

    async def _once(self, asked: AskedT, call: Call) -> Reply:
        """Do it once, whoever asks how often, wherever the order may be reserved by then."""
        plan = await self._standing(asked, call)
        only = plan.parts[0].location_id if len(plan.parts) == 1 else ""
        print_ = fingerprint(asked)
        stored = await self._plans.claim(asked.operation_id, print_, grows=False, asked_at=only)
        if stored.fingerprint != print_:
            raise reused(asked)
        if stored.asked_at:
            there = _at(asked, stored.asked_at)
            self._permission.write(call, there)
            reply: Reply = await self._places.do(there, call)
            return reply
        return await self._at_several(asked, print_, plan, call)

    async def _standing(self, asked: ConfirmReservation | ReleaseReservation, call: Call) -> SourcingPlan:
        """Give the settled plan of an order that is reserved somewhere, where the caller may do this everywhere."""
        plan = await self._plans.plan(asked.order_id)
        if plan is not None:
            plan = await self.settled(plan, call)
        if plan is None or not plan.parts:
            raise not_sourced(asked.order_id, operation_id=asked.operation_id)
        for part in plan.parts:
            self._permission.write(call, replace(asked, location_id=part.location_id))
        return plan

    async def _at_several(self, asked: AskedT, print_: str, plan: SourcingPlan, call: Call) -> Reply:
        """Give the answer of whoever told of this event first, where it is of an event."""
        first = await self._events.first(asked, print_, call)
        answer, replayed = await self._answer(first, plan, call)
        absorbed = first.operation_id != asked.operation_id
        if isinstance(answer, Refusal):
            raise answer.error(replayed=replayed or absorbed, absorbed=absorbed)
        return again(answer, absorbed=absorbed) if replayed or absorbed else answer

    async def _answer(self, asked: AskedT, plan: SourcingPlan, call: Call) -> tuple[Answer, bool]:
        """Give the stored answer, and whether it stood there before; else note in the plan what to do, and do it."""
        replayed = True
        while True:
            # The plan was read before this: what was answered since has moved it on, and it cannot be written.
            stored = await self._plans.find(asked.operation_id)
            if stored is not None and stored.answer is not None:
                return stored.answer, replayed
            replayed = False
            pending = await self._pending(asked, plan, call)
            standing = await self._plans.swap(plan.after(pending=pending))
            plan = await self.settled(standing or plan.after(pending=pending), call)

    async def _pending(self, asked: AskedT, plan: SourcingPlan, call: Call) -> Pending:
        steps = await self._steps(asked, plan, call)
        no, steps = (steps, ()) if isinstance(steps, Refusal) else (None, steps)
        heard = without_number(asked.source)
        return Pending(asked.kind, asked.operation_id, call.system, call.actor, heard, tuple(steps), no)

    async def _steps(self, asked: AskedT, plan: SourcingPlan, call: Call) -> Sequence[Step] | Refusal:
        if isinstance(asked, ConfirmReservation):
            return [Step(part.location_id) for part in plan.parts]
        found = await all_answered(
            self._places.reservation(part.location_id, plan.order_id, call) for part in plan.parts
        )
        there = [
            sourced_release.There(part.location_id, reservation)
            for part, reservation in zip(plan.parts, found, strict=True)
            if reservation is not None
        ]
        steps = sourced_release.part(there, asked.lines) if asked.lines else sourced_release.whole(there)
        if isinstance(steps, Refusal):
            return steps.about(order_id=asked.order_id, operation_id=asked.operation_id)
        return steps

    async def _run(self, plan: SourcingPlan, pending: Pending, call: Call) -> None:
        """Do what is pending, keep its answer, and note that it is done. No deadline counts: it was begun."""
        who = replace(call, system=pending.system, actor=pending.actor, deadline=None)
        do = self._confirm if pending.kind == ConfirmReservation.kind else self._release
        answer: Answer = pending.answer if pending.answer is not None else await do(plan, pending, who)
        await self._plans.answer(pending.operation_id, answer)
        await self._plans.swap(plan.after(pending=None))

    async def _confirm(self, plan: SourcingPlan, pending: Pending, call: Call) -> Answer:
        """Confirm every part; where one cannot be had again, those that this confirmed go back as if run out."""
        answers = await all_answered(
            self._places.attempt(
                ConfirmReservation(pending.operation_id, step.location_id, plan.order_id, source=pending.heard), call
            )
            for step in pending.steps
        )
        yes = [answer for answer in answers if isinstance(answer, ConfirmReservationReply)]
        noes = [answer for answer in answers if isinstance(answer, Refused)]
        # A part that its caller gave back is no part of the order any more; all of them given back is a no.
        no = next((each for each in noes if each.reason is not Reason.RESERVATION_RELEASED), None)
        if no is None and yes:
            return ConfirmReservationReply(
                yes[0].applied._replace(replayed=False, absorbed=False),
                whole_state(each.state for each in yes),
                changed=any(each.changed for each in yes),
                retaken=any(each.retaken for each in yes),
            )
        await all_answered(
            self._places.attempt(
                ReleaseReservation(f"~unconfirm/{pending.operation_id}", step.location_id, plan.order_id, ()), call
            )
            for step, answer in zip(pending.steps, answers, strict=True)
            if isinstance(answer, ConfirmReservationReply) and answer.changed
        )
        return Refusal.of(no or noes[0])

    async def _release(self, plan: SourcingPlan, pending: Pending, call: Call) -> Answer:
        """Give every step back. A pick may begin meanwhile: then the answer is that no, though the rest went back."""
        answers = await all_answered(
            self._places.attempt(
                ReleaseReservation(
                    pending.operation_id, step.location_id, plan.order_id, step.lines, source=pending.heard
                ),
                call,
            )
            for step in pending.steps
        )
        yes = [answer for answer in answers if isinstance(answer, ReleaseReservationReply)]
        released = sum(each.released_quantity for each in yes)
        no = next((answer for answer in answers if isinstance(answer, Refused)), None)
        if no is not None:
            return Refusal.of(no).about(released_quantity=str(released))
        return ReleaseReservationReply(
            yes[0].applied._replace(replayed=False, absorbed=False), await self._state(plan, call), released
        )

    async def _state(self, plan: SourcingPlan, call: Call) -> ReservationState:
        found = await all_answered(
            self._places.reservation(part.location_id, plan.order_id, call) for part in plan.parts
        )
        return whole_state(reservation.state for reservation in found if reservation is not None)


def not_sourced(order_id: str, **more: str) -> Refused:
    """Say that the gate knows of no such order of its own."""
    return Refused(
        Reason.RESERVATION_NOT_FOUND,
        "the gate reserved no such order by its channel; where a location was named, name it here too",
        {"order_id": order_id, **more},
    )


def _at(asked: AskedT, location_id: str) -> AskedT:
    return replace(asked, location_id=location_id, source=without_number(asked.source))
