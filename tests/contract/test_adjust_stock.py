"""adjust_stock: the record is corrected with a reason, never blocked by what is reserved."""

from __future__ import annotations

from gate_service.domain.limits import BUCKET_MAX, QUANTITY_MAX
from gate_service.domain.replies import HitOrder, Shortage
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import AdjustmentReason, Bucket, Reason
from tests.contract.shelf import doubted_shelf
from tests.contract.world import World

ON_HAND, DAMAGED = Bucket.ON_HAND, Bucket.DAMAGED
QUALITY_CONTROL, SUSPECT = Bucket.QUALITY_CONTROL, Bucket.SUSPECT


async def test_on_hand_goes_up_and_down(at: World) -> None:
    await at.receive(("A", 10))
    assert (await at.adjust(("A", ON_HAND, 5))).levels == (StockLevel("A", on_hand=15),)
    assert (await at.adjust(("A", ON_HAND, -15))).levels == (StockLevel("A"),)


async def test_goods_are_reclassified_within_on_hand(at: World) -> None:
    await at.receive(("A", 10))
    reply = await at.adjust(("A", DAMAGED, 1), ("A", QUALITY_CONTROL, 2), ("A", SUSPECT, 3))
    assert reply.levels == (StockLevel("A", on_hand=10, damaged=1, quality_control=2, suspect=3),)
    reply = await at.adjust(("A", SUSPECT, -3), ("A", DAMAGED, -1))
    assert reply.levels == (StockLevel("A", on_hand=10, quality_control=2),)


async def test_a_sku_that_was_never_received_cannot_be_corrected(at: World) -> None:
    await at.receive(("A", 10))
    asking = at.adjust(("X", ON_HAND, 5), ("A", ON_HAND, 1), ("Y", DAMAGED, -2))
    await at.refuses(asking, Reason.UNKNOWN_SKU, ("", "X", 5, 0), ("", "Y", -2, 0))


async def test_an_unknown_sku_is_told_before_a_correction_that_does_not_fit(at: World) -> None:
    await at.receive(("A", 10))
    asking = at.adjust(("A", ON_HAND, -11), ("X", ON_HAND, 1))
    await at.refuses(asking, Reason.UNKNOWN_SKU, ("", "X", 1, 0))


