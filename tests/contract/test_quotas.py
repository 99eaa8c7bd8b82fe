"""Quotas: what an order takes of its channel's, what goes back there, and that no channel eats another's."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import TypeVar

import pytest

from gate_service.app.ports import Call
from gate_service.domain import operations as ops
from gate_service.domain.cases import Quota
from gate_service.domain.entries import Entry
from gate_service.domain.errors import Refused
from gate_service.domain.policy import Buffer, Policy
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import OperationKind, Reason, ShortReason
from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.crowd import HERE, Crowd
from tests.contract.shelf import picking
from tests.contract.state import ASKING, read_cases, read_entries, read_state
from tests.contract.stores import over_empty_store
from tests.contract.world import PERMIT_TTL_MS, TTL_MS, World

ReplyT = TypeVar("ReplyT")

CLIENTS = 45
CHANNELS = ("web", "amazon", "shop")
QUOTAS = {"web": 40, "amazon": 30, "shop": 20}
SCARCE = Policy(
    safety_stock=4,
    buffers={"web": Buffer(2, 0), "amazon": Buffer(0, 700), "shop": Buffer(1, 1_250)},
)


async def quotas(at: World) -> dict[str, int]:
    """Read what is left of the quotas of A, by channel."""
    return {quota.channel: quota.quantity for quota in (await at.cases()).quotas if quota.sku == "A"}


async def from_quota(at: World, order_id: str = "O-1") -> dict[str, int]:
    """Read what an order took from its channel's quotas and has open still."""
    return dict((await at.reservation(order_id)).from_quota)


async def fenced_shelf(at: World) -> None:
    """Receive ten of A, five of which are for the web alone."""
    await at.receive(("A", 10))
    await at.set_quota("web", ("A", 5))


async def test_an_order_takes_from_the_quota_of_its_channel_first(at: World) -> None:
    await fenced_shelf(at)
    await at.hold("O-1", ("1", "A", 3), channel="web")
    assert await at.level("A") == StockLevel("A", on_hand=10, held=3, ring_fenced=2)
    assert (await quotas(at), await from_quota(at)) == ({"web": 2}, {"A": 3})


async def test_an_order_beyond_the_quota_takes_the_rest_of_what_is_for_everybody(at: World) -> None:
    await fenced_shelf(at)
    await at.reserve("O-1", ("1", "A", 4), ("2", "A", 3), channel="web")
    assert await at.level("A") == StockLevel("A", on_hand=10, committed=7)
    assert (await quotas(at), await from_quota(at)) == ({}, {"A": 5})


async def test_an_order_of_another_channel_takes_from_no_quota(at: World) -> None:
    await fenced_shelf(at)
    await at.refuses(at.reserve("O-1", ("1", "A", 6), channel="shop"), Reason.INSUFFICIENT_STOCK, ("1", "A", 6, 5))
    await at.reserve("O-2", ("1", "A", 5), channel="shop")
    assert (await quotas(at), await from_quota(at, "O-2")) == ({"web": 5}, {})


async def test_the_safety_stock_is_kept_back_from_a_quota_too(at: World) -> None:
    at.policy = Policy(safety_stock=8, buffers={"web": Buffer(0, 501)})
    await fenced_shelf(at)
    await at.refuses(at.reserve("O-1", ("1", "A", 2), channel="web"), Reason.INSUFFICIENT_STOCK, ("1", "A", 2, 1))
    await at.reserve("O-2", ("1", "A", 1), channel="web")


async def test_what_is_released_goes_back_to_the_quota_before_it_is_everybodys(at: World) -> None:
    await fenced_shelf(at)
    await at.reserve("O-1", ("1", "A", 7), channel="web")
    await at.release("O-1", ("1", 3))
    assert (await quotas(at), await from_quota(at)) == ({"web": 3}, {"A": 2})
    await at.release("O-1")
    assert await at.level("A") == StockLevel("A", on_hand=10, ring_fenced=5)
    assert (await quotas(at), await from_quota(at)) == ({"web": 5}, {})


async def test_what_runs_out_goes_back_to_the_quota(at: World) -> None:
    await fenced_shelf(at)
    await at.hold("O-1", ("1", "A", 4), ("2", "A", 2), channel="web")
    at.clock.advance(TTL_MS)
    await at.sweep()
    assert await at.level("A") == StockLevel("A", on_hand=10, ring_fenced=5)
    assert (await quotas(at), await from_quota(at)) == ({"web": 5}, {})


