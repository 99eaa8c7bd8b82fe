"""Cancellations: what has not left is released, and what has left comes back, is inspected, and finds its place.

By the file alone nobody can tell the two apart, so a cancellation goes by what has left. Where events come late, that
would make two histories of one file: an order of which the gate learns late is picked late. There the shift decides,
with the outcome of a run without disturbance: what was ordered in the same shift is still here, and anything older has
left. And what comes back waits until it has left: nobody sends back what is still on the shelf.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from fulfillment_gate import (
    LANDING_QUALITY_CONTROL,
    STOCK_STATUS_AVAILABLE,
    STOCK_STATUS_DAMAGED,
    STOCK_STATUS_QUALITY_CONTROL,
    STOCK_STATUS_WRITTEN_OFF,
    MoveLine,
    ReleaseLine,
    ReturnLine,
    StockStatus,
)
from gate_service.cli.replaying.books import Fate, LineBook
from gate_service.cli.replaying.chance import Carrier, Disposition
from gate_service.cli.replaying.events import Cancellation, CancelledRow, Ordered
from gate_service.cli.replaying.run import Run
from gate_service.cli.replaying.telling import Source, Telling

_STATUSES: Final[Mapping[Disposition, StockStatus]] = {
    Disposition.AVAILABLE: STOCK_STATUS_AVAILABLE,
    Disposition.DAMAGED: STOCK_STATUS_DAMAGED,
    Disposition.WRITTEN_OFF: STOCK_STATUS_WRITTEN_OFF,
}
_NO_ORDER_YET: Final = frozenset({"RESERVATION_NOT_FOUND", "RELEASE_EXCEEDS_LINE"})
"""The latter where its hold has run out and its payment has yet to come."""
_NO_RETURN_YET: Final = frozenset({"INSUFFICIENT_ON_HAND", "UNKNOWN_SKU"})


@dataclass(slots=True)
class Return:
    """What comes back of one order by one cancellation; `order` is empty for what left before the file begins."""

    cancellation: str
    number: int
    order: str
    units: Counter[tuple[int, str]] = field(default_factory=Counter)
    """By row and SKU."""
    lines: list[LineBook] = field(default_factory=list)

    @property
    def has_left(self) -> bool:
        """Say whether all of it was shipped."""
        return all(book.shipped >= book.returned for book in self.lines)


@dataclass(slots=True)
class _Undone:
    """What one cancellation takes back, by order."""

    cancellation: Cancellation
    releases: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    released_by: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    returns: dict[str, Return] = field(default_factory=dict)

    def coming_back(self, order: str) -> Return:
        """Give the return of an order: its place among the orders names it."""
        if order not in self.returns:
            number = self.cancellation.orders.index(order) + 1 if order else 0
            self.returns[order] = Return(self.cancellation.name, number, order)
        return self.returns[order]


async def cancel(run: Run, cancellation: Cancellation, same_shift: Collection[str]) -> list[Return]:
    """Take back what has not left, and give what comes back. Books what became of each row.

    `same_shift` names the orders among those it undoes whose waves have yet to run.
    """
    undone = _Undone(cancellation)
    for line in cancellation.lines:
        released, returned = _take_back(run, undone, line, same_shift)
        run.books.returned[line.sku] += returned
        run.books.fates[line.row] = _fate_of(released, returned)
    for number, order in enumerate(cancellation.orders, start=1):
        if order in undone.releases:
            await _release(run, undone, order, number)
    run.advance(cancellation.rows)
    return list(undone.returns.values())


def _take_back(run: Run, undone: _Undone, line: CancelledRow, same_shift: Collection[str]) -> tuple[int, int]:
    """Decide what of a row is released and what comes back, in units."""
    released, returned = 0, line.before_the_file
    if line.before_the_file:
        undone.coming_back("").units[line.row, line.sku] += line.before_the_file
    for part in line.undoes:
        book = run.books.orders[part.order][part.line_id]
        release, back = _split(run, book, part, same_shift)
        if release:
            undone.releases[part.order][part.line_id] += release
            undone.released_by[part.order].append(line.row)
        if back:
            coming = undone.coming_back(part.order)
            coming.units[line.row, line.sku] += back
            coming.lines.append(book)
        released += release
        returned += back
        run.books.nothing_to_undo += part.quantity - release - back
    return released, returned


def _split(run: Run, book: LineBook, part: Ordered, same_shift: Collection[str]) -> tuple[int, int]:
    if run.feed.withholds and part.order not in same_shift:
        book.returned += part.quantity
        return 0, part.quantity
    return book.take_back(part.quantity)


def _fate_of(released: int, returned: int) -> Fate:
    if released and returned:
        return Fate.RELEASED_AND_RETURNED
    if released:
        return Fate.RELEASED
    return Fate.RETURNED if returned else Fate.NOTHING_TO_UNDO


async def _release(run: Run, undone: _Undone, order: str, number: int) -> None:
    name = undone.cancellation.name
    lines = [ReleaseLine(line_id=line_id, quantity=units) for line_id, units in undone.releases[order].items()]
    await run.feed.tell(
        Telling(
            kind="release",
            operation_id=run.id_of(name, "release", number),
            about=run.about(Source.SHOP, "cancellation", name, "cancelled", str(number)),
            ask=partial(run.gate.release_reservation, run.location, run.id_of(order), lines),
            rows=undone.released_by[order],
            carrier=Carrier.RELEASE,
            too_early=_NO_ORDER_YET,
        )
    )


async def take_in(run: Run, coming: Return) -> None:
    """Tell that it came back, and what inspection made of it."""
    name = f"{coming.cancellation}/return/{coming.number}"
    lines = [
        ReturnLine(sku=sku, quantity=units, landing=LANDING_QUALITY_CONTROL) for (_, sku), units in coming.units.items()
    ]
    await run.feed.tell(
        Telling(
            kind="return",
            operation_id=run.id_of(name),
            about=run.about(Source.RETURNS, "return", name, "received"),
            ask=partial(
                run.gate.record_return,
                run.location,
                run.id_of(name),
                lines,
                order_id=run.id_of(coming.order) if coming.order else "",
            ),
            rows=[row for row, _ in coming.units],
            carrier=Carrier.RECEIVE,
        )
    )
    await _inspect(run, coming, name)


async def _inspect(run: Run, coming: Return, name: str) -> None:
    lines: list[MoveLine] = []
    for (row, sku), units in coming.units.items():
        disposition = run.chance.disposition(row)
        run.books.inspected[disposition][sku] += units
        lines.append(
            MoveLine(
                sku=sku, quantity=units, from_status=STOCK_STATUS_QUALITY_CONTROL, to_status=_STATUSES[disposition]
            )
        )
    await run.feed.tell(
        Telling(
            kind="inspect",
            operation_id=run.id_of(coming.cancellation, "inspect", coming.number),
            about=run.about(Source.RETURNS, "return", name, "inspected"),
            ask=partial(run.gate.move_stock, run.location, lines, reason="inspected", reference=run.id_of(name)),
            too_early=_NO_RETURN_YET,
        )
    )
