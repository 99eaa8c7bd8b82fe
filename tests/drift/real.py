"""The same month by the way of users: snapshots staged in a real store, compared and recorded as `gate reconcile` does.

The ledger and the stock are those of the month as they stood when a snapshot was compared; all else is the real thing.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from gate_service.app.reconcile.ports import Change, Collection, Records
from gate_service.app.reconcile.snapshots.staging import Part, StagedRow
from gate_service.app.reconcile.variances.compared import Compared, Found, Recorded, Stood
from gate_service.app.reconcile.variances.recording import Recorder
from gate_service.bootstrap.reconciling_parts import Means, means
from gate_service.domain.cases import Delivery
from gate_service.domain.entries import Entry
from gate_service.domain.journal import JournalEntry
from gate_service.domain.operations import SourceEvent
from gate_service.domain.reconcile.causes import Cause, Difference
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.lifecycle import SURE_PERCENT
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.reconcile.records import Snapshot, SnapshotState
from gate_service.domain.stock import StockLevel, StockPage
from gate_service.domain.vocabulary import Bucket, DeliveryVerdict, OperationKind
from gate_service.embedded.valkey import EmbeddedStore
from gate_service.reconcile.comparing import Comparer
from gate_service.reconcile.comparison import Needs
from gate_service.reconcile.rows import RedisRows
from gate_service.reconcile.source import Hints, Reach
from gate_service.settings import Settings
from tests.drift.books import Books
from tests.drift.faults import MIRRORS, Fault, Injector, MirrorKind, packs_of
from tests.drift.month import LOCATION, Month, moment
from tests.drift.scoring import LAGGING, SINGLE, Matrix, Score, mixed_faults
from tests.drift.snapshots import Reports, Row, _too_young

_PAGE: Final = 1_000
_EVENING: Final = 21.0


class Then:
    """A location's ledger and stock as they stood after an entry: what comparing needs of the record, and of items."""

    def __init__(self, month: Month, books: Books) -> None:
        """Begin before the first entry."""
        self.until = 0
        self._entries = month.entries
        self._books = books
        self._journal = [
            JournalEntry(
                entry.revision,
                entry.at_ms,
                entry.envelope,
                entry.body,
                entry.reply,
                entry.changes_text,
                entry.chain_hash,
            )
            for entry in month.entries
        ]
        source = SourceEvent("", "", "", "", "", 0)
        self._deliveries = [
            Delivery(0, DeliveryVerdict.ABSORBED, source, OperationKind.RESERVE_STOCK, "", revision, "")
            for revision, times in month.repeats.items()
            for _ in range(times)
        ]

    async def reach(self, location_id: str) -> Reach:  # noqa: ARG002 there is one
        return Reach(1, self.until, self._journal[self.until - 1].at_ms if self.until else 0)

    async def pages(
        self,
        location_id: str,  # noqa: ARG002 there is one
        from_revision: int,
        through: int,
    ) -> AsyncGenerator[Sequence[JournalEntry], None]:
        for first in range(from_revision - 1, min(through, self.until), _PAGE):
            yield self._journal[first : min(first + _PAGE, through, self.until)]

    async def one(self, location_id: str, revision: int) -> JournalEntry:  # noqa: ARG002 there is one
        return self._journal[revision - 1]

    async def deliveries(self, location_id: str, limit: int) -> Sequence[Delivery]:  # noqa: ARG002 there is one
        return self._deliveries[:limit]

    def typed(self, entry: JournalEntry) -> Entry:
        return self._entries[entry.revision - 1]

    async def stock(self, location_id: str) -> AsyncGenerator[StockPage, None]:  # noqa: ARG002 there is one
        shelves = self._books.shelves
        known = [sku for sku, shelf in shelves.items() if shelf.until(self.until)]
        levels = (_level(sku, shelves[sku].at(self.until)) for sku in known)
        yield StockPage(self.until, tuple(levels), "")

    async def some(self, location_id: str, skus: Sequence[str]) -> AsyncGenerator[StockPage, None]:
        async for page in self.stock(location_id):
            yield page._replace(levels=tuple(level for level in page.levels if level.sku in set(skus)))

    async def hints(self, skus: Sequence[str]) -> Mapping[str, Hints]:
        return {sku: Hints(packs_of(sku)) for sku in skus}


class Heard(Recorder):
    """A recorder that remembers what it was given."""

    def __init__(self, records: Records) -> None:
        """Keep where the records are."""
        super().__init__(records, lambda: None)
        self.found: list[Found] = []

    async def record(self, compared: Compared, found: Sequence[Found], agreed: Sequence[Stood] = ()) -> Recorded:
        """Remember it, and record it."""
        self.found += found
        return await super().record(compared, found, agreed)


