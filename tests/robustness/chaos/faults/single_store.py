"""The one store dies, stands still, forgets its scripts, or has no memory left."""

from __future__ import annotations

import signal
from random import Random
from typing import ClassVar

import redis

from tests.robustness.chaos.faults.base import Reach, everything
from tests.robustness.chaos.site import Site
from tests.robustness.chaos.topology.single import Single


def single(site: Site) -> Single:
    """Give the store of a site that has one. Raises TypeError."""
    if not isinstance(site.topology, Single):
        raise TypeError(f"this fault is for a single store, not for {site.topology.name}")
    return site.topology


class OnSingleStore:
    """What those on a single store share."""

    def __init__(self, chance: Random) -> None:
        """Reach everything."""
        self.reach: Reach = everything
        self.lasts_s = chance.uniform(0.1, 1.0)

    @staticmethod
    def fits(site: Site) -> bool:
        """Fit a single store."""
        return isinstance(site.topology, Single)

    async def aim(self, site: Site) -> None:
        """Aim at the one there is. Raises TypeError where there is none."""
        single(site)


class KillStore(OnSingleStore):
    """kill -9 of the store; it comes back with what it had written."""

    name: ClassVar[str] = "kill -9 of the primary"

    async def inject(self, site: Site) -> None:
        """Kill it."""
        single(site).store.kill()

    async def heal(self, site: Site) -> None:
        """Start it again."""
        await single(site).restart()


class PauseStore(OnSingleStore):
    """SIGSTOP of the store: connections stay, nothing is answered."""

    name: ClassVar[str] = "SIGSTOP of the primary"

    def __init__(self, chance: Random) -> None:
        """Choose how long: shorter and longer than the gates wait for it."""
        super().__init__(chance)
        self.lasts_s = chance.uniform(0.1, 4.0)

    async def inject(self, site: Site) -> None:
        """Stop it."""
        single(site).signal(signal.SIGSTOP)

    async def heal(self, site: Site) -> None:
        """Let it go on."""
        single(site).signal(signal.SIGCONT)


class ForgetScripts(OnSingleStore):
    """SCRIPT FLUSH, several times in a row."""

    name: ClassVar[str] = "SCRIPT FLUSH"

    def __init__(self, chance: Random) -> None:
        """Choose how often."""
        super().__init__(chance)
        self.lasts_s = 0.0
        self._times = chance.randrange(1, 20)

    async def inject(self, site: Site) -> None:
        """Flush them."""
        client = single(site).client()
        try:
            for _ in range(self._times):
                await client.script_flush()
        finally:
            await client.aclose()

    async def heal(self, site: Site) -> None:
        """Do nothing: the gates load them again."""


class MemoryLimit(OnSingleStore):
    """The store takes nothing new, and lets go on what is in the house."""

    name: ClassVar[str] = "memory limit"

    async def inject(self, site: Site) -> None:
        """Set the limit below what is used."""
        await self._limit(site, "1mb")

    async def heal(self, site: Site) -> None:
        """Lift it."""
        await self._limit(site, "0")

    async def _limit(self, site: Site, value: str) -> None:
        client = single(site).client()
        try:
            await client.config_set("maxmemory", value)
        except redis.RedisError:
            if value != "0":
                raise
        finally:
            await client.aclose()
