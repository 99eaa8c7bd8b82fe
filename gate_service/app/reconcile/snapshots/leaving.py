"""Snapshots leave by themselves, long after they were told; what came of them stands with their variances."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from gate_service.app.reconcile.ports import Change, Collection, Conflict, Kept, Records
from gate_service.app.reconcile.snapshots.taking import WAITING
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.domain.reconcile.records import Snapshot

SNAPSHOTS_KEPT_MS: Final = 100 * DAY_MS
"""How long a snapshot is kept after it was begun."""
ALL: Final = "all"
_EVERY_MS: Final = 3_600_000
_AT_ONCE: Final = 100


class SnapshotsLeave:
    """A `Ticker`: removes snapshots that were begun long ago, whatever became of them."""

    def __init__(self, records: Records) -> None:
        """Keep the records; nothing is read."""
        self._records = records
        self._looked_at_ms = 0

    async def tick(self, now_ms: int) -> None:
        """Look once an hour. Raises `Unavailable`."""
        if now_ms < self._looked_at_ms + _EVERY_MS:
            return
        token = ""
        while True:
            until = now_ms - SNAPSHOTS_KEPT_MS
            page = await self._records.page(Collection.SNAPSHOTS, ALL, _AT_ONCE, token, until=until)
            if page.records:
                with suppress(Conflict):  # one of them is in use after all: the next look sees it
                    await self._records.commit([_removal(kept) for kept in page.records])
            token = page.next_token
            if not token:
                break
        self._looked_at_ms = now_ms


def _removal(kept: Kept) -> Change:
    snapshot = load(Snapshot, kept.text)
    places = (ALL, WAITING, f"of {snapshot.system}", f"at {snapshot.location_id}")
    return Change(Collection.SNAPSHOTS, kept.record_id, kept.version, "", dict.fromkeys(places, None))