async def test_a_confirmation_that_takes_again_what_ran_out_takes_what_is_left_of_the_quota(at: World) -> None:
    await fenced_shelf(at)
    await at.hold("O-1", ("1", "A", 4), channel="web")
    at.clock.advance(TTL_MS)
    await at.reserve("O-2", ("1", "A", 2), channel="web")
    assert (await at.confirm("O-1")).retaken
    assert await at.level("A") == StockLevel("A", on_hand=10, committed=6)
    assert (await quotas(at), await from_quota(at), await from_quota(at, "O-2")) == ({}, {"A": 3}, {"A": 2})


async def test_a_hold_that_is_confirmed_in_time_takes_no_more_from_the_quota(at: World) -> None:
    await fenced_shelf(at)
    await at.hold("O-1", ("1", "A", 2), channel="web")
    assert not (await at.confirm("O-1")).retaken
    assert (await quotas(at), await from_quota(at)) == ({"web": 3}, {"A": 2})


async def test_what_has_left_never_goes_back_to_a_quota(at: World) -> None:
    await fenced_shelf(at)
    await at.reserve("O-1", ("1", "A", 7), channel="web")
    permit_id = (await at.authorize(("O-1", "1", "A", 4))).permit_id
    await at.ship("O-1", permit_id, ("1", "A", 1))
    assert await from_quota(at) == {"A": 5}
    await at.ship("O-1", permit_id, ("1", "A", 3), shipment_id="parcel-2")
    assert await from_quota(at) == {"A": 3}
    await at.release("O-1")
    assert (await quotas(at), await from_quota(at)) == ({"web": 3}, {})


async def test_what_was_missing_at_the_shelf_never_goes_back_to_a_quota(at: World) -> None:
    await fenced_shelf(at)
    await at.set_quota("web", ("A", 3))
    await at.reserve("O-1", ("1", "A", 3), channel="web")
    permit_id = (await at.authorize(("O-1", "1", "A", 2))).permit_id
    await at.report(permit_id, ("O-1", "1", "A", 0, 2, ShortReason.NOT_FOUND))
    assert await from_quota(at) == {"A": 1}
    await at.release("O-1")
    assert await quotas(at) == {"web": 1}


async def test_a_permit_that_runs_out_leaves_the_order_its_share_of_the_quota(at: World) -> None:
    await fenced_shelf(at)
    await at.reserve("O-1", ("1", "A", 5), channel="web")
    await at.authorize(("O-1", "1", "A", 5))
    at.clock.advance(PERMIT_TTL_MS)
    await at.sweep()
    assert (await quotas(at), await from_quota(at)) == ({}, {"A": 5})


async def test_an_order_gives_back_what_it_took_though_the_quota_was_set_anew(at: World) -> None:
    await fenced_shelf(at)
    await at.reserve("O-1", ("1", "A", 4), channel="web")
    await at.set_quota("web", ("A", 0))
    await at.release("O-1")
    assert await quotas(at) == {"web": 4}


async def test_an_order_made_before_the_quota_gives_nothing_to_it(at: World) -> None:
    await at.receive(("A", 10))
    await picking(at, quantity=2)
    await at.reserve("O-2", ("1", "A", 4), channel="web")
    await at.set_quota("web", ("A", 1))
    await at.release("O-2")
    assert await quotas(at) == {"web": 1}


