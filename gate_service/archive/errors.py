"""What is wrong with an archive, in one sentence that a person can act on."""

from __future__ import annotations


class ArchiveError(Exception):
    """The archive cannot be used as it is. The text says why, and what to do."""


class NotReachable(ArchiveError):
    """The folder or the object store cannot be read or written now. The same again may succeed."""


class UnknownLocation(ArchiveError):
    """Neither store nor archive has an entry of a location: its name may be misspelt, or all of it lost."""

    def __init__(self, location_id: str, where: str) -> None:
        """Name it. `where` is where was looked."""
        super().__init__(f"{location_id} is not known: {where} an entry of it. Is it spelt so?")
        self.location_id = location_id


class Divergence(ArchiveError):
    """Something is not what it must be: the first entry at which that shows, what was expected and what was found."""

    def __init__(self, location_id: str, revision: int, expected: str, found: str, where: str) -> None:
        """Name the entry. `where` is the segment, or the part of the store, that does not agree."""
        super().__init__(f"{location_id} at revision {revision}: expected {expected}, found {found}; {where}")
        self.location_id = location_id
        self.revision = revision
        self.expected = expected
        self.found = found
        self.where = where
