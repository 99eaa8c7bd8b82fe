"""What was under way when two SKUs became one goes on to its end."""

from __future__ import annotations

from gate_service.domain.vocabulary import DocumentKind, Reason, ReservationState
from tests.contract.world import World

MINUTE_MS = 60_000


async def test_a_permit_runs_out_though_a_settled_line_of_it_has_another_sku_by_now(at: World) -> None:
    await at.receive(("B", 5), ("D", 5))
    await at.reserve("O-1", ("1", "B", 2), ("2", "D", 2))
    wave = await at.authorize(("O-1", "1", "B", 2), ("O-1", "2", "D", 2), permit_ttl_ms=MINUTE_MS)
    await at.ship("O-1", wave.permit_id, ("1", "B", 2))
    await at.merge("B", "Q")
    at.clock.advance(MINUTE_MS)
    await at.sweep()
    level = await at.level("D")
    assert (level.allocated, level.committed) == (0, 2)
    assert (await at.reservation("O-1")).state is ReservationState.COMMITTED


async def test_units_under_a_permit_are_picked_and_shipped_under_the_new_sku(at: World) -> None:
    await at.receive(("A", 5))
    await at.reserve("O-1", ("1", "A", 3))
    wave = await at.authorize(("O-1", "1", "A", 3))
    await at.merge("A", "B")
    await at.pick(wave.permit_id, ("O-1", "1", "B", 3))
    await at.ship("O-1", wave.permit_id)
    level = await at.level("B")
    assert (level.on_hand, level.allocated, level.picked) == (2, 0, 0)


async def test_a_finished_document_still_takes_what_comes_late(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5), ("2", "C", 1))
    await at.receive(("A", 5), ("C", 1), document_id="PO-1")
    await at.merge("A", "B")
    reply = await at.receive(("C", 2), document_id="PO-1")
    assert [(each.sku, each.quantity) for each in reply.over] == [("C", 2)]
    await at.amend("PO-1", ("1", "B", 9), ("2", "C", 3), version=2, kind=DocumentKind.PURCHASE_ORDER)
    assert (await at.level("B")).incoming == 4


async def test_what_came_back_before_is_counted_under_the_new_sku(at: World) -> None:
    await at.receive(("A", 5))
    await at.reserve("O-1", ("1", "A", 3))
    await at.ship_foreign("O-1")
    await at.take_back(("A", 1), order_id="O-1")
    await at.merge("A", "B")
    reply = await at.take_back(("B", 3), order_id="O-1")
    assert [(each.sku, each.quantity) for each in reply.unmatched] == [("B", 1)]


async def test_an_unmatched_parcel_is_resolved_under_the_new_sku(at: World) -> None:
    await at.receive(("A", 5))
    await at.reserve("O-1", ("1", "A", 3))
    await at.refused(at.ship_foreign("O-2", ("1", "A", 3)), Reason.RESERVATION_NOT_FOUND)
    await at.merge("A", "B")
    await at.resolve("U3", "O-1")
    assert (await at.level("B")).on_hand == 2
