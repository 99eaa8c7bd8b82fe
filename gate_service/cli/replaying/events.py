"""What happens in a history, as the plan puts it: orders, cancellations, corrections. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One row of an order. `line_id` is its place in its invoice, from 1."""

    row: int
    line_id: str
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Order:
    """The items of one invoice, up to as many as a reservation takes; the rest is an order of its own (`name`/2)."""

    name: str
    at: datetime
    lines: tuple[OrderLine, ...]

    @property
    def skus(self) -> frozenset[str]:
        """The SKUs it takes."""
        return frozenset(line.sku for line in self.lines)

    @property
    def rows(self) -> int:
        """How many rows of the file it answers for."""
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class Ordered:
    """Units of an earlier order's line that a cancellation takes back."""

    order: str
    line_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class CancelledRow:
    """One cancelled row: the orders it was found to undo, newest first, and what lies before the file."""

    row: int
    sku: str
    undoes: tuple[Ordered, ...]
    before_the_file: int


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The items of one cancelling invoice."""

    name: str
    at: datetime
    lines: tuple[CancelledRow, ...]

    @property
    def skus(self) -> frozenset[str]:
        """The SKUs it gives back."""
        return frozenset(line.sku for line in self.lines)

    @property
    def orders(self) -> tuple[str, ...]:
        """The orders it undoes, each once, in the order first named: their places name the releases."""
        return tuple(dict.fromkeys(part.order for line in self.lines for part in line.undoes))

    @property
    def rows(self) -> int:
        """How many rows of the file it answers for."""
        return len(self.lines)


class CorrectionKind(StrEnum):
    """What a row without an order tells of the shelf."""

    WRITTEN_OFF = "written off"
    FOUND = "found"
    FOUND_NEW = "found new"
    """Found, of a SKU that the opening stock does not have: a receipt, since there is no record to correct."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One row that says what is there, or no longer. `quantity` is above 0 for either kind."""

    name: str
    at: datetime
    row: int
    kind: CorrectionKind
    sku: str
    quantity: int
    note: str

    @property
    def invoice(self) -> str:
        """The invoice it stands on; its name adds the place there."""
        return self.name.rpartition("/")[0]

    @property
    def place(self) -> str:
        """Its line there, from 1."""
        return self.name.rpartition("/")[2]

    @property
    def skus(self) -> frozenset[str]:
        """The SKU it corrects."""
        return frozenset((self.sku,))

    @property
    def rows(self) -> int:
        """How many rows of the file it answers for."""
        return 1


Event = Order | Cancellation | Correction


@dataclass(frozen=True, slots=True)
class Batch:
    """Events up to the next wave, by time.

    `after` names for each the events of this batch it waits for: for each of its SKUs the last before it that touches
    that SKU. `undoes` names only the orders it takes back. Earlier batches are over before this one begins.
    """

    events: tuple[Event, ...]
    after: tuple[tuple[int, ...], ...]
    undoes: tuple[tuple[int, ...], ...]
