"""When the same SKU drifts by the same cause again and again: then it is the handoff that is broken, not the figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gate_service.domain.reconcile.causes import Cause, Diagnosis
from gate_service.domain.reconcile.lifecycle import name, with_step
from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.domain.reconcile.records import Finding, FindingKind, FindingState, Severity, Step
from gate_service.domain.reconcile.severity import CLOSED_WITHIN_MS

WITHIN_MS: Final = 90 * DAY_MS
MORE_THAN: Final = 2
"""Times within that time: one more, and the handoff is named."""
QUIET_MS: Final = 30 * DAY_MS
"""So long nothing may have come for a finding to be over."""
VARIANCES_KEPT: Final = 200
"""Of one finding: the newest."""
_SEEN_KEPT: Final = 30
RAISED: Final = "raised"
RECURRED: Final = "recurred"
CLEARED: Final = "cleared"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a cause struck."""

    cause: Cause
    handoff: str
    at_ms: int
    variance_id: str
    snapshot_id: str


@dataclass(frozen=True, slots=True)
class Recurrence:
    """What struck one SKU of a mirror, the newest last."""

    location_id: str
    system: str
    sku: str
    seen: tuple[Occurrence, ...] = ()
    reopened: tuple[str, ...] = ()
    """Variances of it that were opened again, the newest last: they may stand though no snapshot knows of it."""

    @property
    def record_id(self) -> str:
        """Give the name under which it is kept."""
        return recurrence_id(self.location_id, self.system, self.sku)


def recurrence_id(location_id: str, system: str, sku: str) -> str:
    """Name the record of one SKU of a mirror."""
    return f"{location_id} {system} {sku}"


def struck(
    before: Recurrence, diagnosis: Diagnosis, variance_id: str, snapshot_id: str, at_ms: int
) -> tuple[Recurrence, list[list[Occurrence]]]:
    """Remember what struck; give with it each cause that has struck too often, as all its times within `WITHIN_MS`.

    Of several causes at once each counts. Two measures of one snapshot are one time.
    """
    seen, new = before.seen, []
    for part in diagnosis.parts or (diagnosis,):
        if not any(each.cause is part.cause and each.snapshot_id == snapshot_id for each in seen):
            seen = (*seen, Occurrence(part.cause, part.handoff, at_ms, variance_id, snapshot_id))[-_SEEN_KEPT:]
            new.append(part.cause)
    recent = [each for each in seen if each.at_ms > at_ms - WITHIN_MS]
    groups = [[each for each in recent if each.cause is cause] for cause in new]
    return replace(before, seen=seen), [group for group in groups if len(group) > MORE_THAN]


def finding_id(location_id: str, subject: str) -> str:
    """Name the finding about a handoff at a location: one that comes back after it was cleared is the same one."""
    return name("F", FindingKind.STRUCTURAL, location_id, subject)


def subject_of(system: str, group: Sequence[Occurrence]) -> str:
    """Name what is broken: the handoff that was named last, or the mirror with the cause where none was."""
    named = [each.handoff for each in group if each.handoff]
    return named[-1] if named else f"{system}: {group[-1].cause}"


def found_again(finding: Finding | None, about: Recurrence, group: Sequence[Occurrence], owner: str) -> Finding:
    """Raise the finding about a handoff, again where it was cleared, or put the newest variance under it."""
    newest = group[-1]
    subject = subject_of(about.system, group)
    if finding is None or finding.state is FindingState.CLEARED:
        finding = _raised(finding, about, group, owner)
    known = finding.variance_ids
    under = _merged(known, (each.variance_id for each in group))
    times = f"{len(group)} times"
    step = Step(newest.at_ms, RECURRED, note=f"{about.sku} {times}", snapshot_id=newest.snapshot_id)
    first = not known
    if first:
        step = replace(step, step=RAISED)
    return replace(
        finding,
        variance_ids=under,
        text=f"{subject} breaks again and again at {about.location_id}: {newest.cause} {times} with {about.sku} "
        f"within {WITHIN_MS // DAY_MS} days, {_amount(under)} under it. Mend the handoff, not the figures.",
        history=with_step(finding.history, step),
    )


def _raised(before: Finding | None, about: Recurrence, group: Sequence[Occurrence], owner: str) -> Finding:
    subject = subject_of(about.system, group)
    at_ms = group[-1].at_ms
    return Finding(
        finding_id=finding_id(about.location_id, subject),
        kind=FindingKind.STRUCTURAL,
        location_id=about.location_id,
        subject=subject,
        system=about.system,
        owner=owner,
        text="",
        severity=Severity.HIGH,
        since_ms=group[0].at_ms,
        deadline_ms=at_ms + CLOSED_WITHIN_MS[Severity.HIGH],
        raised_at_ms=at_ms,
        history=before.history if before else (),
    )


def _merged(known: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *more)))[-VARIANCES_KEPT:]


def _amount(under: Sequence[str]) -> str:
    return f"{len(under)} variances" if len(under) > 1 else "1 variance"


def quiet_since(finding: Finding) -> int:
    """Give the time of the newest variance that came under a finding."""
    return max(
        (step.at_ms for step in finding.history if step.step in (RAISED, RECURRED)), default=finding.raised_at_ms
    )


def cleared(finding: Finding, at_ms: int) -> Finding:
    """End a finding: nothing of it stands."""
    days = QUIET_MS // DAY_MS
    step = Step(at_ms, CLEARED, note=f"nothing of it stands, and nothing came for {days} days")
    return replace(finding, state=FindingState.CLEARED, cleared_at_ms=at_ms, history=with_step(finding.history, step))
