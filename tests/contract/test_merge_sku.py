"""merge_sku: two SKUs were one item all along; everything of the first goes on as the second, and nothing is lost."""

from __future__ import annotations

import asyncio

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.cases import DocumentProgress, Quota
from gate_service.domain.errors import Refused
from gate_service.domain.limits import QUANTITY_MAX
from gate_service.domain.policy import KeepBack
from gate_service.domain.replies import HitOrder, Shortage
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason, ReservationState, ShortReason
from tests.contract.shelf import doubted_shelf, picking
from tests.contract.state import ASKING, read_shortages
from tests.contract.world import PERMIT_TTL_MS, TTL_MS, World
from tests.model.merges import ORDERS_MAX


async def shelf_of_everything(at: World) -> None:
    """Have units of A and of B in every bucket, ten times as many of B."""
    for sku, times in (("A", 1), ("B", 10)):
        await at.receive((sku, 20 * times))
        permit_id = await picking(at, f"P-{sku}", sku, 4 * times)
        await at.pick(permit_id, (f"P-{sku}", "1", sku, 3 * times))
        await at.hold(f"H-{sku}", ("1", sku, 2 * times))
        await at.reserve(f"C-{sku}", ("1", sku, 1 * times))
        buckets = (Bucket.DAMAGED, 1), (Bucket.QUALITY_CONTROL, 2), (Bucket.SUSPECT, 3)
        await at.adjust(*((sku, bucket, units * times) for bucket, units in buckets))
        await at.announce(f"PO-{sku}", ("1", sku, 6 * times))
        await at.set_quota("web", (sku, 7 * times))
        await at.place_hold(f"S-{sku}", sku)


async def test_every_bucket_of_the_one_is_added_to_the_other(at: World) -> None:
    await shelf_of_everything(at)
    reply = await at.merge("B", "A")
    assert reply.changed
    assert reply.level == StockLevel("A", 220, 22, 11, 44, 11, 22, 33, 66, 33, 77, 2)
    assert (await at.state()).stock == {"A": reply.level}


async def test_the_ledger_tells_what_left_the_one_and_came_to_the_other(at: World) -> None:
    await at.receive(("A", 1), ("B", 20))
    await at.reserve("O-1", ("1", "B", 3))
    await at.merge("B", "A")
    assert sorted((await at.entries())[-1].changes) == [
        ("A", Bucket.COMMITTED, 3),
        ("A", Bucket.ON_HAND, 20),
        ("B", Bucket.COMMITTED, -3),
        ("B", Bucket.ON_HAND, -20),
    ]


async def test_a_sku_that_was_never_received_can_be_the_one_that_goes_on(at: World) -> None:
    await at.receive(("B", 20))
    assert (await at.merge("B", "A")).level == StockLevel("A", on_hand=20)
    await at.reserve("O-1", ("1", "A", 20))


async def test_orders_go_on_with_the_other_sku_to_their_end(at: World) -> None:
    await at.receive(("A", 1), ("B", 20))
    await at.reserve("O-1", ("1", "B", 5), ("2", "A", 1), ("3", "B", 2))
    permit_id = (await at.authorize(("O-1", "1", "B", 5))).permit_id
    await at.merge("B", "A")
    assert [line.sku for line in (await at.reservation("O-1")).lines] == ["A", "A", "A"]
    await at.pick(permit_id, ("O-1", "1", "A", 4))
    await at.report(permit_id, ("O-1", "1", "A", 0, 1, ShortReason.DAMAGED))
    assert (await at.ship("O-1", permit_id)).shipped_quantity == 4
    await at.release("O-1")
    assert await at.level("A") == StockLevel("A", on_hand=17, damaged=1)


async def test_all_lines_of_an_order_with_something_open_are_renamed_and_closed_orders_keep_their_history(
    at: World,
) -> None:
    await at.receive(("A", 1), ("B", 20))
    permit_id = await picking(at, "shipped", "B", 2)
    await at.ship("shipped", permit_id, ("1", "B", 2))
    await at.reserve("open", ("1", "B", 2), ("2", "B", 2))
    await at.release("open", ("1", 2))
    await at.merge("B", "A")
    assert [line.sku for line in (await at.reservation("open")).lines] == ["A", "A"]
    assert (await at.line("shipped", "1")).sku == "B"


async def test_what_an_order_took_from_quotas_adds_up(at: World) -> None:
    await at.receive(("A", 20), ("B", 20))
    await at.set_quota("web", ("A", 5), ("B", 5))
    await at.reserve("O-1", ("1", "A", 2), ("2", "B", 3), channel="web")
    await at.merge("B", "A")
    assert (await at.reservation("O-1")).from_quota == (("A", 5),)
    await at.release("O-1")
    assert (await at.cases()).quotas == (Quota("A", "web", 10),)


