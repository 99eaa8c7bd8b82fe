"""Audits a location's ledger against the stock it claims to explain: one pass, entry by entry, nothing but arithmetic.

    audit = Audit(acknowledged={"checkout-17": 4})
    for entry in entries:          # by revision, with their canonical texts
        audit.add(entry)
    report = audit.finish(levels)  # every SKU of the location, as listed

Holds one row for each SKU and one id for each operation, and no entry. The entries and the levels must be of the same
moment: list the stock while nobody writes, and read the ledger up to the revision that the list names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gate_service.domain.audit_checks import CheckResult, ChecksOfEntries, Finding
from gate_service.domain.audit_stock import ChecksOfStock
from gate_service.domain.audit_supply import SupplyWatch
from gate_service.domain.entries import Entry
from gate_service.domain.stock import StockLevel

__all__ = ["Audit", "AuditReport", "CheckResult", "Finding"]


class AuditReport(NamedTuple):
    """What was found. `entries` is how many were read, `oversold` the units that left though they were never there."""

    entries: int
    results: tuple[CheckResult, ...]
    oversold: int
    overpromised: int

    @property
    def ok(self) -> bool:
        """Say whether every check held on every entry."""
        return all(result.ok for result in self.results)

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        """Give the checks that did not hold."""
        return tuple(result for result in self.results if not result.ok)


class Audit:
    """One audit of one location. `acknowledged` maps the operation ids a caller was answered to the revisions named."""

    def __init__(self, acknowledged: Mapping[str, int] | None = None) -> None:
        """Begin before revision 1."""
        self._of_entries = ChecksOfEntries(acknowledged or {})
        self._of_stock = ChecksOfStock()
        self._supply = SupplyWatch()
        self._entries = 0

    def add(self, entry: Entry) -> None:
        """Take the next entry as the ledger lists it."""
        self._entries += 1
        self._of_entries.add(entry)
        self._of_stock.add(entry)
        self._supply.add(entry)

    def finish(self, levels: Iterable[StockLevel]) -> AuditReport:
        """Compare what the entries add up to with the listed stock, and give the findings. Call it once."""
        results = (*self._of_entries.finish(), *self._of_stock.finish(levels), *self._supply.finish())
        return AuditReport(self._entries, results, self._supply.oversold, self._supply.overpromised)
