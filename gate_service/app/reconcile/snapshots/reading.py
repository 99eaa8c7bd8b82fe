"""From a row as it was written to its SKU and its figure in base units, or to what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple, Protocol

from gate_service.app.reconcile.snapshots.staging import StagedRow
from gate_service.domain.items import IDENTIFIER_MAX_LENGTH, Resolved
from gate_service.domain.limits import FIGURE_MAX, ID_PATTERN
from gate_service.domain.reconcile.measures import Measure
from gate_service.domain.reconcile.records import BadRow, Snapshot
from gate_service.domain.reconcile.telling import ToldRow
from gate_service.domain.units import UnitError, named
from gate_service.domain.vocabulary import Bucket

_SHOWN_MAX: Final = 64
_FNC1: Final = "\x1d"


class Codes(Protocol):
    """What identifiers mean; see `app.items.lookup.Catalog`."""

    async def resolve(self, texts: Collection[str], *, remember: bool = True) -> dict[str, Resolved]:
        """Give what identifiers mean; those that nobody knows are left out. Raises `Unavailable`."""
        ...


class Successors(Protocol):
    """SKUs that became part of another one at a location."""

    async def of(self, location_id: str, skus: Collection[str]) -> Mapping[str, str]:
        """Give what became of those that were merged. Raises `Unavailable`."""
        ...


class Read(NamedTuple):
    """What rows came to."""

    sound: list[StagedRow]
    bad: list[BadRow]


class _Wrong(Exception):
    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field
        self.problem = problem


class RowReader:
    """Reads the rows of one snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        measure: Callable[[str], Measure | None],
        codes: Codes,
        successors: Successors,
        on_unknown: Callable[[str], None],
    ) -> None:
        """Keep what it is about, and where measures and codes are known. `on_unknown` hears of each unknown code."""
        self._snapshot = snapshot
        self._measure = measure
        self._codes = codes
        self._successors = successors
        self._on_unknown = on_unknown
        self._may_be_negative: dict[str, bool | None] = {}

    async def read(self, first: int, rows: Sequence[ToldRow]) -> Read:
        """Read some rows, the first at this place. Raises `Unavailable`."""
        asked = {row.sku for row in rows if 1 <= len(row.sku) <= IDENTIFIER_MAX_LENGTH}
        meant = await self._codes.resolve(asked, remember=False)
        found = Read([], [])
        for place, row in enumerate(rows, first):
            try:
                found.sound.append(self._row(place, row, meant.get(row.sku)))
            except _Wrong as wrong:
                known = meant.get(row.sku)
                found.bad.append(BadRow(place, _shown(row.sku), wrong.field, wrong.problem, known.sku if known else ""))
        named = {*(row.sku for row in found.sound), *(row.meant for row in found.bad if row.meant)}
        merged = await self._successors.of(self._snapshot.location_id, named)
        if merged:
            found.sound[:] = [
                row._replace(sku=merged[row.sku], merged_from=row.sku) if row.sku in merged else row
                for row in found.sound
            ]
            found.bad[:] = [
                replace(row, meant=merged[row.meant], merged_from=row.meant) if row.meant in merged else row
                for row in found.bad
            ]
        return found

    def _row(self, place: int, row: ToldRow, meant: Resolved | None) -> StagedRow:
        name = row.measure or self._snapshot.measure
        sku, factor = self._sku(row, meant)
        quantity = row.quantity * factor
        if not -FIGURE_MAX <= quantity <= FIGURE_MAX:
            told = f"{row.quantity:,} x {factor:,}" if factor > 1 else f"{quantity:,}"
            raise _Wrong("quantity", f"must be -{FIGURE_MAX:,} to {FIGURE_MAX:,} base units, not {told}")
        negative = self._negative(name)
        if quantity < 0 and not negative:
            raise _Wrong("quantity", f"must not be below 0, as {name} takes nothing off, but is {quantity:,}")
        return StagedRow(place, sku, name, quantity)

    def _sku(self, row: ToldRow, meant: Resolved | None) -> tuple[str, int]:
        if not row.sku:
            raise _Wrong("sku", "must not be empty")
        if len(row.sku) > IDENTIFIER_MAX_LENGTH or not row.sku.replace(_FNC1, "").isprintable():
            raise _Wrong("sku", f"must be at most {IDENTIFIER_MAX_LENGTH} printable characters")
        if meant is None:
            self._on_unknown(row.sku)
            raise _Wrong("sku", f"the catalog does not know '{_shown(row.sku)}': mend it, or import the item")
        if meant.item is None and ID_PATTERN.fullmatch(meant.sku) is None:
            raise _Wrong("sku", f"must be a SKU (A-Z a-z 0-9 . _ @ + / -), not '{_shown(row.sku)}'")
        if meant.item is not None and not meant.item.has_stock:
            raise _Wrong("sku", f"{meant.sku} is a kit or a code without stock: tell what it is made of")
        if not row.unit:
            return meant.sku, meant.factor
        units = meant.item.units if meant.item else {}
        try:
            return meant.sku, units.get(named(row.unit, units), 1)
        except UnitError as error:
            raise _Wrong("unit", f"{error} of {meant.sku}") from None

    def _negative(self, name: str) -> bool:
        if name not in self._may_be_negative:
            found = self._measure(name)
            if found is not None and name == self._snapshot.measure:
                found = found.deducting(Bucket(each) for each in self._snapshot.deducts)
            self._may_be_negative[name] = found.may_be_negative if found else None
            if len(self._may_be_negative) > _SHOWN_MAX:  # nonsense of many kinds: none of it need be remembered
                self._may_be_negative = {name: self._may_be_negative[name]}
        known = self._may_be_negative[name]
        if known is None:
            raise _Wrong("measure", f"there is no measure '{_shown(name)}': say one of the gate's own or of the map's")
        return known


def _shown(text: str) -> str:
    """Show what was written so that it can be found, but never at length nor with its control characters."""
    cut = text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "…"
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in cut)
