"""The checks that look at what the entries did to the stock, bucket by bucket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from gate_service.domain.audit_checks import Check, CheckResult, Finding
from gate_service.domain.entries import Entry
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, OperationKind

_UP: Final = 1
_DOWN: Final = -1
_K: Final = OperationKind

Moves = frozenset[tuple[Bucket, int]]


def _up(*buckets: Bucket) -> Moves:
    return frozenset((bucket, _UP) for bucket in buckets)


def _down(*buckets: Bucket) -> Moves:
    return frozenset((bucket, _DOWN) for bucket in buckets)


_LANDING: Final = _up(Bucket.ON_HAND, Bucket.QUALITY_CONTROL, Bucket.DAMAGED)
_UNSELLABLE: Final = (Bucket.DAMAGED, Bucket.QUALITY_CONTROL, Bucket.SUSPECT)
_SHELF: Final = (Bucket.ON_HAND, *_UNSELLABLE)
# on_hand stays where it is where the parcel held units that the record did not have; units of a line that no wave
# released leave from committed.
_LEAVING: Final = _down(Bucket.ALLOCATED, Bucket.PICKED, Bucket.COMMITTED, Bucket.ON_HAND, Bucket.SUSPECT)

MAY_MOVE: Final[dict[OperationKind, Moves]] = {
    _K.RESERVE_STOCK: _up(Bucket.HELD, Bucket.COMMITTED) | _down(Bucket.RING_FENCED),
    _K.CONFIRM_RESERVATION: _down(Bucket.HELD, Bucket.RING_FENCED) | _up(Bucket.COMMITTED),
    _K.RELEASE_RESERVATION: _down(Bucket.HELD, Bucket.COMMITTED) | _up(Bucket.RING_FENCED),
    _K.AUTHORIZE_WAVE: _down(Bucket.COMMITTED) | _up(Bucket.ALLOCATED),
    _K.REPORT_PICK: _down(Bucket.ALLOCATED) | _up(Bucket.PICKED, Bucket.SUSPECT, Bucket.DAMAGED),
    _K.CONFIRM_SHIPMENT: _LEAVING,
    _K.RESOLVE_SHIPMENT: _LEAVING,
    _K.RECORD_RECEIPT: _LANDING | _down(Bucket.INCOMING),
    _K.RECORD_RETURN: _LANDING,
    _K.MOVE_STOCK: _up(*_UNSELLABLE) | _down(*_SHELF),
    _K.PLACE_STOCK_HOLD: _up(Bucket.QUALITY_CONTROL),
    _K.LIFT_STOCK_HOLD: _down(Bucket.QUALITY_CONTROL),
    _K.TRANSFER_STOCK: _down(Bucket.ON_HAND),
    _K.ANNOUNCE_INCOMING: _up(Bucket.INCOMING) | _down(Bucket.INCOMING),
    _K.AMEND_INCOMING: _up(Bucket.INCOMING) | _down(Bucket.INCOMING),
    _K.ADJUST_STOCK: _up(*_SHELF) | _down(*_SHELF),
    _K.APPROVE_ADJUSTMENT: _up(*_SHELF) | _down(*_SHELF),
    _K.SUBMIT_COUNT: _up(Bucket.ON_HAND) | _down(*_SHELF),
    _K.SET_QUOTA: _up(Bucket.RING_FENCED) | _down(Bucket.RING_FENCED),
    _K.MERGE_SKU: _up(*Bucket) | _down(*Bucket),
    _K.CHANGE_HANDOFFS: frozenset(),
    _K.RECOVER_LOCATION: frozenset(),
    _K.CORRECT_MIRROR: frozenset(),
    _K.EXPIRE_HOLD: _down(Bucket.HELD) | _up(Bucket.RING_FENCED),
    _K.EXPIRE_PERMIT: _down(Bucket.ALLOCATED) | _up(Bucket.COMMITTED),
}
"""Which bucket each kind of entry may move, and in which direction."""

_CORRECTIONS: Final = frozenset(
    {
        _K.ADJUST_STOCK,
        _K.APPROVE_ADJUSTMENT,
        _K.MOVE_STOCK,
        _K.SUBMIT_COUNT,
        _K.PLACE_STOCK_HOLD,
        _K.REPORT_PICK,
        _K.MERGE_SKU,  # what one SKU lacks the other may lack from now on: nothing is lost, which is a check of its own
    }
)
"""The physical corrections: they alone may leave more promised than there is."""


class ChecksOfStock:
    """Adds the entries up, one row of buckets for each SKU."""

    def __init__(self) -> None:
        """Begin with no stock at all."""
        self._buckets = Check("no bucket below zero", "I1")
        self._unsellable = Check("unsellable within on_hand", "I1")
        self._picked = Check("picked within allocated", "I1")
        self._shortfall = Check("the gate creates no shortfall", "I2")
        self._moves = Check("each kind moves its own buckets", "I3")
        self._merges = Check("a merge keeps every unit", "I3")
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
        if entry.kind is OperationKind.MERGE_SKU and not entry.refusal:
            self._check_merge(entry)
        for sku, was in before.items():
            self._check(entry, was, self._levels[sku])
            self._touched_by[sku] = Finding(entry.revision, entry.operation_id, "")

    def _check(self, entry: Entry, was: StockLevel, level: StockLevel) -> None:
        lowest = min(getattr(level, bucket.value) for bucket in Bucket)
        self._buckets.expect(lowest >= 0, entry, f"a bucket of {level.sku} falls to {lowest}")
        self._unsellable.expect(
            level.unsellable <= level.on_hand,
            entry,
            f"{level.unsellable} of {level.sku} unsellable, {level.on_hand} on hand",
        )
        self._picked.expect(
            level.picked <= level.allocated, entry, f"{level.picked} of {level.sku} picked, {level.allocated} allocated"
        )
        worse = level.available < 0 and level.available < was.available
        self._shortfall.expect(
            not worse or entry.kind in _CORRECTIONS,
            entry,
            f"available of {level.sku} falls from {was.available} to {level.available}",
        )

    def _check_merge(self, entry: Entry) -> None:
        moved: Counter[Bucket] = Counter()
        for _, bucket, delta in entry.changes:
            if bucket is not Bucket.INCOMING:  # what came too much of one SKU may now be what was missing of the other
                moved[bucket] += delta
        uneven = [f"{bucket} {delta:+d}" for bucket, delta in moved.items() if delta]
        self._merges.expect(not uneven, entry, f"units came or went by it: {', '.join(uneven)}")

    def finish(self, levels: Iterable[StockLevel]) -> tuple[CheckResult, ...]:
        """Compare the sums with the listed stock, to the unit; the entry named is the last that touched the SKU."""
        unlisted = dict(self._levels)
        for level in levels:
            summed = unlisted.pop(level.sku, StockLevel(level.sku))
            self._compare(summed, level)
        for summed in unlisted.values():
            self._compare(summed, StockLevel(summed.sku))
        of_levels = (self._buckets, self._unsellable, self._picked, self._shortfall)
        checks = (*of_levels, self._moves, self._merges, self._sums)
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
