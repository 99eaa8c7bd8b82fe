"""The shelves of one location in memory, as text, and how they are kept: what changed lately beside what stands.

A count or a wave comes to SKUs all over a house. To write the record of each of them anew, a few dozen shelves, would
write a house for a few counts. So what changes is written together, as a slip beside the shards; once there are many
slips, a share of the shards is written anew with each further commit, and when all that the slips are about have been,
these slips go. Whoever reads takes the shards, and over them the slips in their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from gate_service.app.reconcile.ports import Change, Collection, Records
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.shelves import SHARDS, Shelf, read_shelf, shard_of, shelf_text

_PAGE: Final = 500
SLIPS_MAX: Final = 256
"""So many slips wait until shards are written anew; or fewer, with shelves enough on them."""
_SHELVES_MIN: Final = 4_096
_SHARE: Final = 8
"""An eighth of a house's shelves is on slips until its shards are written anew."""
_FOLDED_MIN, _FOLDED_MAX = 32, 400
"""Shards that are written anew with one commit."""


def at(location_id: str) -> str:
    """Name the index of a location's shelves: shards by number, and slips behind them in their order."""
    return f"at {location_id}"


@dataclass(frozen=True, slots=True)
class Shard:
    """Some shelves of a location, by SKU. Those from number `SHARDS` on are slips; an empty text there is no shelf."""

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
        """Version and shelves, by shard: a line for each SKU, with a tab before its text."""
        self._young: dict[int, dict[str, str]] = {}
        """What changed since its shard was written, by shard."""
        self._changed: dict[str, str] = {}
        """What changed since it was last taken."""
        self._given: set[int] = set()
        """Shards in which a class changed: no slip is about that, since it can be asked for again."""
        self._slips: dict[int, int] = {}
        """How many shelves are on each slip."""
        self._folding: list[int] = []
        """Shards that are to be written anew, before the slips up to `_through` can go."""
        self._through = 0

    @classmethod
    async def read(cls, records: Records, location_id: str) -> ShelfBook:
        """Read what is kept. Raises `Unavailable`."""
        book, token = cls(location_id), ""
        while True:
            page = await records.page(Collection.SHELVES, at(location_id), _PAGE, token)
            for kept in page.records:
                shard = load(Shard, kept.text)
                if shard.number < SHARDS:
                    book._kept[shard.number] = (kept.version, _lines(shard.shelves))
                    book.size += len(shard.shelves)
                else:
                    book._slips[shard.number] = len(shard.shelves)
                    for sku, text in shard.shelves.items():
                        book._set(sku, text)
            token = page.next_token
            if not token:
                return book

    def __contains__(self, sku: str) -> bool:
        """Say whether anybody has heard of a SKU."""
        return bool(self._text(sku))

    def get(self, sku: str) -> Shelf | None:
        """Give what is known of a SKU; None for one that nobody has heard of."""
        text = self._text(sku)
        return read_shelf(text) if text else None

    def put(self, sku: str, shelf: Shelf) -> None:
        """Keep it."""
        self._changed[sku] = text = shelf_text(shelf)
        self._set(sku, text)

    def drop(self, sku: str) -> None:
        """Forget a SKU."""
        if sku in self:
            self._changed[sku] = ""
            self._set(sku, "")

    def give(self, classes: Mapping[str, str]) -> None:
        """Note which class the catalog gives to SKUs; of one that nobody has heard of nothing is noted."""
        by_shard: dict[int, dict[str, str]] = {}
        for sku, abc in classes.items():
            text = self._text(sku)
            if text and (shelf := read_shelf(text)).given != abc:
                by_shard.setdefault(shard_of(sku), {})[sku] = shelf_text(shelf.of_class(abc))
        for number, given in by_shard.items():
            self._kept[number] = (self._kept.get(number, (0, ""))[0], _lines({**self._shard(number), **given}))
            for newer in (self._young.get(number, {}), self._changed):
                newer.update({sku: text for sku, text in given.items() if sku in newer})
            self._given.add(number)

    def shards(self) -> Iterator[dict[str, Shelf]]:
        """Give all shelves, some at a time, as they are when their turn comes."""
        for number in sorted({*self._kept, *self._young}):
            yield {sku: read_shelf(text) for sku, text in self._shard(number).items()}

    def take(self) -> list[Change]:
        """Give what changed since the last time; it counts as kept from now on. Nothing where nothing did."""
        if not self._changed:
            return []
        changed, self._changed = self._changed, {}
        slip = max(self._slips, default=SHARDS - 1) + 1
        self._slips[slip] = len(changed)
        text = dump(Shard(self.location_id, slip, changed))
        changes = [Change(Collection.SHELVES, self._slip_id(slip), 0, text, {at(self.location_id): slip})]
        if not self._folding and self._many_slips():
            self._folding, self._through = sorted(self._young, reverse=True), slip - 1  # this one is not kept yet
        most = min(_FOLDED_MAX, max(_FOLDED_MIN, len(changed) // 4))
        if self._folding:
            changes += [self._written_anew(self._folding.pop()) for _ in range(min(most, len(self._folding)))]
            if not self._folding:
                changes += self._slips_gone()
        given = sorted(self._given)[:_FOLDED_MIN]
        return changes + [self._written_anew(number) for number in given]

    def _many_slips(self) -> bool:
        shelves = sum(self._slips.values())
        return len(self._slips) >= SLIPS_MAX or shelves >= max(_SHELVES_MIN, self.size // _SHARE)

    def _written_anew(self, number: int) -> Change:
        """Write a shard with all that changed in it."""
        shelves, version = self._shard(number), self._kept.get(number, (0, ""))[0]
        self._kept[number] = (version + 1, _lines(shelves))
        self._young.pop(number, None)
        self._given.discard(number)
        text = dump(Shard(self.location_id, number, shelves))
        name = f"{self.location_id} {number}"
        return Change(Collection.SHELVES, name, version, text, {at(self.location_id): number})

    def _slips_gone(self) -> list[Change]:
        """Remove the slips of which all shards were written anew; never the newest one, so that numbers go on."""
        gone = [slip for slip in self._slips if slip <= self._through]
        for slip in gone:
            del self._slips[slip]
        nowhere = {at(self.location_id): None}
        return [Change(Collection.SHELVES, self._slip_id(slip), 1, "", nowhere) for slip in gone]

    def _slip_id(self, slip: int) -> str:
        return f"{self.location_id} {slip}"

    def _set(self, sku: str, text: str) -> None:
        self.size += bool(text) - (sku in self)
        self._young.setdefault(shard_of(sku), {})[sku] = text

    def _text(self, sku: str) -> str:
        """Give the text of a shelf; empty where there is none."""
        number = shard_of(sku)
        young = self._young.get(number)
        if young is not None and sku in young:
            return young[sku]
        kept = self._kept.get(number)
        if kept is None:
            return ""
        text, head = kept[1], f"\n{sku}\t"
        place = text.find(head)
        return text[place + len(head) : text.index("\n", place + 1)] if place >= 0 else ""

    def _shard(self, number: int) -> dict[str, str]:
        """Give the shelves of a shard as they are now."""
        lines = self._kept.get(number, (0, ""))[1][1:-1]
        shelves = dict(line.split("\t") for line in lines.split("\n")) if lines else {}
        shelves |= self._young.get(number, {})
        return {sku: text for sku, text in shelves.items() if text}


def _lines(shelves: Mapping[str, str]) -> str:
    """Write shelves with a line end around each, so that a SKU is found as text; no SKU holds a tab or a line end."""
    return "\n".join(("", *(f"{sku}\t{text}" for sku, text in shelves.items()), ""))
