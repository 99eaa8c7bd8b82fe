"""What the gate knows of itself. Nobody is asked for it: it is known also while the store is away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from gate_service.domain.durability import Durability
from gate_service.domain.findings import Inspection
from gate_service.domain.lineage import Fence


class Server(Protocol):
    """One server of the store that takes writes."""

    @property
    def address(self) -> str:
        """Its address, without a user or a password."""
        ...

    @property
    def away(self) -> bool:
        """Whether it did not answer the last time it was asked."""
        ...


class Record(Protocol):
    """What is known of the record without asking it."""

    @property
    def fences(self) -> Mapping[str, Fence]:
        """Give the fences that stand, by location. The sweeper asks every location, so this gate meets them all."""
        ...

    def servers(self) -> Sequence[Server]:
        """Name the servers of the store."""
        ...


class About(NamedTuple):
    """What stays as it is as long as a gate runs."""

    version: str
    started_at_ms: int
    production: bool
    durability: Durability
    accepted_risk: str
    """Why a store that cannot keep the promise is used all the same; empty where nobody said so."""


class Status(NamedTuple):
    """The state of one gate."""

    about: About
    serving: bool
    inspection: Inspection | None
    servers: Sequence[Server]
    fences: Sequence[tuple[str, Fence]]
    """By location."""


class OwnState:
    """Tells the state of this gate."""

    def __init__(self, about: About, record: Record, inspected: Callable[[], Inspection | None]) -> None:
        """Keep what is to be told, and who knows it."""
        self._about = about
        self._record = record
        self._inspected = inspected
        self._serving = False

    def is_serving(self, serving: bool) -> None:  # noqa: FBT001 - the state itself
        """Hear what the gate says to its probes."""
        self._serving = serving

    def now(self) -> Status:
        """Give the state as it is now."""
        fences = sorted(self._record.fences.items())
        return Status(self._about, self._serving, self._inspected(), self._record.servers(), fences)
