"""A primary, its replica, and three Sentinels that put the one in the place of the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import ClassVar

from tests.robustness.chaos.history import Record
from tests.robustness.chaos.topology.replicated import Replicated
from tests.stores.sentinel import MASTER, SentinelTrio
from tests.stores.server import Server


class Sentinel(Replicated):
    """All locations are at the one primary."""

    name: ClassVar[str] = "sentinel"

    def __init__(self, fsync: str) -> None:
        """Start the servers."""
        self.trio = SentinelTrio(fsync=fsync)
        super().__init__(self.trio.__enter__())

    def others(self) -> Sequence[Server]:
        """Give the pair and the Sentinels."""
        return [*self.trio.servers, *self.trio.sentinels]

    async def primaries(self) -> list[Server]:
        """Give the one."""
        return [await asyncio.to_thread(self.trio.primary)]

    async def replica_of(self, primary: Server) -> Server:
        """Give the other one."""
        return self.trio.other(primary)

    async def failed_over(self, primary: Server, replica: Server) -> None:
        """Wait until the Sentinels name the other one."""
        del replica
        await asyncio.to_thread(self.trio.wait_for_failover, primary)

    async def fail_over(self, primary: Server) -> None:
        """Ask a Sentinel for it."""

        def ask() -> None:
            with self.trio.sentinels[0].client() as client:
                client.execute_command("SENTINEL", "FAILOVER", MASTER)

        await asyncio.to_thread(ask)
        await self.failed_over(primary, self.trio.other(primary))

    async def locations_of(self, primary: Server, records: Iterable[Record]) -> set[str]:
        """Give all."""
        del primary
        return {record.location_id for record in records}
