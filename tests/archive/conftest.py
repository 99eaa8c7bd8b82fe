"""A real store, a gate on it, and an archive in a folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis

from gate_service.archive import Archive
from gate_service.archive.archivist import Archivist
from gate_service.archive.findings import Report
from gate_service.archive.following import Follower, Progress
from gate_service.archive.tails import Bounds
from gate_service.archive.trimmer import Retention, Trimmed, Trimmer
from gate_service.archive.verifying import Verification
from gate_service.bootstrap.tools import Tools, open_tools
from gate_service.domain.journal import JournalEntry
from gate_service.ledger import keys
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.trimming import Trimming
from gate_service.settings import Settings
from tests.contract.clock import Clock
from tests.contract.moving import read_journal
from tests.contract.stores import over_empty_store
from tests.contract.world import World

HERE = "DC-1"


@pytest.fixture
def clock() -> Clock:
    """Give the clock that the gate of this test goes by."""
    return Clock()


@pytest.fixture
async def real(store_url: str, clock: Clock) -> AsyncIterator[RedisLedger]:
    """Give a gate over an empty store."""
    async with over_empty_store(store_url, clock) as ledger:
        yield ledger


@pytest.fixture
def at(real: RedisLedger, clock: Clock) -> World:
    """Give a location that nothing was received at yet."""
    return World(real, clock, HERE)


@dataclass
class Depot:
    """A store, its archive, and whoever looks after both."""

    url: str
    tools: Tools
    archive: Archive
    clock: Clock
    client: Any
    """To do to the store what no gate does."""

    async def follow(self, entries: int = 1_000, *only: str) -> dict[str, Progress]:
        """Archive all that is there, by somebody who begins anew, in segments of so many entries."""
        archivist = Archivist(self.archive, self.tools.journal, Bounds(entries))
        follower = Follower(archivist, self.tools.journal, only)
        await follower.catch_up()
        return follower.progress

    async def trim(self, location_id: str = HERE, keep_newest: int = 0, keep_ms: int = 0, **more: int) -> Trimmed:
        """Trim what is archived, as if it were old by now."""
        retention = Retention(keep_ms, keep_newest=keep_newest, **more)
        journal, trimming = self.tools.journal, Trimming(self.tools.store)
        return await Trimmer(self.archive, journal, trimming, retention, lambda: self.clock.now_ms + 1).trim(
            location_id
        )

    async def verify(self, location_id: str = HERE, *, with_archive: bool = True) -> Report:
        """Verify a location."""
        archive = self.archive if with_archive else None
        return await Verification(location_id, archive, self.tools.journal, self.tools.standing).run()

    async def journal(self, location_id: str = HERE) -> list[JournalEntry]:
        """Read the ledger of a store that was not trimmed."""
        return await read_journal(self.url, location_id)

    def key(self, name: str, location_id: str = HERE) -> str:
        """Give one of the keys of a location."""
        return keys.location_keys(location_id)[keys.LOCATION_KEYS.index(name)]

    def rewrite(self, revision: int, **changes: str) -> None:
        """Change an entry of the ledger behind everybody's back."""
        ledger = self.key("ledger")
        entries = self.client.xrange(ledger)
        self.client.delete(ledger)
        for stream_id, fields in entries:
            told = {**fields, **changes} if stream_id == f"{revision}-0" else fields
            self.client.xadd(ledger, told, id=stream_id)


@pytest.fixture
async def depot(real: RedisLedger, store_url: str, clock: Clock, tmp_path: Path) -> AsyncIterator[Depot]:
    """Give the store of this test with an archive that is still empty."""
    del real  # it has emptied the store
    client = redis.Redis.from_url(store_url, decode_responses=True)
    async with open_tools(Settings(redis_url=store_url), str(tmp_path / "archive")) as tools:
        assert tools.archive is not None
        yield Depot(store_url, tools, tools.archive, clock, client)
    client.close()


@pytest.fixture
async def day(at: World) -> World:
    """Give a location with a day behind it: every kind of claim stands, some are settled, one operation was refused."""
    await at.receive(("A", 20), ("B", 10), document_id="PO-1")
    await at.announce("PO-2", ("1", "A", 7), ("2", "C", 3))
    await at.reserve("O-1", ("1", "A", 3), ("2", "B", 2))
    await at.hold("O-2", ("1", "A", 2))
    await at.reserve("O-3", ("1", "B", 4))
    permit_id = (await at.authorize(("O-1", "1", "A", 3), ("O-3", "1", "B", 4))).permit_id
    await at.pick(permit_id, ("O-1", "1", "A", 3), ("O-3", "1", "B", 2))
    await at.ship("O-1", permit_id, ("1", "A", 2))
    await at.set_quota("web", ("A", 4))
    await at.place_hold("H-1", "B")
    at.clock.advance(60_000)
    await at.confirm("O-3")
    return at


Spoil = Callable[[Depot], None]
