"""submit_count: somebody counted the shelf, at some moment, and is believed."""

from __future__ import annotations

from gate_service.domain.limits import BUCKET_MAX, COUNT_COVERED_MAX, QUANTITY_MAX
from gate_service.domain.replies import Applied, CountedLine, HitOrder, Shortage, SubmitCountReply
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason, ShortReason
from tests.contract.shelf import doubted_shelf, picking
from tests.contract.world import World

ON_HAND, DAMAGED, SUSPECT = Bucket.ON_HAND, Bucket.DAMAGED, Bucket.SUSPECT


async def test_what_was_counted_is_on_hand_from_then_on(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    reply = await at.count(("B", 12), ("A", 7))
    levels = (StockLevel("B", on_hand=12), StockLevel("A", on_hand=7))
    lines = (CountedLine("B", 12, 10), CountedLine("A", 7, 10))
    assert reply == SubmitCountReply(Applied(2, at.clock.now_ms, replayed=False), lines, levels, ())
    assert (await at.entries())[-1].changes == (("A", ON_HAND, -3), ("B", ON_HAND, 2))


async def test_a_count_that_finds_what_should_be_there_changes_nothing(at: World) -> None:
    await at.receive(("A", 10))
    reply = await at.count(("A", 10))
    assert reply.lines == (CountedLine("A", 10, 10),)
    assert (await at.entries())[-1].changes == ()


async def test_a_counted_sku_that_the_location_never_had_is_opened(at: World) -> None:
    await at.receive(("A", 10))
    reply = await at.count(("X", 3), ("Y", 0))
    assert reply.lines == (CountedLine("X", 3, 0), CountedLine("Y", 0, 0))
    assert reply.levels == (StockLevel("X", on_hand=3), StockLevel("Y"))


async def test_a_count_below_what_is_reserved_is_taken_and_tells_whom_it_hits(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 8))
    reply = await at.count(("A", 5))
    assert reply.levels == (StockLevel("A", on_hand=5, committed=8),)
    assert reply.shortages == (Shortage("A", 3, (HitOrder("O-1", "", 3, allocated=False),)),)


async def test_what_came_and_went_after_the_count_is_taken_into_account(at: World) -> None:
    await at.receive(("A", 10))
    counted_at = await at.revision()
    await at.receive(("A", 5))
    await at.reserve("O-1", ("1", "A", 2))
    await at.ship_foreign("O-1")
    reply = await at.count(("A", 9), as_of_revision=counted_at)
    assert reply.lines == (CountedLine("A", 9, 10),)
    assert reply.levels == (StockLevel("A", on_hand=12),)


async def test_a_count_of_now_knows_nothing_of_what_was(at: World) -> None:
    await at.receive(("A", 10))
    await at.receive(("A", 5))
    assert (await at.count(("A", 9))).lines == (CountedLine("A", 9, 15),)
    assert (await at.count(("A", 9), as_of_revision=await at.revision())).lines == (CountedLine("A", 9, 9),)


async def test_units_that_left_after_the_count_cannot_leave_fewer_than_none(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 9))
    counted_at = await at.revision()
    await at.ship_foreign("O-1")
    reply = await at.count(("A", 2), as_of_revision=counted_at)
    assert reply.lines == (CountedLine("A", 2, 10),)
    assert reply.levels == (StockLevel("A"),)


async def test_a_moment_that_has_not_come_is_refused(at: World) -> None:
    await at.receive(("A", 10))
    await at.refuses(at.count(("A", 9), as_of_revision=2), Reason.AS_OF_AHEAD)
    await at.count(("A", 9), as_of_revision=2)


