"""The checks of the witness can fail: each must notice a history that was tampered with."""

from __future__ import annotations

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.entries import Entry, StockChange
from gate_service.domain.policy import Policy
from gate_service.domain.vocabulary import Bucket, Reason
from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.shelf import picking
from tests.contract.witness import check_chain, check_events, check_no_shortfall, check_witness
from tests.contract.world import TTL_MS, World
from tests.model.laws import CLAIMED, check_books, check_reservation
from tests.model.retell import retell


async def short_history(real: RedisLedger, clock: Clock) -> tuple[World, list[Entry]]:
    """Receive, hold, let run out, pick and ship; give the entries."""
    at = World(real, clock)
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS)
    permit_id = await picking(at, "O-2", quantity=5)
    await at.ship("O-2", permit_id, ("1", "A", 5))
    return at, await at.entries()


async def test_a_true_history_passes_every_check(real: RedisLedger, clock: Clock) -> None:
    at, entries = await short_history(real, clock)
    assert len(entries) == 6
    await check_witness(real, at.location_id, {})


async def test_a_missing_entry_is_noticed(real: RedisLedger, clock: Clock) -> None:
    _, entries = await short_history(real, clock)
    with pytest.raises(AssertionError):
        check_chain([*entries[:2], *entries[3:]])


@pytest.mark.parametrize("part", ["at_ms", "envelope", "body", "reply", "changes_text"])
async def test_a_changed_part_of_an_entry_is_noticed(real: RedisLedger, clock: Clock, part: str) -> None:
    _, entries = await short_history(real, clock)
    changed = {"at_ms": entries[2].at_ms + 1} if part == "at_ms" else {part: getattr(entries[2], part) + " "}
    with pytest.raises(AssertionError):
        check_chain([*entries[:2], entries[2]._replace(**changed), *entries[3:]])


async def test_a_unit_sold_twice_is_noticed(real: RedisLedger, clock: Clock) -> None:
    at, entries = await short_history(real, clock)
    oversold = entries[1]._replace(changes=(StockChange("A", Bucket.HELD, 11),))
    with pytest.raises(AssertionError):
        check_no_shortfall([entries[0], oversold], (await at.state()).stock)


async def test_stock_that_does_not_follow_from_the_entries_is_noticed(real: RedisLedger, clock: Clock) -> None:
    at, entries = await short_history(real, clock)
    with pytest.raises(AssertionError):
        check_no_shortfall(entries[:-1], (await at.state()).stock)


async def test_a_reply_that_was_never_given_is_noticed(real: RedisLedger, clock: Clock) -> None:
    at, _ = await short_history(real, clock)
    given = await at.receive(("A", 1))
    name = (await at.entries())[-1].operation_id
    await check_witness(real, at.location_id, {name: given})
    with pytest.raises(AssertionError):
        await check_witness(real, at.location_id, {name: given._replace(levels=())})


async def test_an_effect_without_its_cause_is_noticed(real: RedisLedger, clock: Clock) -> None:
    at, entries = await short_history(real, clock)
    with pytest.raises(AssertionError):
        retell(at.location_id, [entries[0], entries[1]._replace(changes=())])
    with pytest.raises(LookupError):
        retell(at.location_id, [entries[0], entries[2]])


async def test_an_event_that_has_two_entries_is_noticed(real: RedisLedger, clock: Clock) -> None:
    at, _ = await short_history(real, clock)
    source = ops.SourceEvent("", "order", "4711", "", "placed", 7)
    await at.tell(source, ops.ConfirmReservation("first", at.location_id, "O-1"))
    await at.tell(source, ops.ConfirmReservation("again", at.location_id, "O-1"))
    entries = await at.entries()
    check_events(entries)
    with pytest.raises(AssertionError):
        check_events([*entries, entries[-1]._replace(operation_id="again", revision=entries[-1].revision + 1)])


@pytest.mark.parametrize("figure", CLAIMED)
async def test_a_figure_that_nothing_stands_behind_is_noticed(real: RedisLedger, clock: Clock, figure: str) -> None:
    at, _ = await short_history(real, clock)
    await at.announce("PO-1", ("1", "A", 3))
    await at.set_quota("web", ("A", 2))
    await at.place_hold("H-1", "A")
    permit_id = await picking_of_another_sku(at)
    await at.pick(permit_id, ("O-3", "1", "B", 1))
    books = (await at.state()).books
    check_books(books)
    for sku, level in books.stock.items():
        wrong = level._replace(on_hand=99, **{figure: getattr(level, figure) + 1})
        with pytest.raises(AssertionError):
            check_books(books._replace(stock={**books.stock, sku: wrong}))


async def picking_of_another_sku(at: World) -> str:
    """Have a picker on the way for some B."""
    await at.receive(("B", 5))
    return await picking(at, "O-3", sku="B", quantity=2)


async def test_an_order_that_took_more_from_a_quota_than_it_has_open_is_noticed(
    real: RedisLedger, clock: Clock
) -> None:
    at = World(real, clock)
    await at.receive(("A", 5))
    await at.set_quota("web", ("A", 3))
    await at.reserve("O-1", ("1", "A", 2), channel="web")
    reservation = await at.reservation("O-1")
    assert reservation.from_quota == (("A", 2),)
    check_reservation(reservation)
    with pytest.raises(AssertionError):
        check_reservation(reservation._replace(from_quota=(("A", 3),)))


async def test_a_history_with_every_kind_of_case_passes_every_check(real: RedisLedger, clock: Clock) -> None:
    at = World(real, clock)
    await at.announce("PO-1", ("1", "A", 30), ("2", "B", 5))
    await at.receive(("A", 20), ("C", 4), document_id="PO-1")
    await at.set_quota("web", ("A", 6))
    await at.reserve("O-1", ("1", "A", 4), channel="web")
    await at.refused(at.ship_foreign("O-9", ("1", "A", 1)), Reason.RESERVATION_NOT_FOUND)
    await at.resolve("U5", "O-1")
    await at.take_back(("A", 1), order_id="O-1")
    await at.place_hold("H-1", "C")
    await at.place_hold("H-2", "A", lot_id="lot-7", quantity=2)
    at.policy = Policy(approval_above=1)
    await at.adjust(("A", Bucket.ON_HAND, -2))
    at.act_as("bob")
    await at.approve("A10")
    await at.count(("A", 17), as_of_revision=9)
    await at.merge("C", "A")
    await check_witness(real, at.location_id, {})
