"""What comparing hands over to be recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from gate_service.domain.reconcile.causes import Cause, Diagnosis, Difference
from gate_service.domain.reconcile.records import Snapshot, Variance


class Compared(NamedTuple):
    """A snapshot with the entry it was compared at."""

    snapshot: Snapshot
    revision: int
    revision_at_ms: int
    late: bool = False
    """A newer one of the same had been compared before: nothing that stands is changed."""

    def is_behind(self, variance: Variance) -> bool:
        """Say whether a variance is told of by something newer. After a loss entries are counted anew, not the time."""
        return variance.revision > self.revision and variance.revision_at_ms > self.revision_at_ms


class Stood(NamedTuple):
    """A variance that stood before a snapshot was compared."""

    variance_id: str
    amount: int
    """Reported less expected, as it was told last."""
    revision: int = 0
    """The entry at which that was."""
    agreed_revision: int = 0
    """The newest entry at which its figure had agreed before; 0 where unknown."""
    agreed_at_ms: int = 0
    """The moment of that snapshot."""
    cause: Cause = Cause.UNEXPLAINED
    """Why it differs, by what was said last."""


class Found(NamedTuple):
    """A figure that differs, and why."""

    difference: Difference
    diagnosis: Diagnosis | None = None
    """None only where a variance stands with the same difference."""
    stood: Stood | None = None
    """The variance of this SKU and measure that stood; None where none did."""


class Recorded(NamedTuple):
    """What became of a part of a snapshot, or of all of it."""

    opened: int = 0
    continued: int = 0
    resolved: int = 0

    def plus(self, other: Recorded) -> Recorded:
        """Add the parts up."""
        return Recorded(self.opened + other.opened, self.continued + other.continued, self.resolved + other.resolved)


class Facts(NamedTuple):
    """What is known of one SKU besides its figures."""

    abc: str = ""
    unit_cents: int = 0
    """What a unit is worth, in hundredths of the currency; 0 where nobody says."""


class FactsOfItems(Protocol):
    """Knows the items."""

    async def facts(self, location_id: str, skus: Sequence[str]) -> Mapping[str, Facts]:
        """Give what is known of some SKUs; those of which nothing is known may be left out."""
        ...
