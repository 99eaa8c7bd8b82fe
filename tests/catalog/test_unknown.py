"""The list of identifiers that nobody knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from gate_service.app.items.ports import UnknownUse
from gate_service.app.items.unknown import UnknownItems
from gate_service.catalog import unknown
from gate_service.catalog.unknown import RedisUnknown
from gate_service.domain.errors import Unavailable
from gate_service.domain.imports import UnknownItem
from gate_service.domain.items import Item
from gate_service.domain.vocabulary import Reason
from tests.catalog.world import World


class Flaky(RedisUnknown):
    """A store that is away for some time."""

    away = False
    writes = 0

    async def note(self, uses: Sequence[UnknownUse]) -> None:
        self.writes += 1
        if self.away:
            raise Unavailable(Reason.STORE_UNAVAILABLE, "away", 1)
        await super().note(uses)


@pytest.fixture
async def store(world: World) -> Flaky:
    return Flaky(world.link)


@pytest.fixture
async def items(store: Flaky) -> AsyncIterator[UnknownItems]:
    opened = UnknownItems(store)
    yield opened
    await opened.close()


async def listed(items: UnknownItems, fewest: int) -> list[UnknownItem]:
    """Wait until so many are on the list."""
    async with asyncio.timeout(10):
        while True:
            found, _ = await items.page(0, 1_000)
            if len(found) >= fewest:
                return [*found]
            await asyncio.sleep(0.01)


async def test_the_most_repeated_come_first_with_who_used_them_last_and_where(items: UnknownItems) -> None:
    for identifier, system, location in [("A", "shop", "EAST"), ("B", "wms", "WEST"), ("B", "erp", "NORTH")]:
        items.note(identifier, system, location)
    found = await listed(items, 2)
    assert [(each.identifier, each.use_count, each.last_system, each.last_location_id) for each in found] == [
        ("B", 2, "erp", "NORTH"),
        ("A", 1, "shop", "EAST"),
    ]


async def test_the_first_time_stays_and_the_last_time_follows(items: UnknownItems) -> None:
    items.note("A", "", "")
    (first,) = await listed(items, 1)
    assert first.first_at_ms == first.last_at_ms > 0
    await asyncio.sleep(0.005)
    items.note("A", "shop", "EAST")
    await items.close()
    (second,) = await listed(items, 1)
    assert (second.use_count, second.first_at_ms, second.last_system) == (2, first.first_at_ms, "shop")
    assert second.last_at_ms > first.last_at_ms


async def test_a_flood_of_one_identifier_is_one_write(items: UnknownItems, store: Flaky) -> None:
    for _ in range(1_000):
        items.note("A", "shop", "EAST")
    assert [each.use_count for each in await listed(items, 1)] == [1_000]
    assert store.writes == 1


async def test_what_the_store_did_not_take_is_told_once_it_is_there_again(items: UnknownItems, store: Flaky) -> None:
    store.away = True
    items.note("A", "shop", "EAST")
    async with asyncio.timeout(10):
        while not store.writes:  # noqa: ASYNC110 - nobody tells it
            await asyncio.sleep(0.01)
    items.note("A", "shop", "WEST")
    store.away = False
    (found,) = await listed(items, 1)
    assert (found.use_count, found.last_location_id) == (2, "WEST")


async def test_the_list_is_bounded_and_the_least_used_leave_it(
    items: UnknownItems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unknown, "UNKNOWN_MAX", 10)
    for number in range(8):
        for _ in range(3):
            items.note(f"often-{number}", "", "")
    for number in range(50):
        items.note(f"once-{number}", "", "")
    await items.close()
    found, count = await items.page(0, 1_000)
    assert count == len(found) == 10
    assert {f"often-{number}" for number in range(8)} <= {each.identifier for each in found}


async def test_what_is_forgotten_is_off_the_list_and_begins_anew(items: UnknownItems) -> None:
    for identifier in "AAABBC":
        items.note(identifier, "", "")
    await items.close()
    assert await items.forget(["A", "NEVER"]) == 1
    assert [each.identifier for each in await listed(items, 2)] == ["B", "C"]
    assert await items.forget(None) == 2
    assert await items.page(0, 10) == ((), 0)


async def test_what_an_import_makes_known_leaves_the_list(items: UnknownItems, world: World) -> None:
    for identifier in ("MUG", "mug old", "JAR"):
        items.note(identifier, "", "")
    await items.close()
    await world.bring_in([Item("MUG", ("mug old",))])
    await items.forget_known(world.catalog)
    assert [each.identifier for each in await listed(items, 1)] == ["JAR"]


async def test_the_list_comes_page_by_page(items: UnknownItems) -> None:
    for number in range(5):
        for _ in range(number + 1):
            items.note(f"N{number}", "", "")
    await items.close()
    first, count = await items.page(0, 2)
    rest, _ = await items.page(2, 10)
    assert ([each.identifier for each in (*first, *rest)], count) == (["N4", "N3", "N2", "N1", "N0"], 5)
