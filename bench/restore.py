"""How fast a location is told its history again, without the start of a command and the wait before it opens."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from gate_service.archive import Archive
from gate_service.bootstrap.histories import Sources
from gate_service.bootstrap.restoring import Cut, tell
from gate_service.ledger.replay import Replay
from gate_service.store.connect import connect


@dataclass(frozen=True, slots=True)
class Retold:
    """How many entries were told again, and in which time."""

    entries: int
    duration_s: float

    @property
    def entries_per_s(self) -> float:
        """Give the rate."""
        return self.entries / self.duration_s


def from_archive(url: str, archive_url: str, location_id: str) -> Retold:
    """Tell an archived location again in an empty store. Raises as `gate restore` does."""
    return asyncio.run(_measure(url, archive_url, location_id))


async def _measure(url: str, archive_url: str, location_id: str) -> Retold:
    target = connect(url)
    try:
        sources = Sources(Archive.open(archive_url), None)
        history = await sources.history(location_id)
        told = await tell(Replay(target), sources, history, Cut(), lambda _: None)
        if told.problem:
            raise RuntimeError(told.problem)
        return Retold(told.entries, told.duration_s)
    finally:
        await target.close()
