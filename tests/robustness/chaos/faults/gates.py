"""A gate dies, stands still, or is replaced."""

from __future__ import annotations

import signal
from random import Random
from typing import ClassVar

from tests.robustness.chaos.faults.base import Reach, everything, through
from tests.robustness.chaos.site import Site


class _OneGate:
    """Something happens to one of the gates, and is undone after a while."""

    def __init__(self, chance: Random, shortest_s: float, longest_s: float) -> None:
        """Choose how long."""
        self.reach: Reach = everything
        self.lasts_s = chance.uniform(shortest_s, longest_s)
        self._chance = chance
        self._number = 0

    @staticmethod
    def fits(site: Site) -> bool:
        """Fit any site."""
        return bool(site.gates)

    async def aim(self, site: Site) -> None:
        """Choose a gate."""
        self._number = self._chance.randrange(len(site.gates))
        self.reach = through(self._number)


class KillGate(_OneGate):
    """kill -9 of a gate; it is started again at once."""

    name: ClassVar[str] = "kill -9 of a gate"

    def __init__(self, chance: Random) -> None:
        """Choose how long nobody notices."""
        super().__init__(chance, 0.05, 0.5)

    async def inject(self, site: Site) -> None:
        """Kill it."""
        await site.gates[self._number].kill()

    async def heal(self, site: Site) -> None:
        """Start it again."""
        gate = site.gates[self._number]
        if not gate.runs:
            await gate.start()


class PauseGate(_OneGate):
    """SIGSTOP of a gate: it keeps its connections and answers nothing."""

    name: ClassVar[str] = "SIGSTOP of a gate"

    def __init__(self, chance: Random) -> None:
        """Choose how long."""
        super().__init__(chance, 0.1, 4.0)

    async def inject(self, site: Site) -> None:
        """Stop it."""
        site.gates[self._number].send(signal.SIGSTOP)

    async def heal(self, site: Site) -> None:
        """Let it go on."""
        site.gates[self._number].send(signal.SIGCONT)


class RollingRestart:
    """SIGTERM of one gate after the other, each replaced once it has ended by itself with 0."""

    name: ClassVar[str] = "rolling restart"

    def __init__(self, chance: Random) -> None:
        """Choose in which order."""
        self.reach: Reach = everything
        self.lasts_s = 0.0
        self._backwards = chance.random() < 0.5

    @staticmethod
    def fits(site: Site) -> bool:
        """Fit any site."""
        return bool(site.gates)

    async def aim(self, site: Site) -> None:
        """Aim at all of them."""

    async def inject(self, site: Site) -> None:
        """Replace them all. Raises `GateLost` where one does not end as it should."""
        for gate in site.gates[::-1] if self._backwards else site.gates:
            await gate.stop()
            await gate.start()

    async def heal(self, site: Site) -> None:
        """Be sure that all run."""
        for gate in site.gates:
            if not gate.runs:
                await gate.start()
