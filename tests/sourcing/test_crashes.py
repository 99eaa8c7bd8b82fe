"""A gate dies at each of its steps in turn: whoever asks again gets one outcome, and nothing is held twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from typing import cast

import pytest

from gate_service.app.ports import Ledger
from gate_service.app.sourcing import Sourcing
from gate_service.domain import operations as ops
from gate_service.domain.errors import Refused
from gate_service.domain.operations import OrderLine
from gate_service.domain.sourced import COMMIT_HOLD_MS, SourcedReply
from gate_service.domain.vocabulary import Reason, ReservationState
from tests.sourcing.dying import Died, Hook, Life, MortalLedger, MortalPlans
from tests.sourcing.shop import ASKING, TTL_MS, Shop, opened, served

HELD, COMMITTED = ReservationState.HELD, ReservationState.COMMITTED
LINES = (("1", "A", 5), ("2", "B", 1))
WHOLE = Counter({"1": 5, "2": 1})

Lives = Callable[[], AsyncIterator[tuple[Shop, Life]]]


@pytest.fixture(params=["unheard", "heard"])
def lives(request: pytest.FixtureRequest, store_url: str) -> Lives:
    """Give shops and lives: a life ends at the first word, the next one at the second, until one outlives its work.

    The last word is heard by the store or it is not.
    """

    async def one_by_one() -> AsyncIterator[tuple[Shop, Life]]:
        for last_word in count(1):
            async with opened(store_url) as shop:
                life = Life(last_word, heard=request.param == "heard")
                yield shop, life
                if not life.dead:
                    assert last_word > 3, "nothing died"
                    return

    return one_by_one


def mortal(shop: Shop, life: Life, after_plan: Hook | None = None) -> Sourcing:
    """Give a gate that lives so long."""
    return shop.sourcing(cast("Ledger", MortalLedger(shop.ledger, life)), MortalPlans(shop.plans, life, after_plan))


async def open_units(shop: Shop, order_id: str = "O-1") -> Counter[str]:
    """Add up what an order has a claim on, by line."""
    return sum((units for _, units in (await shop.reserved(order_id)).values()), Counter())


async def states(shop: Shop) -> set[ReservationState]:
    return {state for state, _ in (await shop.reserved("O-1")).values()}


async def all_held(shop: Shop) -> int:
    """Add up what is held anywhere, by anybody."""
    answers = [await shop.ledger.stock(location_id, ["A", "B"], ASKING) for location_id in ("NORTH", "EAST")]
    return sum(level.held for answer in answers for level in answer.levels)


@pytest.mark.parametrize("ttl_ms", [0, TTL_MS], ids=["commit", "hold"])
@pytest.mark.parametrize("stock", [{"A": 9, "B": 9}, {"A": 3, "B": 1}], ids=["one place", "two places"])
async def test_a_crash_while_an_order_is_reserved_leaves_what_the_same_id_completes(
    lives: Lives,
    stock: dict[str, int],
    ttl_ms: int,
) -> None:
    async for shop, life in lives():
        await shop.stock(NORTH=stock, EAST={"A": 4}, SOUTH={"A": 2})
        asked = shop.order("O-1", *LINES, ttl_ms=ttl_ms, operation_id="mine")
        gate = mortal(shop, life)
        await dies(gate.reserve(asked, ASKING))
        reply = await shop.reserve(asked)
        assert sum((Counter(lines) for lines in served(reply).values()), Counter()) == WHOLE
        assert await open_units(shop) == WHOLE
        assert await states(shop) == {HELD if ttl_ms else COMMITTED}
        again = await shop.reserve(asked)
        assert (served(again), again.applied.replayed) == (served(reply), True)
        assert await all_held(shop) == (WHOLE.total() if ttl_ms else 0)


async def dies(asking: Awaitable[object]) -> bool:
    """Ask a gate that may die on it; say whether it did."""
    try:
        await asking
    except Died:
        return True
    except Refused:
        return False
    return False


@pytest.mark.parametrize("there_is", ["another way", "no other way"])
async def test_a_crash_in_a_lost_race_ends_in_another_plan_or_in_a_no_and_in_nothing_twice(
    lives: Lives,
    there_is: str,
) -> None:
    async for shop, life in lives():
        await shop.stock(NORTH={"A": 3, "B": 1}, EAST={"A": 4}, SOUTH={"A": 2 if there_is == "another way" else 1})
        rival = ops.ReserveStock("rival", "EAST", "O-9", "", 0, (OrderLine("1", "A", 4),))

        async def be_quicker(shop: Shop = shop, rival: ops.ReserveStock = rival) -> None:
            await shop.do(rival)

        asked = shop.order("O-1", *LINES, operation_id="mine")
        gate = mortal(shop, life, be_quicker)
        await dies(gate.reserve(asked, ASKING))
        await shop.do(rival)
        if there_is == "another way":
            reply = await shop.reserve(asked)
            assert served(reply) == {"NORTH": {"1": 3, "2": 1}, "SOUTH": {"1": 2}}
            assert (await open_units(shop), await states(shop)) == (WHOLE, {COMMITTED})
        else:
            for _ in range(2):
                with pytest.raises(Refused) as caught:
                    await shop.reserve(asked)
                assert caught.value.reason is Reason.INSUFFICIENT_STOCK
                await shop.stock(EAST={"A": 9})
            assert await open_units(shop) == Counter()
        assert await all_held(shop) == 0
        assert (await shop.level("EAST")).committed == 4


@pytest.mark.parametrize("stock", [{"A": 9, "B": 9}, {"A": 3, "B": 1}], ids=["one place", "two places"])
async def test_what_was_held_and_ran_out_before_the_same_id_came_again_is_held_anew(
    lives: Lives, stock: dict[str, int]
) -> None:
    async for shop, life in lives():
        await shop.stock(NORTH=stock, EAST={"A": 4})
        asked = shop.order("O-1", *LINES, ttl_ms=TTL_MS, operation_id="mine")
        if await dies(mortal(shop, life).reserve(asked, ASKING)):
            shop.clock.advance(TTL_MS + 1)
            await shop.sweep()
        reply = await shop.reserve(asked)
        if not reply.applied.replayed:
            assert reply.hold_expires_at_ms == shop.clock.now_ms + TTL_MS
            assert (await open_units(shop), await states(shop)) == (WHOLE, {HELD})


async def test_what_its_caller_gave_back_at_one_place_meanwhile_is_not_taken_again(lives: Lives) -> None:
    async for shop, life in lives():
        await shop.stock(NORTH={"A": 3, "B": 1}, EAST={"A": 4})
        asked = shop.order("O-1", *LINES, ttl_ms=TTL_MS, operation_id="mine")
        died = await dies(mortal(shop, life).reserve(asked, ASKING))
        if died and "NORTH" in await shop.reserved("O-1"):
            await shop.do(ops.ReleaseReservation("direct", "NORTH", "O-1", ()))
            answer = await outcome(shop, asked)
            assert isinstance(answer, SourcedReply) or answer.reason is Reason.RESERVATION_RELEASED
            assert "NORTH" not in await shop.reserved("O-1")
            assert isinstance(answer, SourcedReply) or await open_units(shop) == Counter()


@pytest.mark.parametrize("by_then", ["still there", "sold"])
async def test_when_holds_ran_out_before_the_same_id_came_again_the_order_is_planned_anew(
    lives: Lives,
    by_then: str,
) -> None:
    async for shop, life in lives():
        await shop.stock(NORTH={"A": 3, "B": 1}, EAST={"A": 4}, SOUTH={"A": 3, "B": 1})
        asked = shop.order("O-1", *LINES, operation_id="mine")
        gate = mortal(shop, life)
        completed = not await dies(gate.reserve(asked, ASKING))
        shop.clock.advance(COMMIT_HOLD_MS + 1)
        await shop.sweep()
        if by_then == "sold" and not completed and (await shop.level("EAST")).available >= 4:
            await shop.do(ops.ReserveStock("rival", "EAST", "O-9", "", 0, (OrderLine("1", "A", 4),)))
        reply = await shop.reserve(asked)
        assert sum((Counter(lines) for lines in served(reply).values()), Counter()) == WHOLE
        assert (await open_units(shop), await states(shop), await all_held(shop)) == (WHOLE, {COMMITTED}, 0)
        assert set(await shop.reserved("O-1")) == set(served(reply))


async def test_what_nobody_asks_for_again_runs_out_or_is_carried_on_by_any_gate(
    lives: Lives,
) -> None:
    outcomes = set()
    async for shop, life in lives():
        await shop.stock(NORTH={"A": 3, "B": 1}, EAST={"A": 4})
        gate = mortal(shop, life)
        await dies(gate.reserve(shop.order("O-1", *LINES), ASKING))
        shop.clock.advance(COMMIT_HOLD_MS + 1)
        await shop.sweep()
        await shop.sourcing().finish_undecided(COMMIT_HOLD_MS, ASKING)
        units = await open_units(shop)
        assert units in (Counter(), WHOLE), "half an order"
        assert await all_held(shop) == 0
        outcomes.add(units.total())
        assert list(await shop.plans.undecided(0)) == []
    assert outcomes == {0, 6}


async def held_at_two(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 3, "B": 1}, EAST={"A": 4})
    await shop.reserve(shop.order("O-1", *LINES, ttl_ms=TTL_MS))


@pytest.mark.parametrize("then", ["asked again", "left alone"])
@pytest.mark.parametrize("verb", ["confirm", "release"])
async def test_a_crash_between_two_places_leaves_a_confirmation_or_a_release_that_is_finished(
    lives: Lives,
    verb: str,
    then: str,
) -> None:
    async for shop, life in lives():
        await held_at_two(shop)
        gate = mortal(shop, life)
        if verb == "confirm":
            await dies(gate.confirm(ops.ConfirmReservation("mine", "", "O-1"), ASKING))
        else:
            await dies(gate.release(ops.ReleaseReservation("mine", "", "O-1", ()), ASKING))
        if then == "asked again":
            await (shop.confirm("O-1", "mine") if verb == "confirm" else shop.release("O-1", operation_id="mine"))
        else:
            shop.clock.advance(COMMIT_HOLD_MS + 1)
            await shop.sourcing().finish_undecided(COMMIT_HOLD_MS, ASKING)
        found, units = await states(shop), await open_units(shop)
        done = ({COMMITTED}, WHOLE) if verb == "confirm" else (set(), Counter())
        assert (found, units) == done or (then == "left alone" and (found, units) == ({HELD}, WHOLE))
        assert list(await shop.plans.undecided(0)) == []


async def test_a_confirmation_that_cannot_be_had_everywhere_is_undone_whenever_the_gate_dies(
    lives: Lives,
) -> None:
    async for shop, life in lives():
        await held_at_two(shop)
        shop.clock.advance(TTL_MS)
        await shop.do(ops.ReserveStock("rival", "EAST", "O-9", "", 0, (OrderLine("1", "A", 3),)))
        gate = mortal(shop, life)
        await dies(gate.confirm(ops.ConfirmReservation("mine", "", "O-1"), ASKING))
        with pytest.raises(Refused) as caught:
            await shop.confirm("O-1", "mine")
        assert caught.value.reason is Reason.HOLD_EXPIRED
        assert await open_units(shop) == Counter()


async def test_another_operation_finishes_what_it_finds_begun_before_it_asks_for_the_order_itself(
    lives: Lives,
) -> None:
    async for shop, life in lives():
        await shop.stock(NORTH={"A": 3, "B": 1}, EAST={"A": 4}, SOUTH={"A": 9, "B": 9})
        first = shop.order("O-1", *LINES, operation_id="first")
        gate = mortal(shop, life)
        await dies(gate.reserve(first, ASKING))
        second = shop.order("O-1", ("1", "A", 1), operation_id="second")
        answers = [await outcome(shop, second), await outcome(shop, first), await outcome(shop, second)]
        kinds = [answer.reason if isinstance(answer, Refused) else "reserved" for answer in answers]
        assert kinds in (
            [Reason.RESERVATION_EXISTS, "reserved", Reason.RESERVATION_EXISTS],
            ["reserved", Reason.RESERVATION_EXISTS, "reserved"],
        )
        (done,) = {str(served(answer)) for answer in answers if isinstance(answer, SourcedReply)}
        assert done == str({one: dict(units) for one, (_, units) in (await shop.reserved("O-1")).items()})
        assert await all_held(shop) == 0


async def outcome(shop: Shop, asked: ops.ReserveStock) -> SourcedReply | Refused:
    try:
        return await shop.reserve(asked)
    except Refused as no:
        return no
