"""Buckets: how they move, and how what happened to them is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gate_service.domain.entries import StockChange
from gate_service.domain.errors import Violation
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason
from tests.model.state import Location, No


def moved(level: StockLevel, **deltas: int) -> StockLevel:
    """Give the level with units added to the buckets named."""
    figures = level._asdict()
    return StockLevel(**figures | {bucket: figures[bucket] + delta for bucket, delta in deltas.items()})


def move(location: Location, sku: str, **deltas: int) -> None:
    """Add units to buckets of a SKU. One that was merged has no record, and nothing of it can move any more."""
    if any(deltas.values()):
        location.stock[sku] = moved(location.stock[sku], **deltas)


def open_sku(location: Location, sku: str) -> None:
    """Begin a record of a SKU that has none."""
    location.stock.setdefault(sku, StockLevel(sku))


def changes(before: Mapping[str, StockLevel], after: Mapping[str, StockLevel]) -> tuple[StockChange, ...]:
    """Tell what happened to the stock, from how it stood and how it stands; by SKU. One that is gone fell to 0."""
    touched = sorted(sku for sku in {**before, **after} if before.get(sku) is not after.get(sku))
    return tuple(
        StockChange(sku, bucket, delta)
        for sku in touched
        for bucket in Bucket
        if (delta := _units(after, sku, bucket) - _units(before, sku, bucket)) != 0
    )


def _units(stock: Mapping[str, StockLevel], sku: str, bucket: Bucket) -> int:
    return int(getattr(stock[sku], bucket)) if sku in stock else 0


def goes_on_as(location: Location, sku: str) -> str:
    """Give the SKU that a SKU has become, itself where it was never merged."""
    while sku in location.merged:
        sku = location.merged[sku]
    return sku


def levels_of(location: Location, skus: Iterable[str]) -> tuple[StockLevel, ...]:
    """Give the level of each SKU once, in the order first named."""
    return tuple(location.stock[sku] for sku in dict.fromkeys(skus))


def refuse_unknown(location: Location, lines: Iterable[tuple[str, str, int]]) -> None:
    """Refuse `(line_id, sku, asked)` lines of which there is no record."""
    unknown = [Violation(line_id, sku, asked, 0) for line_id, sku, asked in lines if sku not in location.stock]
    if unknown:
        raise No(Reason.UNKNOWN_SKU, unknown)
