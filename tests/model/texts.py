"""The JSON texts of an entry, as the model writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from gate_service.app.ports import Call
from gate_service.domain.entries import Entry, StockChange
from gate_service.domain.errors import Refused
from gate_service.domain.operations import Operation, ReportPick, ReserveStock
from gate_service.domain.policy import Policy
from gate_service.domain.replies import Applied
from gate_service.domain.vocabulary import OperationKind
from tests.model.expiry import Due
from tests.model.state import Outcome


def text(content: object) -> str:
    """Give the JSON of some content, without blanks; the same content gives the same text."""
    return json.dumps(content, separators=(",", ":"))


def operation_entry(
    operation: Operation[object], policy: Policy, call: Call, outcome: Outcome, changes: tuple[StockChange, ...]
) -> Entry:
    """Write down an operation and its outcome."""
    envelope: dict[str, object] = {
        "id": operation.operation_id,
        "kind": operation.kind,
        "system": call.system,
        "actor": call.actor,
    }
    if isinstance(operation, ReserveStock):
        envelope["policy"] = {"keep_back": policy.keep_back(operation.channel)}
    if isinstance(operation, ReportPick):
        envelope["policy"] = {"quarantine": policy.quarantine}
    return _entry(
        outcome.applied,
        envelope,
        operation.body(),
        _reply(outcome),
        changes,
        order_id=str(operation.body().get("order_id", "")),
        refusal=outcome.reason if isinstance(outcome, Refused) else "",
    )


def expiry_entry(one: Due, applied: Applied, changes: tuple[StockChange, ...]) -> Entry:
    """Write down what the gate did by itself."""
    about_order = one.kind is OperationKind.EXPIRE_HOLD
    return _entry(
        applied,
        {"id": one.operation_id, "kind": one.kind, "system": "", "actor": ""},
        {"order_id" if about_order else "permit_id": one.name},
        {"revision": applied.revision, "at_ms": applied.at_ms},
        changes,
        order_id=one.name if about_order else "",
        refusal="",
    )


def _entry(
    applied: Applied,
    envelope: Mapping[str, object],
    body: Mapping[str, object],
    reply: Mapping[str, object],
    changes: tuple[StockChange, ...],
    *,
    order_id: str,
    refusal: str,
) -> Entry:
    return Entry(
        revision=applied.revision,
        at_ms=applied.at_ms,
        kind=OperationKind(str(envelope["kind"])),
        operation_id=str(envelope["id"]),
        system=str(envelope["system"]),
        actor=str(envelope["actor"]),
        order_id=order_id,
        refusal=refusal,
        changes=changes,
        chain_hash="",
        envelope=text(envelope),
        body=text(body),
        reply=text(reply),
        changes_text=text(changes),
    )


def _reply(outcome: Outcome) -> dict[str, object]:
    stands = {"revision": outcome.applied.revision, "at_ms": outcome.applied.at_ms}
    if isinstance(outcome, Refused):
        return {**stands, "refusal": outcome.reason, "violations": outcome.violations}
    return {**stands, **{name: value for name, value in outcome._asdict().items() if name != "applied"}}
