"""What an item must be in itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gate_service.domain import imports, item_rules, items
from gate_service.domain.item_rules import Draft, ItemError, checked
from gate_service.domain.items import Component, Item, KitPart, components, kit_promise
from gate_service.domain.units import UnitError
from tests.catalog.world import CODES

CASES = [("case", 12)]
PROTO = (Path(__file__).parents[2] / "protos" / "fulfillment_gate" / "v1" / "catalog_service.proto").read_text()


def test_gtins_are_kept_in_fourteen_digits_and_units_in_small_letters() -> None:
    draft = Draft("MUG", ["mug (old)"], [("96385074", ""), ("15012345678907", "CASE")], [("Case", 12)], abc="A")
    assert checked(draft, CODES) == Item(
        "MUG", ("mug (old)",), {"00000096385074": "", "15012345678907": "case"}, {"case": 12}, abc="A"
    )


@pytest.mark.parametrize(
    ("draft", "field", "why"),
    [
        (Draft(""), "sku", "not empty"),
        (Draft("A B"), "sku", "not 'A B'"),
        (Draft("A", [""]), "aliases[0]", "not empty"),
        (Draft("A", ["b", " c"]), "aliases[1]", "without a blank at either end"),
        (Draft("A", ["b\n"]), "aliases[0]", "printable"),
        (Draft("A", ["x" * 65]), "aliases[0]", "1 to 64"),
        (Draft("A", ["b|c"]), "aliases[0]", "must not hold '|'"),
        (Draft("A", ["b", "b"]), "aliases[1]", "stands twice"),
        (Draft("A", ["A"]), "aliases[0]", "stands twice"),
        (Draft("A", ["(01)07032069804988"]), "aliases[0]", "give its GTIN instead"),
        (Draft("A", [str(number) for number in range(101)]), "aliases", "at most 100, not 101"),
        (Draft("A", gtins=[("96385075", "")]), "gtins[0]", "sound check digit, not '96385075'"),
        (Draft("A", gtins=[("96385074", "case")]), "gtins[0]", "a unit that the item does not have, not 'case'"),
        (Draft("A", gtins=[("96385074", ""), ("00000096385074", "")]), "gtins[1]", "stands twice"),
        (Draft("A", ["96385074"], [("96385074", "")]), "gtins[0]", "stands twice"),
        (Draft("A", units=[("case", 0)]), "units[0]", "must hold 1 to 1,000,000 base units, not 0"),
        (Draft("A", units=[("case", 1_000_001)]), "units[0]", "not 1,000,001"),
        (Draft("A", units=[("", 12)]), "units[0]", "not empty"),
        (Draft("A", units=[("big case", 12)]), "units[0]", "1 to 16 characters"),
        (Draft("A", units=[*CASES, ("CASE", 6)]), "units[1]", "stands twice"),
        (Draft("A", kit=[("B", 0)]), "kit[0]", "must need 1 to 1,000,000 base units, not 0"),
        (Draft("A", kit=[("A", 1)]), "kit[0]", "must not be the kit itself"),
        (Draft("A", kit=[("B", 1), ("B", 2)]), "kit[1]", "stands twice"),
        (Draft("A", kit=[("b c", 1)]), "kit[0]", "not 'b c'"),
        (Draft("A", kit=[(f"B{number}", 1) for number in range(101)]), "kit", "at most 100, not 101"),
        (Draft("A", kit=[("B", 1)], stocked=False), "non_stock", "must not be set for a kit"),
        (Draft("A", abc="D"), "abc", "must be A, B, C or empty, not 'D'"),
        (Draft("A", description="x" * 201), "description", "at most 200 characters"),
        (Draft("A", description="a\tb"), "description", "without control characters"),
    ],
)
def test_an_item_out_of_its_bounds_is_refused_by_field(draft: Draft, field: str, why: str) -> None:
    with pytest.raises(ItemError) as wrong:
        checked(draft, CODES)
    assert wrong.value.field == field
    assert why in wrong.value.why


def test_the_same_number_with_and_without_a_leading_zero_may_be_sku_and_alias_of_one_item() -> None:
    item = checked(Draft("5012345678900", ["05012345678900"]), CODES)
    assert items.codes_of(item, CODES) == {"05012345678900": ""}


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        (item_rules.ALIASES_MAX, "Other codes for it, 0 to {:,}"),
        (item_rules.GTINS_MAX, "Its GTINs, 0 to {:,}."),
        (item_rules.UNITS_MAX, "Its packs, 0 to {:,}."),
        (item_rules.FACTOR_MAX, "Base units in it, 1 to {:,}."),
        (item_rules.KIT_PARTS_MAX, "0 to {:,} components"),
        (item_rules.PER_KIT_MAX, "Base units of it in one kit, 1 to {:,}."),
        (items.IDENTIFIER_MAX_LENGTH, "Any of its identifiers, 1 to {:,} characters."),
        (imports.PART_ROWS_MAX, "1 to {:,} rows."),
        (imports.PARTS_MAX, "The caller's number for the part, 1 to {:,}."),
        (imports.ROW_NUMBER_MAX, "Where it stands in its source, 0 to {:,};"),
        (imports.DIGEST_MAX_LENGTH, "up to {:,} characters; empty: the gate makes one"),
        (imports.UNREADABLE_MAX_LENGTH, "an item of the row, up to {:,} characters"),
        (imports.ERRORS_TOLD_MAX, "The first {:,} rows that are wrong"),
        (imports.MERGES_TOLD_MAX, "The first {:,} SKUs that become an alias"),
    ],
)
def test_a_bound_in_the_contract_is_the_one_in_the_code(bound: int, said: str) -> None:
    assert re.sub(r"\s*//\s*", " ", said.format(bound)) in re.sub(r"\s*//\s*", " ", PROTO)


def test_a_kit_promises_what_its_scarcest_component_allows() -> None:
    assert kit_promise([(7, 2), (100, 1)]) == 3
    assert kit_promise([(1, 2), (100, 1)]) == 0
    assert kit_promise([(-5, 1), (100, 1)]) == 0


def test_the_components_of_a_kit_stand_in_its_order_under_the_line_of_the_kit() -> None:
    kit = Item("SET", kit=(KitPart("MUG", 2), KitPart("BOX", 1)))
    assert components(kit, "L", 3) == [Component("L/1", "MUG", 6, 2), Component("L/2", "BOX", 3, 1)]


def test_more_of_a_component_than_a_line_may_hold_is_refused() -> None:
    with pytest.raises(UnitError, match=r"^2000 SET x 1,000,000 = 2,000,000,000 base units"):
        components(Item("SET", kit=(KitPart("MUG", 1_000_000),)), "L", 2_000)
