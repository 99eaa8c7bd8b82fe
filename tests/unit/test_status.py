"""The table from an error to a status is total, and each status says what it must and no more."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from fulfillment_gate.v1 import error_reason_pb2
from gate_service.domain.errors import GateError, InvalidField, Refused, Unavailable, Violation
from gate_service.domain.replies import NOT_STORED, Applied
from gate_service.domain.vocabulary import Reason
from gate_service.ledger.refusals import refused
from gate_service.rpc import status


def details(value: status_pb2.Status, kind: type[Message]) -> list[Message]:
    """Give the details of one kind."""
    found = []
    for packed in value.details:
        if packed.Is(kind.DESCRIPTOR):
            message = kind()
            packed.Unpack(message)
            found.append(message)
    return found


def test_every_reason_has_a_code_and_stands_in_the_contract_under_the_same_name() -> None:
    values = error_reason_pb2.ErrorReason.DESCRIPTOR.values
    contract = {value.name.removeprefix("ERROR_REASON_") for value in values} - {"UNSPECIFIED"}
    assert set(status.CODES) == set(Reason)
    assert {reason.value for reason in Reason} == contract


def test_no_error_is_told_as_ok_or_unknown() -> None:
    never = {grpc.StatusCode.OK.value[0], grpc.StatusCode.UNKNOWN.value[0]}
    assert not never & set(status.CODES.values())


@pytest.mark.parametrize("reason", list(Reason))
def test_a_status_carries_exactly_one_reason_of_our_domain(reason: Reason) -> None:
    value = status.from_error(GateError(reason, "text", {"order_id": "O-1"}))
    [info] = details(value, error_details_pb2.ErrorInfo)
    assert info == error_details_pb2.ErrorInfo(
        reason=reason.value, domain="fulfillment-gate", metadata={"order_id": "O-1"}
    )


def test_a_fault_never_tells_its_text() -> None:
    value = status.from_error(GateError(Reason.INTERNAL, "redis://:secret@host"))
    assert "secret" not in str(value)
    assert value == status.from_error(GateError(Reason.INTERNAL, "anything else"))


def test_a_bad_field_is_named_in_a_bad_request() -> None:
    [bad] = details(status.from_error(InvalidField("lines[3].sku", "must not be empty")), error_details_pb2.BadRequest)
    assert str(bad).count("lines[3].sku") == 1


def test_what_may_be_asked_again_says_when() -> None:
    value = status.from_error(Unavailable(Reason.OVERLOADED, "full", 1_250))
    [retry] = details(value, error_details_pb2.RetryInfo)
    assert (retry.retry_delay.seconds, retry.retry_delay.nanos) == (1, 250_000_000)  # type: ignore[attr-defined]


def test_a_refusal_shows_its_revision_and_the_first_lines_that_stood_in_the_way() -> None:
    violations = [Violation(f"{i}", "A" * 64, 10**9, 0) for i in range(1_000)]
    error = Refused(Reason.INSUFFICIENT_STOCK, "no", {}, violations, Applied(7, 1, replayed=True))
    value = status.from_error(error)
    [refusal] = details(value, error_reason_pb2.Refusal)
    assert isinstance(refusal, error_reason_pb2.Refusal)
    assert (refusal.revision, refusal.replayed, refusal.violation_count) == (7, True, 1_000)
    assert [line.line_id for line in refusal.violations] == [str(i) for i in range(10)]
    assert len(value.SerializeToString()) * 4 / 3 < 8_192, "it travels base64-coded in a header of 8 KiB"


REASONS_OF_RECONCILIATION = {
    Reason.UNKNOWN_SYSTEM,
    Reason.UNKNOWN_MEASURE,
    Reason.SNAPSHOT_ID_REUSED,
    Reason.SNAPSHOT_INCOMPLETE,
    Reason.SNAPSHOT_NOT_FOUND,
    Reason.VARIANCE_NOT_FOUND,
    Reason.VARIANCE_CLOSED,
    Reason.CHANGED_MEANWHILE,
    Reason.FINDING_NOT_FOUND,
    Reason.COUNT_TASK_NOT_FOUND,
    Reason.COUNT_TASK_CLOSED,
    Reason.COUNT_NOT_STARTED,
    Reason.SECOND_COUNTER_REQUIRED,
    Reason.COUNT_TASK_TAKEN,
}
NOT_OF_THE_LEDGER = {
    Reason.INVALID_FIELD,
    Reason.STORE_UNAVAILABLE,
    Reason.OUTCOME_UNKNOWN,
    Reason.OVERLOADED,
    Reason.DEADLINE_PASSED,
    Reason.SHUTTING_DOWN,
    Reason.INTERNAL,
    Reason.UNAUTHENTICATED,
    Reason.NOT_PERMITTED,
    Reason.UNKNOWN_ITEM,
    Reason.KIT_NOT_STOCKED,
    Reason.UNKNOWN_CHANNEL,
    Reason.IMPORT_NOT_FOUND,
    Reason.IMPORT_NOT_OPEN,
    Reason.IMPORT_ID_REUSED,
    Reason.IMPORT_INCOMPLETE,
    *REASONS_OF_RECONCILIATION,
    Reason.LOCATION_FENCED,  # no answer of the ledger: `LocationFenced`, tests/contract/test_fence.py
}


@pytest.mark.parametrize("reason", sorted(set(Reason) - NOT_OF_THE_LEDGER))
def test_a_refusal_of_the_ledger_has_words_and_carries_what_the_ledger_says_of_it(reason: Reason) -> None:
    carried = {"stored_revision": 7, "sku": "A", "into_sku": "B", "unmatched_id": "U8", "proposal_id": "A9"}
    error = refused({"refused": reason.value, **carried}, NOT_STORED, {"location_id": "DC-1", "order_id": ""})
    assert isinstance(error, Refused)
    assert error.reason is reason
    assert len(error.message.split()) > 3
    assert error.metadata == {"location_id": "DC-1", **{name: str(value) for name, value in carried.items()}}
