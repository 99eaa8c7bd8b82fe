"""Follows every location's ledger: each entry is told to each observer once, and what it learned is kept with that."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gate_service.app.reconcile.observing import Observer, WaitsForEnd
from gate_service.app.reconcile.ports import CHANGES_MAX, Change, Collection, Conflict, Event, Records
from gate_service.domain.entries import Entry, EntryPage
from gate_service.domain.errors import GateError
from gate_service.domain.journal import ENTRIES_BEGIN
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.vocabulary import Reason
from gate_service.reconcile.cursors import CALL, Archived, Cursor, Ledgers, Missing, find_branch, has_left

_ENTRIES_AT_ONCE: Final = 500
_ENTRIES_PER_TURN: Final = 5_000
_TURN_S: Final = 1.0
"""So far, or so long, one location is followed before the next one has its turn."""
_TEXT_AT_ONCE: Final = 1_000_000
"""Characters of the entries of one commit, but for a single one that has more: what is learned grows with them."""
_TRIES: Final = 5
"""How often in a row a location's records may have been changed by somebody else."""


@dataclass(slots=True)
class Followed:
    """How one location stands."""

    location_id: str
    revision: int = 0
    """The newest entry that was told."""
    behind: int = 0
    """Entries that are there, and were not told yet."""
    passed_over: int = 0
    """Entries that were never told: they had been trimmed, and no archive was named."""
    fenced_since_ms: int = 0
    """Since when it is fenced, and so passed over; 0 where it is not."""
    problem: str = ""
    """Why it does not go on; empty where it does."""


@dataclass(slots=True)
class _Place:
    """A location in memory. Where `loaded` is False, what the observers have of it is in doubt."""

    followed: Followed
    cursor: Cursor = field(default_factory=Cursor)
    version: int = 0
    loaded: bool = False
    at_once: int = field(default_factory=lambda: _ENTRIES_AT_ONCE)


