"""fulfillment_gate.v1.HandoffService: the map in force, its changes, and what it turned away."""

from __future__ import annotations

from fulfillment_gate.v1 import handoff_service_pb2 as handoff_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.app.denials import Denials
from gate_service.app.handoffs import Change, Handoffs
from gate_service.app.ports import Call
from gate_service.domain import limits
from gate_service.domain.denials import NOBODY, Cause, CountedDenial
from gate_service.domain.errors import InvalidDocument
from gate_service.domain.handoff_rules import HandoffsInvalid
from gate_service.rpc.fields import EnumField, ident, integer, optional_ident

_CAUSE = EnumField(handoff_pb.ViolationCause, "VIOLATION_CAUSE_", Cause)


class HandoffService:
    """Each method checks its request, asks the use case, and encodes the answer."""

    def __init__(self, handoffs: Handoffs, denials: Denials) -> None:
        """Keep the use cases."""
        self._handoffs = handoffs
        self._denials = denials

    async def get_handoffs(self, request: handoff_pb.GetHandoffsRequest, call: Call) -> handoff_pb.GetHandoffsResponse:
        """Give the map in force, as this gate obeys it."""
        del request, call
        found = self._handoffs.in_force
        if found is None:
            return handoff_pb.GetHandoffsResponse()
        return handoff_pb.GetHandoffsResponse(version=found.version, sha256=found.sha256, document=found.canonical)

    async def apply_handoffs(
        self, request: handoff_pb.ApplyHandoffsRequest, call: Call
    ) -> handoff_pb.ApplyHandoffsResponse:
        """Put a map in force."""
        operation_id = ident(request.operation_id, "operation_id")
        try:
            changed = await self._handoffs.apply(request.document, operation_id, call)
        except HandoffsInvalid as error:
            raise InvalidDocument("document", [(fault.line, str(fault)) for fault in error.faults]) from None
        revision, at_ms, replayed, *_ = changed.applied
        return handoff_pb.ApplyHandoffsResponse(
            applied=types_pb.Applied(revision=revision, at_ms=at_ms, replayed=replayed),
            version=changed.version,
            sha256=changed.sha256,
            changes=changed.changes,
        )

    async def list_handoff_changes(
        self, request: handoff_pb.ListHandoffChangesRequest, call: Call
    ) -> handoff_pb.ListHandoffChangesResponse:
        """Give a page of its changes."""
        start = integer(request.from_revision, "from_revision", 0, limits.BUCKET_MAX) or 1
        size = integer(request.page_size, "page_size", 0, limits.LIST_CHANGES_MAX) or limits.LIST_CHANGES_DEFAULT
        page = await self._handoffs.changes(start, size, call)
        return handoff_pb.ListHandoffChangesResponse(
            changes=map(_change, page.changes),
            next_from_revision=page.next_from_revision,
            latest_revision=page.latest_revision,
        )

    async def list_violations(
        self, request: handoff_pb.ListViolationsRequest, call: Call
    ) -> handoff_pb.ListViolationsResponse:
        """Give what was turned away, the latest first."""
        del call
        size = integer(request.page_size, "page_size", 0, limits.VIOLATIONS_KEPT) or limits.LIST_VIOLATIONS_DEFAULT
        system = request.system if request.system == NOBODY else optional_ident(request.system, "system")
        page = await self._denials.list(system, size)
        return handoff_pb.ListViolationsResponse(violations=map(_violation, page.denials), total=page.total)


def _change(value: Change) -> handoff_pb.HandoffChange:
    return handoff_pb.HandoffChange(
        revision=value.entry.revision,
        at_ms=value.entry.at_ms,
        system=value.entry.system,
        actor=value.entry.actor,
        version=value.version,
        sha256=value.sha256,
        changes=value.changes,
        refusal=value.entry.refusal,
    )


def _violation(value: CountedDenial) -> handoff_pb.HandoffViolation:
    return handoff_pb.HandoffViolation(
        system=value.denial.system,
        operation=value.denial.operation,
        location_id=value.denial.location_id,
        cause=_CAUSE.number(value.denial.cause),
        count=value.times,
        first_at_ms=value.first_at_ms,
        last_at_ms=value.last_at_ms,
        last_actor=value.last_actor,
    )
