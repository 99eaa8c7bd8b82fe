"""A gate falls asleep in the middle of an order, others do what they are asked for, and then it goes on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from itertools import count
from typing import Any, cast

import pytest

from gate_service.app.ports import Ledger
from gate_service.app.sourcing import Sourcing
from gate_service.domain import operations as ops
from gate_service.domain.errors import Refused
from gate_service.domain.operations import OrderLine
from gate_service.domain.sourced import COMMIT_HOLD_MS, SourcedReply
from gate_service.domain.vocabulary import Reason, ReservationState
from tests.sourcing.dying import Hook, MortalLedger, MortalPlans, Sleeper
from tests.sourcing.shop import ASKING, TTL_MS, Shop, opened, served

LINES = (("1", "A", 5), ("2", "B", 1))
Naps = Callable[[], AsyncIterator[tuple[Shop, Sleeper]]]


@pytest.fixture
def naps(store_url: str) -> Naps:
    """Give shops, and gates that fall asleep at their first word, at the second, until one was never tired."""

    async def one_by_one() -> AsyncIterator[tuple[Shop, Sleeper]]:
        for last_word in count(1):
            async with opened(store_url) as shop:
                sleeper = Sleeper(last_word)
                yield shop, sleeper
                if not sleeper.asleep.is_set():
                    assert last_word > 2, "nobody slept"
                    return

    return one_by_one


def sleepy(shop: Shop, sleeper: Sleeper, after_plan: Hook | None = None) -> Sourcing:
    """Give a gate that falls asleep."""
    return shop.sourcing(
        cast("Ledger", MortalLedger(shop.ledger, sleeper)), MortalPlans(shop.plans, sleeper, after_plan)
    )


async def meanwhile(
    sleeper: Sleeper, slow: Coroutine[Any, Any, Any], others: Callable[[], Awaitable[Any]]
) -> tuple[Any, Any]:
    """Let a slow gate begin, others do theirs while it sleeps, and the slow one end; give what both were answered."""
    begun = asyncio.ensure_future(slow)
    asleep = asyncio.ensure_future(sleeper.asleep.wait())
    await asyncio.wait({begun, asleep}, return_when=asyncio.FIRST_COMPLETED)
    theirs = await outcome(others())
    asleep.cancel()
    sleeper.woken.set()
    return await outcome(begun), theirs


async def outcome(asking: Awaitable[Any]) -> Any:  # noqa: ANN401 - whatever is answered
    """Take a refusal as an answer."""
    try:
        return await asking
    except Refused as no:
        return no


def said(answer: Any) -> str:  # noqa: ANN401 - whatever is answered
    """Give an answer in a few words."""
    return answer.reason.value if isinstance(answer, Refused) else str(served(answer))


async def standing(shop: Shop, order_id: str = "O-1") -> str:
    """Give what an order has a claim on, in the same words."""
    return str({place: dict(units) for place, (_, units) in (await shop.reserved(order_id)).items()})


async def test_two_gates_that_are_asked_for_the_same_never_follow_two_plans(naps: Naps) -> None:
    async for shop, sleeper in naps():
        await shop.stock(NORTH={"A": 3, "B": 1}, EAST={"A": 4}, SOUTH={"A": 2, "B": 5})
        asked = shop.order("O-1", *LINES, operation_id="mine")

        async def others(shop: Shop = shop, asked: ops.ReserveStock = asked) -> SourcedReply:
            reply = await shop.reserve(asked)
            await shop.stock(SOUTH={"A": 50})  # what is planned from now on is planned otherwise
            return reply

        mine, theirs = await meanwhile(sleeper, sleepy(shop, sleeper).reserve(asked, ASKING), others)
        assert said(mine) == said(theirs) == await standing(shop)
        assert {state for state, _ in (await shop.reserved("O-1")).values()} == {ReservationState.COMMITTED}


async def test_a_gate_that_wakes_after_its_holds_ran_out_undoes_nothing_of_what_others_did(naps: Naps) -> None:
    async for shop, sleeper in naps():
        await shop.stock(NORTH={"A": 3, "B": 1}, EAST={"A": 4}, SOUTH={"A": 3})
        asked = shop.order("O-1", *LINES, operation_id="mine")

        async def others(shop: Shop = shop, asked: ops.ReserveStock = asked) -> SourcedReply:
            shop.clock.advance(COMMIT_HOLD_MS + 1)
            await shop.sweep()
            return await shop.reserve(asked)

        mine, theirs = await meanwhile(sleeper, sleepy(shop, sleeper).reserve(asked, ASKING), others)
        assert said(mine) == said(theirs) == await standing(shop)
        assert {state for state, _ in (await shop.reserved("O-1")).values()} == {ReservationState.COMMITTED}


async def test_a_gate_that_sleeps_in_a_lost_race_finds_the_plan_that_came_after_it(naps: Naps) -> None:
    async for shop, sleeper in naps():
        await shop.stock(NORTH={"A": 3, "B": 1}, EAST={"A": 4}, SOUTH={"A": 2})
        rival = ops.ReserveStock("rival", "EAST", "O-9", "", 0, (OrderLine("1", "A", 4),))
        asked = shop.order("O-1", *LINES, operation_id="mine")

        async def be_quicker(shop: Shop = shop, rival: ops.ReserveStock = rival) -> None:
            await outcome(shop.do(rival))

        slow = sleepy(shop, sleeper, be_quicker).reserve(asked, ASKING)
        mine, theirs = await meanwhile(sleeper, slow, lambda shop=shop, asked=asked: shop.reserve(asked))  # type: ignore[misc]
        assert said(mine) == said(theirs) == await standing(shop)


@pytest.mark.parametrize("ttl_ms", [0, TTL_MS], ids=["commit", "hold"])
async def test_two_operations_for_one_order_leave_it_to_one_of_them(naps: Naps, ttl_ms: int) -> None:
    async for shop, sleeper in naps():
        await shop.stock(NORTH={"A": 3, "B": 1}, EAST={"A": 4}, SOUTH={"A": 9, "B": 9})
        first = shop.order("O-1", *LINES, operation_id="first", ttl_ms=ttl_ms)
        second = shop.order("O-1", ("1", "A", 1), operation_id="second", ttl_ms=ttl_ms)

        async def others(shop: Shop = shop, second: ops.ReserveStock = second) -> SourcedReply:
            return await shop.reserve(second)

        mine, theirs = await meanwhile(sleeper, sleepy(shop, sleeper).reserve(first, ASKING), others)
        words = [said(mine), said(theirs)]
        assert words.count(Reason.RESERVATION_EXISTS) == 1
        assert await standing(shop) in words
        assert [said(await outcome(shop.reserve(each))) for each in (first, second)] == words


async def test_an_operation_that_was_turned_away_stays_so_though_the_order_came_free_meanwhile(naps: Naps) -> None:
    async for shop, sleeper in naps():
        await shop.stock(NORTH={"A": 9, "B": 9})
        await shop.reserve(shop.order("O-1", *LINES, ttl_ms=TTL_MS))
        asked = shop.order("O-1", ("1", "A", 1), operation_id="mine")

        async def others(shop: Shop = shop, asked: ops.ReserveStock = asked) -> Any:  # noqa: ANN401 - an answer
            shop.clock.advance(TTL_MS + 1)
            await shop.sweep()
            return await outcome(shop.reserve(asked))

        mine, theirs = await meanwhile(sleeper, sleepy(shop, sleeper).reserve(asked, ASKING), others)
        assert said(mine) == said(theirs) == said(await outcome(shop.reserve(asked)))
        assert await standing(shop) == (said(mine) if isinstance(mine, SourcedReply) else "{}")


@pytest.mark.parametrize("ran_out", ["in time", "ran out"])
async def test_a_confirmation_and_a_release_never_mix(naps: Naps, ran_out: str) -> None:
    async for shop, sleeper in naps():
        await shop.stock(NORTH={"A": 3, "B": 1}, EAST={"A": 4})
        await shop.reserve(shop.order("O-1", *LINES, ttl_ms=TTL_MS))
        if ran_out == "ran out":
            shop.clock.advance(TTL_MS + 1)

        async def others(shop: Shop = shop) -> Any:  # noqa: ANN401 - an answer
            return await shop.release("O-1")

        slow = sleepy(shop, sleeper).confirm(ops.ConfirmReservation("mine", "", "O-1"), ASKING)
        mine, theirs = await meanwhile(sleeper, slow, others)
        assert theirs.state is ReservationState.RELEASED
        assert not isinstance(mine, Refused) or mine.reason is Reason.RESERVATION_RELEASED
        assert await shop.reserved("O-1") == {}


async def test_a_confirmation_that_fails_undoes_nothing_of_one_that_came_after_it(naps: Naps) -> None:
    async for shop, sleeper in naps():
        await shop.stock(NORTH={"A": 3, "B": 1}, EAST={"A": 4})
        await shop.reserve(shop.order("O-1", *LINES, ttl_ms=TTL_MS))
        shop.clock.advance(TTL_MS + 1)
        await shop.do(ops.ReserveStock("rival", "EAST", "O-9", "", 0, (OrderLine("1", "A", 3),)))

        async def others(shop: Shop = shop) -> Any:  # noqa: ANN401 - an answer
            await outcome(shop.confirm("O-1", "mine"))
            await shop.stock(EAST={"A": 4})
            return await shop.confirm("O-1", "later")

        slow = sleepy(shop, sleeper).confirm(ops.ConfirmReservation("mine", "", "O-1"), ASKING)
        mine, theirs = await meanwhile(sleeper, slow, others)
        assert mine.reason is Reason.HOLD_EXPIRED
        assert (theirs.changed, theirs.retaken) == (True, True)
        assert {state for state, _ in (await shop.reserved("O-1")).values()} == {ReservationState.COMMITTED}
        assert sum((units for _, units in (await shop.reserved("O-1")).values()), Counter()).total() == 6
