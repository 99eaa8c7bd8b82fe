"""Who learns from the ledgers, entry by entry, and who looks at the clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from gate_service.app.reconcile.ports import Change, Event
from gate_service.domain.entries import Entry


class Learned(NamedTuple):
    """What is to be kept of what was learned."""

    changes: Sequence[Change] = ()
    events: Sequence[Event] = ()


class Observer(Protocol):
    """Learns from each entry of each location, once, in the order of the ledger.

    What it has learned is kept in one commit with how far the ledger was followed, so that nothing counts twice and
    nothing is missed, whenever the process is killed.
    """

    async def load(self, location_id: str) -> None:
        """Begin anew with what is kept of a location: at the start, and where another process has gone on meanwhile."""
        ...

    def observe(self, location_id: str, entry: Entry) -> None:
        """Learn from one entry. Only memory is changed."""
        ...

    def take(self, location_id: str) -> Learned:
        """Give what changed since the last time; it counts as kept from now on."""
        ...


@runtime_checkable
class WaitsForEnd(Protocol):
    """An `Observer` that judges by the clock: only of a ledger that was followed to its end.

    In the middle of an old ledger everything is overdue: what was to come has come, in entries that nobody told yet.
    """

    def behind(self, location_id: str, entries: int) -> None:
        """Hear how many entries there are that were not told yet; after a `load` nobody knows, until this is called."""
        ...


class Ticker(Protocol):
    """Does what is due by the clock, and keeps it by itself; to do it twice does no harm."""

    async def tick(self, now_ms: int) -> None:
        """Do what is due. Called every few seconds; raises `Unavailable` where the store is away."""
        ...
