"""The JSON texts of an entry, as the model writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from gate_service.domain.entries import Entry, StockChange
from gate_service.domain.errors import Refused
from gate_service.domain.operations import Operation, SourceEvent
from gate_service.domain.replies import Applied
from gate_service.domain.vocabulary import OperationKind
from tests.model.expiry import Due
from tests.model.state import Asked, Outcome


def text(content: object) -> str:
    """Give the JSON of some content, without blanks; the same content gives the same text."""
    return json.dumps(content, separators=(",", ":"))


def operation_entry(
    operation: Operation[object],
    source: SourceEvent | None,
    asked: Asked,
    outcome: Outcome,
    changes: tuple[StockChange, ...],
) -> Entry:
    """Write down an operation and its outcome; `source` names its system."""
    envelope: dict[str, object] = {
        "id": operation.operation_id,
        "kind": operation.kind,
        "system": asked.call.system,
        "actor": asked.call.actor,
    }
    if asked.call.own:
        envelope["own"] = True
    if source:
        system, kind, document, line, action, number = source
        told = {"system": system, "type": kind, "document": document, "line": line, "action": action, "number": number}
        envelope["source"] = told | {"retention_ms": asked.policy.retention(system)}
    if policy := asked.policy.for_operation(operation):
        envelope["policy"] = policy
    return _entry(outcome.applied, envelope, operation.body(), _reply(outcome), changes, source)


def expiry_entry(one: Due, applied: Applied, changes: tuple[StockChange, ...]) -> Entry:
    """Write down what the gate did by itself."""
    return _entry(
        applied,
        {"id": one.operation_id, "kind": one.kind, "system": "", "actor": ""},
        {"order_id" if one.kind is OperationKind.EXPIRE_HOLD else "permit_id": one.name},
        {"revision": applied.revision, "at_ms": applied.at_ms},
        changes,
        None,
    )


def _entry(
    applied: Applied,
    envelope: Mapping[str, object],
    body: Mapping[str, object],
    reply: Mapping[str, object],
    changes: tuple[StockChange, ...],
    source: SourceEvent | None,
) -> Entry:
    return Entry(
        revision=applied.revision,
        at_ms=applied.at_ms,
        kind=OperationKind(str(envelope["kind"])),
        operation_id=str(envelope["id"]),
        system=str(envelope["system"]),
        actor=str(envelope["actor"]),
        order_id=_first(body, "order_id"),
        refusal=str(reply.get("refused", "")),
        changes=changes,
        chain_hash="",
        envelope=text(envelope),
        body=text(body),
        reply=text(reply),
        changes_text=text(changes),
        source=source,
        document_id=_first(body, "document_id", "transfer_id", "return_id"),
        permit_id=_first(body, "permit_id"),
        variance_id=_first(body, "variance_id") or _first(reply, "variance_id"),
    )


def _first(content: Mapping[str, object], *names: str) -> str:
    """Give the first of some fields that is there and not empty."""
    return next((str(content[name]) for name in names if content.get(name)), "")


def _reply(outcome: Outcome) -> dict[str, object]:
    stands = {"revision": outcome.applied.revision, "at_ms": outcome.applied.at_ms}
    if isinstance(outcome, Refused):
        return {**stands, "refused": outcome.reason, "violations": outcome.violations}
    return {**stands, **{name: value for name, value in outcome._asdict().items() if name != "applied"}}
