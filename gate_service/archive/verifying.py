"""Verifies a location from its first entry on: the archive, the ledger, and what stands in the store against both.

Gates may go on writing: the stock is read in pages, each as of its own revision, and held against the sum of all
entries up to that one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Any, Final

from gate_service.archive.balance import Buckets, Summing
from gate_service.archive.claims import ClaimsCheck
from gate_service.archive.errors import Divergence
from gate_service.archive.findings import Report
from gate_service.archive.history import History
from gate_service.archive.reader import Archive
from gate_service.archive.state import Markers, State
from gate_service.domain.audit_checks import ChecksOfEntries
from gate_service.domain.audit_stock import ChecksOfStock
from gate_service.domain.entries import Entry
from gate_service.domain.journal import JournalEntry, UnreadableState
from gate_service.domain.stock import StockLevel, StockPage
from gate_service.domain.vocabulary import Bucket

HISTORY: Final = "archive and ledger are one sound chain"
STOCK: Final = "the stock is the sum of all entries"
MARKERS: Final = "each operation has its marker"
STATE: Final = "what stands there can be read"
_FINGERPRINT: Final = 20
_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError)


class Verification:
    """One verification of one location. `on_entries` hears how many entries were read, of how many."""

    def __init__(
        self,
        location_id: str,
        archive: Archive | None,
        source: Markers,
        state: State,
        on_entries: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> None:
        """Keep it all; nothing is read yet."""
        self.report: Final = Report(location_id)
        self._location_id = location_id
        self._archive = archive
        self._source = source
        self._state = state
        self._on_entries = on_entries
        self._history = History(location_id, archive, source)
        self._summing = Summing()
        self._touched: dict[str, int] = {}
        # Not what left though it was never there: a parcel is a fact, and its surplus is written down as one.
        self._audits = (ChecksOfEntries({}), ChecksOfStock())
        self._trimmed = 0
        self._forgotten = 0
        self._ids: list[str] = []
        self._told_events: set[int] = set()

    async def run(self) -> Report:
        """Look at everything, and give what was found. Raises as the store and the archive do where they are away."""
        extent = await self._source.extent(self._location_id)
        self._trimmed, self._forgotten = extent.trimmed, await self._source.forgotten(self._location_id)
        if extent.fence:
            self.report.notes.append("the location is fenced")
        pages = await self._stock_pages()
        through = max([extent.position.revision, *(page.revision for page in pages)])
        if await self._read_history(through, pages):
            self._finish_audit()
            await self._check_markers_back()
        try:
            await ClaimsCheck(self._source, self._state, self.report, self._touched).run()
        except UnreadableState as error:
            self.report.unchecked.append(f"claims: {error}")
        self._tell_of_lost()
        return self.report

    async def _stock_pages(self) -> list[StockPage]:
        try:
            return [page async for page in self._state.stock(self._location_id)]
        except UnreadableState as error:
            self.report.add(0, STATE, "rows of stock", error.what)
            return []

    async def _read_history(self, through: int, pages: Sequence[StockPage]) -> bool:
        """Read archive and ledger to the end; False where they are not one history."""
        waiting = _by_revision(pages)
        try:
            async with aclosing(self._history.pages(compare=True)) as found:
                async for entries in found:
                    known = [(each, self._typed(each)) for each in entries if each.revision <= through]
                    for entry, typed in known:
                        self._take(entry, typed)
                        for first, page in waiting.pop(entry.revision, ()):
                            self._compare_stock(first, page)
                    await self._check_markers(known)
                    self._on_entries(self.report.entries, through)
        except Divergence as error:
            self.report.add(error.revision, HISTORY, error.expected, f"{error.found}; {error.where}")
        self.report.archived, self.report.compared = self._history.archived, self._history.compared
        if waiting:
            self.report.unchecked.append(f"{STOCK}: the history is not sound up to revision {min(waiting)}")
        return self.report.revision >= through

    def _typed(self, entry: JournalEntry) -> Entry | None:
        try:
            return self._source.typed(entry)
        except _UNREADABLE as error:
            self.report.add(entry.revision, STATE, "an entry that this gate understands", type(error).__name__)
            return None

    def _take(self, entry: JournalEntry, typed: Entry | None) -> None:
        """Take one entry that the chain has proven."""
        for sku in self._summing.add(entry):
            self._touched[sku] = entry.revision
        self.report.revision = entry.revision
        self.report.entries += 1
        operation_id = typed.operation_id if typed else ""
        if typed and entry.revision <= self._forgotten:  # such an id may be used again
            typed = typed._replace(operation_id=f"{operation_id} ({entry.revision})")
        if typed:
            for audit in self._audits:
                audit.add(typed)
        if entry.revision > self._trimmed:
            self._ids.append(operation_id)
            if typed and typed.source:
                self._told_events.add(entry.revision)

    def _compare_stock(self, first: str, page: StockPage) -> None:
        """Hold a page of stock against what the entries up to its revision come to."""
        listed = {level.sku: level for level in page.levels}
        in_page = {
            sku for sku in self._summing.stock if first < sku and (not page.next_after or sku <= page.next_after)
        }
        for sku in sorted(in_page | listed.keys()):
            self.report.skus += 1
            level, summed = listed.get(sku, StockLevel(sku)), self._summing.stock.get(sku, {})
            for bucket in Bucket:
                stands, wanted = getattr(level, bucket), summed.get(bucket, 0)
                if stands != wanted:
                    at = self._touched.get(sku, page.revision)
                    self.report.add(at, STOCK, f"{wanted} {bucket} of {sku}", f"{stands}")

    async def _check_markers(self, entries: Sequence[tuple[JournalEntry, Entry | None]]) -> None:
        """See that the marker of each operation names its entry, as far as markers are kept."""
        wanted = [(entry, typed) for entry, typed in entries if typed and entry.revision > self._forgotten]
        found = await self._source.markers(self._location_id, [typed.operation_id for _, typed in wanted])
        for entry, typed in wanted:
            self.report.markers += 1
            marker = found.get(typed.operation_id)
            right = str(entry.revision) if entry.revision <= self._trimmed else marker_of(typed.kind, entry)
            if marker != right and not await self._trimmed_meanwhile(entry, marker):
                expected = f"the marker {right} of operation {typed.operation_id}"
                self.report.add(entry.revision, MARKERS, expected, marker or "none")

    async def _trimmed_meanwhile(self, entry: JournalEntry, marker: str | None) -> bool:
        if marker not in (None, str(entry.revision)):
            return False
        if marker is None:
            return await self._source.forgotten(self._location_id) >= entry.revision
        return (await self._source.extent(self._location_id)).trimmed >= entry.revision

    async def _check_markers_back(self) -> None:
        """See that each marker names an entry of its operation, or of the event for which it stands."""
        async for operation_id, marker in self._state.markers(self._location_id):
            revision_text, _, rest = marker.partition(" ")
            revision = int(revision_text) if revision_text.isdecimal() else 0
            place = revision - self._trimmed - 1
            if revision and (place < 0 or place >= len(self._ids)):
                continue  # of an entry that is trimmed, or that came since
            absorbed = rest.endswith(" a")
            fits = revision in self._told_events if absorbed else revision and self._ids[place] == operation_id
            if not fits:
                self.report.add(revision, MARKERS, f"an entry of operation {operation_id}", f"the marker {marker}")

    def _finish_audit(self) -> None:
        levels = [_level(sku, row) for sku, row in self._summing.stock.items()]
        of_entries, of_stock = self._audits
        for result in (*of_entries.finish(), *of_stock.finish(levels)):
            if result.first:
                what = f"{result.first.what} ({result.violations} times)"
                self.report.add(result.first.revision, f"{result.name} ({result.invariant})", "so", what)

    def _tell_of_lost(self) -> None:
        for lost in self._archive.lost(self._location_id) if self._archive else ():
            self.report.notes.append(
                f"revisions {lost.first} to {lost.last} of history {lost.history} were lost, and given up by a recovery"
            )


def marker_of(kind: str, entry: JournalEntry) -> str:
    """Give the marker that an operation's entry leaves behind (form: docs/store.md)."""
    digest = hashlib.sha1(f"{kind}\n{entry.body}".encode(), usedforsecurity=False).hexdigest()
    return f"{entry.revision} {digest[:_FINGERPRINT]}"


def _by_revision(pages: Sequence[StockPage]) -> dict[int, list[tuple[str, StockPage]]]:
    """Give the pages by the revision as of which they are, each with the SKU behind which it begins."""
    found: dict[int, list[tuple[str, StockPage]]] = {}
    first = ""
    for page in pages:
        found.setdefault(page.revision, []).append((first, page))
        first = page.next_after
    return found


def _level(sku: str, row: Buckets) -> StockLevel:
    figures: dict[str, Any] = {bucket.value: row[bucket] for bucket in Bucket}
    return StockLevel(sku, **figures)
