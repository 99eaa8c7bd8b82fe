"""What a verification found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Finding(NamedTuple):
    """Something that is not what it must be, and the entry at which that shows first."""

    location_id: str
    revision: int
    check: str
    expected: str
    found: str


@dataclass
class Report:
    """What was looked at at one location, and what was found."""

    location_id: str
    revision: int = 0
    """Up to which entry."""
    entries: int = 0
    archived: int = 0
    """How many of them the archive has."""
    compared: int = 0
    """How many stand in the archive and in the store, and were held against each other."""
    skus: int = 0
    """Rows of stock that were held against the sum of the entries."""
    markers: int = 0
    """Markers of operations that were held against the entries they name."""
    claims: int = 0
    """Orders, documents, quotas and holds that were added up and held against the stock."""
    findings: list[Finding] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    """What could not be looked at, and why."""
    notes: list[str] = field(default_factory=list)
    """What is in order and worth knowing."""
    stopped: str = ""
    """Why it came to no end, where it did not."""

    @property
    def ok(self) -> bool:
        """Say whether all was looked at that can be, and nothing was found."""
        return not self.findings and not self.stopped

    @property
    def first(self) -> Finding | None:
        """Give the finding at the oldest entry."""
        return min(self.findings, key=lambda each: each.revision, default=None)

    def add(self, revision: int, check: str, expected: object, found: object) -> None:
        """Take one finding."""
        self.findings.append(Finding(self.location_id, revision, check, str(expected), str(found)))