async def test_quotas_add_up_by_channel(at: World) -> None:
    await at.receive(("A", 20), ("B", 20))
    await at.set_quota("web", ("A", 1), ("B", 2))
    await at.set_quota("shop", ("B", 4))
    assert (await at.merge("B", "A")).level.ring_fenced == 7
    assert (await at.cases()).quotas == (Quota("A", "shop", 4), Quota("A", "web", 3))


async def test_what_came_back_to_an_order_adds_up(at: World) -> None:
    await at.receive(("A", 20), ("B", 20))
    await at.reserve("O-1", ("1", "A", 4), ("2", "B", 4))
    await at.ship_foreign("O-1", ("1", "A", 2), ("2", "B", 3))
    await at.take_back(("A", 1), ("B", 2), order_id="O-1")
    await at.merge("B", "A")
    assert (await at.reservation("O-1")).returned == (("A", 3),)
    assert (await at.take_back(("A", 3), order_id="O-1")).unmatched == (("A", 1),)


async def test_holds_on_the_one_rest_on_the_other_and_can_be_lifted(at: World) -> None:
    await at.receive(("A", 20), ("B", 20))
    await at.place_hold("H-1", "B")
    await at.place_hold("H-2", "B", lot_id="L-7", quantity=4)
    level = (await at.merge("B", "A")).level
    assert level == StockLevel("A", on_hand=40, quality_control=4, stock_holds=1)
    assert {hold.sku for hold in (await at.cases()).stock_holds} == {"A"}
    await at.lift_hold("H-1")
    assert (await at.lift_hold("H-2")).released_quantity == 4
    assert (await at.offer("A")).promise == 40


async def test_a_count_that_is_due_of_the_one_is_due_of_the_other(at: World) -> None:
    await doubted_shelf(at)
    assert (await at.merge("A", "B")).level.count_due
    await at.count(("B", (await at.level("B")).on_hand))
    assert not (await at.level("B")).count_due


async def test_what_is_expected_of_the_one_is_expected_of_the_other(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5), ("2", "B", 9))
    await at.receive(("B", 3), document_id="PO-1")
    assert (await at.merge("B", "A")).level == StockLevel("A", on_hand=3, incoming=11)
    assert (await at.document("PO-1")).progress == (DocumentProgress("A", 14, 3, 11),)
    assert (await at.receive(("A", 11), document_id="PO-1")).open == ()


async def test_what_came_too_much_of_the_one_makes_up_for_the_other(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 7))
    await at.receive(("B", 6), document_id="PO-1")
    assert (await at.merge("B", "A")).level == StockLevel("A", on_hand=6, incoming=1)
    assert (await at.document("PO-1")).progress == (DocumentProgress("A", 7, 6, 1),)


async def test_no_body_may_name_the_one_any_more_and_the_answer_tells_the_other(at: World) -> None:
    await at.receive(("A", 20), ("B", 20))
    permit_id = await picking(at, sku="B", quantity=2)
    await at.merge("B", "A")
    for asking in (
        at.receive(("A", 1), ("B", 1)),
        at.reserve("O-2", ("1", "A", 1), ("2", "B", 1)),
        at.authorize(("O-1", "1", "B", 1)),
        at.authorize(("O-1", "1", "B", 1), dry_run=True),
        at.pick(permit_id, ("O-1", "1", "B", 1)),
        at.ship("O-1", permit_id, ("1", "B", 1)),
        at.ship_foreign("O-1", ("1", "B", 1)),
        at.adjust(("B", Bucket.ON_HAND, 1)),
        at.count(("B", 1)),
        at.set_quota("web", ("B", 1)),
        at.transfer("T-1", ("B", 1)),
        at.take_back(("B", 1)),
        at.place_hold("H-2", "B"),
        at.announce("PO-1", ("1", "B", 1)),
    ):
        no = await at.turned_away(asking, Reason.SKU_MERGED)
        assert (no.metadata["sku"], no.metadata["into_sku"]) == ("B", "A")


async def test_no_question_may_name_the_one_any_more(at: World) -> None:
    await at.receive(("A", 20), ("B", 20))
    await at.merge("B", "A")
    for asking in (
        at.ledger.stock("DC-1", ["A", "B"], ASKING),
        at.ledger.check("DC-1", [("B", 1)], KeepBack(), ASKING),
    ):
        with pytest.raises(Refused) as caught:
            await asking
        assert caught.value.reason is Reason.SKU_MERGED
        assert (caught.value.metadata["sku"], caught.value.metadata["into_sku"]) == ("B", "A")


async def test_an_operation_that_named_the_one_before_is_answered_as_it_was(at: World) -> None:
    await at.receive(("A", 20), ("B", 20))
    operation = ops.ReserveStock("r", "DC-1", "O-1", "", 0, (ops.OrderLine("1", "B", 3),))
    first = await at.apply(operation)
    await at.merge("B", "A")
    assert await at.apply(operation) == first._replace(applied=first.applied._replace(replayed=True))


