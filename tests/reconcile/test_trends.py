"""What goes wrong slowly is raised when it has gone wrong enough, and is over when it has not for long enough."""

from __future__ import annotations

import pytest

from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.domain.reconcile.records import Finding, FindingKind
from gate_service.domain.vocabulary import ShortReason
from tests.contract.clock import Clock
from tests.reconcile.memory import Watched


@pytest.fixture
def at() -> Watched:
    return Watched(Clock(20_000 * DAY_MS))


async def shown(at: Watched, after_days: int = 0) -> list[Finding]:
    return await at.later(after_days * DAY_MS, at.trends)


async def short_pick(at: Watched, number: int, why: ShortReason = ShortReason.NOT_FOUND) -> None:
    """Have a picker miss one unit of A."""
    await at.receive(("A", 5))
    await at.reserve(f"O-{number}", ("1", "A", 1))
    permit_id = (await at.authorize((f"O-{number}", "1", "A", 1))).permit_id
    assert permit_id
    await at.report(permit_id, (f"O-{number}", "1", "A", 0, 1, why))
    await at.count(("A", 0))


async def test_an_item_that_is_short_more_than_twice_in_a_month_is_told_until_it_is_not(at: Watched) -> None:
    for number in range(3):
        assert await shown(at, 9) == []
        await short_pick(at, number)
        at.restart()
    (found,) = await shown(at)
    assert (found.kind, found.subject, found.owner) == (FindingKind.REPEATED_STOCKOUTS, "A", "Floor")
    assert "3 times" in found.text
    assert await shown(at, 11) == [found]
    assert await shown(at, 1) == []
    assert await at.told() == ["finding.raised", "finding.cleared"]


async def test_what_was_broken_was_there(at: Watched) -> None:
    for number in range(4):
        await short_pick(at, number, ShortReason.DAMAGED)
    assert await shown(at) == []


async def counted(at: Watched, off_by: int, times: int = 25) -> None:
    """Have A counted so many times on this day, each count so many units off."""
    for _ in range(times):
        (level,) = (await at.ledger.stock(at.location_id, ["A"], at.call)).levels
        await at.count(("A", level.on_hand + off_by))


async def test_counts_that_correct_half_as_much_again_are_told(at: Watched) -> None:
    await at.receive(("A", 1_000))
    await counted(at, 2)
    assert await shown(at, 8) == []
    await counted(at, 2)
    assert await shown(at) == []
    await counted(at, 5)
    (found,) = await shown(at)
    assert (found.kind, found.subject) == (FindingKind.RISING_ADJUSTMENTS, "DC-1")
    assert "corrected 350 units" in found.text
    assert "against 200" in found.text
    at.restart()
    assert await shown(at, 7) == []


async def test_too_few_counts_say_nothing(at: Watched) -> None:
    await at.receive(("A", 1_000))
    await counted(at, 1)
    await shown(at, 8)
    await counted(at, 50, times=19)
    assert await shown(at) == []


async def shipped(at: Watched, took_ms: int, number: int = 20) -> None:
    """Have so many orders leave, each so long after its permit."""
    await at.receive(("A", number))
    orders = [f"O-{at.clock.now_ms}-{one}" for one in range(number)]
    for order_id in orders:
        await at.reserve(order_id, ("1", "A", 1))
    permit_id = (await at.authorize(*((order_id, "1", "A", 1) for order_id in orders), permit_ttl_ms=DAY_MS)).permit_id
    at.clock.advance(took_ms)
    for order_id in orders:
        await at.pick(permit_id, (order_id, "1", "A", 1))
        await at.ship(order_id, permit_id)


async def test_orders_that_take_half_as_long_again_to_the_door_are_told(at: Watched) -> None:
    await shipped(at, 3_600_000)
    assert await shown(at, 8) == []
    await shipped(at, 3_900_000)
    assert await shown(at) == []
    at.restart()
    await shipped(at, 4 * 3_600_000, 60)
    (found,) = await shown(at)
    assert (found.kind, found.owner) == (FindingKind.SLOWER_SHIPPING, "Floor")
    assert await shown(at, 7) == []
