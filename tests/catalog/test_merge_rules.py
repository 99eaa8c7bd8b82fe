"""Which SKUs may become one, as an import sees it: the same base unit of stock, in the same packs."""

from __future__ import annotations

import pytest

from gate_service.catalog import keys
from gate_service.domain.imports import ImportMode, ImportState
from gate_service.domain.items import Item, KitPart
from tests.catalog.world import World


async def test_a_merged_sku_never_becomes_a_sku_again(world: World) -> None:
    await world.bring_in([Item("MUG", ("MUG-OLD",))])
    await world.link.call("HSET", keys.MERGED, "MUG-OLD", "MUG")
    found = await world.bring_in([Item("MUG"), Item("MUG-OLD")])
    assert await world.errors(found.import_id) == {
        2: ("sku", "MUG-OLD was merged into MUG, and its stock with it: it can only be an alias")
    }


@pytest.mark.parametrize("mode", ImportMode)
async def test_what_has_no_stock_is_merged_into_nothing_and_nothing_into_it(world: World, mode: ImportMode) -> None:
    kit = Item("SET", kit=(KitPart("CUP", 1),))
    await world.bring_in([Item("MUG"), Item("CUP"), Item("JAR"), kit, Item("POST", stocked=False)])
    rows = [
        Item("CUP"),
        Item("MUG", ("SET",)),
        Item("JAR", ("POST",)),
        Item("BOX", ("MUG",), kit=(KitPart("CUP", 1),)),
        Item("GIFT", ("JAR",), stocked=False),
    ]
    found = await world.bring_in(rows[:3], mode)
    only = "and only stock can be merged"
    assert await world.errors(found.import_id) == {
        2: ("aliases[0]", f"SET cannot be merged into MUG: SET is a kit, {only}"),
        3: ("aliases[0]", f"POST cannot be merged into JAR: POST is a code without stock, {only}"),
    }
    found = await world.bring_in([rows[0], *rows[3:]], mode)
    assert await world.errors(found.import_id) == {
        2: ("aliases[0]", f"MUG cannot be merged into BOX: BOX is a kit, {only}"),
        3: ("aliases[0]", f"JAR cannot be merged into GIFT: GIFT is a code without stock, {only}"),
    }
    assert world.catalog.version == 1


@pytest.mark.parametrize("mode", ImportMode)
async def test_a_merge_never_changes_what_a_unit_holds(world: World, mode: ImportMode) -> None:
    await world.bring_in([Item("X6", units={"case": 6, "box": 2}), Item("Y12", units={"case": 12})])
    told = "Y12, which it is merged into, {}: what is written in it would be miscounted. Give both the same"
    for units, why in (
        ({"case": 12, "box": 2}, f"X6 has a unit case of 6 and {told.format('has one of 12')}"),
        ({"case": 6}, f"X6 has a unit box of 2 and {told.format('has none')}"),
    ):
        found = await world.bring_in([Item("Y12", ("X6",), units=units)], mode)
        assert await world.errors(found.import_id) == {1: ("units", why)}
    found = await world.bring_in([Item("Y12", ("X6",), units={"case": 6, "box": 2, "pallet": 60})], mode)
    assert found.state is ImportState.COMMITTED
