"""From the status of an ended call to the exception that says the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, TypeVar, cast

import grpc
from google.protobuf.any_pb2 import Any as AnyDetail
from google.protobuf.message import DecodeError, Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from grpc_status import rpc_status

from fulfillment_gate import errors
from fulfillment_gate.errors import Failure, GateError
from fulfillment_gate.v1.error_reason_pb2 import Refusal

DOMAIN: Final = "fulfillment-gate"

CLASSES: Final[dict[grpc.StatusCode, type[GateError]]] = {
    grpc.StatusCode.INVALID_ARGUMENT: errors.InvalidArgument,
    grpc.StatusCode.OUT_OF_RANGE: errors.InvalidArgument,
    grpc.StatusCode.NOT_FOUND: errors.NotFound,
    grpc.StatusCode.FAILED_PRECONDITION: errors.Refused,
    grpc.StatusCode.ALREADY_EXISTS: errors.AlreadyExists,
    grpc.StatusCode.RESOURCE_EXHAUSTED: errors.Overloaded,
    grpc.StatusCode.UNAVAILABLE: errors.Unavailable,
    grpc.StatusCode.DEADLINE_EXCEEDED: errors.DeadlineExceeded,
    grpc.StatusCode.PERMISSION_DENIED: errors.PermissionDenied,
    grpc.StatusCode.UNAUTHENTICATED: errors.Unauthenticated,
    grpc.StatusCode.INTERNAL: errors.Internal,
    grpc.StatusCode.UNKNOWN: errors.Internal,
    grpc.StatusCode.DATA_LOSS: errors.Internal,
}
"""Codes without a row (ABORTED, CANCELLED, UNIMPLEMENTED) are raised as the base class."""

SETTLED: Final = frozenset(
    {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.FAILED_PRECONDITION,
        grpc.StatusCode.ALREADY_EXISTS,
    }
)
"""An answer to the operation itself: it settles whatever an earlier attempt left open, but for the reasons below."""

SAYS_NOTHING: Final = frozenset({"UNKNOWN_ITEM", "KIT_NOT_STOCKED", "UNKNOWN_CHANNEL", "LOCATION_FENCED"})
"""A no by the catalog, by the handoff map, or since the location is closed, before the ledger looked whether it knows
the operation. An earlier attempt may have met another answer."""

NEVER_RAN: Final = frozenset(
    {grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.UNIMPLEMENTED}
)
"""This attempt was turned away at the door; it says nothing of an earlier one."""

NOT_APPLIED_REASONS: Final = frozenset({"STORE_UNAVAILABLE", "OVERLOADED", "DEADLINE_PASSED", "SHUTTING_DOWN"})
"""The gate's word that this attempt was not applied. The same codes without its word may come from any hop."""

_GIVEN_UP_HERE: Final = frozenset({"Channel closed!", "Locally cancelled by application!"})
"""What the library says of a call that its own side ended."""

MessageT = TypeVar("MessageT", bound=Message)


def error_of(ended: grpc.RpcError, operation_id: str) -> GateError:
    """Give the exception for an ended call, with all that its status details tell.

    Details that are missing, malformed or of another domain are passed over: the code alone decides the class.
    """
    failure = Failure(code=ended.code(), message=ended.details() or "", operation_id=operation_id)
    failure = _with_details(failure, _details(ended))
    open_end = bool(operation_id) and not _surely_not_applied(failure)
    return CLASSES.get(failure.code, GateError)(replace(failure, outcome_unknown=open_end))


def may_ask_again(error: GateError) -> bool:
    """Tell whether the same request may outlive it. Every error is final but for three.

    RESOURCE_EXHAUSTED only where the gate itself says so: on the way it also means a message that is too large, which
    stays so. CANCELLED where it was not this side that gave up: a gate that stops answers so to a call that it has not
    yet looked at.
    """
    if error.code is grpc.StatusCode.CANCELLED:
        return error.message not in _GIVEN_UP_HERE
    if error.code is grpc.StatusCode.RESOURCE_EXHAUSTED:
        return bool(error.reason)
    return error.code is grpc.StatusCode.UNAVAILABLE


def settles(error: GateError) -> bool:
    """Tell whether this is the answer to the operation itself, and so to every attempt that was made."""
    return error.revision > 0 or (error.code in SETTLED and error.reason not in SAYS_NOTHING)


def still_open(error: GateError) -> GateError:
    """Give the same error for a call of which an earlier attempt may have been applied."""
    return type(error)(replace(error.failure, outcome_unknown=True))


def _surely_not_applied(failure: Failure) -> bool:
    return failure.code in SETTLED | NEVER_RAN or failure.reason in NOT_APPLIED_REASONS


def _details(ended: grpc.RpcError) -> Iterable[AnyDetail]:
    try:
        status = rpc_status.from_call(cast(grpc.Call, ended))  # of a call it needs what every RpcError has
    except (ValueError, DecodeError):  # details that contradict the status, or are no message: a hop's doing
        return ()
    return () if status is None else status.details


def _with_details(failure: Failure, details: Iterable[AnyDetail]) -> Failure:
    for detail in details:
        if (info := _unpacked(detail, ErrorInfo)) and info.domain == DOMAIN:
            failure = replace(failure, reason=info.reason, metadata=dict(info.metadata))
        elif refusal := _unpacked(detail, Refusal):
            failure = replace(
                failure,
                violations=tuple(refusal.violations),
                violation_count=max(refusal.violation_count, len(refusal.violations)),
                revision=refusal.revision,
                replayed=refusal.replayed,
            )
        elif bad := _unpacked(detail, BadRequest):
            found = tuple((violation.field, violation.description) for violation in bad.field_violations)
            failure = replace(failure, field_violations=found)
        elif retry := _unpacked(detail, RetryInfo):
            failure = replace(failure, retry_after_ms=max(0, retry.retry_delay.ToMilliseconds()))
    return failure


def _unpacked(detail: AnyDetail, kind: type[MessageT]) -> MessageT | None:
    """Give the detail where it is of this kind and well-formed."""
    message = kind()
    try:
        return message if detail.Unpack(message) else None
    except DecodeError:
        return None
