"""One order: check what may be promised, hold it, confirm it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final, NamedTuple

from fulfillment_gate import AvailabilityLine, ReserveLine
from gate_service.cli.replaying.chance import Carrier
from gate_service.cli.replaying.events import Order
from gate_service.cli.replaying.run import Run

ATTEMPTS: Final = 5
"""How often a race for the last units may be lost before the order counts as refused."""
HOLD_TTL_MS: Final = 900_000
"""A quarter of an hour: as a shop would, and long enough to start an interrupted replay again."""
CHANNEL: Final = "web"

_LOST: Final = frozenset({"INSUFFICIENT_STOCK", "OPERATION_ID_REUSED"})
_GONE: Final = frozenset({"HOLD_EXPIRED", "RESERVATION_RELEASED"})
_LAST: Final = "last"


class _Hold(NamedTuple):
    """What to ask for by line_id, under which name; `last` where the answer ends it either way."""

    operation_id: str
    quantities: Mapping[str, int]
    last: bool


async def check_out(run: Run, order: Order) -> None:
    """Reserve what may be had of an order and book it. Less than all is an order trimmed; nothing is one refused."""
    rows = [line.row for line in order.lines]
    granted = await _hold(run, order)
    if granted:
        rows = [line.row for line in order.lines if line.line_id in granted]
        operation_id, order_id = run.id_of(order.name, "confirm"), run.id_of(order.name)
        ask = partial(run.gate.confirm_reservation, run.location, order_id, operation_id=operation_id)
        answer = await run.caller.mutate(
            "confirm", operation_id, ask, carrier=Carrier.CONFIRM, rows=rows, may_refuse=_GONE
        )
        if answer.reason:
            granted = {}
    run.books.reserve(order, granted)
    run.advance(order.rows)


async def _hold(run: Run, order: Order) -> dict[str, int]:
    """Give what the gate granted by line_id; nothing where it granted nothing."""
    for attempt in range(1, ATTEMPTS + 1):
        hold = await _what_to_hold(run, order, attempt)
        asked = [line for line in order.lines if hold.quantities.get(line.line_id)]
        lines = [
            ReserveLine(line_id=line.line_id, sku=line.sku, quantity=hold.quantities[line.line_id]) for line in asked
        ]
        ask = partial(
            run.gate.reserve_stock,
            run.location,
            run.id_of(order.name),
            lines,
            channel=CHANNEL,
            ttl_ms=HOLD_TTL_MS,
            operation_id=hold.operation_id,
        )
        answer = await run.caller.mutate(
            "hold",
            hold.operation_id,
            ask,
            carrier=Carrier.HOLD,
            rows=[line.row for line in asked],
            may_refuse=_LOST,
        )
        if not answer.reason:
            return dict(hold.quantities)
        if hold.last:
            break
        run.books.races_lost += 1
    return {}


async def _what_to_hold(run: Run, order: Order, attempt: int) -> _Hold:
    """Ask what an interrupted run asked; else what may be promised now.

    Where nothing may be, everything is asked for all the same, under a name that says that this is the last word: the
    refusal then stands in the ledger, and a run that is resumed comes to the same end.
    """
    trimmed, everything = run.id_of(order.name, "hold", attempt), run.id_of(order.name, "hold", _LAST)
    if trimmed in run.past:
        return _Hold(trimmed, run.past[trimmed], last=False)
    if everything in run.past:
        return _Hold(everything, run.past[everything], last=True)
    promised = await _promised(run, order)
    if promised and attempt < ATTEMPTS:
        return _Hold(trimmed, promised, last=False)
    return _Hold(everything, {line.line_id: line.quantity for line in order.lines}, last=True)


async def _promised(run: Run, order: Order) -> dict[str, int]:
    """Give by line_id what may be promised, earlier lines first; lines that get nothing are left out."""
    lines = [AvailabilityLine(sku=line.sku, quantity=line.quantity) for line in order.lines]
    ask = partial(run.gate.check_availability, lines, location_ids=(run.location,), channel=CHANNEL)
    answer = await run.caller.read("check", ask)
    left = {line.sku: line.promise for line in answer.locations[0].lines}
    promised: dict[str, int] = {}
    for line in order.lines:
        units = min(line.quantity, left.get(line.sku, 0))
        if units:
            promised[line.line_id] = units
            left[line.sku] -= units
    return promised
