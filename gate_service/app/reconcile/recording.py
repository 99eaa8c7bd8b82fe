"""What comes of a compared snapshot: variances that open, go on, change and end, and handoffs that break again."""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from gate_service.app.reconcile.ports import Records
from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.reconcile.causes import Diagnosis, Difference
from gate_service.domain.reconcile.records import Snapshot


class Compared(NamedTuple):
    """A snapshot with the entry it was compared at."""

    snapshot: Snapshot
    revision: int
    revision_at_ms: int
    late: bool = False
    """A newer one of the same had been compared before: nothing that stands is changed."""


class Found(NamedTuple):
    """A figure that differs, and why. Without a diagnosis where the variance that stands has the same difference."""

    difference: Difference
    diagnosis: Diagnosis | None = None


class Stood(NamedTuple):
    """A variance that stood when a comparison began."""

    variance_id: str
    amount: int
    """Reported less expected, as it was told last."""


class Recorded(NamedTuple):
    """What became of a part of a snapshot, or of all of it: add them up."""

    opened: int = 0
    continued: int = 0
    resolved: int = 0


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


class Recorder:
    """Keeps what came of comparing. To record the same again changes nothing, whoever was killed when."""

    def __init__(
        self, records: Records, handoffs: Callable[[], HandoffMap | None], items: FactsOfItems | None = None
    ) -> None:
        """Keep where the records are, and who knows the map in force and the items; nothing is read."""
        self._records = records
        self._handoffs = handoffs
        self._items = items

    async def standing(self, snapshot: Snapshot, measures: Some[str]) -> dict[tuple[str, str], Stood]:
        """Give what stands of this mirror, by (measure, SKU): ACCEPTED ones too. Raises `Unavailable`."""
        raise NotImplementedError

    async def recorded(self, compared: Compared, measures: Some[str]) -> Recorded:
        """Give what an earlier run of the same comparison had resolved; ask once, before the first part."""
        raise NotImplementedError

    async def record(
        self, compared: Compared, found: Sequence[Found], agreed: Sequence[tuple[str, Stood]] = ()
    ) -> Recorded:
        """Record some figures of a snapshot that differ, and of what stood (SKU, variance) that which agrees now.

        A snapshot may be recorded in any number of parts; no figure twice. TIMING is no variance: it agrees. Raises
        `Unavailable`.
        """
        raise NotImplementedError
