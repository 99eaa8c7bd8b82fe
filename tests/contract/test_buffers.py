"""What is kept back from a channel as a percentage of what is available: measured anew at each promise."""

from __future__ import annotations

import pytest

from gate_service.domain.policy import Buffer, Policy
from gate_service.domain.vocabulary import Bucket, Reason
from tests.contract.world import TTL_MS, World


@pytest.mark.parametrize(
    ("available", "basis_points", "kept_back"),
    [(100, 1_000, 10), (101, 1_000, 11), (1, 1, 1), (7, 5_000, 4), (7, 10_000, 7), (0, 5_000, 0), (3, 0, 0)],
)
async def test_a_percentage_of_what_is_available_is_kept_back_rounded_up(
    at: World, available: int, basis_points: int, kept_back: int
) -> None:
    await at.receive(("A", available + 1))
    await at.reserve("O-1", ("1", "A", 1))
    at.policy = Policy(buffers={"web": Buffer(0, basis_points)})
    offer = await at.offer("A", "web")
    assert (offer.buffer, offer.promise) == (kept_back, available - kept_back)
    assert (await at.offer("A")).promise == available


async def test_units_percentage_and_safety_stock_are_kept_back_together(at: World) -> None:
    await at.receive(("A", 20))
    at.policy = Policy(safety_stock=3, buffers={"web": Buffer(2, 1_000)})
    offer = await at.offer("A", "web")
    assert (offer.promise, offer.buffer, offer.ring_fenced_for_others) == (13, 2, 0)
    await at.refuses(at.reserve("O-1", ("1", "A", 14), channel="web"), Reason.INSUFFICIENT_STOCK, ("1", "A", 14, 13))
    await at.reserve("O-1", ("1", "A", 13), channel="web")
    assert (await at.offer("A", "web")).promise == 1


async def test_of_less_than_nothing_nothing_is_kept_back(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 10))
    await at.adjust(("A", Bucket.ON_HAND, -5))
    at.policy = Policy(buffers={"web": Buffer(0, 5_000)})
    offer = await at.offer("A", "web")
    assert (offer.promise, offer.buffer) == (0, 0)


async def test_a_sku_that_was_never_received_keeps_nothing_back(at: World) -> None:
    await at.receive(("A", 10))
    at.policy = Policy(buffers={"web": Buffer(1, 5_000)})
    offer = await at.offer("X", "web")
    assert (offer.promise, offer.buffer, offer.ring_fenced_for_others, offer.level) == (0, 0, 0, None)


async def test_the_fence_around_other_channels_comes_off_after_the_percentage(at: World) -> None:
    await at.receive(("A", 20))
    await at.set_quota("amazon", ("A", 4))
    await at.set_quota("web", ("A", 3))
    at.policy = Policy(buffers={"web": Buffer(0, 1_000)})
    offer = await at.offer("A", "web")
    assert (offer.buffer, offer.ring_fenced_for_others, offer.promise) == (2, 4, 14)


async def test_what_lapsed_is_taken_again_by_the_percentage_that_let_it_in(at: World) -> None:
    await at.receive(("A", 10))
    at.policy = Policy(buffers={"web": Buffer(0, 5_000)})
    await at.hold("O-1", ("1", "A", 4), channel="web")
    assert (await at.reservation("O-1")).keep_back_basis_points == 5_000
    at.clock.advance(TTL_MS)
    at.policy = Policy()
    await at.reserve("O-2", ("1", "A", 3), channel="web")
    await at.refuses(at.confirm("O-1"), Reason.HOLD_EXPIRED, ("1", "A", 4, 3))
    await at.release("O-2", ("1", 1))
    assert (await at.confirm("O-1")).retaken is True


async def test_the_entry_of_an_order_keeps_the_policy_that_counted(at: World) -> None:
    await at.receive(("A", 10))
    at.policy = Policy(safety_stock=1, buffers={"web": Buffer(2, 250)})
    await at.reserve("O-1", ("1", "A", 1), channel="web")
    await at.reserve("O-2", ("1", "A", 1))
    with_percentage, without = (entry.envelope for entry in (await at.entries())[-2:])
    assert '"policy":{"keep_back":3,"basis_points":250}' in with_percentage
    assert '"policy":{"keep_back":1}' in without
