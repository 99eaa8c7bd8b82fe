"""What is to be changed in one commit, with the places of each record in its indexes and the events that tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gate_service.app.reconcile.ports import Change, Collection, Event
from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.forms import dump
from gate_service.domain.reconcile.records import (
    Action,
    Finding,
    FindingKind,
    FindingState,
    Severity,
    Variance,
    VarianceState,
)
from gate_service.domain.reconcile.recurring import Recurrence

OPEN: Final = "open"
ALL: Final = "all"
CLOSED: Final = "closed"
TO_DO: Final = "to do"
"""Of variances: those about which the policy has still something to do, by when that was decided."""
_TURN: Final = {severity: turn for turn, severity in enumerate(reversed(Severity))}
STRUCTURAL: Final = "structural"
"""Of findings: those about broken handoffs that are not over, by when they were raised."""
_ALARMING: Final = frozenset({VarianceState.OPEN, VarianceState.ACKNOWLEDGED})


def of_mirror(location_id: str, system: str, measure: str) -> str:
    """Name the index of all that stands of one mirror's measure."""
    return f"of {location_id} {system} {measure}"


def to_count(location_id: str) -> str:
    """Name the index, of variances and of findings, of what waits at a location for its turn to be counted."""
    return f"to count {location_id}"


class Draft:
    """Changes and events that belong together."""

    def __init__(self) -> None:
        """Begin empty."""
        self.changes: list[Change] = []
        self.events: list[Event] = []

    def variance(
        self,
        variance: Variance,
        version: int,
        event: str = "",
        *,
        to_do_ms: int | None = None,
        done: bool = False,
        counted: bool = False,
    ) -> None:
        """Keep a variance; its event is told without the history.

        `to_do_ms` says that it was decided now what is to be done about it, `done` that this is done,
        `counted` that its count was asked for. A phantom is counted whatever the policy says.
        """
        scores = places(variance)
        if done:
            scores[TO_DO] = None
        elif to_do_ms is not None and variance.state in _ALARMING:
            scores[TO_DO] = None if variance.action in {Action.REPORT, Action.COUNT} else to_do_ms
            scores[to_count(variance.location_id)] = _turn(variance)
        if counted:
            scores[to_count(variance.location_id)] = None
        text = dump(variance)
        self.changes.append(Change(Collection.VARIANCES, variance.variance_id, version, text, scores))
        if event:
            told = dump(replace(variance, history=(), before=None))
            self.events.append(Event(event, variance.variance_id, variance.location_id, told))

    def recurrence(self, recurrence: Recurrence, version: int) -> None:
        """Keep what struck a SKU."""
        self.changes.append(Change(Collection.RECURRENCES, recurrence.record_id, version, dump(recurrence)))

    def finding(self, finding: Finding, version: int, event: str) -> None:
        """Keep a finding about a handoff."""
        over = finding.state is FindingState.CLEARED
        scores: Mapping[str, int | None] = {
            ALL: finding.raised_at_ms,
            OPEN: None if over else finding.raised_at_ms,
            STRUCTURAL: None if over else finding.raised_at_ms,
            CLOSED: finding.cleared_at_ms if over else None,
            to_count(finding.location_id): _turn_of_finding(finding),
        }
        self.changes.append(Change(Collection.FINDINGS, finding.finding_id, version, dump(finding), scores))
        told = dump(replace(finding, history=()))
        self.events.append(Event(event, finding.finding_id, finding.location_id, told))


def places(variance: Variance) -> dict[str, int | None]:
    """Give the place of a variance in each index. What was to be done about one that is closed is no longer."""
    alarming, standing = variance.state in _ALARMING, variance.standing
    found: dict[str, int | None] = {
        OPEN: variance.due_at_ms if alarming else None,
        ALL: variance.opened_at_ms,
        of_mirror(variance.location_id, variance.system, variance.measure): variance.opened_at_ms if standing else None,
        CLOSED: None if standing else variance.closed_at_ms,
    }
    if not alarming:
        found[TO_DO] = None
    if not alarming or _turn(variance) is None:
        found[to_count(variance.location_id)] = None
    return found


def _turn(variance: Variance) -> int | None:
    """Give when it is counted, before whatever has more: the most severe first; None where nothing asks for it."""
    phantom = variance.diagnosis.cause is Cause.PHANTOM
    if not phantom and variance.action is not Action.COUNT:
        return None
    return _TURN[variance.severity] + (0 if phantom else len(_TURN))


def _turn_of_finding(finding: Finding) -> int | None:
    """Give when what is under it is counted; None where nothing is to be."""
    if finding.kind is not FindingKind.STRUCTURAL or finding.state is FindingState.CLEARED:
        return None
    return _TURN[finding.severity]
