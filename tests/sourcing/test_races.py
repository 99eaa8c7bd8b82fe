"""Many clients at several gates want the same goods: everything is sold to the last unit, and none of it twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest

from gate_service.app.sourcing import Sourcing
from gate_service.domain import operations as ops
from gate_service.domain.errors import Refused
from gate_service.domain.sourced import SourcedReply
from gate_service.domain.vocabulary import Reason, ReservationState
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.sourcing import RedisPlans
from tests.contract.state import read_entries, read_state
from tests.sourcing.shop import ASKING, TTL_MS, Shop, opened

PLACES = ("NORTH", "EAST", "SOUTH")
GATES = 3


@dataclass
class Market:
    """Several gates over one store, and what each order was answered."""

    shop: Shop
    gates: list[Sourcing]
    answers: dict[str, SourcedReply | Refused] = field(default_factory=dict)

    async def buy(self, client: int, asked: ops.ReserveStock) -> SourcedReply | Refused:
        """Ask the client's gate."""
        try:
            answer: SourcedReply | Refused = await self.gates[client % GATES].reserve(asked, ASKING)
        except Refused as no:
            answer = no
        self.answers[asked.order_id] = answer
        return answer

    async def sold(self) -> dict[str, Counter[str]]:
        """Read what each order has, by line, added up over the locations."""
        found: dict[str, Counter[str]] = {}
        for location_id in PLACES:
            for order_id, reservation in (await read_state(self.shop.ledger, location_id)).reservations.items():
                units = Counter({line.line_id: line.held + line.committed for line in reservation.lines})
                found[order_id] = found.get(order_id, Counter()) + units
        return {order_id: units for order_id, units in found.items() if units}


@pytest.fixture
async def market(store_url: str) -> AsyncIterator[Market]:
    async with opened(store_url) as shop, AsyncExitStack() as stack:
        gates = [shop.sourcing()]
        for _ in range(GATES - 1):
            ledger = RedisLedger.connect(store_url, clock_ms=shop.clock)
            plans = RedisPlans.connect(store_url, clock_ms=shop.clock)
            stack.push_async_callback(ledger.close)
            stack.push_async_callback(plans.close)
            gates.append(shop.sourcing(ledger, plans))
        yield Market(shop, gates)


def sold_out(answer: SourcedReply | Refused) -> bool:
    """Say whether nothing at all of it is left; an order may also be refused since others were quicker each time."""
    assert isinstance(answer, SourcedReply) or answer.reason is Reason.INSUFFICIENT_STOCK
    return isinstance(answer, Refused) and all(violation.possible == 0 for violation in answer.violations)


async def all_at_once(market: Market, clients: int, channel: str, units: int, *, ttl_ms: int = 0) -> int:
    """Let clients buy orders of so many units until nothing is left for their channel; give what they got."""

    async def buy_all(client: int) -> int:
        got = number = 0
        while True:
            number += 1
            asked = market.shop.order(
                f"{channel}-{units}-{client}-{number}", ("1", "A", units), channel=channel, ttl_ms=ttl_ms
            )
            answer = await market.buy(client, asked)
            if isinstance(answer, SourcedReply):
                got += units
            elif sold_out(answer) or units > 1:
                return got

    return sum(await asyncio.gather(*(buy_all(client) for client in range(clients))))


async def test_no_channel_eats_another_channels_quota_and_each_gets_its_own(market: Market) -> None:
    await market.shop.stock(NORTH={"A": 40}, EAST={"A": 30}, SOUTH={"A": 20})
    for location_id, channel, units in (("NORTH", "web", 10), ("NORTH", "market", 12), ("SOUTH", "market", 15)):
        await market.shop.quota(location_id, channel, A=units)
    bought = dict(
        zip(
            ("web", "market"),
            await asyncio.gather(all_at_once(market, 12, "web", 1), all_at_once(market, 12, "market", 1)),
            strict=True,
        )
    )
    assert sum(bought.values()) == 90
    assert bought["web"] >= 10
    assert bought["market"] >= 27
    for location_id in PLACES:
        level = await market.shop.level(location_id)
        assert (level.available, level.ring_fenced, level.held) == (0, 0, 0)


