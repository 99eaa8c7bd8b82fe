"""submit_count: what somebody counted becomes the record, as of when it was counted, whatever is reserved."""

from __future__ import annotations

import dataclasses

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.limits import COUNT_COVERED_MAX, QUANTITY_MAX
from gate_service.domain.policy import Policy
from gate_service.domain.replies import CountedLine, HitOrder, Shortage
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason
from tests.contract.shelf import doubted_shelf, picking
from tests.contract.world import World

ON_HAND, DAMAGED = Bucket.ON_HAND, Bucket.DAMAGED
QUALITY_CONTROL, SUSPECT = Bucket.QUALITY_CONTROL, Bucket.SUSPECT


async def test_what_was_counted_becomes_what_is_on_hand(at: World) -> None:
    await at.receive(("A", 10), ("B", 5))
    reply = await at.count(("B", 7), ("A", 8))
    assert reply.lines == (CountedLine("B", 7, 5), CountedLine("A", 8, 10))
    assert reply.levels == (StockLevel("B", on_hand=7), StockLevel("A", on_hand=8))
    assert reply.shortages == ()
    assert sorted((await at.entries())[-1].changes) == [("A", ON_HAND, -2), ("B", ON_HAND, 2)]


async def test_a_count_that_finds_what_was_expected_changes_nothing(at: World) -> None:
    await at.receive(("A", 10))
    assert (await at.count(("A", 10))).lines == (CountedLine("A", 10, 10),)
    assert (await at.entries())[-1].changes == ()


async def test_a_sku_found_on_the_shelf_and_never_received_gets_a_record(at: World) -> None:
    await at.receive(("A", 10))
    reply = await at.count(("X", 3), ("Y", 0))
    assert reply.lines == (CountedLine("X", 3, 0), CountedLine("Y", 0, 0))
    assert (await at.state()).stock == {
        "A": StockLevel("A", on_hand=10),
        "X": StockLevel("X", on_hand=3),
        "Y": StockLevel("Y"),
    }


async def test_a_count_as_of_the_future_is_refused(at: World) -> None:
    await at.receive(("A", 10))
    await at.refuses(at.count(("A", 9), ("X", 1), as_of_revision=2), Reason.AS_OF_AHEAD)
    assert (await at.count(("A", 9), as_of_revision=2)).levels[0].on_hand == 9


async def test_what_moved_since_the_count_is_kept(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=2)
    counted_at = await at.revision()
    await at.ship("O-1", permit_id, ("1", "A", 2))
    await at.receive(("A", 5))
    reply = await at.count(("A", 9), as_of_revision=counted_at)
    assert reply.lines == (CountedLine("A", 9, 10),)
    assert reply.levels == (StockLevel("A", on_hand=12),)


async def test_a_count_without_a_revision_speaks_of_now(at: World) -> None:
    await at.receive(("A", 10))
    await at.receive(("A", 5))
    assert (await at.count(("A", 15))).lines == (CountedLine("A", 15, 15),)
    assert (await at.count(("A", 10), as_of_revision=1)).lines == (CountedLine("A", 10, 10),)


async def test_on_hand_does_not_fall_below_zero_when_the_missing_units_have_left_since(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=4)
    counted_at = await at.revision()
    await at.ship("O-1", permit_id, ("1", "A", 4))
    reply = await at.count(("A", 3), as_of_revision=counted_at)
    assert reply.lines == (CountedLine("A", 3, 10),)
    assert reply.levels == (StockLevel("A"),)


async def test_picked_units_are_not_missed_where_they_were_not_counted(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.pick(permit_id, ("O-1", "1", "A", 3))
    reply = await at.count(("A", 7), includes_picked=False)
    assert reply.lines == (CountedLine("A", 7, 7),)
    assert reply.levels == (StockLevel("A", on_hand=10, allocated=5, picked=3),)
    assert (await at.count(("A", 7))).levels == (StockLevel("A", on_hand=7, allocated=5, picked=3),)


async def test_what_was_picked_since_the_count_still_lay_on_the_shelf(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.pick(permit_id, ("O-1", "1", "A", 1))
    counted_at = await at.revision()
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    reply = await at.count(("A", 9), as_of_revision=counted_at, includes_picked=False)
    assert reply.lines == (CountedLine("A", 9, 9),)


async def test_a_count_below_what_is_reserved_is_taken_and_tells_whom_it_hits(at: World) -> None:
    at.policy = Policy(priorities={"web": 1})
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 5), ("2", "B", 2))
    await at.reserve("O-2", ("1", "A", 4), channel="web")
    reply = await at.count(("B", 1), ("A", 3))
    assert reply.shortages == (
        Shortage("B", 1, (HitOrder("O-1", "", 1, allocated=False),)),
        Shortage("A", 6, (HitOrder("O-1", "", 5, allocated=False), HitOrder("O-2", "web", 1, allocated=False))),
    )
    assert (await at.line("O-1", "1")).committed == 5


