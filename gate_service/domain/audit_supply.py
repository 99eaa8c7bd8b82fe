"""Was more sold than was ever there? Answered from what was asked and told, not from the gate's own buckets.

For each SKU `supply` is what was for sale in all: received for sale, come back for sale, found, counted, inspected and
passed; less what was written off, sent away, broken, put under inspection or into doubt. `shipped` is what left in
parcels. At no time may more have been shipped than supplied (oversold), and at no reservation more shipped and promised
(overpromised). Receipts, returns and shipments are taken from the bodies, the words of those who asked; only what a
correction or a short pick reclassifies, and what is promised, is read from the changes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gate_service.domain.audit_checks import Check, CheckResult
from gate_service.domain.audit_parcels import Parcels
from gate_service.domain.entries import Entry
from gate_service.domain.vocabulary import Bucket, Landing, OperationKind

_PROMISING: Final = frozenset({OperationKind.RESERVE_STOCK, OperationKind.CONFIRM_RESERVATION})
_LANDING: Final = frozenset({OperationKind.RECORD_RECEIPT, OperationKind.RECORD_RETURN})
_SHIPPING: Final = frozenset({OperationKind.CONFIRM_SHIPMENT, OperationKind.RESOLVE_SHIPMENT})
_CLAIMS: Final = frozenset({Bucket.HELD, Bucket.COMMITTED, Bucket.ALLOCATED})
_DOUBTED: Final = frozenset({Bucket.DAMAGED, Bucket.QUALITY_CONTROL, Bucket.SUSPECT})


@dataclass(slots=True)
class _Sku:
    supply: int = 0
    shipped: int = 0
    claimed: int = 0
    oversold: int = 0
    overpromised: int = 0


class SupplyWatch:
    """Follows supply, claims and parcels of every SKU of one location."""

    def __init__(self) -> None:
        """Begin with nothing supplied."""
        self._oversold = Check("nothing shipped that was not there", "I2")
        self._overpromised = Check("nothing promised that was not there", "I2")
        self._skus: dict[str, _Sku] = {}
        self._parcels = Parcels()

    @property
    def oversold(self) -> int:
        """Give the units shipped beyond supply: for each SKU the worst moment, all SKUs added up."""
        return sum(sku.oversold for sku in self._skus.values())

    @property
    def overpromised(self) -> int:
        """Give the units promised or shipped beyond supply when a reservation was granted, counted the same way."""
        return sum(sku.overpromised for sku in self._skus.values())

    def add(self, entry: Entry) -> None:
        """Take one entry."""
        if entry.refusal:
            self._parcels.refused(entry)
            return
        if entry.kind is OperationKind.MERGE_SKU:
            self._merge(json.loads(entry.body))
            return
        if entry.kind in _LANDING:
            for code, quantity, landing in json.loads(entry.body)["lines"]:
                self._sku(code).supply += int(quantity) if landing == Landing.AVAILABLE else 0
        elif entry.kind in _SHIPPING:
            self._ship(entry, self._parcels.left(entry))
        self._follow_changes(entry)
        if entry.kind in _PROMISING:
            promised: Counter[str] = Counter()
            for code, bucket, delta in entry.changes:
                promised[code] += delta if bucket in _CLAIMS else 0
            for code, units in promised.items():
                self._expect_promise_covered(entry, code, units)

    def _follow_changes(self, entry: Entry) -> None:
        landed = entry.kind in _LANDING
        told_by_body = landed or entry.kind in _SHIPPING
        for code, bucket, delta in entry.changes:
            sku = self._sku(code)
            if bucket in _CLAIMS:
                sku.claimed += delta
            elif bucket in _DOUBTED and not landed:  # what lands there never counted as supply
                sku.supply -= delta
            elif bucket is Bucket.ON_HAND and not told_by_body:
                sku.supply += delta

    def _ship(self, entry: Entry, units: Sequence[tuple[str, int]]) -> None:
        cleared = {change.sku: -change.delta for change in entry.changes if change.bucket is Bucket.SUSPECT}
        for code, quantity in units:
            sku = self._sku(code)
            sku.shipped += quantity
            excess = sku.shipped - sku.supply - cleared.get(code, 0)
            sku.oversold = max(sku.oversold, excess)
            self._oversold.expect(
                excess <= 0, entry, f"{sku.shipped} of {code} have left, {sku.supply} were there to be sold"
            )

    def _merge(self, body: Mapping[str, Any]) -> None:
        """Let one SKU go on with what was supplied, promised and shipped of two; what was found of either stays its."""
        gone, into = self._sku(str(body["sku"])), self._sku(str(body["into_sku"]))
        into.supply, gone.supply = into.supply + gone.supply, 0
        into.shipped, gone.shipped = into.shipped + gone.shipped, 0
        into.claimed, gone.claimed = into.claimed + gone.claimed, 0

    def _expect_promise_covered(self, entry: Entry, code: str, promised: int) -> None:
        """Check a SKU of which this entry promised units; a confirmed hold promises nothing new."""
        sku = self._sku(code)
        excess = sku.claimed + sku.shipped - sku.supply
        # A shortfall that a correction left behind is not this promise's doing; a promise that adds to it is.
        broken = excess > 0 and promised > 0
        if broken:
            sku.overpromised = max(sku.overpromised, excess)
        self._overpromised.expect(
            not broken, entry, f"{sku.claimed + sku.shipped} of {code} promised or gone, {sku.supply} were there"
        )

    def _sku(self, code: str) -> _Sku:
        return self._skus.setdefault(code, _Sku())

    def finish(self) -> tuple[CheckResult, ...]:
        """Give the outcomes."""
        return self._oversold.result(), self._overpromised.result()
