"""What leaves by itself: findings about handoffs that hold again, and variances that were closed long ago."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from gate_service.app.reconcile.ports import Change, Collection, Conflict, Kept, Records
from gate_service.app.reconcile.variances.drafting import CLOSED, STRUCTURAL, Draft, places
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.domain.reconcile.records import Finding, Variance
from gate_service.domain.reconcile.recurring import QUIET_MS, Recurrence, cleared, quiet_since, recurrence_id

CLOSED_KEPT_MS: Final = 400 * DAY_MS
"""How long a variance is kept after it was closed."""
_EVERY_MS: Final = 3_600_000
_AT_ONCE: Final = 400


class HandoffsHold:
    """A `Ticker`: clears findings about handoffs of which nothing stands, and under which nothing came for a while."""

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
            until = now_ms - QUIET_MS
            page = await self._records.page(Collection.FINDINGS, STRUCTURAL, _AT_ONCE, token, until=until)
            for kept in page.records:
                await self._look(kept, now_ms)
            token = page.next_token
            if not token:
                break
        self._looked_at_ms = now_ms

    async def _look(self, kept: Kept, now_ms: int) -> None:
        finding = load(Finding, kept.text)
        if quiet_since(finding) > now_ms - QUIET_MS:
            return
        under = await self._records.get(Collection.VARIANCES, finding.variance_ids)
        if any(each and load(Variance, each.text).standing for each in under):
            return
        draft = Draft()
        draft.finding(cleared(finding, now_ms), kept.version, "finding.cleared")
        await _unless_changed(self._records, draft.changes, draft)


class ClosedLeave:
    """A `Ticker`: removes variances that were closed long ago, with what is remembered of their having struck."""

    def __init__(self, records: Records) -> None:
        """Keep the records; nothing is read."""
        self._records = records

    async def tick(self, now_ms: int) -> None:
        """Remove what is due. Raises `Unavailable`."""
        while True:
            until = now_ms - CLOSED_KEPT_MS
            page = await self._records.page(Collection.VARIANCES, CLOSED, _AT_ONCE, until=until)
            if not page.records:
                return
            changes = [_removal(kept) for kept in page.records]
            changes += await self._forgetting([load(Variance, kept.text) for kept in page.records])
            if not await _unless_changed(self._records, changes, Draft()):
                return  # somebody opens one of them again: the next look sees it

    async def _forgetting(self, variances: Sequence[Variance]) -> list[Change]:
        leaving = {each.variance_id for each in variances}
        names = sorted({recurrence_id(each.location_id, each.system, each.sku) for each in variances})
        changes = []
        for kept in await self._records.get(Collection.RECURRENCES, names):
            if kept:
                known = load(Recurrence, kept.text)
                left = tuple(each for each in known.seen if each.variance_id not in leaving)
                text = dump(replace(known, seen=left)) if left else ""
                changes.append(Change(Collection.RECURRENCES, kept.record_id, kept.version, text))
        return changes


def _removal(kept: Kept) -> Change:
    nowhere = dict.fromkeys(places(load(Variance, kept.text)), None)
    return Change(Collection.VARIANCES, kept.record_id, kept.version, "", nowhere)


async def _unless_changed(records: Records, changes: Sequence[Change], draft: Draft) -> bool:
    try:
        await records.commit(changes, draft.events)
    except Conflict:
        return False
    return True
