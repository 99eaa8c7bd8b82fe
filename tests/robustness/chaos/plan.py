"""What a run is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    """One site, its clients, and what is done to it.

    Whoever wants to see a bug caught sets `source` to a folder that holds a changed copy of `gate_service`, or
    `gate_flags` and `fsync` to what breaks the promise.
    """

    topology: str = "single"
    """single, sentinel or cluster: see `topology/`."""
    faults: tuple[str, ...] = ()
    """Names of the kinds of fault that may happen; none: all that fit the topology. See `faults/catalogue.py`."""
    without_faults: bool = False
    """True: nothing is broken; the clients' own cancellations and repetitions go on."""
    strikes: int = 0
    """End after so many faults; 0: when the time is up. Whichever comes first."""
    gates: int = 2
    clients: int = 16
    locations: int = 3
    source: Path | None = None
    """A folder with a `gate_service` that the gate processes run instead of this checkout's."""
    gate_flags: tuple[str, ...] = ()
    """Further flags of `gate serve`, behind those of the topology: the last one counts."""
    fsync: str = "always"
    """The store's appendfsync, where the topology leaves the choice."""
    round_s: float = 30.0
    """How long the clients go on before all they did is checked and the next round begins at fresh locations."""
    calm_s: tuple[float, float] = (0.3, 1.5)
    """The shortest and the longest pause between a recovery and the next fault."""
    evidence: Path | None = None
    """A folder for what was seen in a round in which a promise was broken; none: it is not kept."""
