"""Responses of VarianceService."""

from __future__ import annotations

from collections.abc import Iterable

from fulfillment_gate.v1 import variance_service_pb2 as pb
from gate_service.app.reconcile.variances.variances import Seen, SeenPage
from gate_service.domain.reconcile.causes import Diagnosis
from gate_service.domain.reconcile.records import Step
from gate_service.rpc import enums


def list_variances(page: SeenPage) -> pb.ListVariancesResponse:
    """Encode a page of variances, without their history."""
    return pb.ListVariancesResponse(variances=map(variance, page.variances), next_page_token=page.next_token)


def get_variance(seen: Seen, explanation: str) -> pb.GetVarianceResponse:
    """Encode one variance, with all that was done with it."""
    return pb.GetVarianceResponse(variance=_whole(seen), explanation=explanation)


def change_variance(seen: Seen, *, changed: bool) -> pb.ChangeVarianceResponse:
    """Encode a variance after a change."""
    return pb.ChangeVarianceResponse(variance=_whole(seen), changed=changed)


def variance(seen: Seen) -> pb.Variance:
    """Encode a variance."""
    told = seen.variance
    return pb.Variance(
        variance_id=told.variance_id,
        system=told.system,
        location_id=told.location_id,
        sku=told.sku,
        measure=told.measure,
        reported=told.reported,
        expected=told.expected,
        difference=told.difference,
        revision=told.revision,
        revision_at_ms=told.revision_at_ms,
        snapshot_id=told.snapshot_id,
        diagnosis=diagnosis(told.diagnosis),
        severity=enums.DRIFT_SEVERITY.number(told.severity),
        value_cents=told.value_cents,
        abc=told.abc,
        owner=told.owner,
        state=enums.VARIANCE_STATE.number(told.state),
        action=enums.DRIFT_ACTION.number(told.action),
        opened_at_ms=told.opened_at_ms,
        due_at_ms=told.due_at_ms,
        times_seen=told.times_seen,
        closed_at_ms=told.closed_at_ms,
        version=seen.version,
    )


def diagnosis(told: Diagnosis) -> pb.Diagnosis:
    """Encode why a figure differs."""
    return pb.Diagnosis(
        cause=enums.DRIFT_CAUSE.number(told.cause),
        confidence_percent=told.confidence_percent,
        handoff=told.handoff,
        evidence=[
            pb.DriftEvidence(
                kind=each.kind,
                text=each.text,
                revision=each.revision,
                at_ms=each.at_ms,
                feed_number=each.feed_number,
                quantity=each.quantity,
            )
            for each in told.evidence
        ],
        parts=map(diagnosis, told.parts),
        explained=told.explained,
    )


def steps(history: Iterable[Step]) -> list[pb.VarianceStep]:
    """Encode what was done with a record, oldest first."""
    return [
        pb.VarianceStep(
            at_ms=each.at_ms,
            system=each.system,
            actor=each.actor,
            step=each.step,
            note=each.note,
            revision=each.revision,
            snapshot_id=each.snapshot_id,
        )
        for each in history
    ]


def _whole(seen: Seen) -> pb.Variance:
    told = variance(seen)
    told.history.extend(steps(seen.variance.history))
    return told
