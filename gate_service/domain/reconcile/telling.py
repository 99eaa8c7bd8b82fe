"""A snapshot as it is told: its header, its rows as they were written, and the digest by which they are known again."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final, NamedTuple

from gate_service.domain.reconcile.records import Snapshot

_DIGEST_BYTES: Final = 16
_MODULUS: Final = 1 << (8 * _DIGEST_BYTES)


class Header(NamedTuple):
    """What a snapshot is about, as it was told; what is empty or 0 was left out."""

    snapshot_id: str
    location_id: str
    system: str
    measure: str
    deducts: tuple[str, ...]
    as_of_revision: int
    as_of_ms: int
    whole: bool
    skip_bad_rows: bool

    def differs(self, snapshot: Snapshot) -> str:
        """Name the field in which it is another one than before; empty for none. What is left out is as it was."""
        begun = (0, snapshot.begun_at_ms)  # none was told: the moment its first message came
        as_of = (self.as_of_revision, self.as_of_ms) if self.as_of_revision or self.as_of_ms else begun
        told = {
            "location_id": self.location_id == snapshot.location_id,
            "measure": self.measure in {"", snapshot.measure},
            "deducts": self.deducts in {(), snapshot.deducts},
            "as_of": as_of == (snapshot.as_of_revision, snapshot.as_of_ms),
            "whole": self.whole == snapshot.whole,
            "skip_bad_rows": self.skip_bad_rows == snapshot.skip_bad_rows,
        }
        return next((field for field, same in told.items() if not same), "")


class ToldRow(NamedTuple):
    """A row as it was written."""

    sku: str
    quantity: int
    measure: str
    unit: str


class Digest:
    """Of rows by their places: the sum of their hashes, so that it matters not how they were cut."""

    def __init__(self, text: str = "0") -> None:
        """Go on from one that was written."""
        self._sum = int(text, 16)

    def add(self, place: int, rows: Iterable[ToldRow]) -> None:
        """Take rows, the first at this place."""
        total = self._sum
        for at, row in enumerate(rows, place):
            text = f"{at}\n{row.sku}\n{row.quantity}\n{row.measure}\n{row.unit}".encode("utf-8", "surrogatepass")
            total += int.from_bytes(blake2b(text, digest_size=_DIGEST_BYTES).digest())
        self._sum = total % _MODULUS

    @property
    def text(self) -> str:
        """Write it in hex."""
        return f"{self._sum:x}"
