"""A location that is closed: nothing is done there but its recovery, and what is read of it says so."""

from __future__ import annotations

import dataclasses

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.errors import LocationFenced
from gate_service.domain.policy import Policy
from tests.contract.fencing import SINCE_MS, close
from tests.contract.state import ASKING
from tests.contract.world import TTL_MS, World

HERE = "DC-1"
LINE = (ops.OrderLine("1", "A", 1),)


async def some_history(at: World) -> None:
    """Let a few things happen, the last of them a hold."""
    await at.receive(("A", 10), ("B", 4))
    await at.reserve("O-1", ("1", "A", 3))
    await at.reserve("O-2", ("1", "B", 1))
    await at.hold("O-3", ("1", "A", 2))


async def test_nothing_is_written_there(at: World) -> None:
    await some_history(at)
    before = await at.state(), await at.revision()
    await close(at)
    for asked in (
        at.receive(("A", 1)),
        at.announce("PO-1", ("1", "A", 1)),
        at.reserve("O-4", ("1", "A", 1)),
        at.confirm("O-3"),
        at.release("O-1"),
        at.authorize(("O-1", "1", "A", 3)),
        at.ship_foreign("O-1", ("1", "A", 3)),
    ):
        with pytest.raises(LocationFenced) as caught:
            await asked
        assert caught.value.metadata == {"location_id": HERE, "fenced_since_ms": str(SINCE_MS)}
    assert (await at.state(), await at.revision()) == before


async def test_no_wave_is_judged_there_not_even_dry(at: World) -> None:
    await some_history(at)
    await close(at)
    with pytest.raises(LocationFenced):
        await at.authorize(("O-1", "1", "A", 3), dry_run=True)


async def test_no_stored_answer_is_given_again_there(at: World) -> None:
    await at.receive(("A", 10))
    order = ops.ReserveStock("op-web", HERE, "O-1", "", 0, LINE)
    await at.apply(order)
    await close(at)
    with pytest.raises(LocationFenced):
        await at.apply(order)


async def test_no_event_is_counted_there(at: World) -> None:
    await at.receive(("A", 10))
    source = ops.SourceEvent("shop", "order", "D-1", "", "paid", 1)
    order = ops.ReserveStock("op-web", HERE, "O-1", "", 0, LINE)
    await at.tell(source, order)
    before = await at.feeds()
    await close(at)
    with pytest.raises(LocationFenced):
        await at.tell(source, dataclasses.replace(order, operation_id="op-again"))
    assert await at.feeds() == before


async def test_nothing_runs_out_there(at: World) -> None:
    await some_history(at)
    await close(at)
    at.clock.advance(TTL_MS)
    assert not await at.ledger.sweep(HERE)
    with pytest.raises(LocationFenced):
        await at.confirm("O-3")
    assert (await at.level("A")).held == 2
    assert await at.revision() == 4


async def test_it_can_be_read_and_every_answer_says_that_it_is_closed(at: World) -> None:
    await some_history(at)
    await at.announce("PO-1", ("1", "A", 1))
    await close(at)
    ledger = at.ledger
    answers = (
        await ledger.check(HERE, [("A", 1)], Policy().keep_back(""), ASKING),
        await ledger.stock(HERE, ["A"], ASKING),
        await ledger.list_stock(HERE, "", 10, ASKING),
        await ledger.reservation(HERE, "O-1", ASKING),
        await ledger.entries(HERE, 1, 10, ASKING),
        await ledger.document(HERE, "PO-1", ASKING),
        await ledger.expected(HERE, 10, "", ASKING, overdue_only=False),
        await ledger.unmatched_shipments(HERE, 10, "", ASKING),
        await ledger.stock_holds(HERE, 10, "", ASKING),
        await ledger.proposals(HERE, 10, "", ASKING),
        await ledger.quotas(HERE, 10, "", ASKING),
        await ledger.shortages(HERE, {}, 10, "", ASKING),
        await ledger.feeds(HERE, ASKING),
    )
    assert {answer.lineage.fenced_since_ms for answer in answers} == {SINCE_MS}


async def test_an_answer_of_an_open_location_says_nothing_of_the_kind(at: World) -> None:
    await at.receive(("A", 1))
    assert (await at.ledger.stock(HERE, ["A"], ASKING)).lineage.fenced_since_ms == 0


async def test_one_of_which_nothing_is_left_is_not_taken_for_one_that_never_was(at: World) -> None:
    await close(at)
    for asked in (at.receive(("A", 1)), at.level("A"), at.reservation("O-1"), at.entries()):
        with pytest.raises(LocationFenced):
            await asked


async def test_the_other_locations_go_on(at: World) -> None:
    await some_history(at)
    await close(at)
    other = World(at.ledger, at.clock, "DC-2")
    await other.receive(("A", 1))
    assert (await other.level("A")).on_hand == 1
