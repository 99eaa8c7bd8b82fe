"""record_receipt: goods come in, and only they open a location."""

from __future__ import annotations

from gate_service.domain import operations as ops
from gate_service.domain.limits import BUCKET_MAX, QUANTITY_MAX
from gate_service.domain.replies import Applied
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Landing, OperationKind, Reason
from tests.contract.state import ASKING
from tests.contract.world import World


async def test_a_first_receipt_opens_the_location_at_revision_one(at: World) -> None:
    reply = await at.receive(("A", 10))
    assert reply.applied == Applied(1, at.clock.now_ms, replayed=False)
    assert await at.ledger.locations(ASKING) == [at.location_id]


async def test_received_units_are_on_hand_and_for_sale(at: World) -> None:
    reply = await at.receive(("A", 10))
    assert reply.levels == (StockLevel("A", on_hand=10),)
    assert (await at.level("A")).available == 10


async def test_units_that_land_in_quality_control_are_on_hand_but_not_for_sale(at: World) -> None:
    await at.receive(("A", 10), landing=Landing.QUALITY_CONTROL)
    assert await at.level("A") == StockLevel("A", on_hand=10, quality_control=10)
    assert (await at.level("A")).available == 0


async def test_units_that_land_damaged_are_on_hand_but_not_for_sale(at: World) -> None:
    await at.receive(("A", 10), landing=Landing.DAMAGED)
    assert await at.level("A") == StockLevel("A", on_hand=10, damaged=10)


async def test_receipts_of_one_sku_add_up_within_a_request_and_over_time(at: World) -> None:
    lines = (
        ops.ReceiptLine("A", 3, Landing.AVAILABLE),
        ops.ReceiptLine("B", 1, Landing.AVAILABLE),
        ops.ReceiptLine("A", 4, Landing.DAMAGED),
    )
    reply = await at.apply(ops.RecordReceipt(at.fresh_id(), at.location_id, "PO-7", lines))
    assert reply.levels == (StockLevel("A", on_hand=7, damaged=4), StockLevel("B", on_hand=1))
    await at.receive(("A", 5))
    assert await at.level("A") == StockLevel("A", on_hand=12, damaged=4)


async def test_a_receipt_tells_each_bucket_it_changed_in_the_ledger(at: World) -> None:
    await at.receive(("A", 3), landing=Landing.DAMAGED)
    (entry,) = await at.entries()
    assert entry.kind is OperationKind.RECORD_RECEIPT
    assert sorted(entry.changes) == [("A", "damaged", 3), ("A", "on_hand", 3)]


async def test_a_receipt_beyond_the_bound_of_a_bucket_is_refused_line_by_line(at: World) -> None:
    full = [("A", QUANTITY_MAX)] * 999
    await at.receive(*full)
    asked = 2 * QUANTITY_MAX
    too_much = at.receive(("A", QUANTITY_MAX), ("B", 1), ("A", QUANTITY_MAX))
    room = BUCKET_MAX - 999 * QUANTITY_MAX
    await at.refuses(too_much, Reason.QUANTITY_OVERFLOW, ("", "A", asked, room), ("", "A", asked, room))


async def test_a_bucket_can_be_filled_to_its_bound_and_not_one_unit_more(at: World) -> None:
    reply = await at.receive(*[("A", QUANTITY_MAX)] * 1_000)
    assert reply.levels[0].on_hand == BUCKET_MAX
    await at.refuses(at.receive(("A", 1)), Reason.QUANTITY_OVERFLOW, ("", "A", 1, 0))


async def test_a_refused_first_receipt_opens_the_location_but_not_its_skus(at: World) -> None:
    lines = tuple(ops.ReceiptLine("A", QUANTITY_MAX, Landing.AVAILABLE) for _ in range(1_001))
    await at.refused(at.apply(ops.RecordReceipt(at.fresh_id(), at.location_id, "", lines)), Reason.QUANTITY_OVERFLOW)
    assert await at.revision() == 1
    assert (await at.state()).stock == {}
    await at.refuses(at.reserve("O-1", ("1", "A", 1)), Reason.UNKNOWN_SKU, ("1", "A", 1, 0))


async def test_a_receipt_of_two_thousand_skus_is_one_entry(at: World) -> None:
    await at.receive(*((f"SKU-{number:04}", number + 1) for number in range(2_000)))
    assert await at.revision() == 1
    stock = (await at.state()).stock
    assert len(stock) == 2_000
    assert stock["SKU-1999"].on_hand == 2_000
