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
from tests.stores.migration import Migration
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
        self._pair: tuple[Server, Server] | None = None

    @staticmethod
    def fits(site: Site) -> bool:
        """Fit a store with replicas."""
        return isinstance(site.topology, Replicated)

    @property
    def primary(self) -> Server:
        """Give the primary that was chosen."""
        assert self._pair is not None, "aim first"
        return self._pair[0]

    @property
    def replica(self) -> Server:
        """Give its replica."""
        assert self._pair is not None, "aim first"
        return self._pair[1]

    async def aim(self, site: Site) -> None:
        """Choose a primary, one with locations where there is one, and reach what is there."""
        store = replicated(site)
        primaries = await store.primaries()
        places = {server: await store.locations_of(server, site.history.records) for server in primaries}
        chosen = self._chance.choice([server for server in primaries if places[server]] or primaries)
        self._pair = (chosen, await store.replica_of(chosen))
        self.reach = lambda record: record.location_id in places[chosen]

    async def heal(self, site: Site) -> None:
        """Make it whole."""
        await replicated(site).settle()


class KillPrimary(OnReplicas):
    """kill -9 of a primary; it comes back when another one has its place, or before."""

    name: ClassVar[str] = "kill -9 of the primary"

    async def inject(self, site: Site) -> None:
        """Kill it."""
        del site
        self.primary.kill()


class KillReplica(OnReplicas):
    """kill -9 of a replica: nothing can be acknowledged until it is back."""

    name: ClassVar[str] = "kill -9 of the replica"

    async def inject(self, site: Site) -> None:
        """Kill it."""
        del site
        self.replica.kill()


class PausePrimary(OnReplicas):
    """SIGSTOP of a primary, too short for a failover, or nearly."""

    name: ClassVar[str] = "SIGSTOP of the primary"

    def __init__(self, chance: Random) -> None:
        """Choose how long."""
        super().__init__(chance)
        self.lasts_s = chance.uniform(0.1, 0.6)

    async def inject(self, site: Site) -> None:
        """Stop it."""
        del site
        self.primary.pause()


class PauseReplica(OnReplicas):
    """SIGSTOP of a replica, shorter and longer than a write waits for it."""

    name: ClassVar[str] = "SIGSTOP of the replica"

    async def inject(self, site: Site) -> None:
        """Stop it."""
        del site
        self.replica.pause()


class FailoverOfPaused(OnReplicas):
    """A primary stands still until another one has its place; then it wakes, and takes itself for the primary yet."""

    name: ClassVar[str] = "failover with a paused primary"

    def __init__(self, chance: Random) -> None:
        """Let it wake soon after it was replaced."""
        super().__init__(chance)
        self.lasts_s = chance.uniform(0.0, 1.0)

    async def inject(self, site: Site) -> None:
        """Stop it, and wait until it is replaced."""
        self.primary.pause()
        await replicated(site).failed_over(self.primary, self.replica)


class OrderlyFailover(OnReplicas):
    """A primary and its replica change places in order, as before an update."""

    name: ClassVar[str] = "failover in order"

    async def inject(self, site: Site) -> None:
        """Ask for it."""
        await replicated(site).fail_over(self.primary)


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
        self._move: Migration | None = None

    @staticmethod
    def fits(site: Site) -> bool:
        """Fit a cluster."""
        return isinstance(site.topology, Cluster)

    async def aim(self, site: Site) -> None:
        """Choose a location and where its slot goes."""
        await super().aim(site)
        assert isinstance(site.topology, Cluster)
        location_id = self._chance.choice(sorted(await site.topology.locations_of(self.primary, site.history.records)))
        self.reach = lambda record: record.location_id == location_id
        target = self._chance.choice([one for one in await site.topology.primaries() if one is not self.primary])
        self._move = await asyncio.to_thread(site.topology.six.migration, location_id, target)

    async def inject(self, site: Site) -> None:
        """Move it, with pauses in between."""
        del site
        assert self._move is not None, "aim first"
        await asyncio.to_thread(self._move.begin)
        while left := await asyncio.to_thread(self._move.keys):
            await asyncio.sleep(self._chance.uniform(0.0, 0.1))
            await asyncio.to_thread(self._move.move, *left[: self._chance.randrange(1, 6)])
        await asyncio.to_thread(self._move.finish)


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
