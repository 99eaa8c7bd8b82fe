"""What comparing needs of the record: the stock as it stands, and the ledger by which it came to stand so.

Both are given by whoever puts the process together: this layer knows no ledger and no archive.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import NamedTuple, Protocol

from gate_service.domain.cases import Delivery
from gate_service.domain.entries import Entry
from gate_service.domain.journal import JournalEntry
from gate_service.domain.stock import StockPage


class NotKept(Exception):
    """A part of the ledger is nowhere to be had. The text says which, and what to do."""


class MovedMeanwhile(Exception):
    """Entries that were to be had a moment ago are somewhere else by now: look again."""


class Reach(NamedTuple):
    """Which entries of a location can be had, in the store or in an archive."""

    first: int
    last: int
    """The newest; 0 where there is none."""
    last_at_ms: int
    fenced: bool = False
    """Its history is in doubt: nothing is compared with it."""
    epoch: int = 1


class StockPages(Protocol):
    """The stock. Raises `Unavailable` where the store is away."""

    def stock(self, location_id: str) -> AsyncGenerator[StockPage, None]:
        """Give all SKUs in byte order, a page at a time, each as of its own revision."""
        ...

    def some(self, location_id: str, skus: Sequence[str]) -> AsyncGenerator[StockPage, None]:
        """Give only these SKUs, which are in byte order, in the same way."""
        ...


class LedgerPages(Protocol):
    """The ledger. Methods raise `Unavailable` where the store is away, `NotKept` where the archive is, or lacks it.

    `MovedMeanwhile` where entries were trimmed since `reach` was asked last.
    """

    async def reach(self, location_id: str) -> Reach:
        """Say what can be had."""
        ...

    def pages(self, location_id: str, from_revision: int, through: int) -> AsyncGenerator[Sequence[JournalEntry], None]:
        """Give a range of entries in order, some at a time."""
        ...

    async def one(self, location_id: str, revision: int) -> JournalEntry:
        """Give one entry."""
        ...

    async def deliveries(self, location_id: str, limit: int) -> Sequence[Delivery]:
        """Give the newest deliveries that were not simply new and in order."""
        ...

    def typed(self, entry: JournalEntry) -> Entry:
        """Read the texts of an entry. Raises ValueError, KeyError or TypeError where nobody knows their form."""
        ...


class Hints(NamedTuple):
    """What the catalog says of a SKU that may explain a difference."""

    factors: tuple[int, ...] = ()
    """Base units in each of its packs."""
    relatives: tuple[str, ...] = ()
    """Other codes of it."""


class ItemHints(Protocol):
    """Knows the items."""

    async def hints(self, skus: Sequence[str]) -> Mapping[str, Hints]:
        """Give what is known of some SKUs; those of which nothing is known may be left out."""
        ...


class Moment(NamedTuple):
    """The entry with which a snapshot is compared; revision 0 where there was none yet."""

    revision: int
    at_ms: int
    """The time that was told, else that of the entry."""


async def moment_of(ledger: LedgerPages, location_id: str, reach: Reach, as_of_revision: int, as_of_ms: int) -> Moment:
    """Find the entry: the one that is named, else the newest that is not after the time. Raises `NotKept`."""
    if as_of_revision:
        if as_of_revision > reach.last:
            raise NotKept(
                f"It is as of revision {as_of_revision} of {location_id}, whose ledger ends at {reach.last}: has the "
                "location been recovered since? Tell it anew, as of a time."
            )
        _see(location_id, reach, as_of_revision, f"revision {as_of_revision}")
        at = max(as_of_revision, reach.first)
        told = (await ledger.one(location_id, at)).at_ms if at <= reach.last else reach.last_at_ms
        return Moment(as_of_revision, told)
    if as_of_ms >= reach.last_at_ms:
        return Moment(reach.last, as_of_ms)
    low = await newest_until(ledger, location_id, reach, as_of_ms)
    if low == reach.first - 1:
        _see(location_id, reach, low - 1 if low else 0, f"a time ({as_of_ms} ms) before")
    return Moment(low, as_of_ms)


async def newest_until(ledger: LedgerPages, location_id: str, reach: Reach, at_ms: int) -> int:
    """Find the newest entry that is not after a time; the revision before the first that is to be had where none is."""
    low, high = reach.first - 1, reach.last
    while low < high:  # low is not after the time, all beyond high is
        middle = (low + high + 1) // 2
        if (await ledger.one(location_id, middle)).at_ms <= at_ms:
            low = middle
        else:
            high = middle - 1
    return low


def _see(location_id: str, reach: Reach, revision: int, what: str) -> None:
    """See that the balance at a revision can be told: all entries behind it are there. Raises `NotKept`."""
    if revision < reach.first - 1:
        raise NotKept(
            f"It is as of {what} what is left of the ledger of {location_id}, which begins at revision {reach.first}: "
            "give `gate reconcile` the archive that has the rest, with --archive URL, and tell it anew."
        )