class RealReports:
    """Takes snapshots of mirrors, in the order of time, and has them compared."""

    def __init__(
        self, opened: Means, month: Month, books: Books, mirrors: Sequence[MirrorKind], faults: Iterable[Fault]
    ) -> None:
        """Get ready over an empty store."""
        self._means = opened
        self._books = books
        self._mirrors = mirrors
        self._mirrored = Reports(books, mirrors, faults)
        self._then = Then(month, books)
        self._rows = RedisRows(opened.store)
        self._heard = Heard(opened.records)
        needs = Needs(opened.records, self._then, self._then, self._rows, self._heard, ReconcileRules, self._then)
        self._comparer = Comparer(needs, _no_trouble)

    async def compare(self, at_ms: int, compared_ms: int) -> list[Row]:
        """Take a snapshot of each mirror as of a moment, compared at a later one; give the rows that were diagnosed."""
        self._then.until = self._books.revision_at(compared_ms)
        rows: list[Row] = []
        for mirror in self._mirrors:
            self._heard.found.clear()
            name = await self._tell(mirror, at_ms)
            await self._comparer.compare_waiting()
            (kept,) = await self._means.records.get(Collection.SNAPSHOTS, [name])
            result = load(Snapshot, kept.text).result if kept else None
            assert result
            cut = result.revision - result.lag_entries
            rows += [
                self._row(mirror, each, at_ms)
                for each in self._heard.found
                if _is_news(each) and not self._was_so(each.difference, cut)
            ]
        return rows

    async def _tell(self, mirror: MirrorKind, at_ms: int) -> str:
        """Stage all that a mirror has to say, so that it waits to be compared; give the name of its record."""
        revision, now_ms = self._books.revision_at(at_ms), await self._means.records.now_ms()
        snapshot = Snapshot(
            snapshot_id=str(at_ms),
            system=mirror.system,
            location_id=LOCATION,
            measure=mirror.measures[0],
            deducts=(),
            as_of_revision=0,
            as_of_ms=at_ms,
            whole=True,
            skip_bad_rows=False,
            begun_at_ms=now_ms,
            changed_at_ms=now_ms,
            state=SnapshotState.RECEIVED,
        )
        told = [
            (sku, measure, self._mirrored._figure(mirror, measure, sku, at_ms, revision))
            for sku, shelf in self._books.shelves.items()
            if shelf.until(revision)
            for measure in mirror.measures
        ]
        staged = [StagedRow(place, *row) for place, row in enumerate(told)]
        digest = f"{len(told):x}"
        await self._rows.stage(snapshot, Part(0, len(told), "0", digest, staged))
        ready = replace(snapshot, received_rows=len(told), digest=digest)
        waits = Change(Collection.SNAPSHOTS, ready.record_id, 0, dump(ready), {"all": now_ms, "waiting": now_ms})
        await self._means.records.commit([waits])
        return ready.record_id

    def _was_so(self, difference: Difference, revision: int) -> bool:
        """Say whether a figure is the gate's after an entry: what a plain lag explains is not looked at one by one."""
        return difference.reported == self._books.shelves[difference.sku].figure_at(difference.measure.name, revision)

    def _row(self, mirror: MirrorKind, found: Found, at_ms: int) -> Row:
        difference, measure = found.difference, found.difference.measure.name
        revision = self._books.revision_at(at_ms)
        faults = self._mirrored._effective(mirror, measure, difference.sku, at_ms, revision)
        too_young = bool(faults) and all(_too_young(each, at_ms) for each in faults)
        assert found.diagnosis
        return Row(mirror.system, measure, difference.sku, at_ms, faults, found.diagnosis, difference.amount, too_young)


def score_really(month: Month, books: Books, seed: int, rows: int, days: int) -> Score:
    """Run the first days with the faults of the score, and a fifth of them without any."""
    moments = _moments(month, days, (14, _EVENING))
    single, mixed, lag_only = Matrix(), Matrix(), Matrix()
    for cause in SINGLE:
        single.add(
            _really(month, books, MIRRORS, Injector(books, f"{seed} {cause}").draw(cause, MIRRORS, rows), moments)
        )
    mixed.add(_really(month, books, MIRRORS, mixed_faults(books, seed, rows), moments))
    lagging = _moments(month, -(-days // 5), (9, 11, 12.5, 14, 15.5, 17, 19, _EVENING, 23))
    lag_only.add(_really(month, books, LAGGING, (), lagging))
    return Score(single, mixed, lag_only)


def _moments(month: Month, days: int, hours: Sequence[float]) -> list[tuple[int, int]]:
    """Give when snapshots are taken, and when each is compared."""
    late = {_EVENING: 1.5}
    return [(moment(day, hour), moment(day, hour + late.get(hour, 0.1))) for day in month.days[:days] for hour in hours]


def _really(
    month: Month,
    books: Books,
    mirrors: Sequence[MirrorKind],
    faults: Iterable[Fault],
    moments: Iterable[tuple[int, int]],
) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="gate-drift-") as folder, EmbeddedStore.start(Path(folder)) as store:
        return asyncio.run(_over(store.url, month, books, mirrors, list(faults), moments))


async def _over(
    url: str,
    month: Month,
    books: Books,
    mirrors: Sequence[MirrorKind],
    faults: Sequence[Fault],
    moments: Iterable[tuple[int, int]],
) -> list[Row]:
    async with means(Settings(redis_url=url)) as opened:
        reports = RealReports(opened, month, books, mirrors, faults)
        return [row for at_ms, compared_ms in moments for row in await reports.compare(at_ms, compared_ms)]


def _level(sku: str, buckets: Mapping[Bucket, int]) -> StockLevel:
    counts: dict[str, Any] = {str(bucket): units for bucket, units in buckets.items()}
    return StockLevel(sku, **counts)


def _is_news(found: Found) -> bool:
    """Say whether more was said than that all is as it was; see `tests.drift.snapshots`."""
    diagnosis, stood = found.diagnosis, found.stood
    if diagnosis is None:
        return False
    if stood is None or stood.amount != found.difference.amount:
        return True
    if diagnosis.cause in {Cause.UNEXPLAINED, Cause.TIMING, stood.cause}:
        return False
    return diagnosis.confidence_percent >= SURE_PERCENT or stood.cause is Cause.UNEXPLAINED


def _no_trouble(snapshot_id: str, problem: str | None) -> None:
    assert problem is None, (snapshot_id, problem)
