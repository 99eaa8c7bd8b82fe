"""transfer_stock: goods leave for another location, once, and never such as are promised to orders here."""

from __future__ import annotations

from gate_service.domain import operations as ops
from gate_service.domain.policy import Policy
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason
from tests.contract.shelf import picking
from tests.contract.world import World


async def test_what_leaves_for_another_location_is_not_on_hand_any_more(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    reply = await at.transfer("T-1", ("B", 4), ("A", 10))
    assert reply.levels == (StockLevel("B", on_hand=6), StockLevel("A"))
    assert (await at.state()).stock == {"A": StockLevel("A"), "B": StockLevel("B", on_hand=6)}
    assert sorted((await at.entries())[-1].changes) == [("A", Bucket.ON_HAND, -10), ("B", Bucket.ON_HAND, -4)]


async def test_the_sender_alone_is_written_to(at: World) -> None:
    await at.receive(("A", 10))
    await at.transfer("T-1", ("A", 4), to_location_id="DC-2")
    assert list(await at.ledger.locations(at.call)) == ["DC-1"]
    assert (await at.cases()).expected == ()


async def test_what_is_promised_to_orders_stays(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 2))
    await at.hold("O-2", ("1", "A", 3))
    await picking(at, "O-3", quantity=1)
    await at.refuses(at.transfer("T-1", ("A", 5)), Reason.INSUFFICIENT_STOCK, ("", "A", 5, 4))
    assert (await at.transfer("T-1", ("A", 4))).levels[0].available == 0


async def test_what_is_damaged_inspected_or_doubted_does_not_travel(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", Bucket.DAMAGED, 1), ("A", Bucket.QUALITY_CONTROL, 2), ("A", Bucket.SUSPECT, 3))
    await at.refuses(at.transfer("T-1", ("A", 5)), Reason.INSUFFICIENT_STOCK, ("", "A", 5, 4))
    await at.transfer("T-1", ("A", 4))


async def test_what_is_kept_back_from_channels_may_travel(at: World) -> None:
    at.policy = Policy(safety_stock=5)
    await at.receive(("A", 10))
    await at.set_quota("web", ("A", 5))
    reply = await at.transfer("T-1", ("A", 10))
    assert reply.levels == (StockLevel("A", ring_fenced=5),)


async def test_of_a_sku_that_runs_short_nothing_is_possible_rather_than_less(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 8))
    await at.adjust(("A", Bucket.ON_HAND, -5))
    await at.refuses(at.transfer("T-1", ("A", 1)), Reason.INSUFFICIENT_STOCK, ("", "A", 1, 0))


async def test_under_a_hold_nothing_travels(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.place_hold("H-1", "A")
    await at.refuses(at.transfer("T-1", ("B", 1), ("A", 1)), Reason.INSUFFICIENT_STOCK, ("", "A", 1, 0))
    await at.lift_hold("H-1")
    await at.transfer("T-1", ("B", 1), ("A", 1))


async def test_one_line_too_many_keeps_the_others_here_and_each_such_line_is_named(at: World) -> None:
    await at.receive(("A", 1), ("B", 2), ("C", 3))
    asking = at.transfer("T-1", ("C", 4), ("B", 2), ("A", 2))
    await at.refuses(asking, Reason.INSUFFICIENT_STOCK, ("", "C", 4, 3), ("", "A", 2, 1))


async def test_a_sku_that_was_never_received_here_is_told_before_one_that_does_not_suffice(at: World) -> None:
    await at.receive(("A", 1))
    asking = at.transfer("T-1", ("A", 2), ("X", 1), ("Y", 2))
    await at.refuses(asking, Reason.UNKNOWN_SKU, ("", "X", 1, 0), ("", "Y", 2, 0))


async def test_the_same_transfer_under_another_operation_id_leaves_once(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.transfer("T-1", ("A", 4), ("B", 1))
    await at.receive(("A", 1))
    before, revision = await at.state(), await at.revision()
    reply = await at.transfer("T-1", ("A", 4), ("B", 1))
    assert (reply.applied.revision, reply.applied.replayed) == (revision + 1, False)
    assert reply.levels == (StockLevel("A", on_hand=7), StockLevel("B", on_hand=9))
    assert await at.state() == before
    assert (await at.entries())[-1].changes == ()


async def test_the_same_transfer_is_answered_though_there_would_not_be_enough_for_it_now(at: World) -> None:
    await at.receive(("A", 4))
    await at.transfer("T-1", ("A", 4))
    await at.place_hold("H-1", "A")
    assert (await at.transfer("T-1", ("A", 4))).levels == (StockLevel("A", stock_holds=1),)


async def test_a_transfer_id_with_another_content_is_refused(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.transfer("T-1", ("A", 4), ("B", 1))
    await at.refuses(at.transfer("T-1", ("A", 5), ("B", 1)), Reason.TRANSFER_ID_REUSED)
    await at.refuses(at.transfer("T-1", ("A", 4)), Reason.TRANSFER_ID_REUSED)
    await at.refuses(at.transfer("T-1", ("B", 1), ("A", 4)), Reason.TRANSFER_ID_REUSED)
    await at.refuses(at.transfer("T-1", ("A", 4), ("B", 1), to_location_id="DC-3"), Reason.TRANSFER_ID_REUSED)
    await at.refuses(at.transfer("T-1", ("X", 1)), Reason.TRANSFER_ID_REUSED)


async def test_a_transfer_that_is_told_with_another_time_is_the_same(at: World) -> None:
    await at.receive(("A", 10))
    await at.transfer("T-1", ("A", 4))
    lines = (ops.SkuQuantity("A", 4),)
    later = ops.TransferStock(at.fresh_id(), "DC-1", "DC-2", "T-1", at.clock.now_ms + 1, lines)
    assert (await at.apply(later)).levels == (StockLevel("A", on_hand=6),)


async def test_a_refused_transfer_has_not_used_its_name(at: World) -> None:
    await at.receive(("A", 10))
    await at.refuses(at.transfer("T-1", ("A", 11)), Reason.INSUFFICIENT_STOCK, ("", "A", 11, 10))
    assert (await at.transfer("T-1", ("A", 10))).levels == (StockLevel("A"),)


async def test_a_document_that_is_expected_here_may_have_the_name_of_a_transfer_from_here(at: World) -> None:
    await at.receive(("A", 10))
    await at.announce("T-1", ("1", "A", 3))
    assert (await at.transfer("T-1", ("A", 4))).levels == (StockLevel("A", on_hand=6, incoming=3),)
    assert (await at.document("T-1")).open == 3


async def test_an_operation_told_again_is_answered_as_it_was(at: World) -> None:
    await at.receive(("A", 10))
    operation = ops.TransferStock("t", "DC-1", "DC-2", "T-1", 0, (ops.SkuQuantity("A", 4),))
    first = await at.apply(operation)
    await at.receive(("A", 1))
    before = await at.state()
    assert await at.apply(operation) == first._replace(applied=first.applied._replace(replayed=True))
    assert await at.state() == before
