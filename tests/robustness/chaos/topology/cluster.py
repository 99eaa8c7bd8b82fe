"""A cluster of three primaries with a replica each; each location is at one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import ClassVar

from tests.robustness.chaos.history import Record
from tests.robustness.chaos.topology.replicated import Replicated
from tests.stores.cluster import ClusterOfSix
from tests.stores.server import Server


class Cluster(Replicated):
    """A failover stops the locations of one primary alone."""

    name: ClassVar[str] = "cluster"

    def __init__(self, fsync: str) -> None:
        """Start the servers and make a cluster of them."""
        self.six = ClusterOfSix(fsync=fsync)
        super().__init__(self.six.__enter__())

    async def primaries(self) -> list[Server]:
        """Give the three."""
        return await asyncio.to_thread(self.six.primaries)

    async def replica_of(self, primary: Server) -> Server:
        """Ask the cluster."""
        return await asyncio.to_thread(self.six.replica_of, primary)

    async def failed_over(self, primary: Server, replica: Server) -> None:
        """Wait until all that answer see the replica in its place."""
        await asyncio.to_thread(self.six.wait_for_failover, primary, replica)

    async def fail_over(self, primary: Server) -> None:
        """Ask the replica for it."""
        await asyncio.to_thread(self.six.failover, primary)

    async def locations_of(self, primary: Server, records: Iterable[Record]) -> set[str]:
        """Go by the slots."""
        names = {record.location_id for record in records} - {""}
        owners = await asyncio.gather(*(asyncio.to_thread(self.six.node_of, name) for name in names))
        return {name for name, owner in zip(names, owners, strict=True) if owner is primary}
