"""What a gate remembers of the catalog, and when it forgets it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gate_service.app.items.lookup import Catalog
from gate_service.catalog.reading import RedisItems
from gate_service.domain.imports import ImportMode
from gate_service.domain.items import Item
from tests.catalog.world import CODES, World

ITEMS = [
    Item("MUG", ("mug old",), {"07032069804988": "case"}, {"case": 12}),
    Item("96385074"),
    Item("POST", stocked=False),
]


class Counting:
    """A link that counts what is asked."""

    def __init__(self, world: World) -> None:
        self._link = world.link
        self.asked = 0

    async def call(self, *command: str | int) -> Any:  # noqa: ANN401 - as `Link.call`
        self.asked += 1
        return await self._link.call(*command)


async def test_before_the_first_import_every_code_is_taken_as_it_is_written(world: World) -> None:
    found = await world.catalog.resolve(["whatever", "5012345678900"])
    assert {(text, each.sku, each.factor, each.plain, each.item) for text, each in found.items()} == {
        ("whatever", "whatever", 1, True, None),
        ("5012345678900", "5012345678900", 1, True, None),
    }


async def test_sku_alias_gtin_and_element_string_all_name_the_item_and_its_unit(world: World) -> None:
    await world.bring_in(ITEMS)
    found = await world.catalog.resolve(
        [
            "MUG",
            "mug old",
            "7032069804988",
            "(01)07032069804988(10)L1",
            "96385074",
            "0096385074",
            "00000096385074",
            "mug",
        ]
    )
    assert {text: (each.sku, each.unit, each.factor, each.lot) for text, each in found.items()} == {
        "MUG": ("MUG", "", 1, ""),
        "mug old": ("MUG", "", 1, ""),
        "7032069804988": ("MUG", "case", 12, ""),
        "(01)07032069804988(10)L1": ("MUG", "case", 12, "L1"),
        "96385074": ("96385074", "", 1, ""),
        "00000096385074": ("96385074", "", 1, ""),
    }


async def test_what_was_asked_once_is_not_asked_again(world: World) -> None:
    await world.bring_in(ITEMS)
    link = Counting(world)
    catalog = Catalog(RedisItems(link), CODES)
    await catalog.refresh()
    first = await catalog.resolve(["MUG", "mug old"])
    before = link.asked
    assert await catalog.resolve(["mug old", "MUG"]) == first
    assert link.asked == before
    assert catalog.hot["MUG"].plain
    assert not catalog.hot["mug old"].plain


async def test_what_nobody_knows_is_asked_every_time_and_found_as_soon_as_it_is_there(world: World) -> None:
    await world.bring_in(ITEMS)
    assert await world.catalog.resolve(["JAR"]) == {}
    await world.bring_in([Item("JAR")], ImportMode.MERGE)
    assert {*await world.catalog.resolve(["JAR"])} == {"JAR"}


async def test_no_more_is_remembered_than_it_may_and_what_is_used_stays(world: World) -> None:
    items = [Item(f"S{number}") for number in range(40)]
    await world.bring_in(items)
    link = Counting(world)
    catalog = Catalog(RedisItems(link), CODES, remembered=10)
    await catalog.refresh()
    for item in items:
        await catalog.resolve([item.sku])
        await catalog.resolve(["S0"])
        recent = catalog._recent
        assert len(recent.young) + len(recent._old) <= 10
    before = link.asked
    await catalog.resolve(["S0", "S39"])
    assert link.asked == before
    await catalog.resolve(["S1"])
    assert link.asked == before + 1


async def test_a_gate_that_has_not_heard_of_an_import_never_mixes_two_catalogs(world: World) -> None:
    await world.bring_in(ITEMS)
    late = Catalog(RedisItems(world.link), CODES)
    await late.refresh()
    await late.resolve(["MUG"])
    await world.bring_in([Item("MUG", ("mug new",)), Item("JAR")])
    assert late.version == 1
    found = await late.resolve(["MUG", "JAR", "mug old"])
    assert late.version == 2
    assert {*found} == {"MUG", "JAR"}
    assert found["MUG"].item == Item("MUG", ("mug new",))


async def test_a_gate_hears_of_an_import_elsewhere_within_its_interval(world: World) -> None:
    late = Catalog(RedisItems(world.link), CODES)
    following = asyncio.create_task(late.follow_for_ever(5))
    await world.bring_in(ITEMS)
    async with asyncio.timeout(10):
        while not late.version:  # noqa: ASYNC110 - nobody tells it: that is what is tested
            await asyncio.sleep(0.005)
    following.cancel()
    assert late.item_count == len(ITEMS)


async def test_going_through_many_items_leaves_those_in_use_where_they_are(world: World) -> None:
    await world.bring_in(ITEMS)
    await world.catalog.resolve(["MUG"])
    await world.catalog.resolve(["mug old", "POST"], remember=False)
    assert {*world.catalog.hot} == {"MUG"}


async def test_all_items_come_page_by_page_each_once(world: World) -> None:
    items = [Item(f"S{number:04d}", description="x" * 70) for number in range(1_500)]
    await world.bring_in(items, size=500)
    token, found = "", list[Item]()
    while True:
        page = await world.catalog.page(token, 200)
        found += page.items
        token = page.next_token
        if not token:
            break
    assert sorted(found, key=lambda item: item.sku) == items


@pytest.mark.parametrize("token", ["x", "g0.17", "g1.x", "g1.-1"])
async def test_a_token_of_another_catalog_is_refused(world: World, token: str) -> None:
    await world.bring_in(ITEMS)
    with pytest.raises(Exception, match="page_token"):
        await world.catalog.page(token, 10)
