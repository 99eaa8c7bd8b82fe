"""A ledger told again to a fresh model: whatever stands in the store must follow from it alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from gate_service.app.ports import Call
from gate_service.domain.entries import Entry
from gate_service.domain.errors import Refused
from gate_service.domain.lineage import Fence, Position
from gate_service.domain.operations import RecoverLocation
from gate_service.domain.policy import Buffer, Policy
from gate_service.domain.vocabulary import OperationKind, Quarantine
from tests.model.bodies import read_operation
from tests.model.ledger import ModelLedger
from tests.model.state import Outcome, Snapshot

MADE_BY_THE_GATE = frozenset({OperationKind.EXPIRE_HOLD, OperationKind.EXPIRE_PERMIT})


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


class Retelling:
    """A fresh model that a ledger is told to, entry by entry."""

    def __init__(self, location_id: str) -> None:
        """Know nothing of the location yet."""
        self.location_id = location_id
        self.now = _Now()
        self.model = ModelLedger(self.now, expires_by_itself=False)

    def tell(self, entry: Entry) -> Outcome | None:
        """Do again what one entry says, at its time; give the answer, None where the gate did it by itself.

        Raises AssertionError or LookupError where it does not come to the same.
        """
        self.now.at_ms = entry.at_ms
        outcome = None
        if entry.kind in MADE_BY_THE_GATE:
            self.model.run_out(self.location_id, entry.operation_id)
        else:
            outcome = _do(self.model, self.location_id, entry)
        assert essence(self.model.newest_entry(self.location_id)) == essence(entry)
        _check_texts(entry)
        return outcome


def retell(location_id: str, entries: Sequence[Entry]) -> Told:
    """Do again what each entry says, at its time, and see that it comes to the same. Raises AssertionError."""
    retelling = Retelling(location_id)
    outcomes: dict[str, Outcome] = {}
    for entry in entries:
        outcome = retelling.tell(entry)
        if outcome is not None:
            outcomes[entry.operation_id] = outcome
    return Told(retelling.model.snapshot(location_id), outcomes)


def _do(model: ModelLedger, location_id: str, entry: Entry) -> Outcome:
    """Do the operation of an entry, by the policy that counted then."""
    operation = read_operation(location_id, entry)
    if isinstance(operation, RecoverLocation) and not entry.refusal:  # the ledger does not tell why it was closed
        before = Position(json.loads(entry.reply)["epoch"] - 1, 0, "")
        model.fence(location_id, Fence(operation.since_ms, before, before))
    assert not model.overdue(operation), "what the operation names had to run out first"
    try:
        return model.do(operation, _policy_of(entry), _caller_of(entry))
    except Refused as no:
        return no


def _caller_of(entry: Entry) -> Call:
    """Say who asked: a system, or the gate by itself."""
    own = json.loads(entry.envelope).get("own", False)
    return Call("retell", system=entry.system, actor=entry.actor, own=own)


def _policy_of(entry: Entry) -> Policy:
    """Read back the part of the policy that counted for an entry."""
    envelope: Mapping[str, Any] = json.loads(entry.envelope)
    told: Mapping[str, Any] = envelope.get("policy") or {}
    channel = json.loads(entry.body).get("channel", "")
    source: Mapping[str, Any] = envelope.get("source") or {}
    return Policy(
        safety_stock=told.get("keep_back", 0),
        buffers={channel: Buffer(0, told.get("basis_points", 0))},
        quarantine=Quarantine(told.get("quarantine", Quarantine.AVAILABLE)),
        approval_above=told.get("approval_above"),
        priorities=told.get("priorities") or {},
        retention_ms={source["system"]: source["retention_ms"]} if source else {},
        adaptive={channel: _Measured(told.get("sku_basis_points") or {})},
    )


@dataclass(frozen=True, eq=False)
class _Measured:
    """What was kept back of each SKU of one order, where that was not the share of all."""

    told: Mapping[str, int]

    def basis_points(self, _location_id: str, sku: str) -> int | None:
        """Give the share of a SKU, None for that of all."""
        return self.told.get(sku)


def essence(entry: Entry) -> tuple[object, ...]:
    """Give what must be the same however it is written."""
    plain = entry._replace(changes=tuple(sorted(entry.changes)), chain_hash="", envelope="", reply="", changes_text="")
    return (*plain._replace(body=""), json.loads(entry.body))


def _check_texts(entry: Entry) -> None:
    """See that the stored texts agree with the entry that was read from them."""
    reply, envelope = json.loads(entry.reply), json.loads(entry.envelope)
    assert (reply["revision"], reply["at_ms"]) == (entry.revision, entry.at_ms)
    assert reply.get("refused", "") == entry.refusal
    assert (envelope["id"], envelope["kind"]) == (entry.operation_id, entry.kind)
    assert (envelope["system"], envelope["actor"]) == (entry.system, entry.actor)
    told = {
        (sku, bucket, delta)
        for sku, by in json.loads(entry.changes_text or "{}").items()
        for bucket, delta in by.items()
    }
    assert told == set(entry.changes)


def retold(clock_ms: Callable[[], int], ledgers: Mapping[str, Sequence[Entry]]) -> ModelLedger:
    """Give a model that knows of each location what its ledger tells, and no more: what a restore brings back."""
    model = ModelLedger(clock_ms)
    for location_id, entries in ledgers.items():
        retelling = Retelling(location_id)
        for entry in entries:
            retelling.tell(entry)
        model.take_over(location_id, retelling.model)
    return model
