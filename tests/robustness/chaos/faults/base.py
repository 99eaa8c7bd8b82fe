"""What every kind of fault has in common."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import ClassVar, Protocol

from tests.robustness.chaos.history import Record
from tests.robustness.chaos.site import Site

Reach = Callable[[Record], bool]
"""Says of a call whether a fault reaches it."""


def everything(_: Record) -> bool:
    """Be reached, wherever the call goes."""
    return True


def through(gate: int) -> Reach:
    """Reach what goes through one gate."""
    return lambda record: record.gate == gate


class Fault(Protocol):
    """One kind of trouble. An object is made for each time that it strikes."""

    name: ClassVar[str]
    reach: Reach
    """Set by `aim`: which calls it can hit, and by which calls one sees that it is over."""
    lasts_s: float
    """How long to wait between `inject` and `heal`."""

    def __init__(self, chance: Random) -> None:
        """Choose how long, how much and where."""
        ...

    @staticmethod
    def fits(site: Site) -> bool:
        """Say whether it can strike this site."""
        ...

    async def aim(self, site: Site) -> None:
        """Choose what to strike. Nothing has happened yet."""
        ...

    async def inject(self, site: Site) -> None:
        """Strike."""
        ...

    async def heal(self, site: Site) -> None:
        """Undo it. Called always, also where `aim` or `inject` failed halfway; twice does no harm."""
        ...
