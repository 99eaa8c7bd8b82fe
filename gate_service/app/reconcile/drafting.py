"""What is to be changed in one commit, with the places of each record in its indexes and the events that tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gate_service.app.reconcile.ports import Change, Collection, Event
from gate_service.domain.reconcile.forms import dump
from gate_service.domain.reconcile.records import Action, Finding, FindingState, Variance, VarianceState
from gate_service.domain.reconcile.recurring import Recurrence

OPEN: Final = "open"
ALL: Final = "all"
CLOSED: Final = "closed"
TO_DO: Final = "to do"
"""Of variances: those about which the policy has still something to do, by when that was decided."""
STRUCTURAL: Final = "structural"
"""Of findings: those about broken handoffs that are not over, by when they were raised."""
_ALARMING: Final = frozenset({VarianceState.OPEN, VarianceState.ACKNOWLEDGED})


def of_mirror(location_id: str, system: str, measure: str) -> str:
    """Name the index of all that stands of one mirror's measure."""
    return f"of {location_id} {system} {measure}"


class Draft:
    """Changes and events that belong together."""

    def __init__(self) -> None:
        """Begin empty."""
        self.changes: list[Change] = []
        self.events: list[Event] = []

    def variance(
        self, variance: Variance, version: int, event: str = "", *, to_do_ms: int | None = None, done: bool = False
    ) -> None:
        """Keep a variance; its event is told without the history.

        `to_do_ms` says that it was decided now what is to be done about it, `done` that this is done.
        """
        scores = places(variance)
        if done:
            scores[TO_DO] = None
        elif to_do_ms is not None and variance.state in _ALARMING:
            scores[TO_DO] = None if variance.action is Action.REPORT else to_do_ms
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
    return found if alarming else {**found, TO_DO: None}
