"""Everything that is left to chance, as a function of the seed: no state, so that a second run decides the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Final

_SCALE: Final = 2.0**64
_OVERTAKEN_MAX: Final = 8
NEVER: Final = 1_000_000_000
"""More shifts than any history has."""


class Carrier(StrEnum):
    """The calls that carry a row: an order's row by the first four, any other by one of the rest."""

    HOLD = "hold"
    CONFIRM = "confirm"
    PICK = "pick"
    SHIP = "ship"
    RELEASE = "release"
    RECEIVE = "receive"
    ADJUST = "adjust"


class Again(StrEnum):
    """When the second delivery of an event comes."""

    TOGETHER = "together"
    """At the same time: either may be the first."""
    NEXT = "next"
    """As soon as the first was answered."""
    LATER = "later"
    """Hours later."""


class Disposition(StrEnum):
    """Where inspection sends what came back."""

    AVAILABLE = "available"
    DAMAGED = "damaged"
    WRITTEN_OFF = "written off"


ORDER_CARRIERS: Final = (Carrier.HOLD, Carrier.CONFIRM, Carrier.PICK, Carrier.SHIP)


@dataclass(frozen=True, slots=True)
class Chance:
    """All but the seed are shares from 0 to 1.

    Of rows sent twice (`duplicate`), and of wave lines picked short; of events told once more under another delivery id
    (`redeliver`), overtaken by a later one (`reorder`), and dropped at first (`late`).
    """

    seed: int
    duplicate: float = 0.0
    short: float = 0.0
    redeliver: float = 0.0
    reorder: float = 0.0
    late: float = 0.0

    @property
    def withholds(self) -> bool:
        """Say whether an event may come after a later one."""
        return self.reorder > 0 or self.late > 0

    @property
    def print(self) -> str:
        """Name it shortly. How often the same operation is sent changes nothing that happens, and is left out."""
        return blake2b(repr(replace(self, duplicate=0.0)).encode(), digest_size=4).hexdigest()

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

    def told_again(self, event: str) -> Again | None:
        """Say whether, and when, this event is delivered once more."""
        if self._fraction("redeliver", event) >= self.redeliver:
            return None
        return list(Again)[int(self._fraction("again", event) * len(Again))]

    def overtaken_by(self, event: str) -> int:
        """Give how many later events of its system are answered before this one is told; mostly 0."""
        if self._fraction("reorder", event) >= self.reorder:
            return 0
        return 1 + int(self._fraction("overtaken", event) * _OVERTAKEN_MAX)

    def shifts_late(self, event: str) -> int:
        """Give how many shifts later this event, dropped at first, is told; 0: not dropped, NEVER: at the very end."""
        if self._fraction("late", event) >= self.late:
            return 0
        return (1, 2, 3, NEVER, NEVER, NEVER)[int(self._fraction("how late", event) * 6)]

    def disposition(self, row: int) -> Disposition:
        """Give what becomes of the units of this row, should they come back: three quarters are as good as new."""
        fraction = self._fraction("disposition", row)
        if fraction < 0.75:  # noqa: PLR2004 three quarters
            return Disposition.AVAILABLE
        return Disposition.DAMAGED if fraction < 0.9 else Disposition.WRITTEN_OFF  # noqa: PLR2004 another 15 percent
