"""move_stock: goods are inspected, break, are found again, are written off."""

from __future__ import annotations

import pytest

from gate_service.domain.policy import Policy
from gate_service.domain.replies import Applied, HitOrder, MoveStockReply, Shortage
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason, StockStatus
from tests.contract.shelf import doubted_shelf
from tests.contract.world import World

AVAILABLE, DAMAGED = StockStatus.AVAILABLE, StockStatus.DAMAGED
INSPECTED, SUSPECT, OUT = StockStatus.QUALITY_CONTROL, StockStatus.SUSPECT, StockStatus.WRITTEN_OFF


async def shelf(at: World) -> None:
    """Have ten A: two damaged, three under inspection, one suspect, four good."""
    await at.receive(("A", 10))
    await at.adjust(("A", Bucket.DAMAGED, 2), ("A", Bucket.QUALITY_CONTROL, 3), ("A", Bucket.SUSPECT, 1))


@pytest.mark.parametrize(
    ("origin", "target", "level"),
    [
        (AVAILABLE, DAMAGED, StockLevel("A", on_hand=10, damaged=3, quality_control=3, suspect=1)),
        (AVAILABLE, INSPECTED, StockLevel("A", on_hand=10, damaged=2, quality_control=4, suspect=1)),
        (AVAILABLE, SUSPECT, StockLevel("A", on_hand=10, damaged=2, quality_control=3, suspect=2)),
        (AVAILABLE, OUT, StockLevel("A", on_hand=9, damaged=2, quality_control=3, suspect=1)),
        (DAMAGED, AVAILABLE, StockLevel("A", on_hand=10, damaged=1, quality_control=3, suspect=1)),
        (DAMAGED, INSPECTED, StockLevel("A", on_hand=10, damaged=1, quality_control=4, suspect=1)),
        (DAMAGED, SUSPECT, StockLevel("A", on_hand=10, damaged=1, quality_control=3, suspect=2)),
        (DAMAGED, OUT, StockLevel("A", on_hand=9, damaged=1, quality_control=3, suspect=1)),
        (INSPECTED, AVAILABLE, StockLevel("A", on_hand=10, damaged=2, quality_control=2, suspect=1)),
        (INSPECTED, DAMAGED, StockLevel("A", on_hand=10, damaged=3, quality_control=2, suspect=1)),
        (INSPECTED, SUSPECT, StockLevel("A", on_hand=10, damaged=2, quality_control=2, suspect=2)),
        (INSPECTED, OUT, StockLevel("A", on_hand=9, damaged=2, quality_control=2, suspect=1)),
        (SUSPECT, AVAILABLE, StockLevel("A", on_hand=10, damaged=2, quality_control=3)),
        (SUSPECT, DAMAGED, StockLevel("A", on_hand=10, damaged=3, quality_control=3)),
        (SUSPECT, INSPECTED, StockLevel("A", on_hand=10, damaged=2, quality_control=4)),
        (SUSPECT, OUT, StockLevel("A", on_hand=9, damaged=2, quality_control=3)),
    ],
)
async def test_a_unit_leaves_where_it_stood_and_enters_where_it_goes(
    at: World, origin: StockStatus, target: StockStatus, level: StockLevel
) -> None:
    await shelf(at)
    reply = await at.move(("A", origin, target, 1))
    assert reply == MoveStockReply(Applied(3, at.clock.now_ms, replayed=False), (level,), ())
    assert await at.level("A") == level


async def test_no_more_leaves_a_status_than_stands_there(at: World) -> None:
    await shelf(at)
    for origin, units in ((AVAILABLE, 4), (DAMAGED, 2), (INSPECTED, 3), (SUSPECT, 1)):
        asking = at.move(("A", origin, OUT, units + 1))
        await at.refuses(asking, Reason.INSUFFICIENT_ON_HAND, ("", "A", units + 1, units))


async def test_a_sku_that_was_never_received_cannot_change_its_status(at: World) -> None:
    await shelf(at)
    asking = at.move(("X", AVAILABLE, DAMAGED, 2), ("A", DAMAGED, OUT, 99), ("Y", SUSPECT, OUT, 1))
    await at.refuses(asking, Reason.UNKNOWN_SKU, ("", "X", 2, 0), ("", "Y", 1, 0))


async def test_lines_are_tried_in_order_so_that_a_later_one_can_build_on_an_earlier(at: World) -> None:
    await shelf(at)
    reply = await at.move(("A", INSPECTED, DAMAGED, 3), ("A", DAMAGED, OUT, 5))
    assert reply.levels == (StockLevel("A", on_hand=5, suspect=1),)
    await at.refuses(
        at.move(("A", DAMAGED, OUT, 1), ("A", SUSPECT, DAMAGED, 1)),
        Reason.INSUFFICIENT_ON_HAND,
        ("", "A", 1, 0),
    )


async def test_a_line_that_fails_is_left_out_when_the_next_ones_are_tried(at: World) -> None:
    await shelf(at)
    asking = at.move(("A", AVAILABLE, OUT, 5), ("A", AVAILABLE, DAMAGED, 4), ("A", AVAILABLE, SUSPECT, 1))
    await at.refuses(asking, Reason.INSUFFICIENT_ON_HAND, ("", "A", 5, 4), ("", "A", 1, 0))


async def test_what_is_reserved_does_not_protect_goods_that_broke_and_the_orders_hit_are_told(at: World) -> None:
    await at.receive(("A", 5))
    await at.reserve("O-1", ("1", "A", 4))
    reply = await at.move(("A", AVAILABLE, DAMAGED, 3))
    assert reply.shortages == (Shortage("A", 2, (HitOrder("O-1", "", 2, allocated=False),)),)
    assert (await at.line("O-1", "1")).committed == 4


async def test_levels_come_in_the_order_in_which_the_skus_are_named(at: World) -> None:
    await at.receive(("A", 5), ("B", 5))
    reply = await at.move(("B", AVAILABLE, DAMAGED, 1), ("A", AVAILABLE, DAMAGED, 1), ("B", DAMAGED, OUT, 1))
    assert reply.levels == (StockLevel("B", on_hand=4), StockLevel("A", on_hand=5, damaged=1))


async def test_a_count_stays_due_when_the_doubted_units_are_moved(at: World) -> None:
    await doubted_shelf(at)
    doubted = (await at.level("A")).suspect
    assert (await at.move(("A", SUSPECT, AVAILABLE, doubted))).levels[0].count_due is True


async def test_more_is_not_written_off_by_one_person_than_one_alone_may_correct(at: World) -> None:
    await shelf(at)
    at.policy = Policy(approval_above=3)
    await at.refuses(at.move(("A", AVAILABLE, OUT, 2), ("A", DAMAGED, OUT, 2)), Reason.APPROVAL_REQUIRED)
    assert (await at.move(("A", AVAILABLE, OUT, 1), ("A", DAMAGED, OUT, 2))).levels[0].on_hand == 7


async def test_what_stays_on_the_shelf_needs_no_second_person(at: World) -> None:
    await shelf(at)
    at.policy = Policy(approval_above=0)
    assert (await at.move(("A", AVAILABLE, DAMAGED, 4))).levels[0].damaged == 6


async def test_what_cannot_be_moved_is_told_before_who_must_agree(at: World) -> None:
    await shelf(at)
    at.policy = Policy(approval_above=0)
    await at.refuses(at.move(("A", AVAILABLE, OUT, 5)), Reason.INSUFFICIENT_ON_HAND, ("", "A", 5, 4))
