"""A ledger told again to a fresh model: whatever stands in the store must follow from it alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from gate_service.app.ports import Call
from gate_service.domain import operations as ops
from gate_service.domain.entries import Entry
from gate_service.domain.errors import Refused
from gate_service.domain.policy import Policy
from gate_service.domain.vocabulary import (
    AdjustmentReason,
    Bucket,
    Landing,
    OperationKind,
    Quarantine,
    ShortReason,
    WaveAtomicity,
)
from tests.model.ledger import ModelLedger
from tests.model.state import Outcome, Snapshot

MADE_BY_THE_GATE = (OperationKind.EXPIRE_HOLD, OperationKind.EXPIRE_PERMIT)


@dataclass
class _Now:
    """The time of the entry that is being told."""

    at_ms: int = 0

    def __call__(self) -> int:
        return self.at_ms


class Told(NamedTuple):
    """What a ledger amounts to: the state it leads to, and what was answered to each operation."""

    snapshot: Snapshot
    outcomes: dict[str, Outcome]


def retell(location_id: str, entries: Sequence[Entry]) -> Told:
    """Do again what each entry says, at its time, and see that it comes to the same. Raises AssertionError."""
    now = _Now()
    model = ModelLedger(now, expires_by_itself=False)
    outcomes: dict[str, Outcome] = {}
    for entry in entries:
        now.at_ms = entry.at_ms
        if entry.kind in MADE_BY_THE_GATE:
            model.run_out(location_id, entry.operation_id)
        else:
            outcomes[entry.operation_id] = _do(model, location_id, entry)
        told = model.newest_entry(location_id)
        assert _essence(told) == _essence(entry)
        _check_reply(entry)
    return Told(model.snapshot(location_id), outcomes)


def _do(model: ModelLedger, location_id: str, entry: Entry) -> Outcome:
    """Do the operation of an entry, by the policy that counted then."""
    envelope = json.loads(entry.envelope)
    policy = envelope.get("policy", {})
    then = Policy(
        safety_stock=policy.get("keep_back", 0), quarantine=Quarantine(policy.get("quarantine", Quarantine.AVAILABLE))
    )
    operation = read_operation(location_id, entry)
    assert not model.overdue(operation), "what the operation names had to run out first"
    try:
        return model.do(operation, then, Call("retell", envelope["system"], envelope["actor"]))
    except Refused as no:
        return no


def _essence(entry: Entry) -> tuple[object, ...]:
    """Give what must be the same however it is written."""
    return (*entry[: Entry._fields.index("changes")], sorted(entry.changes), json.loads(entry.body))


def _check_reply(entry: Entry) -> None:
    """See that the stored texts agree with the entry that was read from them."""
    reply, envelope = json.loads(entry.reply), json.loads(entry.envelope)
    assert (reply["revision"], reply["at_ms"]) == (entry.revision, entry.at_ms)
    assert (envelope["id"], envelope["kind"]) == (entry.operation_id, entry.kind)
    told = {
        (sku, bucket, delta)
        for sku, by in json.loads(entry.changes_text or "{}").items()
        for bucket, delta in by.items()
    }
    assert told == set(entry.changes)


def read_operation(location_id: str, entry: Entry) -> ops.Operation[object]:
    """Read back from its body what was asked."""
    return _READERS[entry.kind](entry.operation_id, location_id, json.loads(entry.body))


Body = Mapping[str, Any]


def _reserve(name: str, at: str, body: Body) -> ops.Operation[object]:
    lines = tuple(ops.OrderLine(*line) for line in body["lines"])
    return ops.ReserveStock(name, at, body["order_id"], body["channel"], body["ttl_ms"], lines)


def _confirm(name: str, at: str, body: Body) -> ops.Operation[object]:
    return ops.ConfirmReservation(name, at, body["order_id"])


def _release(name: str, at: str, body: Body) -> ops.Operation[object]:
    return ops.ReleaseReservation(name, at, body["order_id"], tuple(ops.ReleaseLine(*line) for line in body["lines"]))


def _authorize(name: str, at: str, body: Body) -> ops.Operation[object]:
    lines = tuple(ops.WaveLine(*line) for line in body["lines"])
    atomicity = WaveAtomicity(body["atomicity"])
    return ops.AuthorizeWave(name, at, body["wave_id"], atomicity, body["permit_ttl_ms"], body["dry_run"], lines)


def _pick(name: str, at: str, body: Body) -> ops.Operation[object]:
    lines = tuple(ops.PickLine(*line)._replace(short_reason=ShortReason(line[-1])) for line in body["lines"])
    return ops.ReportPick(name, at, body["permit_id"], lines)


def _ship(name: str, at: str, body: Body) -> ops.Operation[object]:
    lines = tuple(ops.OrderLine(*line) for line in body["lines"])
    return ops.ConfirmShipment(name, at, body["order_id"], body["permit_id"], body["shipment_id"], lines)


def _receive(name: str, at: str, body: Body) -> ops.Operation[object]:
    lines = tuple(ops.ReceiptLine(sku, quantity, Landing(landing)) for sku, quantity, landing in body["lines"])
    return ops.RecordReceipt(name, at, body["reference"], lines)


def _adjust(name: str, at: str, body: Body) -> ops.Operation[object]:
    lines = tuple(ops.AdjustmentLine(sku, Bucket(bucket), delta) for sku, bucket, delta in body["lines"])
    return ops.AdjustStock(name, at, AdjustmentReason(body["reason"]), body["note"], lines)


_READERS: Mapping[OperationKind, Callable[[str, str, Body], ops.Operation[object]]] = {
    OperationKind.RESERVE_STOCK: _reserve,
    OperationKind.CONFIRM_RESERVATION: _confirm,
    OperationKind.RELEASE_RESERVATION: _release,
    OperationKind.AUTHORIZE_WAVE: _authorize,
    OperationKind.REPORT_PICK: _pick,
    OperationKind.CONFIRM_SHIPMENT: _ship,
    OperationKind.RECORD_RECEIPT: _receive,
    OperationKind.ADJUST_STOCK: _adjust,
}
