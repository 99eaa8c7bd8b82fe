"""What is told to those who only keep a copy of the record."""

from __future__ import annotations

from dataclasses import dataclass

from gate_service.domain import replies
from gate_service.domain.operations.base import Operation
from gate_service.domain.vocabulary import OperationKind


@dataclass(frozen=True, slots=True)
class CorrectMirror(Operation[replies.CorrectMirrorReply]):
    """Say what a mirror's figure of a SKU should be; only the gate itself asks for it.

    `quantity` is the record's figure by `measure` at `as_of_revision`, `reported` the one of snapshot `snapshot_id`;
    both may be below 0. Whoever follows the ledger delivers it to `system`.
    """

    kind = OperationKind.CORRECT_MIRROR
    variance_id: str
    system: str
    sku: str
    measure: str
    quantity: int
    reported: int
    as_of_revision: int
    snapshot_id: str
