"""Archives and trims until all is done, or for ever: what `gate archive` runs."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from gate_service.archive import Archive, ArchiveError, NotReachable, UnknownLocation
from gate_service.archive.archivist import Archivist
from gate_service.archive.following import Follower, Progress
from gate_service.archive.tails import Bounds
from gate_service.archive.trimmer import Retention, Trimmed, Trimmer
from gate_service.bootstrap.tools import Tools, check_known
from gate_service.domain.errors import Unavailable
from gate_service.ledger.trimming import Trimming

_TRIM_EVERY_S: Final = 3_600.0
_ASK_AGAIN_S: Final = 10.0
"""A location of which the store or the archive is away."""
_LOOK_S: Final = 1.0
"""How long it takes until a location is trimmed that is due."""


@dataclass(frozen=True)
class Plan:
    """What is to be done. Without `retention` nothing is trimmed; without `locations` all are archived."""

    once: bool
    bounds: Bounds = field(default_factory=Bounds)
    segment_s: float = 10.0
    at_once: int = 1
    locations: tuple[str, ...] = ()
    retention: Retention | None = None


@dataclass
class Outcome:
    """What came of it, by location."""

    progress: dict[str, Progress] = field(default_factory=dict)
    trimmed: dict[str, Trimmed] = field(default_factory=dict)
    not_trimmed: dict[str, ArchiveError] = field(default_factory=dict)
    """Where store and archive differ in what should go."""

    @property
    def sound(self) -> bool:
        """Say whether no location is fenced, and none contradicts its archive."""
        return not self.not_trimmed and all(each.sound for each in self.progress.values())


class Archiving:
    """One run. `on_step` hears of each step, `on_trouble` why nothing goes on for a while."""

    def __init__(
        self,
        tools: Tools,
        archive: Archive,
        plan: Plan,
        on_step: Callable[[Progress], None],
        on_trouble: Callable[[str], None],
    ) -> None:
        """Keep it all; nothing is read yet."""
        self._plan = plan
        self._tools = tools
        self._on_step = on_step
        self._on_trouble = on_trouble
        archivist = Archivist(archive, tools.journal, plan.bounds)
        self._follower = Follower(archivist, tools.journal, plan.locations, plan.at_once, on_step)
        retention = plan.retention or Retention()
        self._trimmer = Trimmer(archive, tools.journal, Trimming(tools.store), retention)
        self._trim_at_s: dict[str, float] = {}
        self._not_trimmed_told: dict[str, str] = {}
        self.outcome: Final = Outcome(self._follower.progress)

    async def run(self) -> Outcome:
        """Archive once, or until SIGTERM or SIGINT; a segment under way is then finished or left unwritten.

        Raises `Unavailable` and `NotReachable` where `once` is wanted and the store or the archive is away, once all is
        done that can be.
        """
        if self._plan.once:
            try:
                await self._follower.catch_up()
                await self._name_unknown()
            finally:
                away = await self._trim_due()
            for error in away:
                raise error
            return self.outcome
        for unknown in await self._unknown():
            self._on_trouble(f"{unknown} It is waited for.")
        work = asyncio.gather(self._follower.follow(self._plan.segment_s, self._on_trouble), self._trim_for_ever())
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, work.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await work
        return self.outcome

    async def _name_unknown(self) -> None:
        """Note of each location that was asked for and is nowhere that it is not archived."""
        for unknown in await self._unknown():
            progress = self._follower.of(unknown.location_id)
            progress.fault = unknown
            self._on_step(progress)

    async def _unknown(self) -> list[UnknownLocation]:
        """Look for the locations that were asked for; of one that cannot be asked the archiving tells."""
        unknown = []
        for location_id in self._plan.locations:
            try:
                await check_known(self._tools, location_id)
            except UnknownLocation as error:
                unknown.append(error)
            except (Unavailable, NotReachable):
                continue
        return unknown

    async def _trim_for_ever(self) -> None:
        while self._plan.retention:
            await self._trim_due()
            await asyncio.sleep(_LOOK_S)

    async def _trim_due(self) -> list[Unavailable | NotReachable]:
        """Trim each location whose time has come. Gives why some could not be: they keep no other from it."""
        if self._plan.retention is None:
            return []
        away = []
        for location_id, progress in sorted(self.outcome.progress.items()):
            if not progress.sound or time.monotonic() < self._trim_at_s.get(location_id, 0.0):
                continue
            pause_s = _TRIM_EVERY_S
            try:
                self._note(location_id, await self._trimmer.trim(location_id))
            except (Unavailable, NotReachable) as error:
                away.append(error)
                pause_s = _ASK_AGAIN_S
                self._tell(location_id, f"Not trimmed for now: {location_id}: {error}")
            except ArchiveError as error:
                self.outcome.not_trimmed[location_id] = error
                self._tell(location_id, str(error))
            self._trim_at_s[location_id] = time.monotonic() + pause_s
        return away

    def _note(self, location_id: str, trimmed: Trimmed) -> None:
        self._not_trimmed_told.pop(location_id, None)
        self.outcome.not_trimmed.pop(location_id, None)
        before = self.outcome.trimmed.get(location_id)
        self.outcome.trimmed[location_id] = before.then(trimmed) if before else trimmed

    def _tell(self, location_id: str, trouble: str) -> None:
        """Tell once why a location is not trimmed, until it is, or it is something else."""
        if self._not_trimmed_told.get(location_id) != trouble:
            self._not_trimmed_told[location_id] = trouble
            self._on_trouble(trouble)
