"""The planning rule once more, as plainly as it can be said: every set of locations is tried, unit by unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from gate_service.domain.operations import OrderLine, ReserveStock
from gate_service.domain.sourcing import Offer


class Piece(NamedTuple):
    """A line, or the lines of a kit: how many, and what one of them takes."""

    lines: tuple[OrderLine, ...]
    times: int

    def units(self, quantity: int) -> Counter[str]:
        """Count the units by SKU of so many of it."""
        units: Counter[str] = Counter()
        for line in self.lines:
            units[line.sku] += line.quantity // self.times * quantity
        return units


def pieces(order: ReserveStock) -> list[Piece]:
    """Group the lines by what must stay together."""
    found: dict[str, Piece] = {}
    for line in order.lines:
        owner = next((kit for kit in order.kits if line.line_id.startswith(f"{kit.line_id}/")), None)
        name, times = (owner.line_id, owner.quantity) if owner else (line.line_id, line.quantity)
        found[name] = Piece((*found[name].lines, line) if name in found else (line,), times)
    return list(found.values())


def expected(order: ReserveStock, offers: Sequence[Offer], *, split: bool) -> dict[str, Counter[str]] | None:
    """Give what each location serves, by line; None where the order cannot be served."""
    for size in range(1, (len(offers) if split else 1) + 1):
        for some in combinations(offers, size):
            served = shared_out(pieces(order), some)
            if served is not None:
                return served
    return None


def shared_out(wanted: Iterable[Piece], offers: Sequence[Offer]) -> dict[str, Counter[str]] | None:
    """Share the pieces out to these locations; None where something stays open."""
    left = {offer.location_id: Counter(offer.promises) for offer in offers}
    served: dict[str, Counter[str]] = {offer.location_id: Counter() for offer in offers}
    torn = []
    for piece in wanted:
        home = next((name for name, stock in left.items() if piece.units(piece.times) <= stock), None)
        if home is None:
            torn.append(piece)
        else:
            give(piece, piece.times, left[home], served[home])
    for piece in torn:
        still = piece.times
        for name, stock in left.items():
            while still and piece.units(1) <= stock:
                give(piece, 1, stock, served[name])
                still -= 1
        if still:
            return None
    return {name: lines for name, lines in served.items() if lines}


def give(piece: Piece, quantity: int, stock: Counter[str], served: Counter[str]) -> None:
    """Take so many of a piece."""
    stock.subtract(piece.units(quantity))
    for line in piece.lines:
        served[line.line_id] += line.quantity // piece.times * quantity
