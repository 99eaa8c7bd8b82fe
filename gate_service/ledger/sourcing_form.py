"""The form in which plans and answers of sourced orders stand in the store: JSON, described in docs/sourcing.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from gate_service.domain.errors import Violation
from gate_service.domain.operations import OrderLine, ReleaseLine, ReserveStock, SourceEvent
from gate_service.domain.replies import Applied, ConfirmReservationReply, ReleaseReservationReply
from gate_service.domain.sourced import (
    Answer,
    Pending,
    Phase,
    Refusal,
    SourcedPart,
    SourcedReply,
    SourcingPlan,
    Step,
    TurnedAway,
)
from gate_service.domain.sourcing import Part
from gate_service.domain.vocabulary import OperationKind, Reason, ReservationState

Json = dict[str, Any]


def write_plan(plan: SourcingPlan) -> str:
    """Write a plan, its version first."""
    form: Json = {
        "asked": _asked(plan.asked),
        "system": plan.system,
        "actor": plan.actor,
        "attempt": plan.attempt,
        "parts": plan.parts,
        "phase": plan.phase,
        "undo": plan.undo,
    }
    if plan.lost:
        form["lost"] = plan.lost
    if plan.answer:
        form["answer"] = _answer(plan.answer)
    if plan.pending:
        form["pending"] = _pending(plan.pending)
    if plan.turned_away:
        form["turned_away"] = plan.turned_away
    return f"{plan.version} {_dump(form)}"


def read_plan(text: str) -> SourcingPlan:
    """Read what `write_plan` wrote."""
    version, _, rest = text.partition(" ")
    form: Json = json.loads(rest)
    return SourcingPlan(
        version=int(version),
        asked=_read_asked(form["asked"]),
        system=form["system"],
        actor=form["actor"],
        attempt=form["attempt"],
        parts=tuple(_read_part(row) for row in form["parts"]),
        phase=Phase(form["phase"]),
        undo=tuple(form["undo"]),
        lost=_read_refusal(form["lost"]) if "lost" in form else None,
        answer=_read_answer(form["answer"]) if "answer" in form else None,
        pending=_read_pending(form["pending"]) if "pending" in form else None,
        turned_away=_read_turned_away(form["turned_away"]) if "turned_away" in form else None,
    )


def write_answer(answer: Answer) -> str:
    """Write an answer."""
    return _dump(_answer(answer))


def read_answer(text: str) -> Answer:
    """Read what `write_answer` wrote."""
    return _read_answer(json.loads(text))


def _dump(form: object) -> str:
    return json.dumps(form, separators=(",", ":"))


def _lines(rows: Sequence[Sequence[Any]]) -> tuple[OrderLine, ...]:
    return tuple(OrderLine(*row) for row in rows)


def _asked(asked: ReserveStock) -> Json:
    return {"operation_id": asked.operation_id, "body": asked.body(), "source": asked.source}


def _read_asked(form: Json) -> ReserveStock:
    body = form["body"]
    return ReserveStock(
        form["operation_id"],
        "",
        body["order_id"],
        body["channel"],
        body["ttl_ms"],
        _lines(body["lines"]),
        _lines(body.get("kits", ())),
        _lines(body.get("non_stock", ())),
        source=_read_source(form["source"]),
    )


def _read_source(row: Sequence[Any] | None) -> SourceEvent | None:
    return SourceEvent(*row) if row else None


def _read_part(row: Sequence[Any]) -> Part:
    location_id, lines, kits, non_stock = row
    return Part(location_id, _lines(lines), _lines(kits), _lines(non_stock))


def _pending(pending: Pending) -> Json:
    form: Json = {
        name: getattr(pending, name) for name in ("kind", "operation_id", "system", "actor", "heard", "steps")
    }
    return form | ({"answer": pending.answer} if pending.answer else {})


def _read_pending(form: Json) -> Pending:
    return Pending(
        OperationKind(form["kind"]),
        form["operation_id"],
        form["system"],
        form["actor"],
        _read_source(form["heard"]),
        tuple(Step(location_id, tuple(ReleaseLine(*line) for line in lines)) for location_id, lines in form["steps"]),
        _read_refusal(form["answer"]) if "answer" in form else None,
    )


def _read_turned_away(row: Sequence[Any]) -> TurnedAway:
    operation_id, refusal = row
    return TurnedAway(operation_id, _read_refusal(refusal))


def _read_refusal(row: Sequence[Any]) -> Refusal:
    reason, message, metadata, violations = row
    return Refusal(Reason(reason), message, metadata, tuple(Violation(*violation) for violation in violations))


def _answer(answer: Answer) -> Json:
    """Write an answer under the name of what it is."""
    if isinstance(answer, Refusal):
        return {"refused": answer}
    at = (answer.applied.revision, answer.applied.at_ms)
    if isinstance(answer, ConfirmReservationReply):
        return {"confirmed": [*at, answer.state, answer.changed, answer.retaken]}
    if isinstance(answer, ReleaseReservationReply):
        return {"released": [*at, answer.state, answer.released_quantity]}
    parts = [(part.location_id, part.applied.revision, part.applied.at_ms, part.lines) for part in answer.parts]
    return {"reserved": [answer.state, answer.hold_expires_at_ms, parts]}


def _read_answer(form: Json) -> Answer:
    ((what, row),) = form.items()
    if what == "refused":
        return _read_refusal(row)
    if what == "reserved":
        return _read_reserved(row)
    revision, at_ms, state, *rest = row
    applied = Applied(revision, at_ms, replayed=False)
    if what == "confirmed":
        return ConfirmReservationReply(applied, ReservationState(state), *rest)
    return ReleaseReservationReply(applied, ReservationState(state), *rest)


def _read_reserved(row: Sequence[Any]) -> SourcedReply:
    state, hold_expires_at_ms, rows = row
    parts = tuple(
        SourcedPart(location_id, Applied(revision, at_ms, replayed=False), _lines(lines))
        for location_id, revision, at_ms, lines in rows
    )
    return SourcedReply(parts[0].applied, ReservationState(state), hold_expires_at_ms, parts)
