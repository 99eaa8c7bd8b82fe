"""What moved between the revision of a count and now: `lua/lib/since.lua` does the same for the newest entries."""

from __future__ import annotations

import json
from typing import Final

from gate_service.app.ports import Call
from gate_service.domain.entries import Entry
from gate_service.domain.limits import LIST_ENTRIES_MAX
from gate_service.domain.operations import SubmitCount
from gate_service.domain.vocabulary import AdjustmentReason, Bucket, OperationKind
from gate_service.ledger.history import History

_COUNTED: Final = (Bucket.ON_HAND, Bucket.PICKED, Bucket.SUSPECT)
"""In the order of `lua/lib/since.lua`."""
_CORRECTIONS: Final = frozenset({AdjustmentReason.COUNT, AdjustmentReason.CORRECTION})


async def moved_since(history: History, count: SubmitCount, call: Call) -> dict[str, object]:
    """Sum up what moved after the count's revision, so that the script has only the newest entries to read.

    Raises as `History.entries`.
    """
    sums: dict[str, list[int]] = {}
    revision, through = count.as_of_revision + 1, count.as_of_revision
    while revision:
        page = await history.entries(count.location_id, revision, LIST_ENTRIES_MAX, call)
        for entry in page.entries:
            through = entry.revision
            _add_movements(sums, entry)
        revision = page.next_from_revision
    named = {line.sku for line in count.lines}
    told = {sku: each for sku, each in sorted(sums.items()) if sku in named or _covers(count, sku)}
    return {"through": through, "sums": told}


def _add_movements(sums: dict[str, list[int]], entry: Entry) -> None:
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


def _covers(count: SubmitCount, sku: str) -> bool:
    """Say whether a SKU is in the range that was looked through."""
    return count.covers_range and count.covers_after < sku and sku <= (count.covers_through or sku)


def _moved_nothing(entry: Entry) -> bool:
    """Say whether an entry only corrected the record: to somebody who counted that is no news."""
    if entry.kind is OperationKind.SUBMIT_COUNT:
        return True
    return entry.kind is OperationKind.ADJUST_STOCK and json.loads(entry.body)["reason"] in _CORRECTIONS
