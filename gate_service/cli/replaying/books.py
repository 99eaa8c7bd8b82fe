"""What the replay itself knows of every line: its own double entry, kept from the gate's answers alone.

Whatever the replay decides after the first hold, it decides from here, never from a read of the gate: answers to the
same operation ids are the same again, so an interrupted run that is started again comes to the same decisions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gate_service.cli.replaying.chance import Disposition
from gate_service.cli.replaying.events import Correction, Order, OrderLine


class Fate(StrEnum):
    """What became of a row. Every row of the file has exactly one."""

    FILLED = "filled"
    TRIMMED = "trimmed"
    REFUSED = "refused"
    RELEASED = "released"
    RETURNED = "returned"
    RELEASED_AND_RETURNED = "released_and_returned"
    NOTHING_TO_UNDO = "nothing_to_undo"
    """It cancels units that the gate had refused: they never left, so none can come back."""
    WRITTEN_OFF = "written_off"
    WRITE_OFF_REFUSED = "write_off_refused"
    FOUND = "found"
    NOT_STOCK = "not_stock"
    UNUSABLE = "unusable"


@dataclass(slots=True)
class LineBook:
    """One line of an order, in units: reserved = committed + shipped + released + shorted once its wave is over."""

    order: str
    line: OrderLine
    reserved: int = 0
    committed: int = 0
    shipped: int = 0
    released: int = 0
    shorted: int = 0
    returned: int = 0
    """Of what was shipped."""

    def take_back(self, quantity: int) -> tuple[int, int]:
        """Cancel up to `quantity` units, what has not left first; give (units to release, units to return)."""
        release = min(quantity, self.committed)
        self.committed -= release
        self.released += release
        returned = min(quantity - release, self.shipped - self.returned)
        self.returned += returned
        return release, returned


@dataclass(slots=True)
class Books:
    """All lines by order, what became of each row, and what moved besides the orders."""

    orders: dict[str, dict[str, LineBook]] = field(default_factory=dict)
    fates: dict[int, Fate] = field(default_factory=dict)
    races_lost: int = 0
    """Holds refused though the check before them had promised every unit."""
    waves: int = 0
    wave_lines: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    parcels: int = 0
    surplus: int = 0
    returned: Counter[str] = field(default_factory=Counter)
    """Units by SKU, those from before the file among them."""
    inspected: dict[Disposition, Counter[str]] = field(
        default_factory=lambda: {each: Counter() for each in Disposition}
    )
    """Of these, units by SKU, by what inspection made of them."""
    written_off: Counter[str] = field(default_factory=Counter)
    write_offs_refused: list[Correction] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    nothing_to_undo: int = 0
    """Units cancelled that the gate had never granted."""

    def reserve(self, order: Order, granted: Mapping[str, int]) -> None:
        """Open the lines of an order with what the gate granted by line_id; what is missing there was refused."""
        self.orders[order.name] = books = {line.line_id: LineBook(order.name, line) for line in order.lines}
        for line_id, book in books.items():
            book.reserved = book.committed = granted.get(line_id, 0)
            self.fates[book.line.row] = _fate_of(book)

    def waiting(self, orders: list[str]) -> list[list[LineBook]]:
        """Give for each order its lines that wait for a wave, leaving out orders that have none."""
        waiting = ([book for book in self.orders[name].values() if book.committed] for name in orders)
        return [lines for lines in waiting if lines]

    @property
    def lines(self) -> list[LineBook]:
        """Every line of every order."""
        return [book for books in self.orders.values() for book in books.values()]


def _fate_of(book: LineBook) -> Fate:
    if book.reserved == book.line.quantity:
        return Fate.FILLED
    return Fate.TRIMMED if book.reserved else Fate.REFUSED