class Follower:
    """Follows all locations in turns. Killed at any point it goes on where the last commit left off."""

    def __init__(
        self,
        source: Ledgers,
        records: Records,
        observers: Sequence[Observer],
        archived: Archived | None = None,
        in_doubt: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """Keep them; nothing is read yet. `archived` has what was trimmed before it was followed.

        `in_doubt` says of a location that what an observer has of it in memory is to be read anew.
        """
        self._source = source
        self._records = records
        self._observers = tuple(observers)
        self._waiting = [each for each in self._observers if isinstance(each, WaitsForEnd)]
        self._archived = archived
        self._in_doubt = in_doubt
        self._places: dict[str, _Place] = {}

    @property
    def standing(self) -> Mapping[str, Followed]:
        """Say how each location stands, as it was last looked at."""
        return {name: place.followed for name, place in self._places.items()}

    async def follow_all(self) -> bool:
        """Follow each location, up to some thousand entries of each; say whether any has more to be told at once.

        What keeps a location from going on stands in `standing`, and keeps no other one from it. Raises `Unavailable`
        where the store could not name its locations; and once all had their turn, what an observer has raised.
        """
        more = False
        faults: list[Exception] = []
        for location_id in await self._source.locations(CALL):
            if location_id.startswith("~"):
                continue
            try:
                more |= await self.follow(location_id)
            except Exception as error:  # noqa: BLE001 - whatever an observer makes of one ledger, the others go on
                self._places[location_id].followed.problem = f"{type(error).__name__}: {error}"
                faults.append(error)
        if faults:
            raise faults[0]
        return more

    async def follow(self, location_id: str) -> bool:
        """Follow one location, as `follow_all` does; say whether it has more."""
        place = self._places.setdefault(location_id, _Place(Followed(location_id)))
        place.followed.fenced_since_ms, place.followed.problem = 0, ""
        until = place.cursor.revision + _ENTRIES_PER_TURN
        tries, until_s = 0, time.monotonic() + _TURN_S
        while place.cursor.revision < until:
            try:
                if not await self._step(place):
                    return False
                if time.monotonic() >= until_s:
                    return True
            except Conflict as error:
                place.loaded = False
                tries += 1
                if tries == _TRIES:
                    place.followed.problem = str(error)
                    return True
            except (GateError, Missing) as error:
                place.loaded = False
                self._note(place.followed, error)
                return False
            except BaseException:
                place.loaded = False
                raise
        return True

    async def _step(self, place: _Place) -> bool:
        """Tell some entries and keep what was learned; say whether there are more."""
        if not place.loaded or self._in_doubt(place.followed.location_id):
            await self._load(place)
        followed, location_id = place.followed, place.followed.location_id
        start = max(ENTRIES_BEGIN, place.cursor.revision)
        page = await self._source.entries(location_id, start, place.at_once + 1, CALL)
        if page.lineage.fenced_since_ms:
            followed.fenced_since_ms = page.lineage.fenced_since_ms
            followed.problem = f"{location_id} is fenced: it is followed again once somebody has recovered it"
            self._stands(place, page)
            return False
        if has_left(place.cursor, page):
            place.cursor = await find_branch(self._source, location_id, place.cursor, page)
        elif place.cursor.revision + 1 < page.first_revision:
            await self._catch_up(place, page)
        else:
            told = [entry for entry in page.entries if entry.revision > place.cursor.revision]
            await self._tell(place, told, page.lineage.epoch)
        self._stands(place, page)
        return followed.behind > 0

    def _stands(self, place: _Place, page: EntryPage) -> None:
        """Say how far it is, also to those who wait for the end."""
        followed = place.followed
        followed.revision = place.cursor.revision
        followed.behind = max(0, page.latest_revision - place.cursor.revision)
        for each in self._waiting:
            each.behind(followed.location_id, followed.behind)

    async def _catch_up(self, place: _Place, page: EntryPage) -> None:
        """Tell what was trimmed before it was told, from the archive; without one it is passed over."""
        start, through = place.cursor.revision + 1, page.first_revision - 1
        if self._archived is None:
            place.followed.passed_over = through - start + 1
            place.cursor = Cursor(through, "", page.lineage.epoch)
            return
        async for entries in self._archived.entries(place.followed.location_id, start, through):
            for some in _in_parts(entries):
                await self._tell(place, some, page.lineage.epoch)
                self._stands(place, page)
        if place.cursor.revision < through:
            raise Missing(f"the archive ends before revision {through} of {place.followed.location_id}")

    async def _tell(self, place: _Place, entries: Sequence[Entry], epoch: int) -> None:
        """Tell entries and keep what was learned, in one commit; in more, where it is too much for one.

        What a single entry changes is never taken apart: else part of it would be counted twice after a crash.
        """
        if not entries:
            return
        location_id = place.followed.location_id
        for entry in entries:
            for observer in self._observers:
                observer.observe(location_id, entry)
        learned = [observer.take(location_id) for observer in self._observers]
        changes = [change for each in learned for change in each.changes]
        if len(changes) >= CHANGES_MAX and len(entries) > 1:
            place.at_once = half = len(entries) // 2
            version = place.version
            await self._load(place)
            if place.version != version:
                raise Conflict(Collection.CURSORS, location_id)
            await self._tell(place, entries[:half], epoch)
            await self._tell(place, entries[half:], epoch)
            return
        cursor = Cursor(entries[-1].revision, entries[-1].chain_hash, epoch)
        await self._keep(place, cursor, changes, [event for each in learned for event in each.events])
        if len(changes) < CHANGES_MAX // 4:
            place.at_once = min(_ENTRIES_AT_ONCE, place.at_once * 2)

    async def _keep(self, place: _Place, cursor: Cursor, changes: Sequence[Change], events: Sequence[Event]) -> None:
        moved = Change(Collection.CURSORS, place.followed.location_id, place.version, dump(cursor))
        await self._records.commit([moved, *changes], events)
        place.cursor, place.version = cursor, place.version + 1

    async def _load(self, place: _Place) -> None:
        """Begin anew with what is kept of a location."""
        location_id = place.followed.location_id
        (kept,) = await self._records.get(Collection.CURSORS, [location_id])
        place.version = kept.version if kept else 0
        place.cursor = load(Cursor, kept.text) if kept else Cursor()
        for observer in self._observers:
            await observer.load(location_id)
        place.loaded = True

    @staticmethod
    def _note(followed: Followed, error: GateError | Missing) -> None:
        followed.problem = str(error)
        if isinstance(error, GateError) and error.reason is Reason.LOCATION_FENCED:
            followed.fenced_since_ms = int(error.metadata.get("fenced_since_ms", "0"))


def _in_parts(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """Give entries in parts, each of which is learned in one commit."""
    first = size = 0
    for place, entry in enumerate(entries):
        size += len(entry.body) + len(entry.reply) + len(entry.changes_text)
        if place > first and (size > _TEXT_AT_ONCE or place - first >= _ENTRIES_AT_ONCE):
            yield entries[first:place]
            first, size = place, len(entry.body) + len(entry.reply) + len(entry.changes_text)
    if first < len(entries):
        yield entries[first:]
