"""submit_count: what a count says of a moment that has passed, and what has been settled since."""

from __future__ import annotations

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.limits import COUNT_COVERED_MAX, STOCK_LINES_MAX
from gate_service.domain.policy import Policy
from gate_service.domain.replies import CountedLine, HitOrder, Shortage
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import AdjustmentReason, Bucket
from tests.contract.shelf import picking
from tests.contract.world import World

ON_HAND, DAMAGED = Bucket.ON_HAND, Bucket.DAMAGED
QUALITY_CONTROL, SUSPECT = Bucket.QUALITY_CONTROL, Bucket.SUSPECT
SETS_RIGHT = (AdjustmentReason.COUNT, AdjustmentReason.CORRECTION)


async def test_a_count_submitted_twice_corrects_once(at: World) -> None:
    await at.receive(("A", 10))
    counted_at = await at.revision()
    await at.count(("A", 7), as_of_revision=counted_at)
    assert (await at.count(("A", 7), as_of_revision=counted_at)).lines == (CountedLine("A", 7, 7),)
    assert (await at.level("A")).on_hand == 7


@pytest.mark.parametrize("reason", SETS_RIGHT)
async def test_what_somebody_set_right_meanwhile_is_not_set_right_again(at: World, reason: AdjustmentReason) -> None:
    await at.receive(("A", 10))
    counted_at = await at.revision()
    await at.adjust(("A", ON_HAND, -3), reason=reason)
    assert (await at.count(("A", 7), as_of_revision=counted_at)).lines == (CountedLine("A", 7, 7),)
    assert (await at.level("A")).on_hand == 7


@pytest.mark.parametrize("reason", [reason for reason in AdjustmentReason if reason not in SETS_RIGHT])
async def test_a_correction_for_any_other_reason_happened_on_the_shelf(at: World, reason: AdjustmentReason) -> None:
    await at.receive(("A", 10))
    counted_at = await at.revision()
    await at.adjust(("A", ON_HAND, -3), reason=reason)
    assert (await at.count(("A", 10), as_of_revision=counted_at)).lines == (CountedLine("A", 10, 10),)
    assert (await at.level("A")).on_hand == 7


async def test_what_was_merged_into_it_since_the_count_was_there_when_it_was_counted(at: World) -> None:
    await at.receive(("A", 7), ("B", 5))
    counted_at = await at.revision()
    await at.receive(("A", 1))
    await at.merge("A", "B")
    reply = await at.count(("B", 12), as_of_revision=counted_at)
    assert reply.lines == (CountedLine("B", 12, 12),)
    assert reply.levels == (StockLevel("B", on_hand=13),)


async def test_doubt_that_was_settled_since_the_count_is_not_settled_twice(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", SUSPECT, 5), reason=AdjustmentReason.INSPECTION)
    counted_at = await at.revision()
    await at.adjust(("A", SUSPECT, -3), reason=AdjustmentReason.INSPECTION)
    assert (await at.count(("A", 10), as_of_revision=counted_at)).levels == (StockLevel("A", on_hand=10),)


async def test_doubt_since_the_count_gives_way_before_inspection_and_damage(at: World) -> None:
    await at.receive(("A", 10))
    counted_at = await at.revision()
    doubts = (("A", DAMAGED, 1), ("A", QUALITY_CONTROL, 2), ("A", SUSPECT, 5))
    await at.adjust(*doubts, reason=AdjustmentReason.INSPECTION)
    reply = await at.count(("A", 4), as_of_revision=counted_at)
    assert reply.levels == (StockLevel("A", on_hand=4, damaged=1, quality_control=2, suspect=1),)


async def test_doubt_about_a_place_that_should_be_empty_is_told_and_settled(at: World) -> None:
    await at.receive(("A", 1), ("B", 1))
    for sku in ("A", "B"):
        permit_id = await picking(at, f"O-{sku}", sku, 1)
        await at.pick(permit_id, (f"O-{sku}", "1", sku, 1))
    await at.adjust(("A", SUSPECT, 1))
    reply = await at.apply(
        ops.SubmitCount(
            "count",
            "DC-1",
            "count-1",
            0,
            includes_picked=False,
            covers_range=True,
            covers_after="",
            covers_through="",
            lines=(),
        )
    )
    assert reply.lines == (CountedLine("A", 0, 0),)
    assert reply.levels == (StockLevel("A", on_hand=1, allocated=1, picked=1),)


async def test_the_least_urgent_channel_is_told_first_of_what_a_count_misses(at: World) -> None:
    at.policy = Policy(priorities={"web": 1})
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 5))
    at.clock.advance(1)
    await at.reserve("O-2", ("1", "A", 4), channel="web")
    orders = (HitOrder("O-1", "", 5, allocated=False), HitOrder("O-2", "web", 1, allocated=False))
    assert (await at.count(("A", 3))).shortages == (Shortage("A", 6, orders),)


async def test_a_count_told_again_under_its_operation_id_is_answered_as_it_was(at: World) -> None:
    await at.receive(("A", 10))
    operation = ops.SubmitCount(
        "count",
        "DC-1",
        "count-1",
        0,
        includes_picked=True,
        covers_range=False,
        covers_after="",
        covers_through="",
        lines=(ops.CountLine("A", 8),),
    )
    first = await at.apply(operation)
    await at.receive(("A", 5))
    before = await at.state()
    assert await at.apply(operation) == first._replace(applied=first.applied._replace(replayed=True))
    assert await at.state() == before


async def test_the_largest_count_is_one_entry(at: World) -> None:
    named = [f"A-{number:04d}" for number in range(STOCK_LINES_MAX)]
    covered = [f"B-{number:04d}" for number in range(COUNT_COVERED_MAX)]
    await at.receive(*((sku, 1) for sku in named))
    await at.receive(*((sku, 1) for sku in covered))
    reply = await at.count_range("", "", *((sku, 2) for sku in named))
    assert len(reply.lines) == STOCK_LINES_MAX + COUNT_COVERED_MAX
    units = {sku: level.on_hand for sku, level in (await at.state()).stock.items()}
    assert units == dict.fromkeys(named, 2) | dict.fromkeys(covered, 0)
    assert await at.revision() == 3
