"""transfer_stock: goods leave for another location, taken from what nobody has a claim on."""

from __future__ import annotations

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.cases import Departure
from gate_service.domain.replies import Applied, TransferStockReply
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, DocumentKind, Reason
from tests.contract.world import World


async def test_sent_units_leave_the_location(at: World) -> None:
    await at.receive(("A", 10), ("B", 5))
    reply = await at.transfer("T-1", ("B", 5), ("A", 4))
    levels = (StockLevel("B"), StockLevel("A", on_hand=6))
    assert reply == TransferStockReply(Applied(2, at.clock.now_ms, replayed=False), levels)
    entry = (await at.entries())[-1]
    assert entry.changes == (("A", Bucket.ON_HAND, -4), ("B", Bucket.ON_HAND, -5))
    assert entry.document_id == "T-1"


async def test_the_same_transfer_told_twice_leaves_once(at: World) -> None:
    await at.receive(("A", 10))
    first = await at.transfer("T-1", ("A", 4))
    await at.receive(("A", 1))
    again = await at.transfer("T-1", ("A", 4))
    assert again.levels == (StockLevel("A", on_hand=7),)
    assert again.applied.revision == first.applied.revision + 2
    assert (await at.entries())[-1].changes == ()


async def test_another_transfer_under_its_name_is_refused(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.transfer("T-1", ("A", 4), ("B", 1))
    await at.refuses(at.transfer("T-1", ("A", 5), ("B", 1)), Reason.TRANSFER_ID_REUSED)
    await at.refuses(at.transfer("T-1", ("B", 1), ("A", 4)), Reason.TRANSFER_ID_REUSED)
    await at.refuses(at.transfer("T-1", ("A", 4), ("B", 1), to_location_id="DC-3"), Reason.TRANSFER_ID_REUSED)


async def test_a_refused_transfer_leaves_its_name_free(at: World) -> None:
    await at.receive(("A", 3))
    await at.refuses(at.transfer("T-1", ("A", 4)), Reason.INSUFFICIENT_STOCK, ("", "A", 4, 3))
    await at.transfer("T-1", ("A", 3))


async def test_a_sku_that_was_never_received_cannot_be_sent(at: World) -> None:
    await at.receive(("A", 3))
    asking = at.transfer("T-1", ("A", 9), ("X", 1), ("Y", 2))
    await at.refuses(asking, Reason.UNKNOWN_SKU, ("", "X", 1, 0), ("", "Y", 2, 0))


async def test_what_is_promised_to_orders_does_not_travel(at: World) -> None:
    await at.receive(("A", 10), ("B", 2))
    await at.reserve("O-1", ("1", "A", 5))
    await at.hold("O-2", ("1", "A", 2))
    await at.adjust(("A", Bucket.DAMAGED, 1))
    await at.refuses(
        at.transfer("T-1", ("A", 3), ("B", 3)), Reason.INSUFFICIENT_STOCK, ("", "A", 3, 2), ("", "B", 3, 2)
    )
    assert (await at.transfer("T-1", ("A", 2))).levels[0].available == 0


async def test_where_more_is_reserved_than_there_is_nothing_travels(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 8))
    await at.adjust(("A", Bucket.ON_HAND, -5))
    await at.refuses(at.transfer("T-1", ("A", 1)), Reason.INSUFFICIENT_STOCK, ("", "A", 1, 0))


async def test_neither_safety_stock_nor_a_quota_keeps_goods_from_travelling(at: World) -> None:
    await at.receive(("A", 10))
    await at.set_quota("web", ("A", 10))
    assert (await at.transfer("T-1", ("A", 10))).levels == (StockLevel("A", ring_fenced=10),)


async def test_the_announcement_under_the_same_operation_id_is_another_operation_over_there(at: World) -> None:
    there = World(at.ledger, at.clock, "DC-2")
    await at.receive(("A", 10))
    sent = (ops.SkuQuantity("A", 4),)
    await at.apply(ops.TransferStock("move-1", at.location_id, there.location_id, "T-1", 0, sent))
    announced = (ops.OrderLine("A", "A", 4),)
    await there.apply(
        ops.AnnounceIncoming("move-1", there.location_id, "T-1", DocumentKind.TRANSFER, 1, 0, at.location_id, announced)
    )
    assert (await at.level("A"), await there.level("A")) == (StockLevel("A", on_hand=6), StockLevel("A", incoming=4))
    short = await there.receive(("A", 3), document_id="T-1", final=True)
    assert short.open == (("A", 1),)
    assert await there.level("A") == StockLevel("A", on_hand=3)


async def departures(at: World, limit: int = 100) -> list[Departure]:
    """Read all that is noted as to be announced elsewhere, page by page."""
    found: list[Departure] = []
    token: str | None = ""
    while token is not None:
        page = await at.ledger.departures(at.location_id, limit, token, at.call)
        assert page.at_ms == at.clock.now_ms
        found += page.departures
        token = page.next_token or None
    return found


