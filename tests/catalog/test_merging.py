"""SKUs that become one: their stock moves in every ledger, once, whatever happens in between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

import pytest

from gate_service.app.items.merging import MERGING, Ledgers, Merging
from gate_service.app.ports import Call
from gate_service.catalog import keys
from gate_service.catalog.merging import RedisMerges
from gate_service.domain.errors import Refused
from gate_service.domain.imports import ImportMode
from gate_service.domain.items import Item
from gate_service.domain.operations import MergeSku, OrderLine, ReceiptLine, RecordReceipt, ReserveStock
from gate_service.domain.policy import Policy
from gate_service.domain.stock import StockAnswer
from gate_service.domain.vocabulary import Landing, OperationKind, Reason
from gate_service.ledger.ledger import RedisLedger
from tests.catalog.world import CALL, Killed, World

BEFORE = [Item("MUG"), Item("MUG-OLD"), Item("CUP")]
AFTER = [Item("MUG", ("MUG-OLD", "mug blue")), Item("CUP")]


@pytest.fixture
async def ledger(world: World, store_url: str) -> AsyncIterator[RedisLedger]:
    del world  # it has emptied the store
    opened = RedisLedger.connect(store_url)
    yield opened
    await opened.close()


async def receive(ledger: RedisLedger, location: str, **units: int) -> None:
    lines = tuple(ReceiptLine(sku.replace("_", "-"), count, Landing.AVAILABLE) for sku, count in units.items())
    await ledger.apply(RecordReceipt(f"receive-{location}-{len(lines)}", location, "", lines), Policy(), CALL)


async def on_hand(ledger: RedisLedger, location: str) -> dict[str, int]:
    page = await ledger.list_stock(location, "", 100, CALL)
    return {level.sku: level.on_hand for level in page.levels}


async def merges_in(ledger: RedisLedger, location: str) -> list[str]:
    page = await ledger.entries(location, 1, 100, CALL)
    return [entry.operation_id for entry in page.entries if entry.kind is OperationKind.MERGE_SKU]


def merging(world: World, ledgers: Ledgers, settled_after_ms: int = 0, told: list[Any] | None = None) -> Merging:
    on_failure = (lambda *failure: told.append(failure)) if told is not None else lambda *_: None
    return Merging(RedisMerges(world.link), world.catalog, ledgers, settled_after_ms, on_failure)


async def test_the_stock_of_a_sku_that_became_an_alias_moves_wherever_there_is_some(
    world: World, ledger: RedisLedger
) -> None:
    await world.bring_in(BEFORE)
    await receive(ledger, "EAST", MUG=5, MUG_OLD=7)
    await receive(ledger, "WEST", MUG_OLD=3)
    await receive(ledger, "NORTH", CUP=1)
    await ledger.apply(ReserveStock("r", "EAST", "o", "", 0, (OrderLine("L", "MUG-OLD", 2),)), Policy(), CALL)
    found = await world.bring_in(AFTER)
    assert (found.merge_count, await world.imports.merges(found.import_id)) == (1, [("MUG-OLD", "MUG")])
    assert await merging(world, ledger).run_once()
    assert [await on_hand(ledger, place) for place in ("EAST", "WEST", "NORTH")] == [
        {"MUG": 12},
        {"MUG": 3},
        {"CUP": 1},
    ]
    order = (await ledger.reservation("EAST", "o", CALL)).reservation
    assert [(line.sku, line.committed) for line in order.lines] == [("MUG", 2)]
    assert [await merges_in(ledger, place) for place in ("EAST", "WEST", "NORTH")] == [
        ["~merge/2/MUG-OLD"],
        ["~merge/2/MUG-OLD"],
        [],
    ]
    assert not await merging(world, ledger).run_once()


async def test_who_committed_the_import_stands_with_what_it_merged(world: World, ledger: RedisLedger) -> None:
    await world.bring_in([*BEFORE, Item("CUP-OLD")])
    await receive(ledger, "EAST", MUG_OLD=7, CUP_OLD=1)
    await world.bring_in(AFTER, ImportMode.MERGE, call=Call("commit", system="pim", actor="buyer"))
    later = [Item("CUP", ("CUP-OLD",))]
    await world.bring_in(later, ImportMode.MERGE, call=Call("commit", system="shop"))
    while await merging(world, ledger).run_once():
        pass
    entries = (await ledger.entries("EAST", 1, 100, CALL)).entries
    told = {entry.operation_id: (entry.system, entry.actor) for entry in entries}
    assert (told["~merge/3/MUG-OLD"], told["~merge/3/CUP-OLD"]) == (("pim", "buyer"), ("shop", ""))
    assert await world.link.call("EXISTS", keys.MERGE_CALLERS) == 0


async def test_an_alias_that_no_catalog_ever_knew_is_merged_where_a_ledger_knows_it(
    world: World, ledger: RedisLedger
) -> None:
    await receive(ledger, "EAST", MUG_OLD=7)
    found = await world.bring_in(AFTER)
    assert found.merge_count == 0
    await merging(world, ledger).run_once()
    assert await on_hand(ledger, "EAST") == {"MUG": 7}


async def test_stock_that_is_still_booked_in_under_the_old_name_is_moved_too(world: World, ledger: RedisLedger) -> None:
    await world.bring_in(BEFORE)
    await receive(ledger, "EAST", MUG=1)
    await world.bring_in(AFTER)
    unsettled = merging(world, ledger, settled_after_ms=3_600_000)
    assert await unsettled.run_once()
    await receive(ledger, "LATE", MUG_OLD=4)
    assert await unsettled.run_once()
    assert await on_hand(ledger, "LATE") == {"MUG": 4}
    unsettled._settled_after_ms = 0
    assert await unsettled.run_once()
    assert not await unsettled.run_once()


async def test_an_alias_that_means_a_pack_or_a_kit_moves_nothing(world: World, ledger: RedisLedger) -> None:
    await receive(ledger, "EAST", K_OLD=2, POST_OLD=1)
    await receive(ledger, "WEST", **{"07032069804988": 3})
    await world.bring_in(
        [
            Item("MUG", (), {"07032069804988": "case"}, {"case": 12}),
            Item("POST", ("POST-OLD",), stocked=False),
        ]
    )
    await merging(world, ledger).run_once()
    assert await on_hand(ledger, "EAST") == {"K-OLD": 2, "POST-OLD": 1}
    assert await on_hand(ledger, "WEST") == {"07032069804988": 3}


class Stumbling:
    """Ledgers that end, or refuse, at their n-th merge."""

    def __init__(self, ledger: RedisLedger, at: int, error: BaseException, *, sent: bool = False) -> None:
        self._ledger = ledger
        self._left = at
        self._error = error
        self._sent = sent

    async def apply(self, operation: Any, policy: Policy, call: Call) -> object:  # noqa: ANN401 - as `Ledgers`
        self._left -= 1
        if self._left == 0:
            if self._sent:
                await self._ledger.apply(operation, policy, call)
            raise self._error
        return await self._ledger.apply(operation, policy, call)

    async def stock(self, location_id: str, skus: Sequence[str], call: Call) -> StockAnswer:
        return await self._ledger.stock(location_id, skus, call)

    async def locations(self, call: Call) -> Sequence[str]:
        return await self._ledger.locations(call)


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("killed", ["before", "after"])
async def test_a_gate_that_is_killed_between_two_ledgers_leaves_the_rest_to_the_next_and_nothing_moves_twice(
    world: World, ledger: RedisLedger, at: int, killed: str
) -> None:
    await world.bring_in(BEFORE)
    places = ("A", "B", "C")
    for place in places:
        await receive(ledger, place, MUG=1, MUG_OLD=2)
    await world.bring_in(AFTER)
    with suppress(Killed):
        await merging(world, Stumbling(ledger, at, Killed(), sent=killed == "after")).run_once()
    await world.link.call("DEL", keys.MERGER)  # which would run out by itself
    await merging(world, ledger).run_once()
    assert [await on_hand(ledger, place) for place in places] == [{"MUG": 3}] * 3
    assert [await merges_in(ledger, place) for place in places] == [["~merge/2/MUG-OLD"]] * 3


async def test_a_ledger_that_refuses_is_told_and_asked_again_later_under_another_name(
    world: World, ledger: RedisLedger
) -> None:
    await world.bring_in(BEFORE)
    await receive(ledger, "EAST", MUG_OLD=2)
    await world.bring_in(AFTER)
    told: list[Any] = []
    refusal = Refused(Reason.MERGE_TOO_LARGE, "too many orders rest on it")
    await merging(world, Stumbling(ledger, 1, refusal), told=told).run_once()
    assert told == [("EAST", "MUG-OLD", refusal)]
    assert await on_hand(ledger, "EAST") == {"MUG-OLD": 2}
    later = merging(world, ledger)
    assert await later.run_once()
    assert await on_hand(ledger, "EAST") == {"MUG": 2}
    assert await merges_in(ledger, "EAST") == ["~merge/2/MUG-OLD/1"]
    assert not await later.run_once()


async def test_a_gate_that_was_refused_waits_before_it_asks_again(world: World, ledger: RedisLedger) -> None:
    await world.bring_in(BEFORE)
    await receive(ledger, "EAST", MUG_OLD=2)
    await world.bring_in(AFTER)
    refusing = Stumbling(ledger, 1, Refused(Reason.MERGE_TOO_LARGE, "too many"))
    patient = merging(world, refusing)
    assert await patient.run_once()
    assert await patient.run_once()
    assert await on_hand(ledger, "EAST") == {"MUG-OLD": 2}


async def test_one_gate_at_a_time_moves_stock(world: World, ledger: RedisLedger) -> None:
    await world.bring_in(BEFORE)
    await world.bring_in(AFTER)
    assert await RedisMerges(world.link).pending() is not None
    assert not await merging(world, ledger).run_once()


async def test_an_alias_that_became_a_sku_again_before_its_stock_was_moved_keeps_it(
    world: World, ledger: RedisLedger
) -> None:
    await world.bring_in(BEFORE)
    await receive(ledger, "EAST", MUG_OLD=2)
    await world.bring_in(AFTER)
    await world.bring_in(BEFORE)
    while await merging(world, ledger).run_once():
        pass
    assert await on_hand(ledger, "EAST") == {"MUG-OLD": 2}


async def test_a_sku_whose_stock_moved_cannot_become_a_sku_again(world: World, ledger: RedisLedger) -> None:
    await world.bring_in(BEFORE)
    await receive(ledger, "EAST", MUG_OLD=2)
    await world.bring_in(AFTER)
    await merging(world, ledger).run_once()
    found = await world.bring_in(BEFORE)
    assert await world.errors(found.import_id) == {
        2: ("sku", "MUG-OLD was merged into MUG, and its stock with it: it can only be an alias")
    }
    with pytest.raises(Refused) as no:
        await ledger.apply(MergeSku("again", "EAST", "MUG-OLD", "CUP"), Policy(), MERGING)
    assert no.value.reason is Reason.SKU_MERGED
