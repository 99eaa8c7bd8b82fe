"""Holds a location that is there already against the history that was to be restored."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing

from gate_service.archive import ArchiveError, NotReachable
from gate_service.archive.verifying import Verification
from gate_service.bootstrap.histories import Sources
from gate_service.bootstrap.restoring import NOTHING_SO_OLD, Became, Cut, Planned, Restored
from gate_service.bootstrap.tools import Tools
from gate_service.domain.journal import ENTRIES_BEGIN, Extent, JournalEntry


async def compare(tools: Tools, sources: Sources, planned: Planned, cut: Cut) -> Restored:
    """Compare every entry with the history, to the byte, and all that stands there with its entries; writes nothing.

    Raises `NotReachable`, `HoleError` and `Unavailable`.
    """
    history = planned.history
    extent = await tools.journal.extent(history.location_id)
    became, problem, at_ms = await _Comparison(tools, sources, planned, cut, extent).run()
    if became is Became.THERE:
        problem = await _unsound(tools, history.location_id, extent)
        became = Became.DIFFERS if problem else became
    less = cut != Cut() and extent.position.revision < history.head.revision
    return Restored(
        history.location_id, 0, 0.0, extent.position, at_ms, extent.fence, problem, became, asked_for_less=less
    )


class _Comparison:
    """One pass over the entries that are there and those that are wanted."""

    def __init__(self, tools: Tools, sources: Sources, planned: Planned, cut: Cut, extent: Extent) -> None:
        self._tools = tools
        self._sources = sources
        self._history = planned.history
        self._ends = min(planned.found.revision, extent.position.revision)
        self._cut = cut
        self._begins = max(ENTRIES_BEGIN, extent.trimmed + 1)
        self._at_ms = 0

    async def run(self) -> tuple[Became, str, int]:
        """Say what it is, why it is not what was asked, and of when the last entry is that is the same."""
        try:
            async with aclosing(self._sources.runs(self._history, self._begins)) as runs:
                async for run in runs:
                    wanted, here = self._cut.part_of(run), [each for each in run if each.revision <= self._ends]
                    problem = await self._difference(here)
                    if problem:
                        return Became.DIFFERS, problem, self._at_ms
                    if len(wanted) < len(here):
                        last = run[len(wanted)].revision - 1  # of those that are not trimmed
                        last = last if self._cut.to_revision is None else self._cut.to_revision
                        return Became.BEYOND, f"asked for up to revision {last}, and it is at {self._ends}", self._at_ms
                    if len(wanted) > len(here):
                        return Became.SHORT, f"it ends at revision {self._ends}, and more was asked for", self._at_ms
                    if len(wanted) < len(run):
                        break
        except NotReachable:
            raise
        except ArchiveError as error:  # the archive itself is not sound
            return Became.DIFFERS, str(error), self._at_ms
        return Became.THERE, "", self._at_ms

    async def _difference(self, here: Sequence[JournalEntry]) -> str:
        """Say which entry of the store is the first that is not the same; empty where all are."""
        place = 0
        while place < len(here):
            page = await self._tools.journal.page(self._history.location_id, here[place].revision, here[-1].revision)
            found: Sequence[JournalEntry | None] = page or [None]
            for ours in found:
                told, place = here[place], place + 1
                if ours is None or ours.revision != told.revision:
                    return f"at revision {told.revision}: the entry is missing"
                if ours != told:
                    names = (name for name in JournalEntry._fields if getattr(ours, name) != getattr(told, name))
                    return f"at revision {told.revision}: another {next(names)} than in the history"
                self._at_ms = ours.at_ms
        return ""


async def _unsound(tools: Tools, location_id: str, extent: Extent) -> str:
    """Say what of all that stands there does not follow from its entries; empty where all does."""
    archive = tools.archive if extent.trimmed else None
    try:
        report = await Verification(location_id, archive, tools.journal, tools.standing).run()
    except NotReachable:
        raise
    except ArchiveError as error:
        return str(error)
    first = report.first
    return (
        f"at revision {first.revision}: {first.check}: expected {first.expected}, found {first.found}" if first else ""
    )


async def begins_too_late(sources: Sources, planned: Planned, cut: Cut) -> bool:
    """Say whether not one entry of a history is as old as what was asked for."""
    if cut.to_ms is None:
        return False
    async with aclosing(sources.runs(planned.history, ENTRIES_BEGIN)) as runs:
        async for run in runs:
            return not cut.part_of(run)
    return False


async def too_late(tools: Tools, planned: Planned) -> Restored:
    """Say of a location that it was left as it is, since nothing of it is as old as what was asked for."""
    location_id = planned.history.location_id
    at, _, fence = await tools.journal.extent(location_id)
    return Restored(location_id, 0, 0.0, at, 0, fence, NOTHING_SO_OLD, Became.TOO_LATE, asked_for_less=False)
