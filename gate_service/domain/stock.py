"""The buckets of one SKU at one location, and the two figures derived from them."""

from __future__ import annotations

from typing import NamedTuple

from gate_service.domain.lineage import NO_LINEAGE, Lineage


class StockLevel(NamedTuple):
    """Base units by bucket, in the order in which the store packs them; each 0 or more."""

    sku: str
    on_hand: int = 0
    held: int = 0
    committed: int = 0
    allocated: int = 0
    damaged: int = 0
    quality_control: int = 0
    suspect: int = 0
    incoming: int = 0
    picked: int = 0
    """A part of `allocated`: off the shelf, not yet shipped."""
    ring_fenced: int = 0
    """What only channels with a quota may still reserve."""
    stock_holds: int = 0
    """Holds on the whole SKU: above 0 nothing of it is promised, and no wave may pick it."""
    count_due: bool = False

    @property
    def unsellable(self) -> int:
        """Units on hand that nobody may have."""
        return self.damaged + self.quality_control + self.suspect

    @property
    def allocatable(self) -> int:
        """What a wave may pick; below 0 only after a physical correction."""
        return self.on_hand - self.allocated - self.unsellable

    @property
    def available(self) -> int:
        """What nobody has a claim on; below 0 only after a physical correction."""
        return self.allocatable - self.held - self.committed

    def promise(self, keep_back: int) -> int:
        """Give what may still be promised when `keep_back` units stay for others; 0 or more."""
        return 0 if self.stock_holds else max(0, self.available - keep_back)


class LineAvailability(NamedTuple):
    """The answer for one asked line: `promise` is what this channel may have, `sufficient` covers the SKU's sum."""

    sku: str
    quantity: int
    promise: int
    sufficient: bool
    level: StockLevel | None
    """None where the SKU was never received at this location."""
    buffer: int = 0
    """Units kept back from the channel as a percentage of what is available; those in units are not in it."""
    ring_fenced_for_others: int = 0


class Availability(NamedTuple):
    """All asked lines at one location and one revision."""

    location_id: str
    revision: int
    as_of_ms: int
    lines: tuple[LineAvailability, ...]
    lineage: Lineage = NO_LINEAGE
    age_ms: int | None = None
    """How old it is, where the store could not be asked and this is what was seen last."""


class StockAnswer(NamedTuple):
    """Levels of asked SKUs at one revision, and those never received there."""

    revision: int
    levels: tuple[StockLevel, ...]
    unknown_skus: tuple[str, ...]
    lineage: Lineage = NO_LINEAGE


class StockPage(NamedTuple):
    """A page of all SKUs in byte order; `next_after` is the SKU to go on behind, empty after the last."""

    revision: int
    levels: tuple[StockLevel, ...]
    next_after: str
    lineage: Lineage = NO_LINEAGE
