"""Which units each parcel took, by the words of those who told of it; a parcel that is told again took nothing more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from gate_service.domain.entries import Entry
from gate_service.domain.vocabulary import Bucket, OperationKind

_FROM: Final = frozenset({Bucket.ALLOCATED, Bucket.COMMITTED})

Units = Sequence[tuple[str, int]]
"""SKUs with the units of each; a SKU may come more than once."""


class Parcels:
    """Follows the parcels of one location, and the confirmations that matched nothing when they came."""

    def __init__(self) -> None:
        """Begin before the first."""
        self._seen: set[tuple[str, str]] = set()
        self._unmatched: dict[str, tuple[str, Units]] = {}

    def refused(self, entry: Entry) -> None:
        """Take an entry that was refused: a confirmation without a permit may be resolved later."""
        if entry.kind is OperationKind.CONFIRM_SHIPMENT:
            body = json.loads(entry.body)
            if body.get("without_permit"):
                self._unmatched[f"U{entry.revision}"] = (str(body["shipment_id"]), _lines(body["lines"]))

    def left(self, entry: Entry) -> Units:
        """Give what left by an entry that confirmed or resolved a shipment."""
        body = json.loads(entry.body)
        shipment_id, units = str(body.get("shipment_id", "")), _lines(body.get("lines", ()))
        if entry.kind is OperationKind.RESOLVE_SHIPMENT:
            shipment_id, units = self._unmatched.pop(str(body["unmatched_id"]), ("", ()))
            if not body["order_id"]:
                return ()  # put away: none of ours
        parcel = (str(body["order_id"]), shipment_id)
        if parcel in self._seen:
            return ()
        self._seen.add(parcel)
        # Without lines everything of the order that was ready left: only the gate can say what that was.
        return units or [(change.sku, -change.delta) for change in entry.changes if change.bucket in _FROM]


def _lines(lines: Sequence[tuple[str, str, int]]) -> Units:
    return [(str(sku), int(quantity)) for _, sku, quantity in lines]
