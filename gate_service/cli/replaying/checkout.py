"""One order: check what may be promised, hold it, confirm it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final, NamedTuple

from fulfillment_gate import AvailabilityLine, ReserveLine
from gate_service.cli.replaying.chance import Carrier
from gate_service.cli.replaying.events import Order
from gate_service.cli.replaying.run import Run
from gate_service.cli.replaying.telling import About, Source, Telling

ATTEMPTS: Final = 5
"""How often a race for the last units may be lost before the order counts as refused."""
HOLD_TTL_MS: Final = 900_000
"""A quarter of an hour: as a shop would, and long enough to start an interrupted replay again."""
CHANNEL: Final = "web"

_LOST: Final = frozenset({"INSUFFICIENT_STOCK", "OPERATION_ID_REUSED"})
_GONE: Final = frozenset({"HOLD_EXPIRED", "RESERVATION_RELEASED"})
_LAST: Final = "last"


class _Hold(NamedTuple):
    """What to ask for by line_id, under which name, and whether the answer ends it either way."""

    attempt: int | str
    quantities: Mapping[str, int]
    last: bool


async def check_out(run: Run, order: Order) -> None:
    """Reserve what may be had of an order and book it. Less than all is an order trimmed; nothing is one refused."""
    granted = await _hold(run, order)
    if granted and not await _confirm(run, order, granted):
        granted = {}
    run.books.reserve(order, granted)
    run.advance(order.rows)


async def _confirm(run: Run, order: Order, granted: Mapping[str, int]) -> bool:
    """Tell that it was paid; say whether the gate has it, which it has where its answer is still to come."""
    withholds = run.feed.withholds  # then a payment may come before its order, or after all of it was cancelled
    answer = await run.feed.tell(
        Telling(
            kind="confirm",
            operation_id=run.id_of(order.name, "confirm"),
            about=run.about(Source.SHOP, "order", order.name, "paid"),
            ask=partial(run.gate.confirm_reservation, run.location, run.id_of(order.name)),
            rows=[line.row for line in order.lines if line.line_id in granted],
            carrier=Carrier.CONFIRM,
            may_refuse=frozenset() if withholds else _GONE,
            too_early=frozenset({"RESERVATION_NOT_FOUND", "HOLD_EXPIRED"}),
            pointless=frozenset({"RESERVATION_RELEASED"}),
        )
    )
    return answer is None or not answer.reason


async def _hold(run: Run, order: Order) -> Mapping[str, int]:
    """Give what the gate granted by line_id; nothing where it granted nothing."""
    for attempt in range(1, ATTEMPTS + 1):
        hold = await _what_to_hold(run, order, attempt)
        asked = [line for line in order.lines if hold.quantities.get(line.line_id)]
        lines = [
            ReserveLine(line_id=line.line_id, sku=line.sku, quantity=hold.quantities[line.line_id]) for line in asked
        ]
        answer = await run.feed.tell(
            Telling(
                kind="hold",
                operation_id=run.id_of(order.name, "hold", hold.attempt),
                about=_about(run, order, hold.attempt),
                ask=partial(
                    run.gate.reserve_stock,
                    run.location,
                    run.id_of(order.name),
                    lines,
                    channel=CHANNEL,
                    ttl_ms=HOLD_TTL_MS,
                ),
                rows=[line.row for line in asked],
                carrier=Carrier.HOLD,
                may_refuse=_LOST,
            )
        )
        if answer is None or not answer.reason:
            return hold.quantities
        if hold.last:
            break
        run.books.races_lost += 1
    return {}


def _about(run: Run, order: Order, attempt: int | str) -> About:
    """Name an attempt. Each asks for something else, and so is an event of its own to the gate."""
    action = "created" if attempt == 1 else f"created.{attempt}"
    return run.about(Source.SHOP, "order", order.name, action)


async def _what_to_hold(run: Run, order: Order, attempt: int) -> _Hold:
    """Ask what an interrupted run asked; else what may be promised now.

    Where nothing may be, everything is asked for all the same, under a name that says that this is the last word: the
    refusal then stands in the ledger, and a run that is resumed comes to the same end.
    """
    trimmed, everything = _about(run, order, attempt), _about(run, order, _LAST)
    if trimmed in run.past.holds:
        return _Hold(attempt, run.past.holds[trimmed], last=False)
    if everything in run.past.holds:
        return _Hold(_LAST, run.past.holds[everything], last=True)
    promised = await _promised(run, order)
    if promised and attempt < ATTEMPTS:
        return _Hold(attempt, promised, last=False)
    return _Hold(_LAST, {line.line_id: line.quantity for line in order.lines}, last=True)


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
