"""Which items of the catalog in force a file does not name: with `--mode replace` they leave it."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b

import fulfillment_gate as sdk

_TOLD_EVERY = 10_000


class Leaving:
    """Eight bytes for each code that a file names: enough to tell a million of them apart."""

    def __init__(self) -> None:
        """Begin with none."""
        self._named = array("Q")

    def noting(self, rows: Iterable[sdk.ImportRow]) -> Iterator[sdk.ImportRow]:
        """Give the rows on. An item that one of them makes an alias of is named by it, too: it is merged."""
        for row in rows:
            self._named.extend(map(_mark, (row.item.sku, *row.item.aliases)))
            yield row

    def count(self, gate: sdk.Gate, tell: Callable[[str], None]) -> int:
        """Count the items in force that no row named. Raises GateError."""
        named = array("Q", sorted(self._named))
        leaving_count = 0
        for count, item in enumerate(gate.iter_items(), start=1):
            mark = _mark(item.sku)
            place = bisect_left(named, mark)
            leaving_count += place == len(named) or named[place] != mark
            if count % _TOLD_EVERY == 0:
                tell(f"{count:,} items in force are compared with the file")
        return leaving_count


def _mark(code: str) -> int:
    return int.from_bytes(blake2b(code.encode(), digest_size=8).digest())