async def test_a_count_settles_doubt_and_the_count_that_is_due(at: World) -> None:
    await doubted_shelf(at)
    doubted = await at.level("A")
    assert doubted.suspect
    assert doubted.count_due
    reply = await at.count(("A", doubted.on_hand - doubted.picked), includes_picked=False)
    assert reply.levels == (doubted._replace(suspect=0, count_due=False),)
    assert await at.level("A") == reply.levels[0]


async def test_doubt_that_arose_since_the_count_stays_and_a_count_stays_due(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", SUSPECT, 2))
    counted_at = await at.revision()
    await doubted_shelf(at)
    before = await at.level("A")
    reply = await at.count(("A", 10), as_of_revision=counted_at)
    assert reply.levels == (before._replace(suspect=before.suspect - 2),)
    assert reply.levels[0].count_due
    assert reply.levels[0].suspect > 0


async def test_doubt_that_was_settled_since_the_count_is_not_settled_twice(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", SUSPECT, 5))
    counted_at = await at.revision()
    await at.adjust(("A", SUSPECT, -3))
    assert (await at.count(("A", 10), as_of_revision=counted_at)).levels == (StockLevel("A", on_hand=10),)


async def test_what_is_not_there_any_more_is_not_unsellable_either_damage_the_last(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", DAMAGED, 3), ("A", QUALITY_CONTROL, 4))
    assert (await at.count(("A", 5))).levels == (StockLevel("A", on_hand=5, damaged=3, quality_control=2),)
    assert (await at.count(("A", 2))).levels == (StockLevel("A", on_hand=2, damaged=2),)


async def test_doubt_since_the_count_gives_way_before_inspection_and_damage(at: World) -> None:
    await at.receive(("A", 10))
    counted_at = await at.revision()
    changed = (("A", DAMAGED, 1), ("A", QUALITY_CONTROL, 2), ("A", SUSPECT, 5))
    await at.adjust(*changed, reason=AdjustmentReason.INSPECTION)
    reply = await at.count(("A", 4), as_of_revision=counted_at)
    assert reply.levels == (StockLevel("A", on_hand=4, damaged=1, quality_control=2, suspect=1),)


async def test_on_hand_cannot_be_counted_above_its_bound(at: World) -> None:
    await at.receive(("B", 1))
    await at.receive(*[("A", QUANTITY_MAX)] * 1_000)
    await at.adjust(("A", ON_HAND, -3), reason=AdjustmentReason.WRITE_OFF)
    asking = at.count(("B", 0), ("A", 5), as_of_revision=1)
    await at.refuses(asking, Reason.QUANTITY_OVERFLOW, ("", "A", 5, 3))
    assert (await at.count(("A", 3), as_of_revision=1)).levels[0].on_hand == 1_000 * QUANTITY_MAX


async def test_what_was_looked_for_in_a_range_and_not_told_counts_as_none(at: World) -> None:
    await at.receive(("A", 1), ("B", 2), ("B-1", 3), ("C", 4), ("D", 5), ("a", 6))
    reply = await at.count_range("A", "C", ("C", 4))
    assert reply.lines == (CountedLine("C", 4, 4), CountedLine("B", 0, 2), CountedLine("B-1", 0, 3))
    assert [level.sku for level in reply.levels] == ["C", "B", "B-1"]
    units = {sku: level.on_hand for sku, level in (await at.state()).stock.items()}
    assert units == {"A": 1, "B": 0, "B-1": 0, "C": 4, "D": 5, "a": 6}


async def test_a_range_without_bounds_is_the_whole_location(at: World) -> None:
    await at.receive(("A", 1), ("B", 2), ("a", 3))
    assert (await at.count_range("", "")).lines == tuple(
        CountedLine(*one) for one in [("A", 0, 1), ("B", 0, 2), ("a", 0, 3)]
    )


async def test_of_an_empty_place_that_was_found_empty_nothing_is_said(at: World) -> None:
    await at.receive(("A", 1), ("B", 2), ("C", 1))
    permit_id = await picking(at, sku="C", quantity=1)
    await at.adjust(("A", ON_HAND, -1))
    await at.pick(permit_id, ("O-1", "1", "C", 1))
    operation = range_count("", "", includes_picked=False)
    assert (await at.apply(operation)).lines == (CountedLine("B", 0, 2),)
    assert [change.sku for change in (await at.entries())[-1].changes] == ["B"]


async def test_an_empty_place_with_a_count_due_is_told_and_settled(at: World) -> None:
    await doubted_shelf(at)
    await at.adjust(("A", ON_HAND, -(await at.level("A")).on_hand))
    assert (await at.level("A")).count_due
    reply = await at.count_range("", "A")
    assert reply.lines == (CountedLine("A", 0, 0),)
    assert not reply.levels[0].count_due


async def test_doubt_about_an_empty_place_is_told_and_settled(at: World) -> None:
    await at.receive(("A", 1))
    permit_id = await picking(at, quantity=1)
    await at.pick(permit_id, ("O-1", "1", "A", 1))
    await at.adjust(("A", SUSPECT, 1))
    reply = await at.apply(range_count("", "", includes_picked=False))
    assert reply.lines == (CountedLine("A", 0, 0),)
    assert reply.levels == (StockLevel("A", on_hand=1, allocated=1, picked=1),)


async def test_a_range_of_too_many_skus_is_refused_and_lines_do_not_count_among_them(at: World) -> None:
    names = [f"S{number:04d}" for number in range(COUNT_COVERED_MAX + 1)]
    await at.receive(*((sku, 1) for sku in names[1:]))
    await at.receive((names[0], 1))
    await at.refuses(at.count_range("", "", ("X", 1)), Reason.COUNT_RANGE_TOO_WIDE)
    reply = await at.count_range("", "", (names[5], 1))
    assert len(reply.lines) == COUNT_COVERED_MAX + 1
    assert sum(level.on_hand for level in reply.levels) == 1


async def test_a_count_told_again_is_not_taken_again(at: World) -> None:
    await at.receive(("A", 10))
    operation = dataclasses.replace(range_count("", ""), lines=(ops.CountLine("A", 8),))
    first = await at.apply(operation)
    await at.receive(("A", 5))
    before = await at.state()
    assert await at.apply(operation) == first._replace(applied=first.applied._replace(replayed=True))
    assert await at.state() == before


def range_count(after: str, through: str, *, includes_picked: bool = True) -> ops.SubmitCount:
    """Say that nothing lay between two SKUs."""
    return ops.SubmitCount(
        "count",
        "DC-1",
        "count-1",
        0,
        includes_picked,
        covers_range=True,
        covers_after=after,
        covers_through=through,
        lines=(),
    )


async def test_a_count_told_twice_corrects_once(at: World) -> None:
    await at.receive(("A", 10))
    counted_at = await at.revision()
    await at.count(("A", 7), as_of_revision=counted_at)
    assert (await at.count(("A", 7), as_of_revision=counted_at)).lines == (CountedLine("A", 7, 7),)
    assert (await at.state()).stock["A"].on_hand == 7


@pytest.mark.parametrize("reason", [AdjustmentReason.COUNT, AdjustmentReason.CORRECTION])
async def test_what_somebody_corrected_meanwhile_is_not_corrected_again(at: World, reason: AdjustmentReason) -> None:
    await at.receive(("A", 10))
    counted_at = await at.revision()
    await at.adjust(("A", ON_HAND, -3), reason=reason)
    assert (await at.count(("A", 7), as_of_revision=counted_at)).lines == (CountedLine("A", 7, 7),)
    assert (await at.state()).stock["A"].on_hand == 7


async def test_what_was_merged_into_it_since_the_count_was_there_when_it_was_counted(at: World) -> None:
    await at.receive(("A", 7), ("B", 5))
    counted_at = await at.revision()
    await at.receive(("A", 1))
    await at.merge("A", "B")
    reply = await at.count(("B", 12), as_of_revision=counted_at)
    assert reply.lines == (CountedLine("B", 12, 12),)
    assert reply.levels == (StockLevel("B", on_hand=13),)


async def test_the_largest_count_is_one_entry(at: World) -> None:
    await at.receive(*[(f"A-{number:04d}", 1) for number in range(2_000)])
    await at.receive(*[(f"B-{number:04d}", 1) for number in range(2_000)])
    reply = await at.count_range("", "", *[(f"A-{number:04d}", 2) for number in range(2_000)])
    assert len(reply.lines) == 4_000
    assert sum(level.on_hand for level in (await at.state()).stock.values()) == 4_000
    assert await at.revision() == 3
