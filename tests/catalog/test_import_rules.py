"""Imports over a real store against the readable specification in dicts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import event, example, given
from hypothesis import strategies as st

from gate_service.domain.imports import ImportMode, ImportState, RowError
from gate_service.domain.items import Item, KitPart
from tests.catalog import naive
from tests.catalog.draws import CASE_EAN, EAN, FILES, IDENTIFIERS
from tests.catalog.world import over_empty_store

Rows = list[Item | RowError]


def items_of(rows: Sequence[Item | RowError]) -> list[Item | None]:
    return [row if isinstance(row, Item) else None for row in rows]


async def compare(store_url: str, case: Case) -> None:
    """Import two files one after the other, and hold every step against the specification."""
    async with over_empty_store(store_url) as world:
        before: naive.Items = {}
        first, second = numbered(case.first), numbered(case.second)
        for rows, how, may_skip in ((first, ImportMode.REPLACE, True), (second, case.mode, case.skip)):
            if not rows:
                continue
            expected = naive.import_rows(before, items_of(rows), merge=how is ImportMode.MERGE, skip=may_skip)
            found = await world.bring_in(rows, how, skip=may_skip, size=case.size)
            if isinstance(expected, set):
                event("nothing put in force")
                assert found.state is ImportState.HAS_BAD_ROWS
                assert set(await world.errors(found.import_id)) == expected
            else:
                event(f"put in force, {'some' if expected.bad else 'no'} rows left out")
                assert found.state is ImportState.COMMITTED
                assert dict(await world.imports.merges(found.import_id)) == expected.merges
                before = expected.items
            assert await world.visible() == before
            meant = await world.catalog.resolve(IDENTIFIERS) if before else {}
            assert {text: (each.sku, each.factor) for text, each in meant.items()} == {
                text: resolved for text in IDENTIFIERS if (resolved := scanned_or_written(before, text))
            }


def scanned_or_written(items: naive.Items, text: str) -> tuple[str, int] | None:
    """Resolve by the specification; what scanners send is spelled out here."""
    gtin = {f"(01)0{EAN}(10)LOT": f"0{EAN}"}.get(text, text[2:] if text.startswith("01") and len(text) == 16 else text)
    return naive.resolve(items, gtin)


class Case(NamedTuple):
    """Two files, the second imported in a mode, in parts of so many rows."""

    first: Rows
    second: Rows
    mode: ImportMode = ImportMode.MERGE
    skip: bool = False
    size: int = 1


@given(st.builds(Case, FILES, FILES, st.sampled_from(ImportMode), st.booleans(), st.integers(1, 4)))
@example(Case([Item("A"), Item("B")], [Item("B", ("A",))]))
@example(Case([Item("A", ("a one",)), Item("K", kit=(KitPart("A", 1),))], [Item("B", ("A",))]))
@example(Case([Item("A", units={"case": 12}, gtins={f"0{EAN}": "case"})], [Item("B", ("A",))], skip=True))
@example(Case([Item("A", units={"case": 6})], [Item("B", ("A",), units={"case": 12})]))
@example(Case([Item("A", units={"case": 6})], [Item("B", ("A",), units={"case": 6, "box": 2})], ImportMode.REPLACE))
@example(Case([Item("A"), Item("E", kit=(KitPart("A", 1),))], [Item("A", ("E",))]))
@example(Case([Item("A", stocked=False)], [Item("B", ("A",), stocked=False)], ImportMode.REPLACE))
@example(Case([Item("A", ("old A",))], [Item("A")]))
@example(Case([Item("A", ("a one",))], [Item("B", ("A",)), Item("C", ("a one",))]))
@example(
    Case([Item("A", units={"case": 6}, gtins={CASE_EAN: "case"})], [Item("K", kit=(KitPart(CASE_EAN, 1),))], skip=True)
)
@example(Case([Item(f"0{EAN}")], [Item(EAN)], skip=True))
@example(Case([Item(f"0{EAN}")], [Item("B", gtins={f"0{EAN}": ""})], skip=True))
@example(Case([Item(f"0{EAN}")], [Item(EAN, (f"0{EAN}",))]))
@example(Case([Item("A"), Item("B")], [Item("B", ("A",), stocked=False)], ImportMode.REPLACE, skip=True))
@example(Case([Item("A"), Item("K", kit=(KitPart("A", 1),))], [Item("A", stocked=False)], skip=True))
def test_an_import_gives_what_the_specification_gives(store_url: str, case: Case) -> None:
    asyncio.run(compare(store_url, case))


def numbered(rows: Rows) -> Rows:
    """Give each row that is wrong in itself its number; the others get theirs when they are staged."""
    return [row._replace(row_number=number) if isinstance(row, RowError) else row for number, row in enumerate(rows, 1)]
