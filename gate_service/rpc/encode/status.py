"""Responses of StatusService."""

from __future__ import annotations

from typing import Final

from fulfillment_gate.v1 import status_service_pb2 as status_pb
from gate_service.app.status import Status
from gate_service.domain.durability import Durability, Fsync
from gate_service.domain.findings import Finding, Severity
from gate_service.domain.lineage import Fence, Position
from gate_service.rpc.fields import EnumField

_FSYNC: Final = EnumField(status_pb.Fsync, "FSYNC_", Fsync)
_SEVERITY: Final = EnumField(status_pb.Severity, "SEVERITY_", Severity)


def get_status(value: Status) -> status_pb.GetStatusResponse:
    """Encode the state of the gate."""
    about, inspection = value.about, value.inspection
    return status_pb.GetStatusResponse(
        version=about.version,
        started_at_ms=about.started_at_ms,
        serving=value.serving,
        production=about.production,
        durability=_durability(about.durability),
        accepted_risk=about.accepted_risk,
        findings=map(_finding, inspection.findings if inspection else ()),
        inspected_at_ms=inspection.at_ms if inspection else 0,
        servers=[status_pb.StoreServer(address=server.address, away=server.away) for server in value.servers],
        fenced=[_fenced(location_id, fence) for location_id, fence in value.fences],
    )


def _durability(value: Durability) -> status_pb.Durability:
    return status_pb.Durability(fsync=_FSYNC.number(value.fsync), replicas=value.replicas, wait_ms=value.wait_ms)


def _finding(value: Finding) -> status_pb.Finding:
    return status_pb.Finding(
        check=value.check,
        severity=_SEVERITY.number(value.severity),
        server=value.server,
        found=value.found,
        consequence=value.consequence,
        remedy=value.remedy,
    )


def _fenced(location_id: str, fence: Fence) -> status_pb.FencedLocation:
    return status_pb.FencedLocation(
        location_id=location_id,
        since_ms=fence.since_ms,
        remembered=_position(fence.remembered),
        found=_position(fence.found),
    )


def _position(value: Position) -> status_pb.Position:
    return status_pb.Position(epoch=value.epoch, revision=value.revision, chain_hash=value.chain_hash)
