"""Finds the orders that a cancellation takes back: it does not name them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from gate_service.cli.replaying.events import CancelledRow, Order, Ordered


@dataclass(slots=True)
class _Open:
    """A line that a cancellation may still take back."""

    order: str
    line_id: str
    quantity: int


class Matcher:
    """Remembers what each customer ordered of each SKU, by time.

    It goes by what was asked for, not by what the gate granted, so that it is a function of the file alone. Where less
    was granted, the rest of a match has nothing to undo, which is found out when it is tried.
    """

    def __init__(self) -> None:
        """Know no order."""
        self._open: dict[tuple[str, str], list[_Open]] = defaultdict(list)

    def ordered(self, customer: str, order: Order) -> None:
        """Remember an order. Without a customer nothing can be matched to it later."""
        if customer:
            for line in order.lines:
                self._open[customer, line.sku].append(_Open(order.name, line.line_id, line.quantity))

    def cancelled(self, customer: str, row: int, sku: str, quantity: int) -> CancelledRow:
        """Match `quantity` units to this customer's orders of that SKU, most recent first, each unit once."""
        open_lines = self._open.get((customer, sku), [])
        undoes: list[Ordered] = []
        while quantity and open_lines:
            newest = open_lines[-1]
            units = min(quantity, newest.quantity)
            undoes.append(Ordered(newest.order, newest.line_id, units))
            quantity -= units
            newest.quantity -= units
            if not newest.quantity:
                open_lines.pop()
        return CancelledRow(row, sku, tuple(undoes), quantity)
