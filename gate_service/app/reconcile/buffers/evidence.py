"""What is known of how far the record of a location can be trusted, by class of SKU."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Final, Protocol

from gate_service.app.ports import Call
from gate_service.app.reconcile.findings.sources import Feeds
from gate_service.app.reconcile.ports import Collection as Records_
from gate_service.app.reconcile.ports import Kept, Records
from gate_service.app.reconcile.reporting import days as day_book
from gate_service.app.reconcile.walking import every
from gate_service.domain.errors import Refused
from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.reconcile.buffers import Evidence, Look, Stale, look_at_count, look_at_variance
from gate_service.domain.reconcile.days import Day, What, day_of
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.domain.reconcile.records import Mirror, Snapshot, SnapshotState, Variance
from gate_service.domain.roles import Role
from gate_service.domain.stock import StockPage

WINDOW_DAYS: Final = 60
"""What is older says little of how it is now."""
RATE_DAYS: Final = 7
LOOKED_AT_MAX: Final = 50_000
"""Variances that are looked at for one location, the newest first."""
_CALL: Final = Call(method="reconcile", own=True)
_SEES_SHELVES: Final = frozenset({Role.WAREHOUSE, Role.LOGISTICS})


class StockPages(Protocol):
    """The stock, page by page. Raises `Unavailable`."""

    def stock(self, location_id: str) -> AsyncIterator[StockPage]:
        """Give all SKUs in byte order."""
        ...


@dataclass(slots=True)
class _Class:
    skus: int = 0
    counts: list[Look] = field(default_factory=list)
    reports: list[Look] = field(default_factory=list)


class BufferEvidence:
    """Gathers it from days, snapshots, variances, mirrors, feeds and the stock."""

    def __init__(self, records: Records, feeds: Feeds, stock: StockPages) -> None:
        """Keep them; nothing is read."""
        self._records = records
        self._feeds = feeds
        self._stock = stock

    async def of(
        self, location_id: str, classes: Mapping[str, str], handoffs: HandoffMap, now_ms: int
    ) -> dict[str, Evidence]:
        """Give it by class; "" is always there. Raises `Unavailable`."""
        found: dict[str, _Class] = {"": _Class()}
        sellable = await self._count_skus(location_id, classes, found)
        days = await self._days(location_id, now_ms)
        for day in days:
            for each in day.counts:
                look = look_at_count(each.counted, each.expected)
                if look:
                    found.setdefault(classes.get(each.sku, ""), _Class()).counts.append(look)
        await self._reports(location_id, classes, handoffs, now_ms, found)
        since = day_of(now_ms - RATE_DAYS * DAY_MS)
        recent = [day for day in days if day.day > since]
        units = sum(day.get(What.ORDER_UNITS) for day in recent)
        stale_ms, system = await self._behind(location_id, handoffs, now_ms)
        stale = Stale(stale_ms, system, units // max(1, len(recent)), sellable)
        return {abc: Evidence(one.counts, one.reports, stale) for abc, one in found.items()}

    async def _count_skus(self, location_id: str, classes: Mapping[str, str], found: dict[str, _Class]) -> int:
        sellable = 0
        async for page in self._stock.stock(location_id):
            for level in page.levels:
                found.setdefault(classes.get(level.sku, ""), _Class()).skus += 1
                sellable += max(0, level.available)
        return sellable

    async def _days(self, location_id: str, now_ms: int) -> list[Day]:
        page = await self._records.page(Records_.DAYS, day_book.at(location_id), WINDOW_DAYS, descending=True)
        since = day_of(now_ms - WINDOW_DAYS * DAY_MS)
        return [day for day in (load(Day, kept.text) for kept in page.records) if day.day > since]

    async def _reports(
        self, location_id: str, classes: Mapping[str, str], handoffs: HandoffMap, now_ms: int, found: dict[str, _Class]
    ) -> None:
        """Add what warehouses reported: the differences one by one, and how often there was none."""
        since_ms = now_ms - WINDOW_DAYS * DAY_MS
        systems = {name for name, each in handoffs.systems.items() if each.role in _SEES_SHELVES}
        compared = 0
        async for kept in self._newest(Records_.SNAPSHOTS, f"at {location_id}"):
            snapshot = load(Snapshot, kept.text)
            if snapshot.begun_at_ms < since_ms:
                break
            fits = snapshot.system in systems and snapshot.state is SnapshotState.COMPARED
            if fits and snapshot.result and not snapshot.result.late:
                compared += snapshot.result.compared_count
        if not compared:
            return
        await self._differences(location_id, classes, systems, since_ms, found)
        skus = sum(each.skus for each in found.values())
        for each in found.values():
            agreed = compared * each.skus // max(1, skus) - sum(look.weight for look in each.reports)
            if agreed > 0:
                each.reports.append(Look(0, agreed))

    async def _differences(
        self,
        location_id: str,
        classes: Mapping[str, str],
        systems: Collection[str],
        since_ms: int,
        found: dict[str, _Class],
    ) -> None:
        looked_at = 0
        async for kept in self._newest(Records_.VARIANCES, "all"):
            variance, looked_at = load(Variance, kept.text), looked_at + 1
            if variance.opened_at_ms < since_ms or looked_at > LOOKED_AT_MAX:
                return
            if variance.location_id != location_id or variance.system not in systems:
                continue
            look = look_at_variance(variance)
            if look:
                abc = classes.get(variance.sku, variance.abc)
                found.setdefault(abc, _Class()).reports.append(look)

    async def _behind(self, location_id: str, handoffs: HandoffMap, now_ms: int) -> tuple[int, str]:
        """Give how far behind the last of them is, and who: mirrors by their usual lag, feeds beyond their cadence."""
        behind = [(0, "")]
        async for kept in self._newest(Records_.MIRRORS, "all"):
            mirror = load(Mirror, kept.text)
            if mirror.location_id == location_id and mirror.lags_ms:
                behind.append((int(median(mirror.lags_ms)), mirror.system))
        try:
            answer = await self._feeds.feeds(location_id, _CALL)
        except Refused:
            return max(behind)
        for feed in answer.feeds:
            system = handoffs.systems.get(feed.system)
            cadence_ms = system.feed.cadence_ms if system else 0
            if cadence_ms and now_ms - feed.newest_at_ms > cadence_ms:
                behind.append((now_ms - feed.newest_at_ms, feed.system))
        return max(behind)

    def _newest(self, collection: Records_, index: str) -> AsyncIterator[Kept]:
        return every(self._records, collection, index, descending=True)


Handoffs = Callable[[], HandoffMap | None]
