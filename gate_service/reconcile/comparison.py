"""Compares one snapshot with the gate's own balance at the same moment."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from gate_service.app.reconcile.ports import Collection, Records
from gate_service.app.reconcile.snapshots.staging import RowsLost, SnapshotRows
from gate_service.app.reconcile.variances import compared as handed
from gate_service.app.reconcile.variances.recording import Recorder
from gate_service.domain.reconcile.causes import Cause, Lag
from gate_service.domain.reconcile.duplicates import BAD_ROWS_KEPT
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.measures import OWN, Measure
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.reconcile.records import BadRow, Mirror, Snapshot, SnapshotResult
from gate_service.domain.stock import StockPage
from gate_service.domain.vocabulary import Bucket
from gate_service.reconcile.columns import Columns
from gate_service.reconcile.diagnosed import begins, cause_of, diagnosed
from gate_service.reconcile.evidence import Case, Evidence, gather
from gate_service.reconcile.sheet import Gap, Progress, Sheet, UnknownMeasure
from gate_service.reconcile.source import (
    ItemHints,
    LedgerPages,
    Moment,
    MovedMeanwhile,
    NotKept,
    Reach,
    StockPages,
    moment_of,
)

LAGS_KEPT: Final = 30
_AHEAD_MS: Final = 60_000
"""By so much the time that was told may be too early: figures are read one after the other, by another clock."""
_FEW_ROWS: Final = 20_000
"""A part of no more rows is compared by reading what it names, not the whole stock."""


class NotYet(Exception):
    """It has to wait. The text says for what."""


class Moved(NotYet):
    """What it needs of the ledger was not where it should have been; it is looked for anew."""


class Refusal(Exception):
    """It cannot be compared, now or later. The text says why."""

    def __init__(self, problem: str, bad_rows: Sequence[BadRow] = (), bad_count: int = 0) -> None:
        """Keep why, and the rows that are wrong."""
        super().__init__(problem)
        self.problem = problem
        self.bad_rows = bad_rows
        self.bad_count = bad_count


@dataclass(frozen=True)
class Needs:
    """What comparing works with."""

    records: Records
    stock: StockPages
    ledger: LedgerPages
    rows: SnapshotRows
    recorder: Recorder
    rules: Callable[[], ReconcileRules]
    items: ItemHints | None = None


class Compared(NamedTuple):
    """What came of it; the snapshot and the mirrors are to be kept together."""

    snapshot: Snapshot
    mirrors: Sequence[Mirror]
    """Those that changed: none where the snapshot is late."""


class Comparison:
    """One run over one snapshot. Killed, it is begun anew: what it has recorded by then has the same names again."""

    def __init__(self, needs: Needs, snapshot: Snapshot, on_progress: Progress) -> None:
        """Keep it; nothing is read yet."""
        self._needs = needs
        self._snapshot = snapshot
        self._on_progress = on_progress
        self._rules = needs.rules()

    async def run(self) -> Compared:
        """Compare and record. Raises `Refusal`, `NotYet`, `Conflict`, and `Unavailable` where the store is away."""
        began = time.monotonic()
        try:
            reach, moment = await self._moment()
            sheet = await self._sheet(await self._columns(reach, moment))
            case = await self._case(reach, moment, sheet)
            evidence = await gather(self._needs.ledger, self._needs.items, case)
        except MovedMeanwhile as error:
            raise Moved(f"{error}: it is compared anew") from error
        except NotKept as error:
            raise Refusal(str(error)) from error
        except RowsLost as error:
            raise Refusal("Its rows are not there any more: tell it anew, under another name.") from error
        except UnknownMeasure as error:
            raise Refusal(f"No measure is called {error}: the handoff map has changed. Tell it anew.") from error
        late = self._is_late(case)
        result = await self._record(case, evidence, late=late)
        took_ms = int((time.monotonic() - began) * 1_000)
        rows = self._snapshot.received_rows
        bad = _bad_rows(self._snapshot, sheet)
        snapshot = replace(bad, result=replace(result, took_ms=took_ms), compared_rows=rows)
        return Compared(snapshot, () if late else self._mirrors(case, evidence.lag))

    async def _moment(self) -> tuple[Reach, Moment]:
        told = self._snapshot
        reach = await self._needs.ledger.reach(told.location_id)
        if reach.fenced:
            raise NotYet(f"{told.location_id} is fenced: nothing is compared there until it was recovered")
        if told.as_of_ms > await self._needs.records.now_ms():
            raise NotYet(f"it is as of {told.as_of_ms} ms, and it is not so late yet")
        if told.as_of_revision and told.epoch not in (0, reach.epoch):
            raise Refusal(
                f"It is as of revision {told.as_of_revision} of {told.location_id}, which was recovered since: that "
                "may be another entry now. Tell it anew."
            )
        return reach, await moment_of(self._needs.ledger, told.location_id, reach, told.as_of_revision, told.as_of_ms)

    async def _columns(self, reach: Reach, moment: Moment) -> Columns:
        """Take the stock as it stands, and take back what was done since the snapshot's moment."""
        columns, location_id = Columns(), self._snapshot.location_id
        async with aclosing(await self._stock()) as pages:
            async for stock in pages:
                columns.add(stock)
        newest = max(columns.newest, reach.last)
        if newest > moment.revision:
            async with aclosing(self._needs.ledger.pages(location_id, moment.revision + 1, newest)) as entries:
                async for page in entries:
                    columns.undo(page)
        return columns

    async def _stock(self) -> AsyncGenerator[StockPage, None]:
        """Give what is to be read of the stock: of a small part only what it names."""
        told, stock = self._snapshot, self._needs.stock
        if not self._is_small:
            return stock.stock(told.location_id)
        named = [(row.sku, row.merged_from) async for row in self._needs.rows.read_rows(told)]
        return stock.some(told.location_id, sorted({sku for some in named for sku in some if sku}))

    @property
    def _is_small(self) -> bool:
        return not self._snapshot.whole and self._snapshot.received_rows <= _FEW_ROWS

    async def _sheet(self, columns: Columns) -> Sheet:
        told = self._snapshot
        sheet = Sheet(columns, self._measures(), told.measure if told.whole else "")
        await sheet.read(self._needs.rows.read_rows(told), self._on_progress)
        sheet.lacks(row.meant for row in told.bad_rows if row.merged_from)
        if told.whole:  # a row that was left out said something: it does not count as 0
            sheet.doubt(row.meant or row.sku for row in told.bad_rows)
        if sheet.duplicates.bad_count and not told.skip_bad_rows:
            count = sheet.duplicates.bad_count
            problem = f"{count} of its rows name a figure a second time, with another value: none of it was compared."
            raise Refusal(problem, sheet.duplicates.bad, count)
        return sheet

    def _measures(self) -> Mapping[str, Measure]:
        told = self._snapshot
        own = self._rules.measure(told.measure)
        if own is None:
            raise UnknownMeasure(told.measure)
        deducting = own.deducting(Bucket(each) for each in told.deducts)
        return {**OWN, **self._rules.measures, told.measure: deducting}

    async def _case(self, reach: Reach, moment: Moment, sheet: Sheet) -> Case:
        told = self._snapshot
        empty = {name: Mirror(told.system, told.location_id, name) for name in sheet.told}
        kept = await self._needs.records.get(Collection.MIRRORS, [each.record_id for each in empty.values()])
        mirrors = {
            name: load(Mirror, found.text) if found else mirror
            for (name, mirror), found in zip(empty.items(), kept, strict=True)
        }
        stood = await self._needs.recorder.standing(told, list(sheet.told))
        gaps: dict[str, list[Gap]] = {name: await sheet.gaps(name) for name in sheet.told}
        rules = self._rules.mirror(told.system)
        ahead_ms = 0 if told.as_of_revision else _AHEAD_MS
        return Case(told.location_id, reach, moment, sheet, gaps, stood, mirrors, rules, ahead_ms)

    def _is_late(self, case: Case) -> bool:
        """Say whether a newer one was compared before. Of two at one entry the time tells, where one was told."""
        revision, at_ms = case.moment
        mirrors = case.mirrors.values()
        newest = max((mirror.newest_revision for mirror in mirrors), default=0)
        newest_at_ms = max((mirror.newest_as_of_ms for mirror in mirrors), default=0)
        older = revision < newest or (revision == newest and self._snapshot.as_of_ms > 0)
        return older and at_ms < newest_at_ms

    async def _record(self, case: Case, evidence: Evidence, *, late: bool) -> SnapshotResult:
        """Diagnose what differs and record it, some at a time; end what stood and agrees now."""
        told, lag = self._snapshot, evidence.lag
        compared = handed.Compared(told, case.moment.revision, case.moment.at_ms, late)
        resolved = 0 if late else await self._needs.recorder.resolved_before(told)
        recorded = handed.Recorded(resolved=resolved)
        causes: Counter[str] = Counter()
        for name, gaps in case.gaps.items():
            for begin in begins(len(gaps)):
                # In a thread: it may take seconds, in which the lease is to be kept.
                found = await asyncio.to_thread(diagnosed, case, evidence, (name, begin), told.system)
                causes.update(map(cause_of, found))
                recorded = recorded.plus(await self._needs.recorder.record(compared, found))
        recorded = recorded.plus(await self._needs.recorder.record(compared, (), _agreeing(case)))
        timing = causes.pop(Cause.TIMING, 0)
        count = sum(case.sheet.compared.values())
        return SnapshotResult(
            *case.moment,
            compared_count=count,
            agreed_count=count - sum(len(gaps) for gaps in case.gaps.values()),
            timing_count=timing,
            opened_count=recorded.opened,
            continued_count=recorded.continued,
            resolved_count=recorded.resolved,
            causes=dict(causes),
            lag_entries=lag.entries,
            lag_ms=lag.ms,
            usual_lag_ms=lag.usual_ms,
            late=late,
        )

    def _mirrors(self, case: Case, lag: Lag) -> list[Mirror]:
        told, changed = self._snapshot, []
        known = lag.support or lag.entries or not any(case.gaps.values())
        for name, mirror in case.mirrors.items():
            whole = name in case.sheet.covered and not self._is_small
            changed.append(
                replace(
                    mirror,
                    newest_as_of_ms=max(mirror.newest_as_of_ms, case.moment.at_ms),
                    newest_snapshot_id=told.snapshot_id,
                    newest_revision=case.moment.revision,
                    whole_revision=min(lag.revision, case.moment.revision) if whole else mirror.whole_revision,
                    whole_as_of_ms=case.moment.at_ms if whole else mirror.whole_as_of_ms,
                    newest_received_at_ms=told.begun_at_ms,
                    lags_ms=(*mirror.lags_ms, lag.ms)[-LAGS_KEPT:] if known else mirror.lags_ms,
                )
            )
        return changed


def _agreeing(case: Case) -> list[handed.Stood]:
    """Give what stood and agrees now: the snapshot names it, or is whole, and the figures are the same."""
    columns, sheet = case.sheet.columns, case.sheet
    ended = []
    for (name, sku), stood in case.stood.items():
        place = columns.places.get(sku)
        if place is None:
            agrees = name == sheet.whole
        else:
            agrees = sheet.says(name, sku) == columns.figure(sheet.measures[name], place)
        if agrees:
            ended.append(stood)
    return ended


def _bad_rows(snapshot: Snapshot, sheet: Sheet) -> Snapshot:
    """Add the rows that name a figure twice to those that are wrong in themselves."""
    found = sheet.duplicates
    return replace(
        snapshot,
        bad_rows=(*snapshot.bad_rows, *found.bad)[:BAD_ROWS_KEPT],
        bad_row_count=snapshot.bad_row_count + found.bad_count,
        repeated_row_count=snapshot.repeated_row_count + found.repeated,
    )
