"""What happened in the callers' world: each event has one effect, however often and under whatever name it is told."""

from __future__ import annotations

from gate_service.domain.cases import Delivery
from gate_service.domain.errors import Refused
from gate_service.domain.limits import EVENTS_RETIRED_PER_CALL
from gate_service.domain.operations import Operation, SourceEvent
from gate_service.domain.vocabulary import DeliveryVerdict, Reason
from tests.model.claims import is_open, left_to_pick
from tests.model.feeds import number_verdict, with_verdict
from tests.model.state import Asked, Event, Location, Outcome

LOOKED_AT_AGAIN_AFTER_MS = 3_600_000


def named(source: SourceEvent, asked: Asked) -> SourceEvent:
    """Give the event with the system it happened in: the caller, where it names no other."""
    return source._replace(system=source.system or asked.call.system)


def key_of(source: SourceEvent) -> str:
    """Give the name by which an event is known again; its number is no part of it."""
    return " ".join(part or "-" for part in (source[0], source[1], source[2], source[3], source[4]))


def retire(location: Location, now_ms: int) -> None:
    """Forget the answers whose time is over, but for orders with a claim here and permits with units to pick."""
    due = sorted((event.retires_at_ms, key.encode(), key) for key, event in location.events.items())
    for retires_at_ms, _, key in due[:EVENTS_RETIRED_PER_CALL]:
        if retires_at_ms > now_ms:
            return
        event = location.events[key]
        reservation = location.reservations.get(event.order_id)
        if (reservation and is_open(reservation)) or _has_units_to_pick(location, event.permit_id):
            location.events[key] = event._replace(retires_at_ms=now_ms + LOOKED_AT_AGAIN_AFTER_MS)
        else:
            del location.events[key]
            location.retired.add(key)


def _has_units_to_pick(location: Location, permit_id: str) -> bool:
    permit = location.permits.get(permit_id)
    found = [location.allocated_line(permit_id, *line) for line in permit.lines] if permit else []
    return any(left_to_pick(one[1]) for one in found if one)


def told_before(location: Location, source: SourceEvent, operation: Operation[object], body: str) -> Outcome | None:
    """Give the answer to an event that was told before; None where it is new."""
    key = key_of(source)
    if key in location.retired:
        return Refused(Reason.SOURCE_EVENT_RETIRED, "told too long ago")
    event = location.events.get(key)
    if event is None:
        return None
    if (event.kind, event.body) != (operation.kind, body):
        stored = {"stored_revision": str(event.outcome.applied.revision)}
        return Refused(Reason.SOURCE_EVENT_CONFLICT, "told with another content", stored)
    return again(event.outcome, absorbed=True)


def again(outcome: Outcome, *, absorbed: bool) -> Outcome:
    """Give a stored answer once more."""
    applied = outcome.applied._replace(replayed=True, absorbed=absorbed)
    if isinstance(outcome, Refused):
        return Refused(outcome.reason, outcome.message, outcome.metadata, outcome.violations, applied)
    return outcome._replace(applied=applied)


def remember(location: Location, source: SourceEvent, operation: Operation[object], body: str, event: Asked) -> None:
    """Let the newest answer stand for an event from now on."""
    outcome = location.answers[operation.operation_id].outcome
    location.events[key_of(source)] = Event(
        operation.kind,
        body,
        outcome,
        event.applied.at_ms + event.policy.retention(source.system),
        getattr(operation, "order_id", ""),
        getattr(operation, "permit_id", "") or getattr(outcome, "permit_id", ""),
    )


def deliver(
    location: Location, source: SourceEvent, operation: Operation[object], outcome: Outcome, now_ms: int
) -> None:
    """Count a delivery in its feed, and list it where it was not simply new and in order."""
    is_new = not outcome.applied.absorbed and _reason(outcome) not in {
        Reason.SOURCE_EVENT_RETIRED,
        Reason.SOURCE_EVENT_CONFLICT,
    }
    verdicts = [number_verdict(location, source, now_ms, is_new=is_new), _verdict(outcome)]
    for verdict in verdicts:
        if verdict is None:
            continue
        location.feeds[source.system] = with_verdict(location.feeds[source.system], verdict)
        location.deliveries.append(
            Delivery(
                now_ms,
                verdict,
                source,
                operation.kind,
                operation.operation_id,
                _stands_at(outcome),
                _reason(outcome) if verdict is DeliveryVerdict.REFUSED else "",
            )
        )


def _stands_at(outcome: Outcome) -> int:
    """Give the revision of the answer, or of the first one that it contradicts; 0 where none is stored."""
    if isinstance(outcome, Refused) and outcome.reason is Reason.SOURCE_EVENT_CONFLICT:
        return int(outcome.metadata["stored_revision"])
    return outcome.applied.revision


def _reason(outcome: Outcome) -> str:
    return outcome.reason.value if isinstance(outcome, Refused) else ""


def _verdict(outcome: Outcome) -> DeliveryVerdict | None:
    """Say what became of a delivery, whatever its number was."""
    if outcome.applied.absorbed:
        return DeliveryVerdict.ABSORBED
    if not isinstance(outcome, Refused):
        return None
    not_stored = {
        Reason.SOURCE_EVENT_RETIRED: DeliveryVerdict.RETIRED,
        Reason.SOURCE_EVENT_CONFLICT: DeliveryVerdict.CONFLICT,
    }
    return not_stored.get(outcome.reason, DeliveryVerdict.REFUSED)
