"""Rows of one snapshot that name a figure a second time: the same once more, or another one."""

from __future__ import annotations

from typing import Final

from gate_service.domain.reconcile.records import BadRow

BAD_ROWS_KEPT: Final = 1_000
"""Rows that are wrong and kept one by one; of the others only their number is."""


class Duplicates:
    """Finds them among all rows of a snapshot. About 120 bytes a row: a figure, and a hash of what it is of.

    Two rows that are taken for one another by their hash (61 bits, with a secret of the process) come up once in some
    ten million snapshots of a million rows.
    """

    def __init__(self) -> None:
        """Begin without rows."""
        self._figures: dict[int, int] = {}
        self.bad: list[BadRow] = []
        """The first of those that say something else than an earlier row, by place as they came."""
        self.bad_count: int = 0
        """How many there are."""
        self.repeated: int = 0
        """Rows that said the same again; they count once."""

    def add(self, place: int, sku: str, measure: str, quantity: int, part: str = "") -> bool:
        """Take a row; False where its SKU and measure were there before: it is not to be compared.

        `part` tells rows that are parts of one figure from those that tell it twice. Where `bad_count` has grown by
        it, the earlier row is not to be believed either.
        """
        key = hash(f"{measure} {sku} {part}")
        known = self._figures.get(key)
        if known is None:
            self._figures[key] = quantity
            return True
        if known == quantity:
            self.repeated += 1
            return False
        self.bad_count += 1
        if len(self.bad) < BAD_ROWS_KEPT:
            problem = f"says {quantity:,} of {measure}, where an earlier row says {known:,}: which one is right?"
            self.bad.append(BadRow(place, sku, "quantity", problem))
        return False
