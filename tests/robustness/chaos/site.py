"""A store with gates in front of it, and who asks them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.robustness.chaos.gates import Gate
from tests.robustness.chaos.history import History
from tests.robustness.chaos.house import write_map
from tests.robustness.chaos.plan import Plan
from tests.robustness.chaos.topology.base import Topology
from tests.robustness.chaos.topology.cluster import Cluster
from tests.robustness.chaos.topology.sentinel import Sentinel
from tests.robustness.chaos.topology.single import Single


@dataclass(slots=True)
class Site:
    """All that a fault can reach."""

    topology: Topology
    gates: list[Gate]
    history: History


def topology_of(plan: Plan, folder: Path) -> Topology:
    """Start the store that a plan names. Raises ValueError where there is none of that name."""
    if plan.topology == "single":
        return Single(folder, plan)
    if plan.topology == "sentinel":
        return Sentinel(plan.fsync)
    if plan.topology == "cluster":
        return Cluster(plan.fsync)
    raise ValueError(f"no topology {plan.topology!r}: single, sentinel or cluster")


@asynccontextmanager
async def opened(plan: Plan, folder: Path) -> AsyncIterator[Site]:
    """Run a store and its gates until the block ends; all of it is gone afterwards."""
    topology = topology_of(plan, folder)
    gates: list[Gate] = []
    try:
        await topology.begin()
        flags = (*topology.gate_flags, "--handoffs", str(write_map(folder)), *plan.gate_flags)
        gates += [Gate(n, folder, topology.gate_url(n), flags, plan.source) for n in range(plan.gates)]
        await gates[0].start()  # it puts the map in force; the others find it there
        await asyncio.gather(*(gate.start() for gate in gates[1:]))
        yield Site(topology, gates, History())
    finally:
        for gate in gates:
            gate.end()
        await topology.end()