async def test_what_left_is_noted_with_all_that_its_announcement_takes(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    assert await departures(at) == []
    at.act_as("ann", system="wms-east")
    lines = (ops.SkuQuantity("B", 4), ops.SkuQuantity("A", 1))
    await at.apply(ops.TransferStock("move-1", at.location_id, "DC-2", "T-1", 77, lines))
    assert await departures(at) == [
        Departure("T-1", "DC-2", 77, lines, "move-1", "wms-east", "ann", at.clock.now_ms),
    ]


async def test_departures_are_read_by_name_page_by_page_until_each_is_struck_off(at: World) -> None:
    await at.receive(("A", 10))
    for name in ("T-3", "T-10", "T-2"):
        await at.transfer(name, ("A", 1))
    assert [one.transfer_id for one in await departures(at, limit=2)] == ["T-10", "T-2", "T-3"]
    before = await at.revision()
    for _ in range(2):
        await at.ledger.departed(at.location_id, "T-2")
    assert [one.transfer_id for one in await departures(at)] == ["T-10", "T-3"]
    assert await at.revision() == before


async def test_a_transfer_that_is_told_again_after_it_was_struck_off_is_not_noted_again(at: World) -> None:
    await at.receive(("A", 10))
    await at.transfer("T-1", ("A", 4))
    await at.ledger.departed(at.location_id, "T-1")
    await at.transfer("T-1", ("A", 4))
    assert await departures(at) == []


async def test_a_refused_transfer_is_not_noted_and_has_not_left(at: World) -> None:
    await at.receive(("A", 1))
    await at.refuses(at.transfer("T-1", ("A", 2)), Reason.INSUFFICIENT_STOCK, ("", "A", 2, 1))
    assert await departures(at) == []
    assert not await at.ledger.has_left(at.location_id, "T-1", at.call)


async def test_goods_have_left_for_good_also_when_they_were_announced(at: World) -> None:
    await at.receive(("A", 1))
    await at.transfer("T-1", ("A", 1))
    await at.ledger.departed(at.location_id, "T-1")
    assert await at.ledger.has_left(at.location_id, "T-1", at.call)
    assert not await at.ledger.has_left(at.location_id, "T-2", at.call)


@pytest.mark.parametrize("version", [1, 2, 3])
async def test_a_transfer_that_is_expected_becomes_no_other_document(at: World, version: int) -> None:
    transfer = DocumentKind.TRANSFER
    await at.announce("T-1", ("A", "A", 4), version=2, kind=transfer, from_location_id="DC-7")
    before = await at.state()
    for kind in (DocumentKind.PURCHASE_ORDER, DocumentKind.ASN):
        await at.refuses(at.amend("T-1", ("1", "A", 9), version=version, kind=kind), Reason.DOCUMENT_VERSION_REUSED)
        await at.refuses(at.announce("T-1", ("1", "A", 9), version=version, kind=kind), Reason.DOCUMENT_VERSION_REUSED)
    assert await at.state() == before


@pytest.mark.parametrize("version", [1, 2, 3])
async def test_no_other_document_becomes_a_transfer(at: World, version: int) -> None:
    await at.announce("PO-1", ("1", "A", 4), version=2)
    before = await at.state()
    transfer = DocumentKind.TRANSFER
    await at.refuses(
        at.announce("PO-1", ("A", "A", 9), version=version, kind=transfer, from_location_id="DC-7"),
        Reason.DOCUMENT_VERSION_REUSED,
    )
    await at.refuses(at.amend("PO-1", ("A", "A", 9), version=version, kind=transfer), Reason.DOCUMENT_VERSION_REUSED)
    assert await at.state() == before


async def test_goods_that_came_before_anybody_told_of_them_may_turn_out_to_be_a_transfer(at: World) -> None:
    await at.receive(("A", 1), document_id="T-1")
    await at.announce("T-1", ("A", "A", 4), kind=DocumentKind.TRANSFER, from_location_id="DC-7")
    assert (await at.document("T-1")).open == 3


async def test_the_same_transfer_is_answered_though_there_would_not_be_enough_for_it_now(at: World) -> None:
    await at.receive(("A", 4))
    await at.transfer("T-1", ("A", 4))
    await at.place_hold("H-1", "A")
    assert (await at.transfer("T-1", ("A", 4))).levels == (StockLevel("A", stock_holds=1),)


async def test_a_transfer_told_again_with_another_time_of_arrival_is_the_same(at: World) -> None:
    await at.receive(("A", 10))
    await at.transfer("T-1", ("A", 4))
    lines = (ops.SkuQuantity("A", 4),)
    later = ops.TransferStock(at.fresh_id(), "DC-1", "DC-2", "T-1", at.clock.now_ms + 1, lines)
    assert (await at.apply(later)).levels == (StockLevel("A", on_hand=6),)


async def test_another_content_is_told_before_a_sku_that_nobody_knows(at: World) -> None:
    await at.receive(("A", 10))
    await at.transfer("T-1", ("A", 4))
    await at.refuses(at.transfer("T-1", ("X", 1)), Reason.TRANSFER_ID_REUSED)
