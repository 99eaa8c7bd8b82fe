"""What the methods of the SDK raise: one class for each way a call can end other than well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import grpc

from fulfillment_gate.v1.error_reason_pb2 import LineViolation


@dataclass(frozen=True, slots=True)
class Failure:
    """All that is known of a call that ended other than well. `GateError` shows each field as its own attribute."""

    code: grpc.StatusCode
    """The gRPC status code."""
    message: str = ""
    """For people; programs go by `reason`."""
    reason: str = ""
    """The name of an ErrorReason without its prefix (`INSUFFICIENT_STOCK`); empty where the status carries none."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """Each value that the message speaks of, by name."""
    violations: tuple[LineViolation, ...] = ()
    """The lines that stood in the way, in base units; the first 10 of them."""
    violation_count: int = 0
    """How many lines stood in the way in all."""
    revision: int = 0
    """Where the refusal stands in the ledger of its location; 0 where it stands in none."""
    replayed: bool = False
    """True where an earlier call with the same operation_id was refused, and this is that answer again."""
    field_violations: tuple[tuple[str, str], ...] = ()
    """(path of the field, what is wrong with it), where the request itself was malformed."""
    retry_after_ms: int = 0
    """How long the gate asked to wait before the next attempt; 0 where it did not say."""
    operation_id: str = ""
    """The operation that this call asked for; empty for a read."""
    outcome_unknown: bool = False
    """True where the operation may have been applied all the same."""


class GateError(Exception):
    """A call of the gate that ended other than well; the base of all that the SDK raises for one.

    Where `outcome_unknown` is true, the operation may have been applied: the same method with the same arguments and
    `operation_id=error.operation_id` tells, and changes nothing twice. It is never to be undone blindly.
    """

    def __init__(self, failure: Failure) -> None:
        """Show each field of the failure as an attribute."""
        super().__init__(failure)  # the only argument, so that the exception survives pickling
        self.failure = failure
        self.code = failure.code
        self.message = failure.message
        self.reason = failure.reason
        self.metadata = dict(failure.metadata)
        self.violations = list(failure.violations)
        self.violation_count = failure.violation_count
        self.revision = failure.revision
        self.replayed = failure.replayed
        self.field_violations = list(failure.field_violations)
        self.retry_after_ms = failure.retry_after_ms
        self.operation_id = failure.operation_id
        self.outcome_unknown = failure.outcome_unknown

    def __str__(self) -> str:
        """Say what went wrong and, where that is open, how to find out whether it was done."""
        text = f"{self.reason or self.code.name}: {self.message}"
        if self.outcome_unknown:
            text += f" (unknown outcome: ask again with operation_id {self.operation_id!r})"
        return text


class InvalidArgument(GateError):
    """The request is malformed; `field_violations` names the fields. Nothing changed, and no retry will help."""


class NotFound(GateError):
    """The location, SKU, order, line or permit is not known to the gate; `reason` says which."""


class Refused(GateError):
    """The ledger said no, for the stock or the state that it holds. A retry with the same operation_id stays a no."""


class AlreadyExists(GateError):
    """The order has a reservation, or the id of the operation or shipment was used before for something else."""


class Overloaded(GateError):
    """Too much was waiting at the gate until the time of the call was used up.

    Without a `reason` it is not the gate's word: a hop on the way, or the size of a message, and asking again would
    not help.
    """


class Unavailable(GateError):
    """The gate, or its store, could not be reached until the time of the call was used up."""


class DeadlineExceeded(GateError):
    """No answer came within the time of the call."""


class Unauthenticated(GateError):
    """The caller did not say who it is, or not in a way that the gate believes."""


class PermissionDenied(GateError):
    """Not this caller, or not here, or not in this way; or it takes another person."""


class Internal(GateError):
    """A fault of the gate; its log knows more."""
