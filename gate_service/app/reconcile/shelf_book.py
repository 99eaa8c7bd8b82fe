"""The shelves of one location in memory, as they are kept: as text, a few dozen to a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from gate_service.app.reconcile.ports import Change, Collection, Records
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.shelves import Shelf, read_shelf, shard_of, shelf_text

_PAGE: Final = 500
_PARSED_MAX: Final = 2_048
"""Shards that stand in memory as more than text: some hundred thousand shelves at most."""


def at(location_id: str) -> str:
    """Name the index of a location's shelves."""
    return f"at {location_id}"


@dataclass(frozen=True, slots=True)
class Shard:
    """Some shelves of a location, by SKU."""

    location_id: str
    number: int
    shelves: dict[str, str] = field(default_factory=dict)


class ShelfBook:
    """What is known of each SKU of a location."""

    def __init__(self, location_id: str) -> None:
        """Begin with none."""
        self.location_id = location_id
        self.size = 0
        self._kept: dict[int, tuple[int, str]] = {}
        """Version and text, by shard."""
        self._open: dict[int, dict[str, Shelf]] = {}
        """What changed since it was last taken."""
        self._parsed: dict[int, dict[str, Shelf]] = {}
        """Some of what is kept, as it was read."""

    @classmethod
    async def read(cls, records: Records, location_id: str) -> ShelfBook:
        """Read what is kept. Raises `Unavailable`."""
        book, token = cls(location_id), ""
        while True:
            page = await records.page(Collection.SHELVES, at(location_id), _PAGE, token)
            for kept in page.records:
                shard = load(Shard, kept.text)
                book._kept[shard.number] = (kept.version, kept.text)
                book.size += len(shard.shelves)
            token = page.next_token
            if not token:
                return book

    def get(self, sku: str) -> Shelf | None:
        """Give what is known of a SKU; None for one that nobody has heard of."""
        return self._shard(shard_of(sku)).get(sku)

    def put(self, sku: str, shelf: Shelf) -> None:
        """Keep it."""
        number = shard_of(sku)
        shard = self._open.setdefault(number, self._shard(number))
        self.size += sku not in shard
        shard[sku] = shelf

    def drop(self, sku: str) -> None:
        """Forget a SKU."""
        number = shard_of(sku)
        shard = self._open.setdefault(number, self._shard(number))
        self.size -= shard.pop(sku, None) is not None

    def shards(self) -> Iterator[dict[str, Shelf]]:
        """Give all shelves, some at a time."""
        for number in sorted({*self._kept, *self._open}):
            yield self._shard(number)

    def take(self) -> list[Change]:
        """Give what changed since the last time; it counts as kept from now on."""
        changes = []
        for number, shelves in self._open.items():
            version = self._kept.get(number, (0, ""))[0]
            texts = {sku: shelf_text(shelf) for sku, shelf in shelves.items()}
            text = dump(Shard(self.location_id, number, texts))
            name = f"{self.location_id} {number}"
            changes.append(Change(Collection.SHELVES, name, version, text, {at(self.location_id): number}))
            self._kept[number] = (version + 1, text)
            self._remember(number, shelves)
        self._open.clear()
        return changes

    def _shard(self, number: int) -> dict[str, Shelf]:
        if number in self._open:
            return self._open[number]
        if number not in self._parsed:
            _, text = self._kept.get(number, (0, ""))
            told = load(Shard, text).shelves if text else {}
            self._remember(number, {sku: read_shelf(one) for sku, one in told.items()})
        return self._parsed[number]

    def _remember(self, number: int, shelves: dict[str, Shelf]) -> None:
        if len(self._parsed) >= _PARSED_MAX:
            self._parsed.clear()
        self._parsed[number] = shelves
