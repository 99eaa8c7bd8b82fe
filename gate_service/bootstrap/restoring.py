"""Rebuilds locations in an empty store: what is there to restore, whether it can be, and the restore itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from enum import StrEnum
from typing import Final, NamedTuple

from gate_service.archive import Divergence
from gate_service.bootstrap.histories import History, Sources
from gate_service.domain.journal import ENTRIES_BEGIN, Extent, JournalEntry
from gate_service.domain.lineage import Fence, Position
from gate_service.ledger.journal import Journal
from gate_service.ledger.replay import Replay

NOTHING_SO_OLD: Final = "not one of its entries is as old as the time that was asked for"

OnTold = Callable[[int], object]
"""Hears how many entries were told more."""


class Cut(NamedTuple):
    """Up to where a history is wanted; both None: all of it."""

    to_revision: int | None = None
    to_ms: int | None = None
    """No entry later than this, ms since the epoch."""

    def part_of(self, run: Sequence[JournalEntry]) -> Sequence[JournalEntry]:
        """Give the entries of a run that are still wanted."""
        for place, entry in enumerate(run):
            beyond = self.to_revision is not None and entry.revision > self.to_revision
            if beyond or (self.to_ms is not None and entry.at_ms > self.to_ms):
                return run[:place]
        return run


class Standing(StrEnum):
    """How a location stands where it is to be restored."""

    EMPTY = "empty"
    INTERRUPTED = "interrupted"
    """A restore has begun and did not end."""
    THERE = "there already"
    IN_THE_WAY = "in the way"
    """Something else stands there."""


class Planned(NamedTuple):
    """One location that is to be restored."""

    history: History
    standing: Standing
    found: Position
    """Where it stands now."""


class Became(StrEnum):
    """What became of a location that was asked for."""

    RESTORED = "restored"
    STOPPED = "went no further"
    THERE = "is there already, the same"
    """As far as was asked."""
    DIFFERS = "is there already, and differs"
    BEYOND = "goes beyond what was asked"
    SHORT = "ends before what was asked"
    TOO_LATE = "began after what was asked"
    """Nothing of it is as old as that."""


class Restored(NamedTuple):
    """What came of one location."""

    location_id: str
    entries: int
    """Told now; those that stood there already are not counted."""
    duration_s: float
    position: Position
    at_ms: int
    """Of the last entry that was told; 0 for none."""
    fence: Fence | None
    """Why it is still closed, where it is."""
    problem: str
    """Why it is not what was asked for; empty where it is."""
    became: Became
    asked_for_less: bool
    """Whether it ends before its history does, because no more was wanted: then it is closed on purpose."""

    @property
    def as_asked(self) -> bool:
        """Say whether it is what was asked for, and open unless that was a part of it only."""
        return not self.problem and (self.fence is None or self.asked_for_less)


async def plan(sources: Sources, target: Journal, asked: Sequence[str], cut: Cut) -> list[Planned]:
    """Say of each location, all there are where none is asked for, what there is of it and how it stands now.

    Raises `HoleError`, `ArchiveError` and `Unavailable`.
    """
    planned = []
    for location_id in asked or await sources.locations():
        history = await sources.history(location_id)
        extent = await target.extent(location_id)
        planned.append(Planned(history, _standing(history, extent, cut), extent.position))
    return planned


def _standing(history: History, extent: Extent, cut: Cut) -> Standing:
    if extent.fence and extent.fence.restoring:
        return Standing.INTERRUPTED
    if extent.position.revision == 0:
        return Standing.EMPTY
    was_cut = extent.fence is not None and cut != Cut() and extent.position.revision < history.head.revision
    if extent.position == history.head or was_cut:  # whether it is what was asked for is looked at entry by entry
        return Standing.THERE
    return Standing.IN_THE_WAY


class Telling(NamedTuple):
    """What came of telling one location its history; it is still closed."""

    location_id: str
    fence: Fence
    entries: int
    duration_s: float
    at_ms: int
    problem: str
    asked_for_less: bool


async def close(replay: Replay, histories: Sequence[History]) -> None:
    """Close all of these before any is told: a gate that forgot them must not begin them anew meanwhile.

    Raises `ReplayRefused` and `Unavailable`.
    """
    for history in histories:
        await replay.begin(history.location_id, history.remembered)


async def tell(replay: Replay, sources: Sources, history: History, cut: Cut, on_told: OnTold) -> Telling:
    """Tell one location its history again, and leave it closed. An interrupted restore goes on where it stopped.

    Raises `ReplayRefused`, `HoleError`, `ArchiveError` where the archive cannot be read, and `Unavailable`; the same
    again goes on.
    """
    location_id, begun_s, told, at_ms, problem = history.location_id, time.monotonic(), 0, 0, ""
    less = False
    fence, position = await replay.begin(location_id, history.remembered)
    on_told(position.revision)
    try:
        async with aclosing(sources.runs(history, max(ENTRIES_BEGIN, position.revision))) as runs:
            async for run in runs:
                wanted = cut.part_of(run)
                answer = await replay.tell(location_id, fence, wanted)
                told += answer.told
                on_told(answer.told)
                at_ms = wanted[answer.head.position.revision - wanted[0].revision].at_ms if answer.told else at_ms
                problem = str(answer.difference or "")
                less = len(wanted) < len(run)
                if problem or less:
                    break
    except Divergence as error:  # in the archive itself
        problem = str(error)
    return Telling(location_id, fence, told, time.monotonic() - begun_s, at_ms, problem, less)


async def finish(replay: Replay, telling: Telling) -> Restored:
    """Open a location where all is there that anybody is known to have had; else it stays closed for a person to look.

    Raises `ReplayRefused` and `Unavailable`.
    """
    location_id, fence, entries, duration_s, at_ms, problem, less = telling
    head = await replay.end(location_id, fence)
    became = Became.STOPPED if problem else Became.RESTORED
    if less and not head.position.revision:
        became, problem = Became.TOO_LATE, NOTHING_SO_OLD
    return Restored(
        location_id, entries, duration_s, head.position, at_ms, head.fence, problem, became, asked_for_less=less
    )


def patience_s(sweep_interval_ms: int) -> float:
    """Say how long to wait before anything is opened, so that every gate that lives has said what it remembers.

    A gate looks at each location that often.
    """
    return (2 * sweep_interval_ms + 200) / 1000


def total(histories: Sequence[History], cut: Cut) -> int:
    """Count the entries that are to be told, at most."""
    return sum(min(each.head.revision, cut.to_revision or each.head.revision) for each in histories)
