"""What the use cases of the catalog need of the world, as Protocols.

Any method raises `Unavailable` with STORE_UNAVAILABLE or OUTCOME_UNKNOWN. Whatever they do may be done again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from gate_service.app.ports import Call
from gate_service.domain.imports import (
    CatalogPointer,
    Import,
    ImportMode,
    Merge,
    Part,
    Row,
    RowError,
    UnknownItem,
)
from gate_service.domain.items import Item, Written


class Found(NamedTuple):
    """What some identifiers may mean; nothing where another catalog is in force than the one asked for: `pointer`.

    `items` by SKU, `codes` by key: (SKU, unit).
    """

    pointer: CatalogPointer
    items: Mapping[str, Item]
    codes: Mapping[str, tuple[str, str]]


class ItemPage(NamedTuple):
    """Some items, and where to go on; "" after the last."""

    items: Sequence[Item]
    next_token: str


class ItemStore(Protocol):
    """The catalog in force."""

    async def current(self) -> CatalogPointer:
        """Say which catalog is in force."""
        ...

    async def find(self, pointer: CatalogPointer, identifiers: Sequence[Written]) -> Found:
        """Look identifiers up in the catalog that the pointer names."""
        ...

    async def page(self, pointer: CatalogPointer, token: str, size: int) -> ItemPage:
        """Read some items of it, in no particular order. Raises `InvalidField` for a token that no page gave."""
        ...

    async def collect(self, pointer: CatalogPointer) -> None:
        """Throw away the generations before it that nobody reads any more."""
        ...


class ImportStore(Protocol):
    """Imports that are staged."""

    async def begin(self, import_id: str, mode: ImportMode) -> Import:
        """Open an import, or give the one of this name as it stands."""
        ...

    async def load(self, import_id: str) -> Import | None:
        """Give an import; None where there is none of this name, or it was forgotten."""
        ...

    async def stage(
        self,
        import_id: str,
        part: Part,
        rows: Sequence[tuple[int, Row]],
        faults: Sequence[tuple[int, RowError]],
    ) -> Part | None:
        """Stage a part, its rows and faults by their place in the import; give the part that stands there already.

        None where it is staged now. Raises `Refused` with IMPORT_NOT_FOUND or IMPORT_NOT_OPEN.
        """
        ...

    async def parts(self, import_id: str) -> list[Part]:
        """Name the parts that are staged, by number."""
        ...

    async def errors(self, import_id: str, start: int, end: int, limit: int) -> list[tuple[int, RowError]]:
        """Give rows that are wrong, from one place in the import up to another, by place."""
        ...

    async def merges(self, import_id: str) -> list[Merge]:
        """Give the first SKUs that became an alias with an import."""
        ...

    async def abort(self, import_id: str) -> Import | None:
        """Throw away what is staged; give what is left. An import that is in force stays so."""
        ...


class Committer(Protocol):
    """Puts imports in force."""

    async def commit(self, import_: Import, part_count: int, call: Call, *, skip_bad_rows: bool) -> None:
        """Check an import and put it in force, or note what is wrong with it; the import tells which.

        The system and the actor of the call stand in the ledgers with what it merges. Only one is put in force at a
        time, by one gate. Returns at once where another gate is at it. Told to end in the middle, it leaves the catalog
        as it was.
        """
        ...


class UnknownStore(Protocol):
    """The list of identifiers that nobody knows."""

    async def note(self, uses: Sequence[UnknownUse]) -> None:
        """Add some uses. The least used leave the list where it grows too long."""
        ...

    async def page(self, offset: int, size: int) -> tuple[Sequence[UnknownItem], int]:
        """Give some of them, the most used first, and how many there are."""
        ...

    async def forget(self, identifiers: Sequence[str] | None) -> int:
        """Take some off the list, or all with None; give how many were on it."""
        ...


class UnknownUse(NamedTuple):
    """How often an identifier was used since the last time that was told, and by whom last."""

    identifier: str
    use_count: int
    system: str
    location_id: str


class PendingMerges(NamedTuple):
    """A generation with aliases that have not all been looked for in the ledgers.

    With its age in ms, and the system and the actor who put it in force.
    """

    generation: str
    age_ms: int
    system: str
    actor: str


class MergeStore(Protocol):
    """Aliases whose stock may still stand under their own name, in some ledger."""

    async def pending(self) -> PendingMerges | None:
        """Give the oldest generation with such aliases; None where there is nothing to do, or another gate is at it."""
        ...

    def aliases(self, pending: PendingMerges) -> AsyncIterator[Sequence[str]]:
        """Give its aliases, some at a time. Raises `Unavailable` where another gate has taken over."""
        ...

    async def merged(self, sku: str, into_sku: str) -> None:
        """Remember that a SKU's stock was moved: it never becomes a SKU of its own again."""
        ...

    async def attempts(self, sku: str) -> int:
        """Count how often the ledgers refused to merge a SKU."""
        ...

    async def refused(self, sku: str) -> int:
        """Count one more refusal; give how many there are."""
        ...

    async def settle(self, pending: PendingMerges, left: Sequence[str]) -> None:
        """Be done with a generation, but for the aliases that are left."""
        ...
