"""What a network between one gate and its store does: it loses answers, delays, repeats, hangs up."""

from __future__ import annotations

from random import Random
from typing import ClassVar

from tests.robustness.chaos.faults.base import Reach, everything, through
from tests.robustness.chaos.faults.single_store import single
from tests.robustness.chaos.proxy import Proxy
from tests.robustness.chaos.site import Site
from tests.robustness.chaos.topology.single import Single


class OnTheWire:
    """A trouble of one gate's proxy, for a while."""

    def __init__(self, chance: Random) -> None:
        """Choose how long."""
        self.reach: Reach = everything
        self.lasts_s = chance.uniform(0.05, 1.5)
        self._chance = chance
        self._number = 0

    @staticmethod
    def fits(site: Site) -> bool:
        """Fit what has proxies."""
        return isinstance(site.topology, Single)

    async def aim(self, site: Site) -> None:
        """Choose a gate."""
        self._number = self._chance.randrange(len(site.gates))
        self.reach = through(self._number)

    async def inject(self, site: Site) -> None:
        """Set the trouble."""
        self.trouble(single(site).proxies[self._number])

    async def heal(self, site: Site) -> None:
        """Take every trouble away."""
        proxy = single(site).proxies[self._number]
        stuck = proxy.swallow_requests or proxy.swallow_replies
        proxy.drop_replies = proxy.swallow_requests = proxy.swallow_replies = proxy.repeat = False
        proxy.latency_s = 0.0
        if stuck:  # bytes are missing in the middle of these connections
            proxy.hang_up()

    def trouble(self, proxy: Proxy) -> None:
        """Set it."""
        raise TypeError(f"{type(self).__name__} says no trouble for {proxy.port}")


class ReplyDropped(OnTheWire):
    """The store did it, and nobody hears of it."""

    name: ClassVar[str] = "reply dropped after commit"

    def trouble(self, proxy: Proxy) -> None:
        """Throw answers away and hang up."""
        proxy.drop_replies = True


class Latency(OnTheWire):
    """Each answer takes its time."""

    name: ClassVar[str] = "latency"

    def trouble(self, proxy: Proxy) -> None:
        """Hold answers back."""
        proxy.latency_s = self._chance.uniform(0.01, 0.4)


class Blackhole(OnTheWire):
    """One direction is gone, and nobody hangs up."""

    name: ClassVar[str] = "one-way blackhole"

    def trouble(self, proxy: Proxy) -> None:
        """Swallow questions, or answers."""
        if self._chance.random() < 0.5:
            proxy.swallow_requests = True
        else:
            proxy.swallow_replies = True


class Hangup(OnTheWire):
    """Every connection is reset."""

    name: ClassVar[str] = "connection reset"

    def __init__(self, chance: Random) -> None:
        """Strike once."""
        super().__init__(chance)
        self.lasts_s = 0.0

    def trouble(self, proxy: Proxy) -> None:
        """Reset them."""
        proxy.hang_up()


class Repeated(OnTheWire):
    """Every command reaches the store twice."""

    name: ClassVar[str] = "duplicated request"

    def trouble(self, proxy: Proxy) -> None:
        """Send each twice."""
        proxy.repeat = True
