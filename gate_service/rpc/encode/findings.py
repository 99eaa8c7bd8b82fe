"""Responses of FindingService."""

from __future__ import annotations

from fulfillment_gate.v1 import finding_service_pb2 as pb
from gate_service.app.reconcile.findings.findings import EventPage, FindingPage
from gate_service.domain.reconcile.records import Finding
from gate_service.rpc import enums
from gate_service.rpc.encode.variances import steps


def list_findings(page: FindingPage) -> pb.ListFindingsResponse:
    """Encode a page of findings."""
    return pb.ListFindingsResponse(findings=map(finding, page.findings), next_page_token=page.next_token)


def finding(told: Finding) -> pb.DriftFinding:
    """Encode a finding."""
    return pb.DriftFinding(
        finding_id=told.finding_id,
        kind=enums.FINDING_KIND.number(told.kind),
        location_id=told.location_id,
        subject=told.subject,
        system=told.system,
        owner=told.owner,
        text=told.text,
        severity=enums.DRIFT_SEVERITY.number(told.severity),
        state=enums.FINDING_STATE.number(told.state),
        since_ms=told.since_ms,
        deadline_ms=told.deadline_ms,
        raised_at_ms=told.raised_at_ms,
        cleared_at_ms=told.cleared_at_ms,
        revision=told.revision,
        variance_ids=told.variance_ids,
        history=steps(told.history),
    )


def list_events(page: EventPage) -> pb.ListEventsResponse:
    """Encode events."""
    events = [
        pb.DriftEvent(
            token=each.token,
            at_ms=each.at_ms,
            type=each.event.type,
            subject_id=each.event.subject_id,
            location_id=each.event.location_id,
            json=each.event.record,
        )
        for each in page.events
    ]
    return pb.ListEventsResponse(events=events, next_token=page.next_token)
