"""The checks that look at what the entries did to the stock, bucket by bucket."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from gate_service.domain.audit_checks import Check, CheckResult, Finding
from gate_service.domain.entries import Entry
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, OperationKind

_UP: Final = 1
_DOWN: Final = -1

MAY_MOVE: Final[dict[OperationKind, frozenset[tuple[Bucket, int]]]] = {
    OperationKind.RESERVE_STOCK: frozenset({(Bucket.HELD, _UP), (Bucket.COMMITTED, _UP)}),
    OperationKind.CONFIRM_RESERVATION: frozenset({(Bucket.HELD, _DOWN), (Bucket.COMMITTED, _UP)}),
    OperationKind.RELEASE_RESERVATION: frozenset({(Bucket.HELD, _DOWN), (Bucket.COMMITTED, _DOWN)}),
    OperationKind.AUTHORIZE_WAVE: frozenset({(Bucket.COMMITTED, _DOWN), (Bucket.ALLOCATED, _UP)}),
    OperationKind.REPORT_PICK: frozenset(
        {(Bucket.ALLOCATED, _DOWN), (Bucket.SUSPECT, _UP), (Bucket.DAMAGED, _UP)},
    ),
    # on_hand stays where it is where the parcel held units that the record did not have.
    OperationKind.CONFIRM_SHIPMENT: frozenset(
        {(Bucket.ALLOCATED, _DOWN), (Bucket.ON_HAND, _DOWN), (Bucket.SUSPECT, _DOWN)},
    ),
    OperationKind.RECORD_RECEIPT: frozenset(
        {(Bucket.ON_HAND, _UP), (Bucket.QUALITY_CONTROL, _UP), (Bucket.DAMAGED, _UP)},
    ),
    OperationKind.ADJUST_STOCK: frozenset(
        (bucket, sign)
        for bucket in (Bucket.ON_HAND, Bucket.DAMAGED, Bucket.QUALITY_CONTROL, Bucket.SUSPECT)
        for sign in (_UP, _DOWN)
    ),
    OperationKind.EXPIRE_HOLD: frozenset({(Bucket.HELD, _DOWN)}),
    OperationKind.EXPIRE_PERMIT: frozenset({(Bucket.ALLOCATED, _DOWN), (Bucket.COMMITTED, _UP)}),
}
"""Which bucket each kind of entry may move, and in which direction."""

_CORRECTIONS: Final = frozenset({OperationKind.ADJUST_STOCK, OperationKind.REPORT_PICK})
"""The physical corrections: they alone may leave more promised than there is."""


class ChecksOfStock:
    """Adds the entries up, one row of buckets for each SKU."""

    def __init__(self) -> None:
        """Begin with no stock at all."""
        self._buckets = Check("no bucket below zero", "I1")
        self._unsellable = Check("unsellable within on_hand", "I1")
        self._shortfall = Check("the gate creates no shortfall", "I2")
        self._moves = Check("each kind moves its own buckets", "I3")
        self._sums = Check("changes add up to the stock", "I3")
        self._levels: dict[str, StockLevel] = {}
        self._touched_by: dict[str, Finding] = {}

    def add(self, entry: Entry) -> None:
        """Apply one entry and check every SKU it touched."""
        before: dict[str, StockLevel] = {}
        for sku, bucket, delta in entry.changes:
            level = self._levels.get(sku) or StockLevel(sku)
            before.setdefault(sku, level)
            self._levels[sku] = level._replace(**{bucket.value: getattr(level, bucket.value) + delta})
            may = (bucket, _UP if delta > 0 else _DOWN) in MAY_MOVE[entry.kind]
            self._moves.expect(may, entry, f"{entry.kind} moved {bucket} of {sku} by {delta:+d}")
        for sku, was in before.items():
            self._check(entry, was, self._levels[sku])
            self._touched_by[sku] = Finding(entry.revision, entry.operation_id, "")

    def _check(self, entry: Entry, was: StockLevel, level: StockLevel) -> None:
        lowest = min(level.on_hand, level.held, level.committed, level.allocated, level.incoming)
        lowest = min(lowest, level.damaged, level.quality_control, level.suspect)
        self._buckets.expect(lowest >= 0, entry, f"a bucket of {level.sku} falls to {lowest}")
        self._unsellable.expect(
            level.unsellable <= level.on_hand,
            entry,
            f"{level.unsellable} of {level.sku} unsellable, {level.on_hand} on hand",
        )
        worse = level.available < 0 and level.available < was.available
        self._shortfall.expect(
            not worse or entry.kind in _CORRECTIONS,
            entry,
            f"available of {level.sku} falls from {was.available} to {level.available}",
        )

    def finish(self, levels: Iterable[StockLevel]) -> tuple[CheckResult, ...]:
        """Compare the sums with the listed stock, to the unit; the entry named is the last that touched the SKU."""
        unlisted = dict(self._levels)
        for level in levels:
            summed = unlisted.pop(level.sku, StockLevel(level.sku))
            self._compare(summed, level)
        for summed in unlisted.values():
            self._compare(summed, StockLevel(summed.sku))
        checks = (self._buckets, self._unsellable, self._shortfall, self._moves, self._sums)
        return tuple(check.result() for check in checks)

    def _compare(self, summed: StockLevel, listed: StockLevel) -> None:
        self._sums.checked += 1
        apart = [
            f"{bucket}: {getattr(summed, bucket)} by the ledger, {getattr(listed, bucket)} listed"
            for bucket in Bucket
            if getattr(summed, bucket) != getattr(listed, bucket)
        ]
        if apart:
            last = self._touched_by.get(listed.sku, Finding(0, "", ""))
            self._sums.fail(last._replace(what=f"{listed.sku} {'; '.join(apart)}"))