async def test_each_sku_of_an_order_has_its_own_share(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.set_quota("web", ("A", 2), ("B", 6))
    await at.reserve("O-1", ("1", "A", 4), ("2", "B", 4), channel="web")
    assert await from_quota(at) == {"A": 2, "B": 4}
    await at.release("O-1", ("2", 1))
    assert await from_quota(at) == {"A": 2, "B": 3}
    assert (await at.cases()).quotas == (Quota("B", "web", 3),)


class UnderScarcity(RedisLedger):
    """A ledger that keeps back what `SCARCE` says, whoever asks."""

    async def apply(self, operation: ops.Operation[ReplyT], policy: Policy, call: Call) -> ReplyT:
        """Ask by that policy."""
        del policy
        return await super().apply(operation, SCARCE, call)


@pytest.fixture
async def crowd(store_url: str, clock: Clock) -> AsyncIterator[Crowd]:
    """Give a crowd over three ledgers on one empty store, in which three channels have a share of scarce stock."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(over_empty_store(store_url, clock))
        ledgers: list[RedisLedger] = [UnderScarcity.connect(store_url, clock_ms=clock) for _ in CHANNELS]
        for ledger in ledgers:
            stack.push_async_callback(ledger.close)
        crowd = Crowd(ledgers)
        await crowd.receive(A=240)
        for channel, units in QUOTAS.items():
            await crowd.ask(0, ops.SetQuota(f"quota-{channel}", HERE, channel, (ops.SkuQuantity("A", units),)))
        yield crowd


def order(name: str, channel: str, quantity: int, ttl_ms: int = 0) -> ops.ReserveStock:
    """Ask for an order of A whose operation_id is its name."""
    return ops.ReserveStock(name, HERE, name, channel, ttl_ms, (ops.OrderLine("1", "A", quantity),))


async def buy_until_refused(crowd: Crowd, client: int, channel: str) -> int:
    """Buy, first several units at a time and at last single ones; every third order is thought better of."""
    bought, quantity, turn = 0, 1 + client % 4, 0
    while quantity:
        turn += 1
        name = f"O-{client}-{turn}"
        if isinstance(await crowd.ask(client, order(name, channel, quantity, TTL_MS)), Refused):
            quantity -= 1
        elif turn % 3 == 2:
            await crowd.ask(client, ops.ReleaseReservation(f"release-{name}", HERE, name, ()))
        else:
            await crowd.ask(client, ops.ConfirmReservation(f"confirm-{name}", HERE, name))
            bought += quantity
    return bought


def check_fences(entries: list[Entry]) -> int:
    """See by the ledger that each order left the others theirs and what is kept back; count what is available then."""
    available, left = 240, dict(QUOTAS)
    taken: dict[str, tuple[str, int, int]] = {}
    for entry in entries:
        body = json.loads(entry.body)
        if entry.refusal:
            continue
        if entry.kind is OperationKind.RESERVE_STOCK:
            channel, units = body["channel"], body["lines"][0][2]
            own, buffer = min(units, left[channel]), SCARCE.buffer(channel)
            kept = SCARCE.safety_stock + buffer.units - (-available * buffer.basis_points // 10_000)
            left[channel], available = left[channel] - own, available - units
            taken[entry.order_id] = (channel, units, own)
            assert available >= kept + sum(left.values()) - left[channel], entry
        elif entry.kind is OperationKind.RELEASE_RESERVATION:
            channel, units, own = taken.pop(entry.order_id)
            left[channel], available = left[channel] + own, available + units
    return available


async def sell_out(crowd: Crowd) -> int:
    """Let one shopper of each channel after the other buy what the rush left, until none gets any; count the units."""
    sold, shopper = 0, CLIENTS
    while True:
        bought = [await buy_until_refused(crowd, shopper + place, channel) for place, channel in enumerate(CHANNELS)]
        sold, shopper = sold + sum(bought), shopper + len(CHANNELS)
        if not any(bought):
            return sold


async def test_no_channel_eats_anothers_quota_and_nothing_is_sold_twice_in_a_rush(crowd: Crowd) -> None:
    async def shop(client: int) -> int:
        return await buy_until_refused(crowd, client, CHANNELS[client % len(CHANNELS)])

    bought = sum(await crowd.all_at_once(CLIENTS, shop)) + await sell_out(crowd)
    state = await read_state(crowd.ledgers[0], HERE)
    level = state.stock["A"]
    assert level == StockLevel("A", on_hand=240, committed=bought, ring_fenced=level.ring_fenced)
    assert await crowd.sold("A") == bought
    assert level.ring_fenced == sum(quota.quantity for quota in state.cases.quotas)
    assert check_fences(await read_entries(crowd.ledgers[0], HERE)) == level.available
    assert level.available >= SCARCE.safety_stock
    for channel in CHANNELS:
        offer = await crowd.ledgers[0].check(HERE, [("A", 1)], SCARCE.keep_back(channel), ASKING)
        assert offer.lines[0].promise == 0
    await crowd.check()


async def test_a_channel_that_comes_last_finds_its_quota_untouched(crowd: Crowd) -> None:
    async def rush(client: int) -> int:
        return await buy_until_refused(crowd, client, ("web", "shop")[client % 2])

    await crowd.all_at_once(CLIENTS, rush)
    left = {quota.channel: quota.quantity for quota in (await read_cases(crowd.ledgers[0], HERE)).quotas}
    assert left["amazon"] == QUOTAS["amazon"]
    names = [f"late-{number}" for number in range(QUOTAS["amazon"])]
    answers = await crowd.all_at_once(len(names), lambda client: crowd.ask(client, order(names[client], "amazon", 1)))
    assert not [answer for answer in answers if isinstance(answer, Refused)]
    check_fences(await read_entries(crowd.ledgers[0], HERE))
    await crowd.check()
