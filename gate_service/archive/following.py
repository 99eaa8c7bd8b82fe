"""Follows every location of a store into an archive: in turns, a segment at a time, so that none waits for another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gate_service.archive.archivist import Archivist, Step
from gate_service.archive.errors import ArchiveError, NotReachable
from gate_service.archive.source import Source
from gate_service.domain.errors import Unavailable
from gate_service.domain.lineage import Fence

_POLL_S: Final = 1.0
_LIST_S: Final = 10.0
"""How long it takes until a new location is seen."""
_LOOK_AGAIN_S: Final = 60.0
"""How long a location is left alone that cannot be archived."""

_DIRECTORY: Final = "the list of all locations"
_NAMED: Final = 3
"""So many are told by name that do not go on, and the others counted."""
Away = Unavailable | NotReachable


@dataclass
class Progress:
    """How far one location is."""

    location_id: str
    archived: int = 0
    written: int = 0
    behind: int = 0
    left_behind: int = 0
    fence: Fence | None = None
    fault: ArchiveError | None = None
    away: Away | None = field(default=None, repr=False)
    """Why it could not be looked at the last time: its store, or the archive."""
    looked_at_s: float = field(default=float("-inf"), repr=False)
    written_at_s: float = field(default=float("-inf"), repr=False)

    @property
    def sound(self) -> bool:
        """Say whether nothing keeps it from being archived."""
        return self.fence is None and self.fault is None

    @property
    def goes_on(self) -> bool:
        """Say whether another step may bring more."""
        return self.sound and self.away is None


class Follower:
    """Archives all locations, or some. `on_step` hears of each step that brought something."""

    def __init__(
        self,
        archivist: Archivist,
        source: Source,
        only: Sequence[str] = (),
        at_once: int = 1,
        on_step: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        """Keep them; nothing is read yet. `at_once` locations are worked on, each with a segment in memory."""
        self._archivist = archivist
        self._source = source
        self._only = tuple(only)
        self._places = asyncio.Semaphore(at_once)
        self._on_step = on_step
        self._listed: Sequence[str] = ()
        self._listed_at_s = float("-inf")
        self._not_listed: Unavailable | None = None
        """Why the store could not say which locations it has, the last time it was asked."""
        self.progress: Final[dict[str, Progress]] = {}

    async def catch_up(self) -> None:
        """Archive all that was there when each location was first looked at; what comes meanwhile need not be in it.

        Raises `Unavailable` or `NotReachable` where the store or the archive is away, once all is done that can be.
        What else is wrong with a location stands in its progress, and keeps no other from being archived.
        """
        waiting = listed = [self.of(each) for each in await self._locations()]
        targets: dict[str, int] = {}
        while waiting:
            await self._round(waiting)
            for each in waiting:
                targets.setdefault(each.location_id, each.archived + each.behind)
            waiting = [each for each in waiting if each.goes_on and each.archived < targets[each.location_id]]
        for error in self._away(listed).values():
            raise error

    async def follow(self, segment_s: float, on_trouble: Callable[[str], None]) -> None:
        """Go on for ever: a location is archived once a full segment waits, or something for `segment_s` seconds.

        `on_trouble` hears what does not go on and why, where the store or the archive is away, and that once until it
        is something else.
        """
        told = ""
        while True:
            try:
                trouble = _told(await self._follow_round(segment_s))
            except NotReachable as error:  # it cannot be told what is archived
                trouble = str(error)
            if trouble and trouble != told:
                on_trouble(trouble)
            told = trouble
            await asyncio.sleep(_POLL_S)

    async def _follow_round(self, segment_s: float) -> Mapping[str, Away]:
        """Archive what has waited long enough, and of each location all full segments. Gives what was away, by name.

        Raises `NotReachable`.
        """
        now, full = time.monotonic(), self._archivist.bounds.entries
        waiting = listed = [self.of(each) for each in await self._locations()]
        late = [each for each in waiting if now - each.written_at_s >= segment_s]
        await self._round(late)
        await self._round([each for each in waiting if each not in late], at_least=full)
        while waiting := [each for each in waiting if each.goes_on and each.behind >= full]:
            await self._round(waiting, at_least=full)
        return self._away(listed)

    async def _round(self, waiting: Sequence[Progress], at_least: int = 1) -> None:
        """Do one step for each."""
        await asyncio.gather(*(self._step(each, at_least) for each in waiting))

    async def _step(self, progress: Progress, at_least: int) -> None:
        now = time.monotonic()
        if not progress.sound and now - progress.looked_at_s < _LOOK_AGAIN_S:
            return
        async with self._places:
            progress.looked_at_s = now
            try:
                step = await self._archivist.step(progress.location_id, at_least=at_least)
            except (Unavailable, NotReachable) as error:
                progress.away = error
                return
            except ArchiveError as error:
                progress.fault, progress.away = error, None
                self._on_step(progress)
                return
        self._note(progress, step)

    def _away(self, listed: Sequence[Progress]) -> Mapping[str, Away]:
        """Say what could not be looked at, and why."""
        away: dict[str, Away] = {each.location_id: each.away for each in listed if each.away}
        return {**away, _DIRECTORY: self._not_listed} if self._not_listed else away

    def _note(self, progress: Progress, step: Step) -> None:
        changed = step.written or step.fence != progress.fence or progress.fault
        progress.fault = progress.away = None
        progress.fence = step.fence
        progress.archived = step.archived.revision
        progress.written += step.written
        progress.left_behind += step.left_behind
        progress.behind = step.behind
        if step.written:
            progress.written_at_s = time.monotonic()
        if changed:
            self._on_step(progress)

    async def _locations(self) -> Sequence[str]:
        """Name what is to be archived: what the store has, and what the archive has and the store may have lost.

        Where the store cannot say what it has, that is what it had before. Raises `NotReachable`.
        """
        if self._only:
            return self._only
        now = time.monotonic()
        if now - self._listed_at_s >= _LIST_S:
            archived = await asyncio.to_thread(self._archivist.archive.locations)
            try:
                standing, self._not_listed = await self._source.locations(), None
            except Unavailable as error:
                standing, self._not_listed = self._listed, error
            self._listed = sorted({*archived, *standing})
            self._listed_at_s = now
        return self._listed

    def of(self, location_id: str) -> Progress:
        """Give the progress of a location."""
        return self.progress.setdefault(location_id, Progress(location_id))


def _told(away: Mapping[str, Away]) -> str:
    """Say each reason once, with those that it keeps from going on; nothing where all goes on."""
    kept: dict[str, list[str]] = {}
    for name, error in away.items():
        kept.setdefault(str(error), []).append(name)
    return "\n".join(f"Not archived for now: {_few(names)}: {reason}" for reason, names in kept.items())


def _few(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