async def test_merging_what_is_one_sku_already_changes_nothing(at: World) -> None:
    await at.receive(("A", 20), ("B", 20))
    await at.merge("B", "A")
    before, revision = await at.state(), await at.revision()
    reply = await at.merge("B", "A")
    assert (reply.changed, reply.level) == (False, StockLevel("A", on_hand=40))
    assert (reply.applied.revision, reply.applied.replayed) == (revision + 1, False)
    assert await at.state() == before
    assert (await at.entries())[-1].changes == ()


async def test_what_was_merged_otherwise_cannot_be_merged_again(at: World) -> None:
    await at.receive(("A", 20), ("B", 20), ("C", 20))
    await at.merge("B", "A")
    for sku, into_sku in (("B", "C"), ("C", "B"), ("A", "B")):
        no = await at.turned_away(at.merge(sku, into_sku), Reason.SKU_MERGED)
        assert (no.metadata["sku"], no.metadata["into_sku"]) == ("B", "A")
    assert (await at.merge("A", "C")).level == StockLevel("C", on_hand=60)


async def test_a_sku_that_was_never_received_cannot_end(at: World) -> None:
    await at.receive(("A", 20))
    await at.refuses(at.merge("X", "A"), Reason.UNKNOWN_SKU, ("", "X", 0, 0))


async def shelf_of_milliards(at: World, sku: str, on_hand: int, incoming: int) -> None:
    """Have and expect so many times the most units of one line."""
    await at.receive(*[(sku, QUANTITY_MAX)] * on_hand)
    await at.announce(f"PO-{sku}", *((str(line), sku, QUANTITY_MAX) for line in range(incoming)))


async def test_two_skus_that_are_too_many_units_together_stay_two(at: World) -> None:
    await shelf_of_milliards(at, "A", 400, 700)
    await shelf_of_milliards(at, "B", 600, 300)
    await at.announce("PO-1", ("1", "A", 1))
    asking = at.merge("B", "A")
    await at.refuses(asking, Reason.QUANTITY_OVERFLOW, ("", "B", 300 * QUANTITY_MAX, 300 * QUANTITY_MAX - 1))
    await at.amend("PO-1", version=2)
    both = StockLevel("A", on_hand=1_000 * QUANTITY_MAX, incoming=1_000 * QUANTITY_MAX)
    assert (await at.merge("B", "A")).level == both


async def test_the_first_bucket_that_would_be_too_large_is_told(at: World) -> None:
    await shelf_of_milliards(at, "A", 500, 800)
    await shelf_of_milliards(at, "B", 600, 300)
    asking = at.merge("B", "A")
    await at.refuses(asking, Reason.QUANTITY_OVERFLOW, ("", "B", 600 * QUANTITY_MAX, 500 * QUANTITY_MAX))


async def test_a_sku_that_too_many_orders_have_open_is_not_merged(at: World) -> None:
    await at.receive(("A", 1), ("B", ORDERS_MAX + 1))
    orders = [at.reserve(f"O-{number}", ("1", "B", 1)) for number in range(ORDERS_MAX + 1)]
    for first in range(0, len(orders), 500):
        await asyncio.gather(*orders[first : first + 500])
    revision = await at.revision()
    no = await at.refused(at.merge("B", "A"), Reason.MERGE_TOO_LARGE)
    assert (no.applied.revision, no.violations) == (revision + 1, ())
    assert (await at.level("B")).committed == ORDERS_MAX + 1
    await at.release("O-7")
    assert (await at.merge("B", "A")).level.committed == ORDERS_MAX


async def test_what_the_one_falls_short_of_the_other_may_have(at: World) -> None:
    await at.receive(("A", 4), ("B", 5))
    await at.reserve("O-1", ("1", "B", 5))
    await at.reserve("O-2", ("1", "A", 1))
    await at.adjust(("B", Bucket.ON_HAND, -5))
    await at.merge("B", "A")
    hit = (HitOrder("O-2", "", 1, allocated=False), HitOrder("O-1", "", 1, allocated=False))
    assert await read_shortages(at.ledger, "DC-1") == (Shortage("A", 2, hit),)
    await at.receive(("A", 2))
    assert await read_shortages(at.ledger, "DC-1") == ()


async def test_an_order_that_ran_out_before_takes_the_other_sku_again(at: World) -> None:
    await at.receive(("B", 5))
    await at.hold("O-1", ("1", "B", 5))
    at.clock.advance(TTL_MS)
    await at.sweep()
    await at.merge("B", "A")
    assert (await at.confirm("O-1")).retaken
    assert (await at.line("O-1", "1")).sku == "A"
    assert await at.level("A") == StockLevel("A", on_hand=5, committed=5)


async def test_holds_and_permits_that_run_out_later_go_back_to_the_other_sku(at: World) -> None:
    await at.receive(("A", 1), ("B", 10))
    await picking(at, "O-1", "B", 4)
    await at.hold("O-2", ("1", "B", 3))
    await at.merge("B", "A")
    at.clock.advance(PERMIT_TTL_MS)
    await at.sweep()
    assert await at.level("A") == StockLevel("A", on_hand=11, committed=4)
    assert (await at.reservation("O-2")).state is ReservationState.EXPIRED
