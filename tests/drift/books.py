"""The ledger of a month, by SKU: what moved it when, and where it stood at each moment."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gate_service.domain.reconcile.causes import Movement
from gate_service.domain.reconcile.lag import Figure
from gate_service.domain.reconcile.measures import OWN
from gate_service.domain.vocabulary import Bucket
from tests.drift.month import Month


@dataclass(frozen=True, slots=True)
class Shelf:
    """One SKU's movements, oldest first, with the balance after each."""

    sku: str
    movements: Sequence[Movement]
    balances: Sequence[Mapping[Bucket, int]]
    revisions: Sequence[int]
    _figures: dict[str, Sequence[Figure]] = field(default_factory=dict, compare=False)

    def until(self, revision: int) -> int:
        """Count the movements up to an entry."""
        return bisect_right(self.revisions, revision)

    def at(self, revision: int) -> Mapping[Bucket, int]:
        """Give the balance after an entry."""
        place = self.until(revision)
        return self.balances[place - 1] if place else {}

    def figures(self, measure: str) -> Sequence[Figure]:
        """Give what a measure was before all movements, and after each of them."""
        known = self._figures.get(measure)
        if known is None:
            of = OWN[measure].of
            after = (
                Figure(movement.revision, movement.at_ms, of(balance))
                for movement, balance in zip(self.movements, self.balances, strict=True)
            )
            known = self._figures[measure] = (Figure(0, 0, 0), *after)
        return known

    def figure_at(self, measure: str, revision: int) -> int:
        """Give what a measure was after an entry."""
        return self.figures(measure)[self.until(revision)].figure


class Books:
    """All SKUs, and the times of all entries."""

    def __init__(self, month: Month) -> None:
        """Sort the ledger by SKU."""
        self._times = [entry.at_ms for entry in month.entries]
        moved: dict[str, list[Movement]] = defaultdict(list)
        for entry in month.entries:
            changes: dict[str, dict[Bucket, int]] = defaultdict(dict)
            for change in entry.changes:
                changes[change.sku][change.bucket] = changes[change.sku].get(change.bucket, 0) + change.delta
            source = entry.source
            for sku, of_sku in changes.items():
                movement = Movement(
                    entry.revision,
                    entry.at_ms,
                    entry.kind,
                    of_sku,
                    source.system if source else entry.system,
                    entry.operation_id,
                    entry.order_id,
                    source.document if source else entry.document_id,
                    source.number if source else 0,
                    month.repeats.get(entry.revision, 0),
                )
                moved[sku].append(movement)
        self.shelves = {sku: _shelf(sku, movements) for sku, movements in sorted(moved.items())}

    def revision_at(self, at_ms: int) -> int:
        """Give the newest entry not after a moment; 0 where there is none."""
        return bisect_right(self._times, at_ms)

    def time_of(self, revision: int) -> int:
        """Give an entry's moment."""
        return self._times[revision - 1]


def _shelf(sku: str, movements: Sequence[Movement]) -> Shelf:
    balance: dict[Bucket, int] = {}
    balances: list[Mapping[Bucket, int]] = []
    for movement in movements:
        balance = dict(balance)
        for bucket, change in movement.changes.items():
            balance[bucket] = balance.get(bucket, 0) + change
        balances.append(balance)
    return Shelf(sku, movements, balances, [movement.revision for movement in movements])
