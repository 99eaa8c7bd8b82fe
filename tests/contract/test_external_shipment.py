"""One parcel, two systems that tell of it, one of which knows no permit: it leaves once, whichever comes first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.errors import Refused
from gate_service.domain.replies import AuthorizeWaveReply, ConfirmShipmentReply
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Reason, ReservationState, WaveAtomicity
from tests.contract.clock import Clock
from tests.contract.crowd import HERE, Crowd
from tests.contract.shelf import picking
from tests.contract.state import read_state
from tests.contract.stores import open_ledger, over_empty_store
from tests.contract.world import World

ORDERS = 40


async def test_the_rest_of_an_order_leaves_without_lines_only_where_nothing_of_it_has_left(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.ship("O-1", permit_id, ("1", "A", 2))
    no = await at.refuses(at.ship_foreign("O-1", shipment_id="parcel-2"), Reason.LINES_REQUIRED)
    assert no.metadata["unmatched_id"] == f"U{no.applied.revision}"
    reply = await at.ship_foreign("O-1", ("1", "A", 3), shipment_id="parcel-2")
    assert (reply.shipped_quantity, reply.state) == (3, ReservationState.SHIPPED)


async def test_what_left_without_a_permit_counts_as_something_that_has_left(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 5), ("2", "B", 1))
    await at.ship_foreign("O-1", ("1", "A", 5))
    await at.refuses(at.ship_foreign("O-1", shipment_id="parcel-2"), Reason.LINES_REQUIRED)


async def test_a_parcel_told_again_without_lines_under_its_own_name_needs_none(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.ship("O-1", permit_id, ("1", "A", 2))
    assert (await at.ship_foreign("O-1")).shipped_quantity == 0


async def test_without_lines_an_order_that_left_in_full_under_another_name_was_shipped_already(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.ship("O-1", permit_id, ("1", "A", 5))
    await at.refuses(at.ship_foreign("O-1", shipment_id="parcel-2"), Reason.ALREADY_SHIPPED)
    await at.refuses(
        at.ship_foreign("O-1", ("x", "A", 5), shipment_id="parcel-3"), Reason.ALREADY_SHIPPED, ("1", "A", 5, 0)
    )
    assert (await at.cases()).unmatched == ()


async def test_whoever_comes_second_with_fewer_units_tells_of_another_parcel(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.ship_foreign("O-1", ("1", "A", 3))
    await at.refuses(at.ship("O-1", permit_id, ("1", "A", 2)), Reason.SHIPMENT_ID_REUSED)
    assert (await at.ship("O-1", permit_id, ("1", "A", 2), shipment_id="parcel-2")).shipped_quantity == 2


async def test_a_parcel_that_had_to_wait_leaves_once_when_our_warehouse_tells_of_it_too(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 5))
    no = await at.refuses(at.ship_foreign("O-1", ("1", "A", 5)), Reason.ORDER_NOT_COMMITTED)
    await at.confirm("O-1")
    permit_id = (await at.authorize(("O-1", "1", "A", 5))).permit_id
    await at.ship("O-1", permit_id, ("1", "A", 5))
    assert (await at.resolve(no.metadata["unmatched_id"], "O-1")).shipped_quantity == 0
    assert await at.level("A") == StockLevel("A", on_hand=5)
    assert (await at.cases()).unmatched == ()


@pytest.fixture
async def crowd(store_url: str, clock: Clock) -> AsyncIterator[Crowd]:
    """Give a crowd over two ledgers on one empty store."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(over_empty_store(store_url, clock))
        second = open_ledger(store_url, clock)
        stack.push_async_callback(second.close)
        yield Crowd([first, second])


async def permit_for(crowd: Crowd, order_id: str) -> str:
    """Commit three of A and one of B to an order, and have them authorised; give the permit."""
    lines = (ops.OrderLine("1", "A", 3), ops.OrderLine("2", "B", 1))
    await crowd.ask(0, ops.ReserveStock(f"r-{order_id}", HERE, order_id, "", 0, lines))
    wave = tuple(ops.WaveLine(order_id, *line) for line in lines)
    reply = await crowd.ask(
        0,
        ops.AuthorizeWave(f"w-{order_id}", HERE, "W", WaveAtomicity.LINE, 3_600_000, dry_run=False, lines=wave),
    )
    assert isinstance(reply, AuthorizeWaveReply)
    return reply.permit_id


async def test_parcels_told_by_both_systems_at_once_and_more_than_once_each_leave_once(crowd: Crowd) -> None:
    await crowd.receive(A=4 * ORDERS, B=2 * ORDERS)
    permits = [await permit_for(crowd, f"O-{number}") for number in range(ORDERS)]

    async def tell(client: int) -> int:
        number, turn = client % ORDERS, client // ORDERS
        lines: tuple[ops.OrderLine, ...] = (ops.OrderLine("1", "A", 3), ops.OrderLine("2", "B", 1))
        if turn % 2:  # the other system counts boxes, and knows neither our lines nor a permit
            lines = (ops.OrderLine("box-1", "B", 1), ops.OrderLine("box-2", "A", 2), ops.OrderLine("box-3", "A", 1))
        parcel = ops.ConfirmShipment(
            f"s-{client}",
            HERE,
            f"O-{number}",
            "" if turn % 2 else permits[number],
            "parcel",
            lines,
            without_permit=bool(turn % 2),
        )
        answer = await crowd.ask(client + turn, parcel)
        assert isinstance(answer, ConfirmShipmentReply)
        return answer.shipped_quantity

    assert sum(await crowd.all_at_once(4 * ORDERS, tell)) == 4 * ORDERS
    state = await read_state(crowd.ledgers[0], HERE)
    assert state.stock == {"A": StockLevel("A", on_hand=ORDERS), "B": StockLevel("B", on_hand=ORDERS)}
    assert {one.state for one in state.reservations.values()} == {ReservationState.SHIPPED}
    assert state.cases.unmatched == ()
    await crowd.check()


async def test_different_parcels_told_at_once_never_take_more_than_the_order_has(crowd: Crowd) -> None:
    await crowd.receive(A=100, B=100)
    permit_id = await permit_for(crowd, "O-1")

    async def tell(client: int) -> object:
        parcel = ops.ConfirmShipment(
            f"s-{client}",
            HERE,
            "O-1",
            "" if client % 2 else permit_id,
            f"parcel-{client}",
            (ops.OrderLine("1", "A", 1),),
            without_permit=bool(client % 2),
        )
        return await crowd.ask(client // 2, parcel)

    answers = await crowd.all_at_once(20, tell)
    reasons = {answer.reason for answer in answers if isinstance(answer, Refused)}
    assert (len([one for one in answers if not isinstance(one, Refused)]), reasons) == (3, {Reason.ALREADY_SHIPPED})
    state = await read_state(crowd.ledgers[0], HERE)
    assert state.stock["A"] == StockLevel("A", on_hand=97)
    assert state.stock["B"] == StockLevel("B", on_hand=100, allocated=1)
    await crowd.check()
