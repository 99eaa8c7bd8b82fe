"""fulfillment_gate.v1.FindingService."""

from __future__ import annotations

from fulfillment_gate.v1 import finding_service_pb2 as pb
from gate_service.app.ports import Call
from gate_service.app.reconcile.ports import Records


class Findings:
    """Answers FindingService."""

    def __init__(self, records: Records) -> None:
        """Keep the records."""
        self._records = records

    async def list_findings(self, request: pb.ListFindingsRequest, call: Call) -> pb.ListFindingsResponse:
        """Not there yet."""
        raise NotImplementedError

    async def acknowledge_finding(
        self, request: pb.AcknowledgeFindingRequest, call: Call
    ) -> pb.AcknowledgeFindingResponse:
        """Not there yet."""
        raise NotImplementedError

    async def list_events(self, request: pb.ListEventsRequest, call: Call) -> pb.ListEventsResponse:
        """Not there yet."""
        raise NotImplementedError