async def test_on_hand_cannot_fall_below_what_is_damaged_and_under_inspection(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", DAMAGED, 2), ("A", QUALITY_CONTROL, 3))
    await at.refuses(at.adjust(("A", ON_HAND, -6)), Reason.INSUFFICIENT_ON_HAND, ("", "A", -6, -5))
    reply = await at.adjust(("A", ON_HAND, -5))
    assert reply.levels == (StockLevel("A", on_hand=5, damaged=2, quality_control=3),)


async def test_on_hand_cannot_fall_below_zero(at: World) -> None:
    await at.receive(("A", 4))
    await at.refuses(at.adjust(("A", ON_HAND, -5)), Reason.INSUFFICIENT_ON_HAND, ("", "A", -5, -4))


async def test_a_decrease_takes_doubted_units_where_good_ones_do_not_suffice(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", SUSPECT, 4), ("A", DAMAGED, 1))
    assert (await at.adjust(("A", ON_HAND, -5))).levels == (StockLevel("A", on_hand=5, damaged=1, suspect=4),)
    assert (await at.adjust(("A", ON_HAND, -2))).levels == (StockLevel("A", on_hand=3, damaged=1, suspect=2),)
    assert (await at.adjust(("A", ON_HAND, -2))).levels == (StockLevel("A", on_hand=1, damaged=1),)


async def test_on_hand_cannot_rise_above_its_bound(at: World) -> None:
    await at.receive(*[("A", QUANTITY_MAX)] * 999)
    await at.adjust(("A", ON_HAND, QUANTITY_MAX - 1))
    await at.refuses(at.adjust(("A", ON_HAND, 2)), Reason.QUANTITY_OVERFLOW, ("", "A", 2, 1))
    assert (await at.adjust(("A", ON_HAND, 1))).levels[0].on_hand == BUCKET_MAX


async def test_a_reclassified_bucket_cannot_fall_below_zero(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", DAMAGED, 1), ("A", QUALITY_CONTROL, 2), ("A", SUSPECT, 3))
    for bucket, units in ((DAMAGED, 1), (QUALITY_CONTROL, 2), (SUSPECT, 3)):
        asking = at.adjust(("A", bucket, -units - 1))
        await at.refuses(asking, Reason.INSUFFICIENT_ON_HAND, ("", "A", -units - 1, -units))


async def test_more_cannot_be_unsellable_than_is_on_hand(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", DAMAGED, 2), ("A", SUSPECT, 3))
    for bucket in (DAMAGED, QUALITY_CONTROL, SUSPECT):
        await at.refuses(at.adjust(("A", bucket, 6)), Reason.INSUFFICIENT_ON_HAND, ("", "A", 6, 5))
    assert (await at.adjust(("A", QUALITY_CONTROL, 5))).levels[0].unsellable == 10


async def test_lines_are_tried_in_order_so_that_a_later_one_can_build_on_an_earlier(at: World) -> None:
    await at.receive(("A", 2))
    reply = await at.adjust(("A", ON_HAND, 3), ("A", DAMAGED, 5))
    assert reply.levels == (StockLevel("A", on_hand=5, damaged=5),)
    await at.refuses(
        at.adjust(("A", QUALITY_CONTROL, 1), ("A", ON_HAND, 1)), Reason.INSUFFICIENT_ON_HAND, ("", "A", 1, 0)
    )


async def test_a_line_that_fails_is_left_out_when_the_next_ones_are_tried(at: World) -> None:
    await at.receive(("A", 5), ("B", 5))
    asking = at.adjust(("A", ON_HAND, -6), ("A", DAMAGED, 5), ("B", DAMAGED, 6), ("B", SUSPECT, 5))
    await at.refuses(asking, Reason.INSUFFICIENT_ON_HAND, ("", "A", -6, -5), ("", "B", 6, 5))


async def test_the_first_line_that_fails_gives_the_reason(at: World) -> None:
    await at.receive(*[("A", QUANTITY_MAX)] * 1_000)
    await at.receive(("B", 1))
    violations = {"A": ("", "A", 1, 0), "B": ("", "B", -2, -1)}
    overflow, short = ("A", ON_HAND, 1), ("B", ON_HAND, -2)
    await at.refuses(at.adjust(overflow, short), Reason.QUANTITY_OVERFLOW, violations["A"], violations["B"])
    await at.refuses(at.adjust(short, overflow), Reason.INSUFFICIENT_ON_HAND, violations["B"], violations["A"])


async def test_a_correction_is_never_blocked_by_what_is_reserved_and_tells_the_shortage(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 8), ("2", "B", 3))
    reply = await at.adjust(("B", ON_HAND, -7), ("A", ON_HAND, -5))
    assert reply.levels == (StockLevel("B", on_hand=3, committed=3), StockLevel("A", on_hand=5, committed=8))
    assert reply.shortages == (Shortage("A", 3, (HitOrder("O-1", "", 3, allocated=False),)),)
    assert (await at.line("O-1", "1")).committed == 8


async def test_damage_to_reserved_goods_is_told_as_a_shortage(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 8))
    reply = await at.adjust(("A", DAMAGED, 4), reason=AdjustmentReason.DAMAGE)
    assert reply.shortages == (Shortage("A", 2, (HitOrder("O-1", "", 2, allocated=False),)),)


async def test_a_count_settles_the_count_that_a_short_pick_made_due(at: World) -> None:
    await doubted_shelf(at)
    doubted = (await at.level("A")).suspect
    reply = await at.adjust(("A", SUSPECT, -doubted), reason=AdjustmentReason.COUNT)
    assert reply.levels[0].count_due is False
    assert (await at.level("A")).count_due is False


async def test_a_count_stays_due_while_units_are_suspect_so_that_nobody_forgets_them(at: World) -> None:
    await doubted_shelf(at)
    reply = await at.adjust(("A", SUSPECT, -1), reason=AdjustmentReason.COUNT)
    assert reply.levels[0].suspect > 0
    assert reply.levels[0].count_due is True
    assert (await at.level("A")).count_due is True


async def test_any_other_reason_leaves_the_count_due(at: World) -> None:
    await doubted_shelf(at)
    for reason in AdjustmentReason:
        if reason is not AdjustmentReason.COUNT:
            assert (await at.adjust(("A", ON_HAND, 1), reason=reason)).levels[0].count_due is True


async def test_a_count_of_another_sku_leaves_this_one_due(at: World) -> None:
    await doubted_shelf(at)
    await at.adjust(("B", ON_HAND, 1), reason=AdjustmentReason.COUNT)
    assert (await at.level("A")).count_due is True


async def test_a_refused_count_leaves_the_count_due(at: World) -> None:
    await doubted_shelf(at)
    asking = at.adjust(("B", ON_HAND, -11), ("A", ON_HAND, 1), reason=AdjustmentReason.COUNT)
    await at.refuses(asking, Reason.INSUFFICIENT_ON_HAND, ("", "B", -11, -10))
    assert (await at.level("A")).count_due is True


async def test_the_ledger_tells_also_the_doubted_units_that_a_decrease_took(at: World) -> None:
    await at.receive(("A", 5))
    await at.adjust(("A", SUSPECT, 4))
    await at.adjust(("A", ON_HAND, -3))
    assert sorted((await at.entries())[-1].changes) == [("A", "on_hand", -3), ("A", "suspect", -2)]
