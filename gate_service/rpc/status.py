"""The one table from a domain error to a gRPC status. docs/errors.md says the same; a test proves it total."""

from __future__ import annotations

from typing import Final

from google.protobuf import any_pb2
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from fulfillment_gate.v1 import error_reason_pb2
from gate_service.domain.errors import GateError, InvalidField, Refused, Unavailable
from gate_service.domain.vocabulary import Reason

DOMAIN: Final = "fulfillment-gate"
VIOLATIONS_MAX: Final = 10
"""A status travels in a header, and a client takes 8 KiB of headers by default."""
DESCRIPTION_MAX: Final = 300

CODES: Final[dict[Reason, int]] = {
    Reason.INVALID_FIELD: code_pb2.INVALID_ARGUMENT,
    Reason.UNKNOWN_LOCATION: code_pb2.NOT_FOUND,
    Reason.UNKNOWN_SKU: code_pb2.NOT_FOUND,
    Reason.RESERVATION_NOT_FOUND: code_pb2.NOT_FOUND,
    Reason.PERMIT_NOT_FOUND: code_pb2.NOT_FOUND,
    Reason.LINE_NOT_FOUND: code_pb2.NOT_FOUND,
    Reason.INSUFFICIENT_STOCK: code_pb2.FAILED_PRECONDITION,
    Reason.RESERVATION_EXISTS: code_pb2.ALREADY_EXISTS,
    Reason.RESERVATION_RELEASED: code_pb2.FAILED_PRECONDITION,
    Reason.HOLD_EXPIRED: code_pb2.FAILED_PRECONDITION,
    Reason.RELEASE_EXCEEDS_LINE: code_pb2.FAILED_PRECONDITION,
    Reason.PICK_IN_PROGRESS: code_pb2.FAILED_PRECONDITION,
    Reason.ALREADY_SHIPPED: code_pb2.FAILED_PRECONDITION,
    Reason.PERMIT_REQUIRED: code_pb2.FAILED_PRECONDITION,
    Reason.PERMIT_EXPIRED: code_pb2.FAILED_PRECONDITION,
    Reason.LINE_NOT_PERMITTED: code_pb2.FAILED_PRECONDITION,
    Reason.PICK_EXCEEDS_PERMIT: code_pb2.FAILED_PRECONDITION,
    Reason.SHIPMENT_EXCEEDS_PERMIT: code_pb2.FAILED_PRECONDITION,
    Reason.SHIPMENT_ID_REUSED: code_pb2.ALREADY_EXISTS,
    Reason.INSUFFICIENT_ON_HAND: code_pb2.FAILED_PRECONDITION,
    Reason.QUANTITY_OVERFLOW: code_pb2.FAILED_PRECONDITION,
    Reason.OPERATION_ID_REUSED: code_pb2.ALREADY_EXISTS,
    Reason.STORE_UNAVAILABLE: code_pb2.UNAVAILABLE,
    Reason.OUTCOME_UNKNOWN: code_pb2.UNAVAILABLE,
    Reason.OVERLOADED: code_pb2.RESOURCE_EXHAUSTED,
    Reason.DEADLINE_PASSED: code_pb2.DEADLINE_EXCEEDED,
    Reason.SHUTTING_DOWN: code_pb2.UNAVAILABLE,
    Reason.INTERNAL: code_pb2.INTERNAL,
    Reason.UNAUTHENTICATED: code_pb2.UNAUTHENTICATED,
    Reason.NOT_PERMITTED: code_pb2.PERMISSION_DENIED,
    Reason.HANDOFFS_VERSION_STALE: code_pb2.FAILED_PRECONDITION,
    Reason.SOURCE_EVENT_CONFLICT: code_pb2.ALREADY_EXISTS,
    Reason.SOURCE_EVENT_RETIRED: code_pb2.ALREADY_EXISTS,
    Reason.UNKNOWN_ITEM: code_pb2.NOT_FOUND,
    Reason.KIT_NOT_STOCKED: code_pb2.FAILED_PRECONDITION,
    Reason.SKU_MERGED: code_pb2.FAILED_PRECONDITION,
    Reason.MERGE_TOO_LARGE: code_pb2.FAILED_PRECONDITION,
    Reason.UNKNOWN_CHANNEL: code_pb2.NOT_FOUND,
    Reason.ORDER_NOT_COMMITTED: code_pb2.FAILED_PRECONDITION,
    Reason.SHIPMENT_EXCEEDS_ORDER: code_pb2.FAILED_PRECONDITION,
    Reason.UNMATCHED_NOT_FOUND: code_pb2.NOT_FOUND,
    Reason.DOCUMENT_NOT_FOUND: code_pb2.NOT_FOUND,
    Reason.DOCUMENT_VERSION_REUSED: code_pb2.ALREADY_EXISTS,
    Reason.TRANSFER_ID_REUSED: code_pb2.ALREADY_EXISTS,
    Reason.STOCK_HOLD_EXISTS: code_pb2.ALREADY_EXISTS,
    Reason.STOCK_HOLD_NOT_FOUND: code_pb2.NOT_FOUND,
    Reason.PROPOSAL_NOT_FOUND: code_pb2.NOT_FOUND,
    Reason.SECOND_ACTOR_REQUIRED: code_pb2.PERMISSION_DENIED,
    Reason.AS_OF_AHEAD: code_pb2.FAILED_PRECONDITION,
    Reason.COUNT_RANGE_TOO_WIDE: code_pb2.FAILED_PRECONDITION,
    Reason.IMPORT_NOT_FOUND: code_pb2.NOT_FOUND,
    Reason.IMPORT_NOT_OPEN: code_pb2.FAILED_PRECONDITION,
    Reason.IMPORT_ID_REUSED: code_pb2.ALREADY_EXISTS,
    Reason.IMPORT_INCOMPLETE: code_pb2.FAILED_PRECONDITION,
    Reason.LINES_REQUIRED: code_pb2.FAILED_PRECONDITION,
    Reason.APPROVAL_REQUIRED: code_pb2.FAILED_PRECONDITION,
    Reason.LOCATION_FENCED: code_pb2.FAILED_PRECONDITION,
    Reason.OPERATION_ID_RETIRED: code_pb2.ALREADY_EXISTS,
    Reason.FENCE_CHANGED: code_pb2.FAILED_PRECONDITION,
    Reason.AS_OF_TOO_OLD: code_pb2.FAILED_PRECONDITION,
    Reason.UNKNOWN_SYSTEM: code_pb2.NOT_FOUND,
    Reason.UNKNOWN_MEASURE: code_pb2.NOT_FOUND,
    Reason.SNAPSHOT_ID_REUSED: code_pb2.ALREADY_EXISTS,
    Reason.SNAPSHOT_INCOMPLETE: code_pb2.FAILED_PRECONDITION,
    Reason.SNAPSHOT_NOT_FOUND: code_pb2.NOT_FOUND,
    Reason.VARIANCE_NOT_FOUND: code_pb2.NOT_FOUND,
    Reason.VARIANCE_CLOSED: code_pb2.FAILED_PRECONDITION,
    Reason.CHANGED_MEANWHILE: code_pb2.ABORTED,
    Reason.FINDING_NOT_FOUND: code_pb2.NOT_FOUND,
    Reason.COUNT_TASK_NOT_FOUND: code_pb2.NOT_FOUND,
    Reason.COUNT_TASK_CLOSED: code_pb2.FAILED_PRECONDITION,
    Reason.COUNT_NOT_STARTED: code_pb2.FAILED_PRECONDITION,
    Reason.SECOND_COUNTER_REQUIRED: code_pb2.FAILED_PRECONDITION,
    Reason.COUNT_TASK_TAKEN: code_pb2.FAILED_PRECONDITION,
}

