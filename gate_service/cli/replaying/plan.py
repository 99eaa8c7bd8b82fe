"""Turns the rows of a file into a plan: what was there at the start, and what happens, batch by batch. Pure.

A batch ends with its day, or with the order that fills it; its waves run then. So an order can be cancelled before its
wave (its units are released) or after it (they come back as a return).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Final

from gate_service.cli.replaying.events import (
    Batch,
    Cancellation,
    Correction,
    CorrectionKind,
    Event,
    Order,
    OrderLine,
)
from gate_service.cli.replaying.kinds import RowKind, kind_of
from gate_service.cli.replaying.matching import Matcher
from gate_service.cli.replaying.rows import Row, Unusable
from gate_service.domain.limits import NOTE_MAX_LENGTH, ORDER_LINES_MAX

BATCH_LINES: Final = 2_000
"""Order lines after which a batch is full: four waves' worth, a morning's work of a busy day."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All rows of the file, each in exactly one place."""

    rows: int
    opening: Mapping[str, int]
    batches: tuple[Batch, ...]
    not_stock: tuple[Row, ...]
    unusable: tuple[Unusable, ...]


def make_plan(rows: Sequence[Row | Unusable], *, stock_factor: float = 1.0, batch_lines: int = BATCH_LINES) -> Plan:
    """Plan the whole history. `stock_factor` is above 0."""
    kinds: dict[RowKind, list[Row]] = defaultdict(list)
    unusable = [row for row in rows if isinstance(row, Unusable)]
    places: Counter[str] = Counter()
    line_ids: dict[int, str] = {}
    for row in rows:
        if isinstance(row, Row):
            kinds[kind_of(row)].append(row)
            places[row.invoice] += 1
            line_ids[row.number] = str(places[row.invoice])
    opening = opening_stock((*kinds[RowKind.ORDERED], *kinds[RowKind.WRITTEN_OFF]), stock_factor)
    contradictory = (
        Unusable(row.number, f"{row.invoice},{row.code},{row.quantity}", "a cancellation that adds units")
        for row in kinds[RowKind.CONTRADICTORY]
    )
    return Plan(
        rows=len(rows),
        opening=opening,
        batches=tuple(_batches(_events(kinds, line_ids, opening), batch_lines)),
        not_stock=tuple(kinds[RowKind.NOT_STOCK]),
        unusable=tuple(sorted((*unusable, *contradictory))),
    )


def opening_stock(demanding: Iterable[Row], stock_factor: float) -> dict[str, int]:
    """Give for each SKU what is demanded of it in all, times the factor, rounded up.

    What is written off counts as demand: it had to be there. So with a factor of 1 every order can be filled, and what
    is found or comes back only adds.
    """
    demand: Counter[str] = Counter()
    for row in demanding:
        demand[row.code] += abs(row.quantity)
    factor = Fraction(str(stock_factor))  # 0.7 as it was typed: in floats 10 * 0.7 rounds up to 8
    return {sku: math.ceil(units * factor) for sku, units in sorted(demand.items())}


def _events(
    kinds: Mapping[RowKind, Sequence[Row]], line_ids: Mapping[int, str], opening: Mapping[str, int]
) -> list[Event]:
    """Give all events by time; those of one moment as they stand in the file."""
    told: list[tuple[Row, Event]] = [
        *_orders(kinds.get(RowKind.ORDERED, ()), line_ids),
        *((row, _correction(row, line_ids, opening)) for row in kinds.get(RowKind.WRITTEN_OFF, ())),
        *((row, _correction(row, line_ids, opening)) for row in kinds.get(RowKind.FOUND, ())),
    ]
    customers = {event.name: row.customer for row, event in told}
    cancelled = [(rows[0], name, rows) for name, rows in _invoices(kinds.get(RowKind.CANCELLED, ()))]
    matcher = Matcher()
    by_time: list[tuple[Row, Event | None, str, Sequence[Row]]] = [
        *((row, event, "", ()) for row, event in told),
        *((row, None, name, rows) for row, name, rows in cancelled),
    ]
    by_time.sort(key=lambda item: (item[0].at, item[0].number))
    events: list[Event] = []
    for first, event, name, rows in by_time:
        if event is None:
            lines = tuple(matcher.cancelled(row.customer, row.number, row.code, -row.quantity) for row in rows)
            events.append(Cancellation(name, first.at, lines))
            continue
        if isinstance(event, Order):
            matcher.ordered(customers[event.name], event)
        events.append(event)
    return events


def _orders(rows: Iterable[Row], line_ids: Mapping[int, str]) -> Iterator[tuple[Row, Event]]:
    for name, part in _invoices(rows):
        lines = tuple(OrderLine(row.number, line_ids[row.number], row.code, row.quantity) for row in part)
        yield part[0], Order(name, part[0].at, lines)


def _correction(row: Row, line_ids: Mapping[int, str], opening: Mapping[str, int]) -> Correction:
    kind = CorrectionKind.WRITTEN_OFF
    if row.quantity > 0:
        kind = CorrectionKind.FOUND if row.code in opening else CorrectionKind.FOUND_NEW
    note = "".join(letter for letter in row.description if letter.isprintable())[:NOTE_MAX_LENGTH]
    name = f"{row.invoice}/{line_ids[row.number]}"
    return Correction(name, row.at, row.number, kind, row.code, abs(row.quantity), note)


def _invoices(rows: Iterable[Row]) -> Iterator[tuple[str, Sequence[Row]]]:
    """Give the rows of each invoice under its name, wherever they stand; no more at once than a reservation takes."""
    invoices: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        invoices[row.invoice].append(row)
    for invoice, members in invoices.items():
        for start in range(0, len(members), ORDER_LINES_MAX):
            part = start // ORDER_LINES_MAX + 1
            yield invoice if part == 1 else f"{invoice}/{part}", members[start : start + ORDER_LINES_MAX]


def _batches(events: Sequence[Event], batch_lines: int) -> Iterator[Batch]:
    for _, day in groupby(events, key=_day):
        batch: list[Event] = []
        lines = 0
        for event in day:
            batch.append(event)
            lines += event.rows if isinstance(event, Order) else 0
            if lines >= batch_lines:
                yield _batch(batch)
                batch, lines = [], 0
        if batch:
            yield _batch(batch)


def _day(event: Event) -> date:
    return event.at.date()


def _batch(events: Sequence[Event]) -> Batch:
    last_touch: dict[str, int] = {}
    orders: dict[str, int] = {}
    after: list[tuple[int, ...]] = []
    undoes: list[tuple[int, ...]] = []
    for index, event in enumerate(events):
        after.append(tuple(sorted({last_touch[sku] for sku in event.skus if sku in last_touch})))
        last_touch.update(dict.fromkeys(event.skus, index))
        if isinstance(event, Cancellation):
            undoes.append(tuple(orders[name] for name in event.orders if name in orders))
        else:
            undoes.append(())
            orders[event.name] = index
    return Batch(tuple(events), tuple(after), tuple(undoes))
