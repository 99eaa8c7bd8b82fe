"""Ledgers outside the store: sealed segments in a folder or an object store. docs/archive.md describes the form."""

from gate_service.archive.errors import ArchiveError, Divergence, NotReachable, UnknownLocation
from gate_service.archive.paths import LostBranch, Stretch
from gate_service.archive.reader import Archive
from gate_service.archive.segment import ArchivedEntry, Segment

__all__ = [
    "Archive",
    "ArchiveError",
    "ArchivedEntry",
    "Divergence",
    "LostBranch",
    "NotReachable",
    "Segment",
    "Stretch",
    "UnknownLocation",
]
