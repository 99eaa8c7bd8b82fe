"""Findings of the watchdogs as records: raised, cleared, and found again in their indexes."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gate_service.app.reconcile.housekeeping import CLOSED_KEPT_MS
from gate_service.app.reconcile.ports import Change, Collection, Conflict, Event, Kept, Records
from gate_service.app.reconcile.variances.drafting import ALL, CLOSED, OPEN
from gate_service.app.reconcile.walking import every
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.lifecycle import with_step
from gate_service.domain.reconcile.records import Finding, FindingKind, FindingState, Step

_PAGE: Final = 500
RAISED: Final = "finding.raised"
CLEARED: Final = "finding.cleared"
ACKNOWLEDGED: Final = "finding.acknowledged"


def places(finding: Finding) -> dict[str, int | None]:
    """Give the place of a finding in each index."""
    over = finding.state is FindingState.CLEARED
    return {
        ALL: finding.raised_at_ms,
        OPEN: None if over else finding.raised_at_ms,
        CLOSED: finding.cleared_at_ms if over else None,
    }


def change_of(finding: Finding, version: int, places: Mapping[str, int | None]) -> Change:
    """Give the change that keeps a finding."""
    return Change(Collection.FINDINGS, finding.finding_id, version, dump(finding), places)


def event_of(finding: Finding, type_: str) -> Event:
    """Give the event that tells of a finding as it stands."""
    return Event(type_, finding.finding_id, finding.location_id, dump(replace(finding, history=())))


def cleared(finding: Finding, at_ms: int) -> Finding:
    """End a finding: what was missing has come."""
    history = with_step(finding.history, Step(at_ms, "cleared", note="it has come, or is not to be expected any more"))
    return replace(finding, state=FindingState.CLEARED, cleared_at_ms=at_ms, history=history)


class Alarms:
    """Raises and clears findings; each step is looked up anew, so that a note that somebody makes is kept."""

    def __init__(self, records: Records) -> None:
        """Keep the records."""
        self._records = records

    async def raising(self, finding: Finding) -> tuple[list[Change], list[Event]]:
        """Give what raises a finding, again where it was over; nothing where it stands. Raises `Unavailable`."""
        kept = await self._kept(finding.finding_id)
        before = load(Finding, kept.text) if kept else None
        if before is not None and before.state is not FindingState.CLEARED:
            return [], []
        raised = replace(finding, history=before.history) if before else finding
        return [change_of(raised, kept.version if kept else 0, places(raised))], [event_of(raised, RAISED)]

    async def clearing(self, finding_id: str, at_ms: int) -> tuple[list[Change], list[Event]]:
        """Give what clears a finding; nothing where none stands. Raises `Unavailable`."""
        kept = await self._kept(finding_id) if finding_id else None
        finding = load(Finding, kept.text) if kept else None
        if kept is None or finding is None or finding.state is FindingState.CLEARED:
            return [], []
        over = cleared(finding, at_ms)
        return [change_of(over, kept.version, places(over))], [event_of(over, CLEARED)]

    async def settle(
        self, kinds: Many[FindingKind], wanted: Mapping[str, Finding], now_ms: int, at: Many[str] | None = None
    ) -> None:
        """Let exactly the wanted findings of these kinds stand: raise what is new, clear what is not wanted.

        With `at` only of these locations: of others nothing is known, and nothing is cleared. Raises `Unavailable`.
        What somebody changes meanwhile has its turn the next time.
        """
        standing = {each.finding_id: each for each in await self.standing() if each.kind in kinds}
        for finding_id in [name for name, each in standing.items() if at is None or each.location_id in at]:
            if finding_id in wanted:
                continue
            await self._commit(await self.clearing(finding_id, now_ms))
        for finding_id in wanted.keys() - standing.keys():
            await self._commit(await self.raising(wanted[finding_id]))

    async def standing(self) -> list[Finding]:
        """Read all findings that are not over. Raises `Unavailable`."""
        return [load(Finding, kept.text) async for kept in every(self._records, Collection.FINDINGS, OPEN)]

    async def _commit(self, what: tuple[list[Change], list[Event]]) -> None:
        changes, events = what
        try:
            if changes:
                await self._records.commit(changes, events)
        except Conflict:
            return

    async def _kept(self, finding_id: str) -> Kept | None:
        (kept,) = await self._records.get(Collection.FINDINGS, [finding_id])
        return kept


class ClosedFindingsLeave:
    """A `Ticker`: removes findings that were cleared long ago."""

    def __init__(self, records: Records) -> None:
        """Keep the records; nothing is read."""
        self._records = records

    async def tick(self, now_ms: int) -> None:
        """Remove what is due. Raises `Unavailable`."""
        while True:
            until = now_ms - CLOSED_KEPT_MS
            page = await self._records.page(Collection.FINDINGS, CLOSED, _PAGE, until=until)
            nowhere = dict.fromkeys((ALL, OPEN, CLOSED))
            gone = [Change(Collection.FINDINGS, each.record_id, each.version, "", nowhere) for each in page.records]
            if not gone or not await _unless_changed(self._records, gone):
                return


async def _unless_changed(records: Records, changes: list[Change]) -> bool:
    try:
        await records.commit(changes)
    except Conflict:
        return False
    return True
