"""Why a mirror's figure differs from the gate's, and what that rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from gate_service.domain.reconcile.measures import Measure
from gate_service.domain.vocabulary import Bucket, OperationKind


class Cause(StrEnum):
    """The names of `DriftCause` in the contract, without its prefix."""

    TIMING = "TIMING"
    DOUBLE_APPLIED = "DOUBLE_APPLIED"
    NOT_APPLIED = "NOT_APPLIED"
    SHIPPED_STILL_ALLOCATED = "SHIPPED_STILL_ALLOCATED"
    WRONG_MEASURE = "WRONG_MEASURE"
    UNIT_OF_MEASURE = "UNIT_OF_MEASURE"
    WRONG_SKU = "WRONG_SKU"
    PHANTOM = "PHANTOM"
    COMBINED = "COMBINED"
    UNEXPLAINED = "UNEXPLAINED"


class Proof(StrEnum):
    """Kinds of evidence."""

    ENTRY = "entry"
    FEED_GAP = "feed_gap"
    DELIVERY = "delivery"
    COUNT = "count"
    SHORT_PICK = "short_pick"
    FACTOR = "factor"
    ALIAS = "alias"
    MEASURE = "measure"
    VARIANCE = "variance"
    LAG = "lag"


class Movement(NamedTuple):
    """One ledger entry as it moved one SKU."""

    revision: int
    at_ms: int
    kind: OperationKind
    changes: Mapping[Bucket, int]
    system: str = ""
    """Whose event it was: of the source event, else the caller's; empty for the gate's own."""
    operation_id: str = ""
    order_id: str = ""
    document_id: str = ""
    """Of the source event, else the document, return, transfer or count that the body names."""
    feed_number: int = 0
    repeats: int = 0
    """How often the same event was told again, and absorbed."""


class Lag(NamedTuple):
    """How far a mirror was behind when it made its snapshot; nothing where it was not."""

    revision: int
    """The newest entry that it had taken: every figure that is not drift is the gate's as of here."""
    entries: int = 0
    ms: int = 0
    usual_ms: int = 0
    """The median of its last snapshots; 0 where there is none."""
    allowed_ms: int = 0
    """By the handoff map: no event younger than this is missed by anybody."""
    support: int = 0
    """How many SKUs say so."""
    taken: frozenset[int] = frozenset()
    """Entries that it has taken, however young they are: of other SKUs that they moved the figures say so."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of a snapshot that is not the gate's, with all that may explain it."""

    sku: str
    measure: Measure
    reported: int
    buckets: Mapping[Bucket, int]
    """The gate's balance at the snapshot's moment."""
    at_ms: int = 0
    """The snapshot's moment."""
    movements: tuple[Movement, ...] = ()
    """What moved the SKU before that moment, the oldest first: at least since the mirror last agreed, where known."""
    later: tuple[Movement, ...] = ()
    """What moved it since, the oldest first."""
    agreed_revision: int = 0
    """The newest entry at which an earlier snapshot of the same mirror had agreed; 0 where none did."""
    agreed_at_ms: int = 0
    """The moment of that snapshot, so that what was young then is looked at again; 0 where unknown."""
    standing: int | None = None
    """The difference that the earlier snapshot had; None where it had none, or there was none."""
    standing_revision: int = 0
    """The entry at which that one was compared, so that what came on top is looked for behind it; 0 where unknown."""
    factors: tuple[int, ...] = ()
    """Base units in each pack of the SKU."""
    relatives: tuple[str, ...] = ()
    """SKUs that are easily taken for it: merged, aliases, neighbours by name."""
    beside: Mapping[str, int] | None = None
    """The same snapshot's difference in other measures of this SKU, 0 where they agree, by measure."""
    ahead_ms: int = 0
    """So much later than the moment its figure may be of, as clocks differ and reading figures takes its time."""

    @property
    def expected(self) -> int:
        """Give the gate's figure."""
        return self.measure.of(self.buckets)

    @property
    def amount(self) -> int:
        """Give what was reported, less what was expected."""
        return self.reported - self.expected


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a diagnosis rests on."""

    kind: Proof
    text: str
    revision: int = 0
    at_ms: int = 0
    feed_number: int = 0
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a figure differs."""

    cause: Cause
    confidence_percent: int
    explained: int
    """The share of the difference that it explains."""
    handoff: str = ""
    """Such as "netsuite → wms-east: record_receipt"."""
    evidence: tuple[Evidence, ...] = ()
    parts: tuple[Diagnosis, ...] = ()


def handoff_of(movement: Movement, mirror: str) -> str:
    """Name the handoff by which an event should have reached a mirror."""
    return f"{movement.system or 'gate'} → {mirror}: {movement.kind}"
