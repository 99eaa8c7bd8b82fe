"""What a checkout knows, and what follows from each answer: shared by both kinds, which do the asking."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import Final

import grpc

from fulfillment_gate.errors import Failure, GateError, Refused
from fulfillment_gate.ids import new_operation_id
from fulfillment_gate.status import settles, still_open
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from fulfillment_gate.v1.error_reason_pb2 import LineViolation

GIVE_BACK_TIMEOUT_S: Final = 2.0
"""How long each call made while leaving may take: somebody waits for it, and the TTL is there for the rest."""

_NOT_TO_BE_HAD: Final = frozenset({"INSUFFICIENT_STOCK", "LOCATION_FENCED"})
_log: Final = logging.getLogger("fulfillment_gate.storefront")


class NotEnough(Refused):
    """The lines cannot all be promised. `violations` says for each line that is short what would be possible.

    Where `reason` is LOCATION_FENCED nothing is to be had from this location, whatever stands there, until whoever runs
    the gate has looked at it.
    """


def as_not_enough(error: GateError) -> GateError:
    """Give what to raise: stock that was sold or closed since a check reads like the check's own no."""
    return NotEnough(error.failure) if error.reason in _NOT_TO_BE_HAD else error


class Fate(Enum):
    """What is known of the hold of a checkout."""

    NEW = "not asked for"
    UNKNOWN = "its confirmation was asked for: the order may be committed"
    HELD = "held"
    COMMITTED = "confirmed"
    GONE = "not held, and nothing of ours to give back"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is to be held. Raises ValueError for a ttl_ms below 1: a hold without an end could leak."""

    location_id: str
    order_id: str
    lines: tuple[gate_pb2.ReserveLine, ...]
    channel: str
    ttl_ms: int
    timeout_s: float | None
    max_age_ms: int = 0

    def __post_init__(self) -> None:
        """Refuse what the gate would take for an order placed."""
        if self.ttl_ms < 1:
            raise ValueError("ttl_ms must be 1 or more: a checkout holds for a time")


class CheckoutState:
    """One order's checkout, with the names of its operations: whatever is asked again is asked by the same name."""

    def __init__(self, terms: Terms) -> None:
        """Name the operations."""
        self.terms = terms
        self.expires_at_ms = 0
        """When the hold runs out, ms since the epoch by the store's clock; 0 until the block is entered."""
        self.parts: tuple[gate_pb2.SourcedPart, ...] = ()
        """From where the order will be served, where the gate chose; empty where the caller named the location."""
        self.confirm_operation_id = new_operation_id()
        """Names the confirmation: where its outcome stayed unknown, `confirm_reservation` with it tells."""
        self._hold_operation_id = new_operation_id()
        self._release_operation_id = new_operation_id()
        self._fate = Fate.NEW
        self._confirmed: gate_pb2.ConfirmReservationResponse | None = None

    @property
    def confirmed(self) -> bool:
        """True once the gate has said that the order is committed."""
        return self._fate is Fate.COMMITTED

    def _begin(self) -> list[gate_pb2.AvailabilityLine]:
        """Give the lines to check, none where the gate is to find the location: it checks as it sources.

        Raises RuntimeError where the block was entered before.
        """
        if self._fate is not Fate.NEW:
            raise RuntimeError("a checkout is entered once; make another one, with an order_id of its own")
        self._fate = Fate.GONE
        if not self.terms.location_id:
            return []
        return [
            gate_pb2.AvailabilityLine(sku=line.sku, quantity=line.quantity, unit=line.unit, amount=line.amount)
            for line in self.terms.lines
        ]

    def _require_enough(self, answer: gate_pb2.CheckAvailabilityResponse) -> None:
        """Raise NotEnough where the answer is no. The reservation checks again; this spares the ledger a refusal."""
        if fenced := next((place for place in answer.locations if place.lineage.fenced), None):
            raise NotEnough(_fenced(fenced.location_id))
        totals: Counter[str] = Counter()
        for place in answer.locations:
            for said in place.lines:
                totals[said.sku] += said.quantity
        short = tuple(
            LineViolation(line_id=line.line_id or line.sku, sku=line.sku, asked=totals[said.sku], possible=said.promise)
            for place in answer.locations
            for line, said in zip(self.terms.lines, place.lines, strict=True)
            if not said.sufficient
        )
        if short:
            raise NotEnough(
                Failure(
                    code=grpc.StatusCode.FAILED_PRECONDITION,
                    message="less may be promised than was asked for",
                    reason="INSUFFICIENT_STOCK",
                    violations=short,
                    violation_count=len(short),
                )
            )

    def _hold_taken(self, answer: gate_pb2.ReserveStockResponse) -> None:
        self._fate = Fate.HELD
        self.expires_at_ms = answer.hold_expires_at_ms
        self.parts = tuple(answer.parts)

    def _confirm_begins(self) -> Fate:
        """Give what was known before. From now on the order may be committed, whatever becomes of the caller."""
        before, self._fate = self._fate, Fate.UNKNOWN
        return before

    def _confirm_answered(self, answer: gate_pb2.ConfirmReservationResponse) -> gate_pb2.ConfirmReservationResponse:
        self._fate = Fate.COMMITTED
        self._confirmed = answer
        return answer

    def _confirm_failed(self, error: GateError, before: Fate) -> GateError:
        """Note what it means for the hold, and give what to raise: open as long as any attempt may have committed."""
        if settles(error):
            gone = error.code in {grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.NOT_FOUND}
            self._fate = Fate.GONE if gone else Fate.HELD
        elif before is Fate.UNKNOWN:
            return still_open(error)
        elif not error.outcome_unknown:
            self._fate = before
        return error

    def _left_to_its_ttl(self, why: object) -> None:
        _log.warning("order %s: the hold was not given back and runs out by itself: %s", self.terms.order_id, why)


def _fenced(location_id: str) -> Failure:
    return Failure(
        code=grpc.StatusCode.FAILED_PRECONDITION,
        message=f"{location_id} is closed: its store has lost history, and whoever runs the gate has to look at it",
        reason="LOCATION_FENCED",
        metadata={"location_id": location_id},
    )
