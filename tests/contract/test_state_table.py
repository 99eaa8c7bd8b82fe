"""Plays every cell of the state table, against the model and the real store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.errors import Refused
from gate_service.domain.replies import AuthorizeWaveReply
from gate_service.domain.state_table import TABLE, Event, Outcome
from gate_service.domain.vocabulary import Reason, ShortReason, Verdict
from gate_service.domain.vocabulary import ReservationState as S
from tests.contract.world import PERMIT_TTL_MS, TTL_MS, World

ORDER, LINE, SKU, QUANTITY = "O-1", "1", "A", 4
PLACED = ops.SourceEvent("", "order", ORDER, "", "placed", 0)
CELLS = [(event, state) for event, row in TABLE.items() for state in row]


def placing(at: World, operation_id: str, state: S | None) -> ops.ReserveStock:
    """Place the order as the event tells it that first brought it to this state."""
    ttl_ms = TTL_MS if state in {S.HELD, S.EXPIRED} else 0
    lines = (ops.OrderLine(LINE, SKU, QUANTITY),)
    return ops.ReserveStock(operation_id, at.location_id, ORDER, "", ttl_ms, lines, source=PLACED)


async def brought_to(at: World, state: S | None) -> str:
    """Bring the order to a state; give the newest permit of the location, another order's where it has none."""
    await at.receive((SKU, 50))
    await at.reserve("O-other", (LINE, SKU, 1))
    permit_id = (await at.authorize(("O-other", LINE, SKU, 1))).permit_id
    if state is not None:
        await at.apply(placing(at, at.fresh_id(), state))
    if state is S.EXPIRED:
        at.clock.advance(TTL_MS)
    if state is S.RELEASED:
        await at.release(ORDER)
    if state in {S.ALLOCATED, S.SHIPPED, S.SHORTED}:
        permit_id = (await at.authorize((ORDER, LINE, SKU, QUANTITY))).permit_id
    if state is S.SHIPPED:
        await at.ship(ORDER, permit_id, (LINE, SKU, QUANTITY), shipment_id="parcel-1")
    if state is S.SHORTED:
        await at.report(permit_id, (ORDER, LINE, SKU, 0, QUANTITY, ShortReason.NOT_FOUND))
    return permit_id


async def reserve_told_again(at: World) -> object:
    """Tell the event again that placed the order."""
    entries = [entry for entry in await at.entries() if entry.source]
    first = S.HELD if '"ttl_ms":0' not in entries[0].body else S.COMMITTED
    return await at.apply(placing(at, at.fresh_id(), first))


async def on_hold(at: World, ask: Callable[[], Awaitable[object]]) -> object:
    """Ask while nothing of the SKU may be promised or picked."""
    await at.place_hold("H-1", SKU)
    return await ask()


async def resolve(at: World) -> object:
    """Find that a parcel told for no order of ours was this one's."""
    no = await at.refused(
        at.ship_foreign("O-unknown", (LINE, SKU, QUANTITY), shipment_id="parcel-2"), Reason.RESERVATION_NOT_FOUND
    )
    return await at.resolve(no.metadata["unmatched_id"], ORDER)


async def time_passes(at: World) -> None:
    """Let every hold and every permit run out."""
    at.clock.advance(PERMIT_TTL_MS)
    await at.sweep()


WAYS: dict[Event, Callable[[World, str], Awaitable[object]]] = {
    Event.RESERVE: lambda at, _: at.hold(ORDER, (LINE, SKU, QUANTITY)),
    Event.RESERVE_TOLD_AGAIN: lambda at, _: reserve_told_again(at),
    Event.CONFIRM: lambda at, _: at.confirm(ORDER),
    Event.CONFIRM_ON_HOLD: lambda at, _: on_hold(at, lambda: at.confirm(ORDER)),
    Event.RELEASE: lambda at, _: at.release(ORDER),
    Event.RELEASE_PART: lambda at, _: at.release(ORDER, (LINE, 1)),
    Event.AUTHORIZE: lambda at, _: at.authorize((ORDER, LINE, SKU, QUANTITY)),
    Event.AUTHORIZE_ON_HOLD: lambda at, _: on_hold(at, lambda: at.authorize((ORDER, LINE, SKU, QUANTITY))),
    Event.REPORT_PICK_BARE: lambda at, _: at.pick("", (ORDER, LINE, SKU, 1)),
    Event.REPORT_PICK: lambda at, permit_id: at.pick(permit_id, (ORDER, LINE, SKU, 1)),
    Event.SHIP_BARE: lambda at, _: at.ship(ORDER, "", (LINE, SKU, QUANTITY), shipment_id="parcel-2"),
    Event.SHIP: lambda at, permit_id: at.ship(ORDER, permit_id, (LINE, SKU, QUANTITY), shipment_id="parcel-2"),
    Event.SHIP_AGAIN: lambda at, permit_id: at.ship(ORDER, permit_id, (LINE, SKU, QUANTITY), shipment_id="parcel-1"),
    Event.SHIP_FOREIGN: lambda at, _: at.ship_foreign(ORDER, (LINE, SKU, QUANTITY), shipment_id="parcel-2"),
    Event.SHIP_FOREIGN_AGAIN: lambda at, _: at.ship_foreign(ORDER, shipment_id="parcel-1"),
    Event.RESOLVE: lambda at, _: resolve(at),
    Event.RETURN: lambda at, _: at.take_back((SKU, 1), order_id=ORDER),
    Event.COUNT: lambda at, _: at.count((SKU, 0)),
    Event.PLACE_HOLD: lambda at, _: at.place_hold("H-1", SKU),
    Event.MERGE: lambda at, _: at.merge(SKU, "B"),
    Event.TIME: lambda at, _: time_passes(at),
}


async def outcome_of(at: World, event: Event, permit_id: str) -> Outcome:
    """Let the event happen and read what came of it."""
    refusal = block = None
    try:
        reply = await WAYS[event](at, permit_id)
    except Refused as no:
        refusal = no.reason
    else:
        if isinstance(reply, AuthorizeWaveReply) and reply.lines[0].verdict is Verdict.BLOCK:
            block = reply.lines[0].reason
    reservations = (await at.state()).reservations
    state = reservations[ORDER].state if ORDER in reservations else None
    return Outcome(state, refusal, block)


@pytest.mark.parametrize(("event", "state"), CELLS, ids=[f"{event.name}-{state}" for event, state in CELLS])
async def test_each_event_in_each_state_comes_to_what_the_table_says(at: World, event: Event, state: S | None) -> None:
    permit_id = await brought_to(at, state)
    assert await outcome_of(at, event, permit_id) == TABLE[event][state]
