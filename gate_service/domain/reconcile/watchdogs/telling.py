"""An entry with its texts read once, for all watchdogs."""

from __future__ import annotations

from typing import Any, NamedTuple

from gate_service.domain.entries import Entry
from gate_service.domain.vocabulary import Bucket


class Told(NamedTuple):
    """An entry that was done; `body` and `reply` in the form of docs/transitions.md."""

    entry: Entry
    body: dict[str, Any]
    reply: dict[str, Any]

    @property
    def system(self) -> str:
        """Name whose event it was."""
        source = self.entry.source
        return source.system if source and source.system else self.entry.system

    def moved(self, bucket: Bucket) -> dict[str, int]:
        """Give how a bucket changed, by SKU."""
        return {change.sku: change.delta for change in self.entry.changes if change.bucket is bucket}


def renamed(units: dict[str, int], old: str, new: str) -> dict[str, int]:
    """Give units by name with one name's added to another's."""
    if old not in units:
        return units
    others = {name: one for name, one in units.items() if name != old}
    others[new] = others.get(new, 0) + units[old]
    return others
