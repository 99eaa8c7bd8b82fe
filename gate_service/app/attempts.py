"""Carries a plan on, step by step, until it is settled.

Every step has an operation id of its own that follows from the plan, so anybody may take it again: after a crash, the
next call with the same id; at the same time, a second gate. A plan goes on only from the version that was read, and
only after each of its steps was answered: whoever comes late to a step meets the answer that is stored for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Final, NamedTuple

from gate_service.app.places import Places, all_answered, is_of
from gate_service.app.plans import Plans
from gate_service.app.ports import Call
from gate_service.domain.errors import GateError, Refused, Unavailable
from gate_service.domain.operations import ConfirmReservation, ReleaseReservation, ReserveStock
from gate_service.domain.replies import Applied, ConfirmReservationReply, ReserveStockReply
from gate_service.domain.sourced import (
    ATTEMPTS_MAX,
    COMMIT_HOLD_MS,
    Phase,
    Refusal,
    SourcedPart,
    SourcedReply,
    SourcingPlan,
    without_number,
)
from gate_service.domain.sourcing import Part
from gate_service.domain.vocabulary import Reason, ReservationState

FindParts = Callable[[ReserveStock, Call], Awaitable[tuple[Part, ...] | Refusal]]

# Somebody else was quicker, or it took too long: there may be another way.
_LOST: Final = frozenset({Reason.INSUFFICIENT_STOCK, Reason.HOLD_EXPIRED})
_RETRY_AFTER_MS: Final = 200
_STAYS: Final = frozenset({Reason.PICK_IN_PROGRESS, Reason.ALREADY_SHIPPED})
_TOO_LATE = Refused(Reason.INSUFFICIENT_STOCK, "the holds ran out before all of the order was held")
_RELEASED = Refused(Reason.RESERVATION_RELEASED, "the order was released before it was reserved everywhere")


class _Tried(NamedTuple):
    """What became of one part. `ours`: a reservation was made there, whatever became of it since."""

    reply: ReserveStockReply | None
    no: Refused | None
    ours: bool


def hold_of(plan: SourcingPlan, part: Part) -> ReserveStock:
    """Give the operation that reserves one part.

    The event goes with the first attempt only: another attempt at the same location has another content.
    """
    asked, first = plan.asked, plan.attempt == 1
    at_once = len(plan.parts) == 1
    return ReserveStock(
        asked.operation_id if first else f"~source/{plan.attempt}/{asked.operation_id}",
        part.location_id,
        asked.order_id,
        asked.channel,
        asked.ttl_ms or (0 if at_once else COMMIT_HOLD_MS),
        part.lines,
        part.kits,
        part.non_stock,
        source=without_number(asked.source) if first else None,
    )


@contextmanager
def between_places() -> Iterator[None]:
    """Tell a caller honestly of a step that failed after others were done: it is not true that nothing was applied."""
    try:
        yield
    except GateError as error:
        if error.reason in (Reason.INTERNAL, Reason.OUTCOME_UNKNOWN):
            raise
        raise Unavailable(
            Reason.OUTCOME_UNKNOWN,
            "some of it may be done at one location and some not at another; ask again with the same operation_id",
            error.retry_after_ms if isinstance(error, Unavailable) else _RETRY_AFTER_MS,
        ) from error


class Attempts:
    """Reserves what is planned: everywhere, or nowhere."""

    def __init__(self, places: Places, plans: Plans, find_parts: FindParts) -> None:
        """Keep who is asked; `find_parts` plans an order anew."""
        self._places = places
        self._plans = plans
        self._find_parts = find_parts

    async def carry_on(self, plan: SourcingPlan, call: Call) -> SourcingPlan:
        """Take the steps that are left, in the name of whoever asked for the order; give the plan as it stands then.

        Raises as `Ledger.apply` does, but for `Refused`: a refusal settles the plan.
        """
        steps = {Phase.RESERVING: self._reserve, Phase.COMMITTING: self._commit, Phase.UNDOING: self._undo}
        while plan.answer is None:
            # Once something is to be committed or to go back no deadline counts: half an order helps nobody.
            deadline = call.deadline if plan.phase is Phase.RESERVING else None
            who = replace(call, system=plan.system, actor=plan.actor, deadline=deadline)
            alone = plan.phase is Phase.RESERVING and plan.attempt == len(plan.parts) == 1
            with nullcontext() if alone else between_places():
                following = await steps[plan.phase](plan, who)
            with between_places():
                plan = await self._plans.swap(following) or following
        return plan

    async def _reserve(self, plan: SourcingPlan, call: Call) -> SourcingPlan:
        tried = await all_answered(self._hold(plan, part, call) for part in plan.parts)
        noes = [each.no for each in tried if each.no is not None]
        if noes:
            ours = [part.location_id for part, each in zip(plan.parts, tried, strict=True) if each.ours]
            return _back(plan, ours, noes)
        if len(plan.parts) > 1 and not plan.asked.ttl_ms:
            return plan.after(phase=Phase.COMMITTING)
        replies = [each.reply for each in tried if each.reply is not None]
        expires_at_ms = min(reply.hold_expires_at_ms for reply in replies)
        return plan.after(answer=_reply(plan, [reply.applied for reply in replies], expires_at_ms))

    async def _hold(self, plan: SourcingPlan, part: Part, call: Call) -> _Tried:
        """Reserve one part; an answer of an earlier time is held against what stands there by now."""
        answer = await self._places.attempt(hold_of(plan, part), call)
        if isinstance(answer, Refused):
            return _Tried(None, answer, ours=False)
        if not answer.applied.replayed:
            return _Tried(answer, None, ours=True)
        reservation = await self._places.reservation(part.location_id, plan.order_id, call)
        if reservation is None or not is_of(reservation, part.lines):
            return _Tried(None, _TOO_LATE, ours=False)
        state = await self._places.state(part.location_id, reservation, call)
        late = {ReservationState.EXPIRED: _TOO_LATE, ReservationState.RELEASED: _RELEASED}.get(state)
        return _Tried(answer, late, ours=True)

    async def _commit(self, plan: SourcingPlan, call: Call) -> SourcingPlan:
        name = f"~confirm/{plan.attempt}/{plan.operation_id}"
        answers = await all_answered(
            self._places.attempt(ConfirmReservation(name, part.location_id, plan.order_id), call) for part in plan.parts
        )
        noes = [answer for answer in answers if isinstance(answer, Refused)]
        if noes:
            return _back(plan, [part.location_id for part in plan.parts], noes)
        told = [answer.applied for answer in answers if isinstance(answer, ConfirmReservationReply)]
        return plan.after(answer=_reply(plan, told, 0))

    async def _undo(self, plan: SourcingPlan, call: Call) -> SourcingPlan:
        """Give back what was had, and plan anew where another way may be found; else the order is refused for good."""
        gone = await all_answered(self._give_back(plan, location_id, call) for location_id in plan.undo)
        kept = tuple(location_id for location_id, went in zip(plan.undo, gone, strict=True) if not went)
        refusal = plan.lost or Refusal.of(_TOO_LATE)
        if kept:  # a picker is at work there, so those units stay with the order
            refusal = refusal.about(kept_at=" ".join(kept))
        elif refusal.reason in _LOST and plan.attempt < ATTEMPTS_MAX:
            found = await self._find_parts(plan.asked, call)
            if not isinstance(found, Refusal):
                return plan.after(attempt=plan.attempt + 1, parts=found, phase=Phase.RESERVING, undo=(), lost=None)
            refusal = found
        about = refusal.about(order_id=plan.order_id, channel=plan.asked.channel, operation_id=plan.operation_id)
        return plan.after(answer=about, parts=tuple(part for part in plan.parts if part.location_id in kept))

    async def _give_back(self, plan: SourcingPlan, location_id: str, call: Call) -> bool:
        """Give one part back; False where it is being picked, or was shipped."""
        name = f"~undo/{plan.attempt}/{plan.operation_id}"
        answer = await self._places.attempt(ReleaseReservation(name, location_id, plan.order_id, ()), call)
        return not (isinstance(answer, Refused) and answer.reason in _STAYS)


def _back(plan: SourcingPlan, location_ids: Sequence[str], noes: Sequence[Refused]) -> SourcingPlan:
    """Decide that it goes back; a no that another attempt would meet again tells why before one that it would not."""
    no = next((each for each in noes if each.reason not in _LOST), noes[0])
    return plan.after(phase=Phase.UNDOING, undo=tuple(location_ids), lost=Refusal.of(no))


def _reply(plan: SourcingPlan, told: Sequence[Applied], expires_at_ms: int) -> SourcedReply:
    """Give the answer: what each location said, in the order of the channel."""
    parts = tuple(
        SourcedPart(part.location_id, applied._replace(replayed=False, absorbed=False), part.lines)
        for part, applied in zip(plan.parts, told, strict=True)
    )
    state = ReservationState.HELD if plan.asked.ttl_ms else ReservationState.COMMITTED
    return SourcedReply(parts[0].applied, state, expires_at_ms, parts)
