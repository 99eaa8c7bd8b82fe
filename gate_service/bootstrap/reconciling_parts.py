"""What the process that reconciles is made of, put together once: who compares, who learns, who looks at the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, NamedTuple

from gate_service.app.handoffs import Handoffs
from gate_service.app.items.lookup import Catalog
from gate_service.app.ports import Call
from gate_service.app.reconcile.buffers.evidence import BufferEvidence
from gate_service.app.reconcile.buffers.making import BufferMaking
from gate_service.app.reconcile.counting.classes import SkuClasses
from gate_service.app.reconcile.counting.learning import CountLearning
from gate_service.app.reconcile.counting.planning import CountPlanning
from gate_service.app.reconcile.counting.turns import CountTurns
from gate_service.app.reconcile.counting.wishes import CountWishes
from gate_service.app.reconcile.findings.alarming import ClosedFindingsLeave
from gate_service.app.reconcile.findings.sources import FeedsWatched, MirrorsWatched
from gate_service.app.reconcile.findings.trends import Trends
from gate_service.app.reconcile.findings.watching import Watching
from gate_service.app.reconcile.housekeeping import ClosedLeave, HandoffsHold
from gate_service.app.reconcile.observing import Observer, Ticker
from gate_service.app.reconcile.reporting.days import DayBook, FeedBook
from gate_service.app.reconcile.snapshots.leaving import SnapshotsLeave
from gate_service.app.reconcile.variances.corrections import Corrections
from gate_service.app.reconcile.variances.recording import Recorder
from gate_service.archive import Archive
from gate_service.bootstrap.following import ArchivedEntries
from gate_service.bootstrap.known_items import KnownItems
from gate_service.bootstrap.ledger_pages import Stock, StoreAndArchive
from gate_service.bootstrap.tools import Tools, open_tools
from gate_service.catalog.gs1 import Gs1Codes
from gate_service.catalog.reading import RedisItems
from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.policy import Buffer, Policy
from gate_service.domain.reconcile.policy import CountRules, ReconcileRules
from gate_service.handoffs import read
from gate_service.ledger.journal import Journal
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.standing import Standing
from gate_service.reconcile.comparing import Comparer
from gate_service.reconcile.comparison import Needs
from gate_service.reconcile.records import RedisRecords
from gate_service.reconcile.rows import RedisRows
from gate_service.settings import Settings
from gate_service.store.store import Store

OWN: Final = Call(method="reconcile", own=True)
"""What the process asks for by itself: its operation ids begin with "~"."""


@dataclass(frozen=True)
class Means:
    """What the parts of the process are built of."""

    settings: Settings
    store: Store
    records: RedisRecords
    ledger: RedisLedger
    journal: Journal
    standing: Standing
    archive: Archive | None
    handoffs: Handoffs

    def in_force(self) -> HandoffMap | None:
        """Give the map in force; None where there is none."""
        return self.handoffs.in_force

    def rules(self) -> ReconcileRules:
        """Give what the map in force says of reconciliation; the defaults where there is none."""
        return self.handoffs.in_force.reconcile if self.handoffs.in_force else ReconcileRules()

    def counting(self) -> CountRules:
        """Give what the map says of counting."""
        return self.rules().counting

    def policy(self) -> Policy:
        """Give what counts for the operations that the process asks for."""
        return self.handoffs.policy


class Parts(NamedTuple):
    """What the process does besides comparing."""

    observers: list[Observer]
    """Learn from each entry of each ledger."""
    tickers: list[Ticker]
    """Do what is due by the clock."""
    in_doubt: Callable[[str], bool]
    """Whether what is known of a location in memory is to be read anew."""


def parts(means: Means) -> Parts:
    """Put together who learns from the ledgers, and who looks at the clock; nothing connects yet."""
    watching = Watching(means.records, means.ledger, means.in_force)
    trends = Trends(means.records, means.in_force)
    counting = CountLearning(means.records, means.counting)
    observers: list[Observer] = [watching, trends, counting, DayBook(means.records)]
    tickers: list[Ticker] = [
        watching,
        trends,
        FeedsWatched(means.records, means.ledger, means.in_force),
        MirrorsWatched(means.records, means.in_force),
        ClosedFindingsLeave(means.records),
        Corrections(means.records, means.ledger, means.rules, means.policy),
        CountWishes(means.records, counting, means.counting),
        CountTurns(means.records, lambda: counting.places, means.counting),
        CountPlanning(means.records, counting, means.counting, KnownItems(means.store)),
        HandoffsHold(means.records),
        ClosedLeave(means.records),
        SnapshotsLeave(means.records),
        FeedBook(means.records, means.ledger),
        _buffer_making(means),
    ]
    return Parts(observers, tickers, watching.in_doubt)


def _buffer_making(means: Means) -> BufferMaking:
    evidence = BufferEvidence(means.records, means.ledger, means.standing)
    classes = SkuClasses(Catalog(RedisItems(means.store), Gs1Codes()))
    return BufferMaking(means.records, evidence, means.ledger, classes.all, means.in_force)


def archived(means: Means) -> ArchivedEntries | None:
    """Give what was trimmed from the store; None where no archive was named."""
    return ArchivedEntries(means.archive, means.journal) if means.archive else None


def comparer(means: Means, on_trouble: Callable[[str, str | None], None]) -> Comparer:
    """Put together who compares; nothing connects yet."""
    items = KnownItems(means.store)
    needs = Needs(
        records=means.records,
        stock=Stock(means.standing, means.ledger),
        ledger=StoreAndArchive(means.store, means.ledger, means.journal, means.archive),
        rows=RedisRows(means.store),
        recorder=Recorder(means.records, means.in_force, items),
        rules=means.rules,
        items=items,
    )
    return Comparer(needs, on_trouble)


@asynccontextmanager
async def means(settings: Settings, archive_url: str = "") -> AsyncIterator[Means]:
    """Open what the process works on and close it at the end; nothing connects yet. Raises as `open_tools` does."""
    async with open_tools(settings, archive_url) as tools:
        ledger = RedisLedger.connect(
            settings.redis_url, timeout_ms=settings.store_timeout_ms, promise=settings.durability
        )
        try:
            yield _means(settings, tools, ledger)
        finally:
            await ledger.close()


def _means(settings: Settings, tools: Tools, ledger: RedisLedger) -> Means:
    buffers = {channel: Buffer(units) for channel, units in settings.buffers.items()}
    defaults = Policy(settings.safety_stock, buffers, settings.quarantine)
    return Means(
        settings=settings,
        store=tools.store,
        records=RedisRecords(tools.store),
        ledger=ledger,
        journal=tools.journal,
        standing=tools.standing,
        archive=tools.archive,
        handoffs=Handoffs(ledger, read, defaults, lambda _: None),
    )
