"""What callers hear when the store gives out between two places, and what becomes of those who hang up."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import replace
from typing import Any, cast

import pytest
import redis

from gate_service.app.ports import Call, Ledger
from gate_service.domain import operations as ops
from gate_service.domain.errors import GateError, Unavailable
from gate_service.domain.operations import Operation
from gate_service.domain.policy import Policy
from gate_service.domain.vocabulary import OperationKind, Reason, ReservationState
from tests.sourcing.shop import ASKING, TTL_MS, Shop, served


class Crowded:
    """A ledger with one location at which one verb is turned away as long as `full`."""

    def __init__(self, shop: Shop, location_id: str, verb: OperationKind) -> None:
        self._ledger = shop.ledger
        self._where = (location_id, verb)
        self.full = True

    async def apply(self, operation: Operation[Any], policy: Policy, call: Call) -> Any:  # noqa: ANN401 - any reply
        if self.full and (operation.location_id, operation.kind) == self._where:
            raise Unavailable(Reason.OVERLOADED, "nothing was applied", 70)
        return await self._ledger.apply(operation, policy, call)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the ledger
        return getattr(self._ledger, name)


async def fails(asking: Any) -> GateError:  # noqa: ANN401 - whatever is asked
    with pytest.raises(GateError) as caught:
        await asking
    return caught.value


@pytest.mark.parametrize("verb", [OperationKind.RESERVE_STOCK, OperationKind.CONFIRM_RESERVATION])
async def test_where_one_of_two_places_is_crowded_nobody_is_told_that_nothing_was_applied(
    shop: Shop, verb: OperationKind
) -> None:
    await shop.stock(NORTH={"A": 2}, EAST={"A": 3})
    crowded = Crowded(shop, "EAST", verb)
    sourcing = shop.sourcing(cast("Ledger", crowded))
    asked = shop.order("O-1", ("1", "A", 5))
    told = await fails(sourcing.reserve(asked, ASKING))
    assert isinstance(told, Unavailable)
    assert (told.reason, told.retry_after_ms) == (Reason.OUTCOME_UNKNOWN, 70)
    crowded.full = False
    assert served(await sourcing.reserve(asked, ASKING)) == {"NORTH": {"1": 2}, "EAST": {"1": 3}}


async def test_where_the_only_place_is_crowded_it_says_so(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 9})
    crowded = Crowded(shop, "NORTH", OperationKind.RESERVE_STOCK)
    told = await fails(shop.sourcing(cast("Ledger", crowded)).reserve(shop.order("O-1", ("1", "A", 5)), ASKING))
    assert told.reason is Reason.OVERLOADED


async def test_a_deadline_that_passes_before_anything_is_done_is_told_and_the_same_id_goes_on(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 9})
    asked = shop.order("O-1", ("1", "A", 5))
    late = replace(ASKING, deadline=time.monotonic() - 1)
    assert (await fails(shop.sourcing().reserve(asked, late))).reason is Reason.DEADLINE_PASSED
    assert served(await shop.reserve(asked)) == {"NORTH": {"1": 5}}


async def test_an_order_is_reserved_to_its_end_though_its_caller_hangs_up(shop: Shop) -> None:
    sourcing = shop.sourcing()
    for turns in range(0, 60, 3):
        sku = f"S-{turns}"
        await shop.stock(NORTH={sku: 2}, EAST={sku: 3})
        asked = shop.order(f"O-{turns}", ("1", sku, 5))
        asking = asyncio.ensure_future(sourcing.reserve(asked, ASKING))
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        while sourcing._under_way:
            await asyncio.wait(sourcing._under_way)
        assert await shop.reserved(asked.order_id) in (
            {},  # it had not begun
            {
                "NORTH": (ReservationState.COMMITTED, Counter({"1": 2})),
                "EAST": (ReservationState.COMMITTED, Counter({"1": 3})),
            },
        )


async def test_at_the_memory_limit_no_new_order_comes_in_and_those_in_the_house_go_on(
    shop: Shop, store_url: str
) -> None:
    await shop.stock(NORTH={"A": 2}, EAST={"A": 9})
    await shop.reserve(shop.order("O-1", ("1", "A", 10), ttl_ms=TTL_MS))
    fresh = shop.order("O-2", ("1", "A", 1))
    with redis.Redis.from_url(store_url) as store:
        store.config_set("maxmemory", "1mb")
        try:
            told = await fails(shop.reserve(fresh))
            assert told.reason is Reason.STORE_UNAVAILABLE
            assert (await shop.confirm("O-1")).state is ReservationState.COMMITTED
            assert (await shop.release("O-1")).released_quantity == 10
        finally:
            store.config_set("maxmemory", "0")
    assert await shop.plans.plan("O-2") is None
    assert served(await shop.reserve(fresh)) == {"NORTH": {"1": 1}}


async def test_an_order_that_cannot_be_finished_keeps_no_other_from_it(shop: Shop) -> None:
    crowded = Crowded(shop, "NORTH", OperationKind.CONFIRM_RESERVATION)
    sourcing = shop.sourcing(cast("Ledger", crowded))
    for number in range(6):
        sku = f"S-{number}"
        place = "NORTH" if number % 2 else "SOUTH"
        await shop.stock(**{place: {sku: 2}, "EAST": {sku: 3}})
        await shop.reserve(shop.order(f"O-{number}", ("1", sku, 5), ttl_ms=TTL_MS))
        broken = shop.sourcing(cast("Ledger", Crowded(shop, "EAST", OperationKind.CONFIRM_RESERVATION)))
        await fails(broken.confirm(ops.ConfirmReservation(f"c-{number}", "", f"O-{number}"), ASKING))
    assert (await fails(sourcing.finish_undecided(0, ASKING))).reason is Reason.OUTCOME_UNKNOWN
    assert sorted(await shop.plans.undecided(0)) == ["O-1", "O-3", "O-5"]
    crowded.full = False
    await sourcing.finish_undecided(0, ASKING)
    assert list(await shop.plans.undecided(0)) == []
