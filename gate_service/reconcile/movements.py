"""What moved the SKUs that differ, and what else moved lately: the evidence that a comparison goes by."""

from __future__ import annotations

import json
import zlib
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from gate_service.domain.cases import Delivery
from gate_service.domain.entries import Entry
from gate_service.domain.journal import JournalEntry
from gate_service.domain.reconcile.causes import Movement
from gate_service.domain.vocabulary import Bucket, DeliveryVerdict
from gate_service.reconcile.source import LedgerPages

MOVEMENTS_KEPT: Final = 200
"""Of one SKU, the newest; fewer where many SKUs differ."""
_MOVEMENTS_MAX: Final = 1_000_000
"""Of all SKUs: some 300 MB."""
_LEAST_KEPT: Final = 20
LATER_KEPT: Final = 20
"""Of one SKU, the first after the snapshot's moment."""
_SAMPLED_MAX: Final = 20_000
"""SKUs by which it is told how far a mirror is behind."""
_STEPS_MAX: Final = 500_000
"""Of all of these."""
_SAMPLED_LEAST: Final = 4
_FEW: Final = 8
"""So many SKUs are looked for in an entry's text before it is read, which saves most of the work."""
_GAP: Final = 30
"""Entries that are read though nobody needs them, rather than to ask once more."""


class Step(NamedTuple):
    """What one entry did to one SKU."""

    revision: int
    at_ms: int
    changes: Mapping[Bucket, int]


class Past:
    """Reads the entries up to the snapshot's moment, in order."""

    def __init__(self, ledger: LedgerPages, differing: frozenset[str], recent_from_ms: int) -> None:
        """Ask for all movements of the SKUs that differ, and those of a fair part of all SKUs since a time."""
        self._ledger = ledger
        self._differing = differing
        self._recent_from_ms = recent_from_ms
        self._names = [f'"{sku.partition("/")[0]}' for sku in differing] if len(differing) <= _FEW else None
        self._kept_of_each = min(MOVEMENTS_KEPT, max(_LEAST_KEPT, _MOVEMENTS_MAX // max(1, len(differing))))
        self._mask = 0
        self._step_count = 0
        self.movements: Final[dict[str, deque[Movement]]] = {}
        self.steps: Final[dict[str, list[Step]]] = {}
        """By SKU, those that differ among them: the movements since that time."""

    def read(self, entries: Iterable[JournalEntry]) -> None:
        """Take some entries."""
        for entry in entries:
            recent = entry.at_ms >= self._recent_from_ms
            if len(entry.changes) <= len("{}") or not (recent or self._may_name(entry.changes)):
                continue
            changes: dict[str, dict[Bucket, int]] = json.loads(entry.changes) or {}
            typed: Entry | None = None
            for sku, moved in changes.items():
                if recent and self._sampled(sku):
                    self.steps.setdefault(sku, []).append(Step(entry.revision, entry.at_ms, moved))
                    self._step_count += 1
                if sku in self._differing:
                    typed = typed or header(self._ledger, entry)
                    kept = self.movements.setdefault(sku, deque(maxlen=self._kept_of_each))
                    kept.append(movement(entry, typed, moved))
            if len(self.steps) > _SAMPLED_MAX or self._step_count > _STEPS_MAX:
                self._thin_out()

    def _may_name(self, text: str) -> bool:
        return self._names is None or any(name in text for name in self._names)

    def _sampled(self, sku: str) -> bool:
        return not self._mask or zlib.crc32(sku.encode()) & self._mask == 0

    def _thin_out(self) -> None:
        """Go by half of the SKUs from now on, whichever they are: those that differ as well as those that agree."""
        while len(self.steps) > _SAMPLED_MAX // 2 or (
            self._step_count > _STEPS_MAX // 2 and len(self.steps) > _SAMPLED_LEAST
        ):
            self._mask = self._mask * 2 + 1
            for sku in [each for each in self.steps if not self._sampled(each)]:
                self._step_count -= len(self.steps.pop(sku))


def header(ledger: LedgerPages, entry: JournalEntry) -> Entry:
    """Read who asked for what, without what came of it: of a receipt of a thousand lines that is most of the work."""
    return ledger.typed(entry._replace(reply="{}", changes="{}"))


def movement(entry: JournalEntry, typed: Entry, changes: Mapping[Bucket, int]) -> Movement:
    """Give an entry as it moved one SKU."""
    source = typed.source
    own = '"own":true' in entry.envelope
    return Movement(
        entry.revision,
        entry.at_ms,
        typed.kind,
        changes,
        system=source.system if source and source.system else "" if own else typed.system,
        operation_id=typed.operation_id,
        order_id=typed.order_id,
        document_id=source.document if source and source.document else typed.document_id,
        feed_number=source.number if source else 0,
    )


async def later(
    ledger: LedgerPages, location_id: str, wanted: Mapping[str, Sequence[int]]
) -> dict[str, list[Movement]]:
    """Give the entries of some SKUs by their revisions."""
    of_revision: dict[int, list[str]] = {}
    for sku, revisions in wanted.items():
        for revision in revisions:
            of_revision.setdefault(revision, []).append(sku)
    found: dict[str, list[Movement]] = {}
    for first, last in _runs(sorted(of_revision)):
        async for page in ledger.pages(location_id, first, last):
            for entry in page:
                if entry.revision in of_revision:
                    typed, changes = header(ledger, entry), json.loads(entry.changes)
                    for sku in of_revision[entry.revision]:
                        found.setdefault(sku, []).append(movement(entry, typed, changes[sku]))
    return found


def repeated(movements: Iterable[Movement], deliveries: Iterable[Delivery]) -> list[Movement]:
    """Write down how often the event of each movement was told again and absorbed."""
    times = Counter(each.revision for each in deliveries if each.verdict is DeliveryVerdict.ABSORBED)
    return [each._replace(repeats=times[each.revision]) if each.revision in times else each for each in movements]


def _runs(revisions: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for revision in revisions:
        if runs and revision - runs[-1][1] <= _GAP:
            runs[-1] = (runs[-1][0], revision)
        else:
            runs.append((revision, revision))
    return runs
