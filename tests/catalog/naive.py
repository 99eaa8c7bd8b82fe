"""The readable specification of an import: docs/catalog.md in dicts, without a thought for size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from gate_service.domain.items import Item, KitPart
from gate_service.domain.limits import ID_PATTERN

Items = Mapping[str, Item]


class Outcome(NamedTuple):
    """What becomes of an import: the catalog after it, the rows that are wrong (by number), and what is merged."""

    items: dict[str, Item]
    bad: set[int]
    merges: dict[str, str]


class Wrong(Exception):
    """A row does not go together with the others."""


def gtin(code: str) -> str:
    """Give a code that is a GTIN in 14 digits, any other as it is."""
    if not (code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14)):
        return code
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code)))
    return code.zfill(14) if weighted % 10 == 0 else code


def codes(item: Item) -> dict[str, str]:
    """Give all codes of an item with their units."""
    found = {gtin(alias): "" for alias in item.aliases} | dict(item.gtins)
    return found | ({gtin(item.sku): ""} if gtin(item.sku) != item.sku else {})


def resolve(items: Items, text: str) -> tuple[str, int] | None:
    """Give the (SKU, factor) that a code means."""
    if text in items:
        return text, 1
    for item in items.values():
        unit = codes(item).get(gtin(text))
        if unit is not None:
            return item.sku, item.units.get(unit, 1)
    return (gtin(text), 1) if gtin(text) in items else None


def import_rows(
    base: Items,
    rows: Sequence[Item | None],
    *,
    merge: bool,
    skip: bool,
    merged_for_good: Mapping[str, str] | None = None,
) -> Outcome | set[int]:
    """Import rows, numbered from 1, of which some cannot be read (None).

    Gives the outcome, or the rows for which nothing is put in force.
    """
    numbered = {number: row for number, row in enumerate(rows, start=1) if row is not None}
    bad = {number for number, row in enumerate(rows, start=1) if row is None}
    while True:
        good = {number: row for number, row in numbered.items() if number not in bad}
        outcome = _Look(base if merge else {}, base, good, merged_for_good or {}).outcome()
        bad |= outcome.bad
        if bad and not skip:
            return bad
        if not outcome.bad:
            return outcome._replace(bad=bad) if outcome.items else bad


class _Look:
    """One look through the rows."""

    def __init__(self, staying: Items, before: Items, rows: Mapping[int, Item], gone: Mapping[str, str]) -> None:
        self.before = before
        self.rows = rows
        self.gone = gone
        self.bad: set[int] = set()
        self.first_row: dict[str, int] = {}
        self.absorbed: dict[str, str] = {}
        self.staying = dict(staying)
        self.taken: dict[str, str] = {}
        self.items: dict[str, Item] = {}

    def outcome(self) -> Outcome:
        self.skus_stand_once()
        self.aliases_absorb()
        for sku in [*self.staying]:
            if gtin(sku) in self.first_row and self.rows[self.first_row[gtin(sku)]].sku == sku:
                del self.staying[sku]
        absorbed = {sku: self.staying.pop(sku) for sku in self.absorbed if sku in self.staying}
        self.taken = {code: item.sku for item in self.staying.values() for code in codes(item)}
        for number in sorted(set(self.first_row.values())):
            self.attempt(number, self.claim)
        for sku, item in absorbed.items():
            self.attempt(self.first_row[gtin(self.absorbed[sku])], lambda _, gone=item: self.inherit(gone))
        result = self.staying | self.items
        for sku, item in result.items():
            if item.kit:
                self.complete(sku, item, result)
        return Outcome(result | self.items, self.bad, self.absorbed)

    def attempt(self, number: int, check: object) -> None:
        try:
            check(number)  # type: ignore[operator]
        except Wrong:
            self.bad.add(number)

    def skus_stand_once(self) -> None:
        for number, row in self.rows.items():
            if row.sku in self.gone or gtin(row.sku) in self.first_row:
                self.bad.add(number)
            else:
                self.first_row[gtin(row.sku)] = number

    def other_row(self, code: str, sku: str) -> bool:
        number = self.first_row.get(gtin(code))
        return number is not None and self.rows[number].sku != sku

    def aliases_absorb(self) -> None:
        for number in sorted(set(self.first_row.values())):
            row = self.rows[number]
            for alias in row.aliases:
                if ID_PATTERN.fullmatch(alias) and alias in self.before and not self.other_row(alias, row.sku):
                    self.absorbed.setdefault(alias, row.sku)

    def claim(self, number: int) -> None:
        row = self.rows[number]
        for code in {row.sku, *row.aliases, *row.gtins}:
            key = gtin(code)
            if self.other_row(code, row.sku) or self.taken.get(key, row.sku) != row.sku:
                raise Wrong
            if key in self.staying and key != row.sku:
                raise Wrong
        for alias in row.aliases:
            if self.absorbed.get(alias) != row.sku:
                continue
            gone = self.before[alias]
            if not gone.has_stock or not row.has_stock or not {*gone.units.items()} <= {*row.units.items()}:
                raise Wrong
        self.taken |= dict.fromkeys(codes(row), row.sku)
        self.items[row.sku] = row

    def inherit(self, gone: Item) -> None:
        heir = self.items.get(self.absorbed[gone.sku])
        if heir is None:
            return
        free = {code for code in codes(gone) if code not in {**self.taken, **self.first_row}}
        aliases = (*heir.aliases, *(alias for alias in gone.aliases if gtin(alias) in free))
        gtins = {**heir.gtins, **{code: unit for code, unit in gone.gtins.items() if code in free}}
        self.items[heir.sku] = replace(heir, aliases=aliases, gtins=gtins)

    def complete(self, sku: str, kit: Item, result: Items) -> None:
        needs: dict[str, int] = {}
        for part in kit.kit:
            meant = (
                part.sku
                if part.sku in result
                else next((item.sku for item in result.values() if codes(item).get(gtin(part.sku)) == ""), None)
            )
            if meant is None and gtin(part.sku) in self.first_row:
                needs[part.sku] = part.quantity  # its own row is wrong, and blamed for it
                continue
            component = result.get(meant or "")
            if component is None or component.sku == sku:
                self.blame(sku)
                return
            if not component.has_stock:
                self.blame(sku if sku in self.items else component.sku)
                return
            needs[component.sku] = needs.get(component.sku, 0) + part.quantity
        if sku in self.items or tuple(needs) != tuple(part.sku for part in kit.kit):
            self.items[sku] = replace(kit, kit=tuple(KitPart(*part) for part in needs.items()))

    def blame(self, sku: str) -> None:
        if gtin(sku) in self.first_row:  # else a component was absorbed by a row that is wrong, and blamed for it
            self.bad.add(self.first_row[gtin(sku)])
