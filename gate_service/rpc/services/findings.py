"""fulfillment_gate.v1.FindingService."""

from __future__ import annotations

from fulfillment_gate.v1 import finding_service_pb2 as pb
from gate_service.app.ports import Call
from gate_service.app.reconcile.findings.findings import EVENTS_WAIT_MAX_MS, FindingDesk, WantedFindings
from gate_service.domain import limits
from gate_service.rpc import enums
from gate_service.rpc.decode.parts import page_size, page_token
from gate_service.rpc.encode import findings as encode
from gate_service.rpc.fields import ident, integer, optional_ident, text

_EVENTS_DEFAULT = 100
_EVENTS_MAX = 1_000


class Findings:
    """What should have happened and has not, and what happened."""

    def __init__(self, desk: FindingDesk) -> None:
        """Keep the use case."""
        self._desk = desk

    async def list_findings(self, request: pb.ListFindingsRequest, call: Call) -> pb.ListFindingsResponse:
        """Which stand."""
        size = page_size(request.page_size, limits.LIST_CASES_MAX, limits.LIST_CASES_DEFAULT)
        wanted = WantedFindings(
            location_id=optional_ident(request.location_id, "location_id"),
            kind=enums.FINDING_KIND.word(request.kind, "kind") if request.kind else None,
            owner=text(request.owner, "owner", limits.NOTE_MAX_LENGTH),
            cleared_too=request.cleared_too,
        )
        return encode.list_findings(await self._desk.page(wanted, size, page_token(request.page_token), call))

    async def acknowledge_finding(
        self, request: pb.AcknowledgeFindingRequest, call: Call
    ) -> pb.AcknowledgeFindingResponse:
        """Somebody looks after one."""
        finding_id = ident(request.finding_id, "finding_id")
        note = text(request.note, "note", limits.NOTE_MAX_LENGTH)
        finding = await self._desk.acknowledge(finding_id, note, call)
        return pb.AcknowledgeFindingResponse(finding=encode.finding(finding))

    async def list_events(self, request: pb.ListEventsRequest, call: Call) -> pb.ListEventsResponse:
        """What happened, or happens soon."""
        limit = integer(request.limit, "limit", 0, _EVENTS_MAX) or _EVENTS_DEFAULT
        wait_ms = integer(request.wait_ms, "wait_ms", 0, EVENTS_WAIT_MAX_MS)
        return encode.list_events(await self._desk.events(request.after_token, limit, wait_ms, call))
