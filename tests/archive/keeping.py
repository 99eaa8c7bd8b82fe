"""The model and the real ledger side by side, with somebody who archives and trims the real one meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count
from typing import Any, NamedTuple, cast

from gate_service.app.ports import Call, Ledger
from gate_service.archive import Archive
from gate_service.archive.archivist import Archivist
from gate_service.archive.following import Follower
from gate_service.archive.shelf import open_shelf
from gate_service.archive.tails import Bounds
from gate_service.archive.trimmer import Retention, Trimmer
from gate_service.archive.verifying import Verification
from gate_service.domain.entries import Entry, EntryPage
from gate_service.domain.journal import JournalEntry
from gate_service.ledger.journal import Journal
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.standing import Standing
from gate_service.ledger.trimming import Trimming
from gate_service.store.store import Store
from tests.archive.dying import Killed, Life, MortalShelf, MortalTrimming
from tests.archive.trimmed_model import TrimmedModel
from tests.contract.clock import Clock
from tests.contract.side_by_side import Seen, SideBySide
from tests.contract.state import read_entries
from tests.contract.witness import check_witness

_numbers = count(1)


class Visit(NamedTuple):
    """Somebody who archives once, in segments of so many entries, and perhaps trims; killed after so many acts."""

    entries: int
    acts: int | None = None
    after: bool = False
    trims: bool = False
    keep_ms: int = 0
    keep_newest: int = 0
    at_once: int = 200


class Kept(SideBySide):
    """One history at a few locations, told to both, and archived from time to time."""

    def __init__(self, runner: asyncio.Runner, real: RedisLedger, store: Store, clock: Clock, seen: Seen) -> None:
        """Begin with an archive that nobody has written to yet."""
        super().__init__(runner, real, clock, seen)
        self._model: TrimmedModel = TrimmedModel(clock)
        self._clock = clock
        self._store = store
        self._journal = Journal(store, replicated=False)
        self._shelf = open_shelf(f"memory://kept-{next(_numbers)}")
        self._recorded: dict[str, list[JournalEntry]] = {}
        self.archive = Archive(self._shelf)
        self.trimmed: dict[str, int] = {}
        self.killed = 0

    def visit(self, visit: Visit) -> None:
        """Let somebody archive, who knows nothing of who did so before."""
        self._record()
        before = self._heads()
        life = Life(visit.acts, after=visit.after)
        archive = Archive(MortalShelf(self._shelf, life))
        try:
            self._runner.run(self._archive(archive, visit, life))
        except Killed:
            self.killed += 1
        self.compare_archive()
        after = self._heads()
        assert all(after[place] >= revision for place, revision in before.items()), "what was archived is gone"
        for location_id in self._opened:
            trimmed = self._runner.run(self._journal.extent(location_id)).trimmed
            assert trimmed <= after[location_id], "what is not archived was trimmed"
            if trimmed > self.trimmed.get(location_id, 0):
                self.trimmed[location_id] = trimmed
                self._model.trim(location_id, trimmed)

    async def _archive(self, archive: Archive, visit: Visit, life: Life) -> None:
        follower = Follower(Archivist(archive, self._journal, Bounds(visit.entries)), self._journal)
        await follower.catch_up()
        assert not any(each.fault for each in follower.progress.values()), follower.progress
        if not visit.trims:
            return
        target = MortalTrimming(Trimming(self._store), life)
        retention = Retention(visit.keep_ms, keep_newest=visit.keep_newest, at_once=visit.at_once)
        trimmer = Trimmer(archive, self._journal, target, retention, lambda: self._clock.now_ms + 1)
        for location_id in self._opened:
            await trimmer.trim(location_id)

    def _heads(self) -> dict[str, int]:
        """Say how far the archive goes."""
        return {location_id: self.archive.head(location_id).revision for location_id in self._opened}

    def _record(self) -> None:
        """Remember every entry to the byte, before it can be trimmed."""
        for location_id in self._opened:
            recorded = self._recorded.setdefault(location_id, [])
            recorded += self._runner.run(self._journal.page(location_id, len(recorded) + 1, 1_000_000))

    def compare_archive(self) -> None:
        """See that the archive has of each location what its ledger had, from the first entry on, to the byte."""
        for location_id in self._opened:
            archived = [entry.journal for entry in self.archive.entries(location_id)]
            assert archived == self._recorded[location_id][: len(archived)]

    def retired_ids(self, location_id: str) -> set[str]:
        """Name the ids whose answers only the archive has."""
        return self._model.retired_ids(location_id)

    def check_witness(self) -> None:
        """Archive the rest, and hold the archive, the store and all answers to each other."""
        self.visit(Visit(1_000))
        whole = cast("Ledger", _Whole(self._real, self.archive, self._journal))
        for location_id in self._opened:
            assert self.archive.head(location_id).revision == len(self._recorded[location_id])
            self._runner.run(self._compare_everything(location_id))
            answered = {name: outcome for (place, name), outcome in self._answered.items() if place == location_id}
            self._runner.run(check_witness(whole, location_id, answered))
            verification = Verification(location_id, self.archive, self._journal, Standing(self._store))
            report = self._runner.run(verification.run())
            assert not report.findings, report.findings
            assert not report.unchecked, report.unchecked
            assert report.revision == report.archived == len(self._recorded[location_id])
            assert report.compared == report.revision - self.trimmed.get(location_id, 0)


class _Whole:
    """A ledger that answers old entries from an archive, and everything else as it is."""

    def __init__(self, real: RedisLedger, archive: Archive, journal: Journal) -> None:
        """Keep them."""
        self._real = real
        self._archive = archive
        self._journal = journal

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 whatever a ledger has
        """Ask the ledger."""
        return getattr(self._real, name)

    async def entries(self, location_id: str, from_revision: int, _limit: int, call: Call) -> EntryPage:
        """Give what the archive has of a location, and behind it what the ledger has, as one page."""
        archived: Sequence[Entry] = [
            self._journal.typed(each.journal) for each in self._archive.entries(location_id, from_revision)
        ]
        newer = await read_entries(self._real, location_id, from_revision + len(archived))
        page = await self._real.entries(location_id, 1, 1, call)
        return page._replace(entries=(*archived, *newer), next_from_revision=0)
