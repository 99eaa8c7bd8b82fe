"""The store's disk: it loses power, fills up, or takes its time."""

from __future__ import annotations

from random import Random
from typing import ClassVar

from tests.robustness.chaos.faults.single_store import OnSingleStore, single
from tests.robustness.chaos.site import Site


class PowerCut(OnSingleStore):
    """The machine goes out: whatever was not synced is gone, but perhaps for a torn end."""

    name: ClassVar[str] = "power cut"

    def __init__(self, chance: Random) -> None:
        """Choose how much of the unsynced end is there all the same."""
        super().__init__(chance)
        self._torn_bytes = chance.choice((0, 0, chance.randrange(1, 4_000)))

    async def inject(self, site: Site) -> None:
        """Cut it."""
        single(site).store.power_cut(self._torn_bytes)

    async def heal(self, site: Site) -> None:
        """Switch it on again."""
        await single(site).restart()


class FullDisk(OnSingleStore):
    """The disk takes no more, in the middle of a record as it may be: a store that syncs always then ends itself."""

    name: ClassVar[str] = "full disk"

    def __init__(self, chance: Random) -> None:
        """Choose how much room is left."""
        super().__init__(chance)
        self._room_bytes = chance.choice((0, 0, chance.randrange(20_000)))

    async def inject(self, site: Site) -> None:
        """Fill it."""
        single(site).store.fill_disk(self._room_bytes)

    async def heal(self, site: Site) -> None:
        """Make room, and start the store again where it ended."""
        single(site).store.free_disk()
        await single(site).restart()


class SlowDisk(OnSingleStore):
    """Each sync takes its time, sometimes longer than the gates wait."""

    name: ClassVar[str] = "slow disk"

    def __init__(self, chance: Random) -> None:
        """Choose how long."""
        super().__init__(chance)
        self._sync_ms = chance.choice((20, 100, 400, 2_500))

    async def inject(self, site: Site) -> None:
        """Slow it down."""
        single(site).store.slow_disk(self._sync_ms)

    async def heal(self, site: Site) -> None:
        """Let it be as fast as it is."""
        single(site).store.slow_disk(0)
