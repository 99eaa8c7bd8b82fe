"""How random operations are drawn: few names and small quantities, so that they meet each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

from gate_service.domain.policy import Buffer, Policy
from gate_service.domain.vocabulary import Quarantine
from tests.model import Snapshot

DrawnT = TypeVar("DrawnT")

SKUS = ("A", "B", "C")
"""Of which C is the one that is merged into another, sooner or later."""
CHANNELS = ("", "web", "web", "amazon")
HOLD_MS, PERMIT_MS, RETENTION_MS = 2_000, 60_000, 61_000
TIMES_MS = (1, 999, HOLD_MS - 1, HOLD_MS, HOLD_MS, PERMIT_MS - HOLD_MS, PERMIT_MS, RETENTION_MS, 3_600_000, -3_000)


class Scarce:
    """Keeps nothing of A back, and half of B; not everywhere."""

    def basis_points(self, location_id: str, sku: str) -> int | None:
        """Give the share of a SKU; None for that of all."""
        return {"A": 0, "B": 5_000}.get(sku) if location_id.startswith("east") else None


POLICIES = (
    Policy(),
    Policy(
        safety_stock=1,
        buffers={"web": Buffer(1, 1_000)},
        quarantine=Quarantine.ALL,
        approval_above=6,
        priorities={"web": 1, "amazon": 200},
        retention_ms={"wms": RETENTION_MS},
        adaptive={"web": Scarce()},
    ),
    Policy(
        buffers={"web": Buffer(1), "amazon": Buffer(0, 3_333)},
        quarantine=Quarantine.MISSING,
        approval_above=0,
        retention_ms={"wms": 1_000, "erp": RETENTION_MS},
    ),
)


class Drawing:
    """Draws mostly what is there and sometimes what is not, at one location."""

    def __init__(self, data: st.DataObject, location_id: str, snapshot: Snapshot, operation_id: str) -> None:
        """Keep what is there."""
        self.data = data
        self.at = location_id
        self.snapshot = snapshot
        self.operation_id = operation_id

    def sku(self) -> str:
        """Draw a SKU, mostly one that has a record."""
        return self.one((*self.live_skus() * 8, "C", "X"))

    def live_skus(self) -> tuple[str, ...]:
        """Give the SKUs that are there."""
        return tuple(sorted(self.snapshot.stock)) or SKUS

    def order(self) -> str:
        """Draw an order, mostly one that is there."""
        return self.known(self.snapshot.reservations, "O-0")

    def known(self, there: Sequence[str] | dict[str, DrawnT], other: str) -> str:
        """Draw a name of what is there, or now and then another one."""
        return self.one((*list(there) * 5, other))

    def about(self, left: int) -> int:
        """Draw a quantity about what is left, 1 or more; seldom too much."""
        return max(1, self.one((left, left, left, left, left - 1, 1, left + 1)))

    def some(self, most: int, candidates: Sequence[DrawnT], least: int = 0) -> list[DrawnT]:
        """Draw some of the candidates, each once."""
        return self.data.draw(st.lists(st.sampled_from(candidates), min_size=least, max_size=most, unique=True))

    def one(self, candidates: Sequence[DrawnT]) -> DrawnT:
        """Draw one of the candidates."""
        return self.data.draw(st.sampled_from(candidates))

    def number(self, least: int, most: int) -> int:
        """Draw a whole number."""
        return self.data.draw(st.integers(least, most))

    def seldom(self, one_in: int = 4) -> bool:
        """Draw whether something out of the ordinary happens."""
        return self.number(1, one_in) == one_in