@pytest.mark.parametrize("greedy", ["web", "whole"])
async def test_a_channel_that_buys_all_it_can_leaves_the_quotas_of_the_others(market: Market, greedy: str) -> None:
    await market.shop.stock(NORTH={"A": 40}, EAST={"A": 30}, SOUTH={"A": 20})
    for location_id, units in (("NORTH", 12), ("EAST", 30), ("SOUTH", 15)):
        await market.shop.quota(location_id, "market", A=units)
    assert await all_at_once(market, 12, greedy, 1) == 33
    assert await all_at_once(market, 12, "market", 1) == 57


@pytest.mark.parametrize("ttl_ms", [0, TTL_MS], ids=["commit", "hold"])
async def test_orders_from_several_locations_never_sell_a_unit_twice(market: Market, ttl_ms: int) -> None:
    await market.shop.stock(NORTH={"A": 50}, EAST={"A": 41}, SOUTH={"A": 33})
    got = [all_at_once(market, 8, "web", units, ttl_ms=ttl_ms) for units in (7, 4, 3)]
    total = sum(await asyncio.gather(*got)) + await all_at_once(market, 4, "web", 1, ttl_ms=ttl_ms)
    assert total == 124
    sold = await market.sold()
    for order_id, answer in market.answers.items():
        if isinstance(answer, SourcedReply):
            told = sum(
                (Counter({line.line_id: line.quantity for line in part.lines}) for part in answer.parts), Counter()
            )
            assert sold.pop(order_id) == told
            assert answer.state is (ReservationState.HELD if ttl_ms else ReservationState.COMMITTED)
    assert sold == {}, "units of orders that were refused"
    for location_id in PLACES:
        level = await market.shop.level(location_id)
        assert (level.available, level.committed if ttl_ms else level.held) == (0, 0)


async def test_whatever_is_asked_again_and_given_back_in_the_crush_the_books_come_out(market: Market) -> None:
    """Every order is asked of two gates at once and answered the same by both; some are confirmed, some given back."""
    await market.shop.stock(NORTH={"A": 25, "B": 9}, EAST={"A": 25, "B": 30}, SOUTH={"A": 10, "B": 9})
    fates: dict[str, str] = {}

    async def live(client: int) -> None:
        seeded = random.Random(client)
        for number in range(6):
            order_id = f"O-{client}-{number}"
            lines = (("1", "A", seeded.randrange(1, 6)), ("2", "B", seeded.randrange(1, 4)))
            asked = market.shop.order(order_id, *lines, ttl_ms=seeded.choice([0, TTL_MS]))
            one, two = await asyncio.gather(market.buy(client, asked), market.buy(client + 1, asked))
            assert type(one) is type(two)
            if isinstance(one, Refused):
                assert one.reason is Reason.INSUFFICIENT_STOCK
                fates[order_id] = "gone"
                continue
            assert isinstance(two, SourcedReply)
            assert [part.lines for part in one.parts] == [part.lines for part in two.parts]
            fates[order_id] = seeded.choice(["kept", "confirmed", "gone"])
            gate = market.gates[(client + number) % GATES]
            if fates[order_id] == "confirmed":
                await gate.confirm(ops.ConfirmReservation(f"c-{order_id}", "", order_id), ASKING)
            elif fates[order_id] == "gone":
                await gate.release(ops.ReleaseReservation(f"r-{order_id}", "", order_id, ()), ASKING)

    await asyncio.gather(*(live(client) for client in range(12)))
    sold = await market.sold()
    assert sold.keys() == {order_id for order_id, fate in fates.items() if fate != "gone"}
    for location_id in PLACES:
        for sku in "AB":
            level = await market.shop.level(location_id, sku)
            claimed = sum(
                line.held + line.committed
                for reservation in (await read_state(market.shop.ledger, location_id)).reservations.values()
                for line in reservation.lines
                if line.sku == sku
            )
            assert (level.held + level.committed, level.available >= 0) == (claimed, True)
        entries = await read_entries(market.shop.ledger, location_id)
        assert len({entry.operation_id for entry in entries}) == len(entries)
    assert list(await market.shop.plans.undecided(0)) == []
