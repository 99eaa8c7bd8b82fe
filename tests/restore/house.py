"""Two stores, an archive, and what is done to them."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gate_service.app.ports import Call
from gate_service.archive import Segment
from gate_service.domain import operations as ops
from gate_service.domain.journal import JournalEntry
from gate_service.domain.lineage import Position
from gate_service.domain.policy import Policy
from gate_service.ledger import keys
from gate_service.ledger.journal import Journal
from gate_service.store.connect import connect
from tests.cli.driving import Commands, Ended
from tests.contract.clock import Clock
from tests.contract.moving import everything, read_journal, restore
from tests.contract.stores import empty, open_ledger
from tests.contract.world import World

EAST, WEST = "EAST", "WEST"
ENTRIES: Final = 6
"""Of the east."""
MINUTE_MS: Final = 60_000
BEGIN_MS: Final = Clock().now_ms
_ENV: Final = {"GATE_SWEEP_INTERVAL_MS": "10"}
"""No gate lives beside these stores: there is nobody to wait for."""


async def a_day(url: str) -> None:
    """Let something happen at two locations and in the house: in the east one entry each minute."""
    clock = Clock()
    ledger = open_ledger(url, clock)
    east, west, house = (World(ledger, clock, location_id) for location_id in (EAST, WEST, ops.HOUSE))
    await east.receive(("A", 20), ("B", 5))
    await west.receive(("A", 7))
    await house.apply(ops.ChangeHandoffs("map-1", ops.HOUSE, 1, "1" * 64, ("first",), "{}"))
    for number in range(1, ENTRIES):
        clock.advance(MINUTE_MS)
        await east.reserve(f"O-{number}", ("1", "A", number))
    await ledger.close()


@dataclass(frozen=True)
class House:
    """What is there, by URL."""

    url: str
    spare: str
    archive: Path
    day: Path
    """An archive of the day, made once for all tests."""

    def run(self, *words: str) -> Ended:
        """Run a command."""
        return Commands("", EAST)(*words, env=_ENV)

    def archive_day(self) -> None:
        """Have the day archived."""
        shutil.copytree(self.day, self.archive)

    def archive_all(self) -> None:
        """Archive all of the first store."""
        assert self.run("archive", "--to", str(self.archive), "--once", "--redis-url", self.url).exit_code == 0

    def restore(self, *words: str, url: str = "") -> Ended:
        """Restore into the spare store, or another one."""
        return self.run("restore", "--redis-url", url or self.spare, "--yes", "-o", "json", *words)

    def recover(self, *words: str) -> Ended:
        """Look at a location of the first store, or do something about it."""
        return self.run("recover", "--redis-url", self.url, "-o", "json", *words)

    def everything(self, url: str, location_id: str = EAST) -> dict[str, Any]:
        """Read every key of a location."""
        return asyncio.run(everything(url, location_id))

    def journal(self, url: str, location_id: str = EAST) -> list[JournalEntry]:
        """Read the ledger of a location."""
        return asyncio.run(read_journal(url, location_id))

    def reserve(self, order_id: str) -> None:
        """Let one more entry be written in the east of the first store."""
        asyncio.run(_reserve(self.url, order_id))

    def trim(self, through: int) -> None:
        """Take the oldest entries of the east out of the first store, as if they were archived."""
        self.write("XTRIM", keys.ledger(EAST), "MINID", f"{through + 1}-0")
        self.write("HSET", keys.meta(EAST), "trimmed", str(through))

    def go_back(self, entries: int) -> None:
        """Set the first store back to its first entries of the east."""
        journal = self.journal(self.url)
        asyncio.run(empty(self.url))
        asyncio.run(restore(self.url, EAST, journal[:entries]))

    def remember(self, position: Position) -> None:
        """Have a gate ask the first store for the east that remembers so much of it."""
        asyncio.run(_remember(self.url, position))

    def put(self, found: Segment, content: bytes) -> None:
        """Put a segment into the archive."""
        folder = self.archive / EAST
        folder.mkdir(parents=True)
        (folder / found.name).write_bytes(content)

    def write(self, *command: str) -> None:
        """Write something into the first store, past every gate."""
        asyncio.run(_call(self.url, *command))


async def _call(url: str, *command: str) -> None:
    store = connect(url)
    await store.call(*command)
    await store.close()


async def _reserve(url: str, order_id: str) -> None:
    clock = Clock(BEGIN_MS + 60 * MINUTE_MS)
    ledger = open_ledger(url, clock)
    line = (ops.OrderLine("1", "B", 1),)
    await ledger.apply(ops.ReserveStock(order_id, EAST, order_id, "", 0, line), Policy(), Call("test"))
    await ledger.close()


async def _remember(url: str, position: Position) -> None:
    store = connect(url)
    await Journal(store, replicated=False).extent(EAST, position)
    await store.close()
