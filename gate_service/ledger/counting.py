"""What moved between the revision of a count and now: `lua/lib/since.lua` does the same for the newest entries."""

from __future__ import annotations

import json
from typing import Final

from gate_service.domain.entries import Entry
from gate_service.domain.operations import SubmitCount
from gate_service.domain.vocabulary import AdjustmentReason, Bucket, OperationKind

_COUNTED: Final = (Bucket.ON_HAND, Bucket.PICKED, Bucket.SUSPECT)
"""In the order of `lua/lib/since.lua`."""
_CORRECTIONS: Final = frozenset({AdjustmentReason.COUNT, AdjustmentReason.CORRECTION})


def add_movements(sums: dict[str, list[int]], entry: Entry) -> None:
    """Add what an entry moved to the sums by SKU. A SKU that became part of another one hands its sums over."""
    if _moved_nothing(entry):
        return
    for change in entry.changes:
        if change.bucket in _COUNTED:
            by_bucket = sums.setdefault(change.sku, [0] * len(_COUNTED))
            by_bucket[_COUNTED.index(change.bucket)] += change.delta
    if entry.kind is OperationKind.MERGE_SKU and not entry.refusal:
        merged = json.loads(entry.body)
        theirs = sums.pop(merged["sku"], [0] * len(_COUNTED))
        ours = sums.get(merged["into_sku"], [0] * len(_COUNTED))
        sums[merged["into_sku"]] = [ours[place] + each for place, each in enumerate(theirs)]


def covers(count: SubmitCount, sku: str) -> bool:
    """Say whether a SKU is in the range that was looked through."""
    return count.covers_range and count.covers_after < sku and sku <= (count.covers_through or sku)


def _moved_nothing(entry: Entry) -> bool:
    """Say whether an entry only corrected the record: to somebody who counted that is no news."""
    if entry.kind is OperationKind.SUBMIT_COUNT:
        return True
    return entry.kind is OperationKind.ADJUST_STOCK and json.loads(entry.body)["reason"] in _CORRECTIONS
