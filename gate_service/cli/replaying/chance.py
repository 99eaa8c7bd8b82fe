"""Everything that is left to chance, as a function of the seed: no state, so that a second run decides the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Final

_SCALE: Final = 2.0**64


class Carrier(StrEnum):
    """The calls that carry a row: an order's row by the first four, any other by one of the rest."""

    HOLD = "hold"
    CONFIRM = "confirm"
    PICK = "pick"
    SHIP = "ship"
    RELEASE = "release"
    RECEIVE = "receive"
    ADJUST = "adjust"


ORDER_CARRIERS: Final = (Carrier.HOLD, Carrier.CONFIRM, Carrier.PICK, Carrier.SHIP)


@dataclass(frozen=True, slots=True)
class Chance:
    """`duplicate` and `short` are shares from 0 to 1: of rows delivered twice, and of wave lines picked short."""

    seed: int
    duplicate: float = 0.0
    short: float = 0.0

    def _fraction(self, *of: object) -> float:
        """Give a number in [0, 1) that depends on the seed and on what it is for, and on nothing else."""
        text = "/".join(map(str, (self.seed, *of)))
        return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / _SCALE

    def delivered_twice(self, row: int) -> bool:
        """Say whether this row is delivered twice."""
        return self._fraction("duplicate", row) < self.duplicate

    def carrier_of_order_row(self, row: int) -> Carrier:
        """Give the call that repeats an order's row."""
        return ORDER_CARRIERS[int(self._fraction("carrier", row) * len(ORDER_CARRIERS))]

    def at_the_same_time(self, row: int) -> bool:
        """Say whether the second delivery races with the first, rather than following its answer."""
        return self._fraction("together", row) < 0.5  # noqa: PLR2004 one half

    def units_short(self, wave: int, row: int, authorized: int) -> int:
        """Give how many of the authorised units the picker does not find; mostly 0."""
        if self._fraction("short", wave, row) >= self.short:
            return 0
        return 1 + int(self._fraction("units short", wave, row) * authorized)