INTERNAL_TEXT: Final = "the gate failed on this call; its log knows more"


def from_error(error: GateError) -> status_pb2.Status:
    """Give the status of an error: its code, its text, one ErrorInfo, and what else its kind carries."""
    details: list[Message] = [
        error_details_pb2.ErrorInfo(reason=error.reason.value, domain=DOMAIN, metadata=error.metadata)
    ]
    if isinstance(error, InvalidField):
        details.append(
            error_details_pb2.BadRequest(
                field_violations=[
                    error_details_pb2.BadRequest.FieldViolation(field=field, description=why[:DESCRIPTION_MAX])
                    for field, why in error.violations[:VIOLATIONS_MAX]
                ]
            )
        )
    elif isinstance(error, Refused):
        details.extend(_refusal_details(error))
    elif isinstance(error, Unavailable):
        details.append(
            error_details_pb2.RetryInfo(
                retry_delay=Duration(
                    seconds=error.retry_after_ms // 1000, nanos=error.retry_after_ms % 1000 * 1_000_000
                )
            )
        )
    text = INTERNAL_TEXT if error.reason is Reason.INTERNAL else error.message
    return status_pb2.Status(code=CODES[error.reason], message=text, details=map(_packed, details))


def internal() -> status_pb2.Status:
    """Give the status of a fault that nobody foresaw: fixed text, since an exception may hold a secret."""
    return from_error(GateError(Reason.INTERNAL, INTERNAL_TEXT))


def _refusal_details(error: Refused) -> list[Message]:
    shown = error.violations[:VIOLATIONS_MAX]
    details: list[Message] = [
        error_reason_pb2.Refusal(
            revision=error.applied.revision,
            replayed=error.applied.replayed,
            violations=[error_reason_pb2.LineViolation(**violation._asdict()) for violation in shown],
            violation_count=len(error.violations),
        )
    ]
    if CODES[error.reason] == code_pb2.FAILED_PRECONDITION:
        details.append(
            error_details_pb2.PreconditionFailure(
                violations=[
                    error_details_pb2.PreconditionFailure.Violation(
                        type=error.reason.value,
                        subject=f"{violation.line_id or '-'} {violation.sku}",
                        description=f"asked {violation.asked:,}, possible {violation.possible:,}",
                    )
                    for violation in shown
                ]
            )
        )
    return details


def _packed(message: Message) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed
