"""I3: each reply that was given is the one that the model gives at that revision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from google.protobuf.message import Message

from fulfillment_gate.v1.error_reason_pb2 import LineViolation, Refusal
from gate_service.domain.errors import Refused
from gate_service.domain.operations import Operation
from gate_service.domain.replies import NOT_STORED
from tests.model import Outcome
from tests.robustness.chaos import laws
from tests.robustness.chaos.checks.replaying import Replayed, bare
from tests.robustness.chaos.contract import operation_of, response_of
from tests.robustness.chaos.history import SETTLED, Record
from tests.robustness.chaos.reading import Stored
from tests.robustness.chaos.report import Violation

_SHOWN = 10
"""How many lines a refusal tells of."""


def check_replies(stored: Stored, records: Sequence[Record], told: Replayed) -> Iterator[Violation]:
    """Compare each acknowledgement with the model's answer there."""
    for record in records:
        outcome = told.outcomes.get(record.revision)
        if record.is_question or record.outcome not in SETTLED or record.reply is None or outcome is None:
            continue
        operation = operation_of(record.method, record.request)
        entry = stored.at(record.revision)
        if "sent_revision" in record.metadata or entry is None or entry.kind is not operation.kind:
            continue  # half done elsewhere; or not the entry it should be, which was told already
        why = _difference(record, operation, outcome)
        if why:
            yield Violation(laws.REPLAY, stored.location_id, record.operation_id, record.revision, why)


def _difference(record: Record, operation: Operation[object], outcome: Outcome) -> str:
    """Say what should have been answered; empty where it was."""
    if isinstance(outcome, Refused):
        if not isinstance(record.reply, Refusal):
            return f"{record.method}: {outcome.reason}"
        return _refusal_difference(record, record.reply, outcome)
    if isinstance(record.reply, Refusal):
        return f"{record.method}: a yes, not {record.reason}"
    expected = _expected(record, operation, outcome)
    given = bare(record.reply) if record.reply is not None else None
    if given == expected:
        return ""
    return f"{record.method}: {expected}, not {given}".replace("\n", " ")[:1_500]


def _expected(record: Record, operation: Operation[object], outcome: Outcome) -> Message:
    assert not isinstance(outcome, Refused)
    response = response_of(record.method, operation, outcome, NOT_STORED)
    if record.method == "TransferStock" and record.reply is not None:
        response.announced.CopyFrom(record.reply.announced)  # type: ignore[attr-defined]  # checked where it stands
    return bare(response)


def _refusal_difference(record: Record, given: Refusal, outcome: Refused) -> str:
    if record.reason != outcome.reason:
        return f"{record.method}: {outcome.reason}, not {record.reason}"
    shown = [LineViolation(**violation._asdict()) for violation in outcome.violations[:_SHOWN]]
    if list(given.violations) != shown or given.violation_count != len(outcome.violations):
        return f"{record.method}: {outcome.reason} for {shown}, not {list(given.violations)}".replace("\n", " ")
    return ""