async def test_picked_units_that_stand_elsewhere_come_on_top_of_what_was_counted(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.pick(permit_id, ("O-1", "1", "A", 3))
    reply = await at.count(("A", 7), includes_picked=False)
    assert reply.lines == (CountedLine("A", 7, 7),)
    assert reply.levels[0].on_hand == 10
    reply = await at.count(("A", 7), includes_picked=True)
    assert reply.lines == (CountedLine("A", 7, 10),)
    assert reply.levels[0].on_hand == 7


async def test_picks_in_flight_are_those_of_the_moment_of_the_count(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    counted_at = await at.revision()
    await at.pick(permit_id, ("O-1", "1", "A", 3))
    await at.ship("O-1", permit_id, ("1", "A", 1))
    reply = await at.count(("A", 7), as_of_revision=counted_at, includes_picked=False)
    assert reply.lines == (CountedLine("A", 7, 8),)
    assert reply.levels == (StockLevel("A", on_hand=8, allocated=4, picked=4),)


async def test_a_count_settles_the_doubt_and_the_count_that_was_due(at: World) -> None:
    await doubted_shelf(at)
    reply = await at.count(("A", 9))
    assert reply.lines == (CountedLine("A", 9, 10),)
    assert reply.levels == (StockLevel("A", on_hand=9, allocated=1, picked=1),)
    assert reply.levels[0].available == 8


async def test_a_doubt_that_came_after_the_moment_of_the_count_is_not_settled(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=4)
    await at.adjust(("A", SUSPECT, 2))
    counted_at = await at.revision()
    await at.report(permit_id, ("O-1", "1", "A", 3, 1, ShortReason.NOT_FOUND))
    doubted = (await at.level("A")).suspect
    reply = await at.count(("A", 10), as_of_revision=counted_at)
    assert reply.levels[0].suspect == doubted - 2
    assert reply.levels[0].count_due is True


async def test_no_more_can_be_unsellable_than_was_counted(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", DAMAGED, 3), ("A", Bucket.QUALITY_CONTROL, 4))
    assert (await at.count(("A", 5))).levels == (StockLevel("A", on_hand=5, damaged=3, quality_control=2),)
    assert (await at.count(("A", 2))).levels == (StockLevel("A", on_hand=2, damaged=2),)
    assert (await at.count(("A", 0))).levels == (StockLevel("A"),)


async def test_a_count_beyond_the_bound_of_a_bucket_is_refused(at: World) -> None:
    await at.receive(("A", 1), ("B", 1))
    counted_at = await at.revision()
    await at.receive(*[("A", QUANTITY_MAX)] * 999, ("A", QUANTITY_MAX - 1))
    assert (await at.level("A")).on_hand == BUCKET_MAX
    asking = at.count(("B", 9), ("A", 4), as_of_revision=counted_at)
    await at.refuses(asking, Reason.QUANTITY_OVERFLOW, ("", "A", 4, 1))
    assert (await at.count(("A", 1), as_of_revision=counted_at)).levels[0].on_hand == BUCKET_MAX


async def test_what_lay_in_a_range_and_was_not_counted_was_not_there(at: World) -> None:
    await at.receive(("A", 1), ("B", 2), ("C", 3), ("D", 4), ("E", 5))
    reply = await at.count_range("A", "D", ("C", 3))
    assert reply.lines == (CountedLine("C", 3, 3), CountedLine("B", 0, 2), CountedLine("D", 0, 4))
    assert {sku: (await at.level(sku)).on_hand for sku in "ABCDE"} == {"A": 1, "B": 0, "C": 3, "D": 0, "E": 5}


async def test_a_range_without_bounds_is_the_whole_location(at: World) -> None:
    await at.receive(("A", 1), ("a", 2), ("B", 3))
    reply = await at.count_range("", "", ("B", 3))
    assert [line.sku for line in reply.lines] == ["B", "A", "a"]
    assert (await at.count_range("B", "")).lines == ()


async def test_a_covered_sku_of_which_nothing_is_to_be_said_is_not_mentioned(at: World) -> None:
    await at.receive(("A", 1), ("B", 1), ("C", 1))
    await at.count(("A", 0), ("B", 0))
    reply = await at.count_range("", "")
    assert reply.lines == (CountedLine("C", 0, 1),)
    assert reply.levels == (StockLevel("C"),)


async def test_a_covered_sku_whose_count_is_due_is_mentioned_though_nothing_should_be_there(at: World) -> None:
    await at.receive(("A", 2))
    permit_id = await picking(at, quantity=2)
    await at.adjust(("A", ON_HAND, -2))
    await at.report(permit_id, ("O-1", "1", "A", 0, 2, ShortReason.NOT_FOUND))
    assert (await at.level("A")).count_due is True
    reply = await at.count_range("", "")
    assert reply.lines == (CountedLine("A", 0, 0),)
    assert reply.levels == (StockLevel("A"),)


async def test_a_covered_sku_is_counted_as_of_the_same_moment(at: World) -> None:
    await at.receive(("A", 5))
    counted_at = await at.revision()
    await at.receive(("A", 2), ("B", 3))
    reply = await at.count_range("", "", as_of_revision=counted_at)
    assert reply.lines == (CountedLine("A", 0, 5),)
    assert {sku: (await at.level(sku)).on_hand for sku in "AB"} == {"A": 2, "B": 3}


async def test_a_range_of_too_many_skus_is_refused_and_one_of_as_many_as_may_be_is_not(at: World) -> None:
    names = [f"S-{number:05}" for number in range(COUNT_COVERED_MAX + 1)]
    await at.receive(*((name, 1) for name in names[:-1]))
    await at.receive((names[-1], 1))
    await at.refused(at.count_range("", ""), Reason.COUNT_RANGE_TOO_WIDE)
    assert len((await at.count_range("", "", (names[0], 1))).lines) == COUNT_COVERED_MAX + 1
    assert (await at.level(names[-1])).on_hand == 0
