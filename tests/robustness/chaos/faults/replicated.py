"""A primary or a replica dies or stands still, and another one takes its place; a slot moves."""

from __future__ import annotations

import asyncio
from random import Random
from typing import ClassVar

from tests.robustness.chaos.faults.base import Reach, everything
from tests.robustness.chaos.site import Site
from tests.robustness.chaos.topology.cluster import Cluster
from tests.robustness.chaos.topology.replicated import Replicated
from tests.robustness.chaos.topology.sentinel import Sentinel
from tests.stores.server import Server


def replicated(site: Site) -> Replicated:
    """Give the store of a site that has replicas. Raises TypeError."""
    if not isinstance(site.topology, Replicated):
        raise TypeError(f"this fault needs replicas, and {site.topology.name} has none")
    return site.topology


class OnReplicas:
    """What those on a store with replicas share: they are over when the store is whole again."""

    def __init__(self, chance: Random) -> None:
        """Choose how long."""
        self.reach: Reach = everything
        self.lasts_s = chance.uniform(0.2, 3.0)
        self._chance = chance

    @staticmethod
    def fits(site: Site) -> bool:
        """Fit a store with replicas."""
        return isinstance(site.topology, Replicated)

    async def heal(self, site: Site) -> None:
        """Make it whole."""
        await replicated(site).settle()

    async def primary(self, site: Site) -> Server:
        """Choose a primary, one with locations where there is one, and reach what is there."""
        store = replicated(site)
        primaries = await store.primaries()
        places = {server: await store.locations_of(server, site.history.records) for server in primaries}
        chosen = self._chance.choice([server for server in primaries if places[server]] or primaries)
        self.reach = lambda record: record.location_id in places[chosen]
        return chosen


class KillPrimary(OnReplicas):
    """kill -9 of a primary; it comes back when another one has its place, or before."""

    name: ClassVar[str] = "kill -9 of the primary"

    async def inject(self, site: Site) -> None:
        """Kill it."""
        (await self.primary(site)).kill()


class KillReplica(OnReplicas):
    """kill -9 of a replica: nothing can be acknowledged until it is back."""

    name: ClassVar[str] = "kill -9 of the replica"

    async def inject(self, site: Site) -> None:
        """Kill it."""
        (await replicated(site).replica_of(await self.primary(site))).kill()


class PausePrimary(OnReplicas):
    """SIGSTOP of a primary, too short for a failover, or nearly."""

    name: ClassVar[str] = "SIGSTOP of the primary"

    def __init__(self, chance: Random) -> None:
        """Choose how long."""
        super().__init__(chance)
        self.lasts_s = chance.uniform(0.1, 0.6)

    async def inject(self, site: Site) -> None:
        """Stop it."""
        (await self.primary(site)).pause()


class PauseReplica(OnReplicas):
    """SIGSTOP of a replica, shorter and longer than a write waits for it."""

    name: ClassVar[str] = "SIGSTOP of the replica"

    async def inject(self, site: Site) -> None:
        """Stop it."""
        (await replicated(site).replica_of(await self.primary(site))).pause()


class FailoverOfPaused(OnReplicas):
    """A primary stands still until another one has its place; then it wakes, and takes itself for the primary yet."""

    name: ClassVar[str] = "failover with a paused primary"

    def __init__(self, chance: Random) -> None:
        """Let it wake soon after it was replaced."""
        super().__init__(chance)
        self.lasts_s = chance.uniform(0.0, 1.0)

    async def inject(self, site: Site) -> None:
        """Stop it, and wait until it is replaced."""
        primary = await self.primary(site)
        replica = await replicated(site).replica_of(primary)
        primary.pause()
        await replicated(site).failed_over(primary, replica)


class OrderlyFailover(OnReplicas):
    """A primary and its replica change places in order, as before an update."""

    name: ClassVar[str] = "failover in order"

    async def inject(self, site: Site) -> None:
        """Ask for it."""
        await replicated(site).fail_over(await self.primary(site))


class KillSentinel(OnReplicas):
    """kill -9 of one of the three that watch."""

    name: ClassVar[str] = "kill -9 of a Sentinel"

    @staticmethod
    def fits(site: Site) -> bool:
        """Fit Sentinels."""
        return isinstance(site.topology, Sentinel)

    async def inject(self, site: Site) -> None:
        """Kill it."""
        assert isinstance(site.topology, Sentinel)
        self._chance.choice(site.topology.trio.sentinels).kill()


class MoveSlot(OnReplicas):
    """The slot of a location moves to another primary, key by key, while it is worked at."""

    name: ClassVar[str] = "slot migration"

    def __init__(self, chance: Random) -> None:
        """Be over when it has moved."""
        super().__init__(chance)
        self.lasts_s = 0.0

    @staticmethod
    def fits(site: Site) -> bool:
        """Fit a cluster."""
        return isinstance(site.topology, Cluster)

    async def inject(self, site: Site) -> None:
        """Move it, with pauses in between."""
        assert isinstance(site.topology, Cluster)
        six = site.topology.six
        source = await self.primary(site)
        location_id = self._chance.choice(sorted(await site.topology.locations_of(source, site.history.records)))
        self.reach = lambda record: record.location_id == location_id
        target = self._chance.choice([one for one in await site.topology.primaries() if one is not source])
        move = await asyncio.to_thread(six.migration, location_id, target)
        await asyncio.to_thread(move.begin)
        while left := await asyncio.to_thread(move.keys):
            await asyncio.sleep(self._chance.uniform(0.0, 0.1))
            await asyncio.to_thread(move.move, *left[: self._chance.randrange(1, 6)])
        await asyncio.to_thread(move.finish)


class ForgetScriptsEverywhere(OnReplicas):
    """SCRIPT FLUSH at every server."""

    name: ClassVar[str] = "SCRIPT FLUSH"

    def __init__(self, chance: Random) -> None:
        """Strike once."""
        super().__init__(chance)
        self.lasts_s = 0.0

    async def inject(self, site: Site) -> None:
        """Flush them."""

        def flush() -> None:
            for server in replicated(site).stores.servers:
                with server.client() as client:
                    client.script_flush()

        await asyncio.to_thread(flush)
