"""An import of the catalog: what is staged, what is wrong with it, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from gate_service.domain.errors import Refused
from gate_service.domain.items import Item
from gate_service.domain.vocabulary import Reason

PART_ROWS_MAX: Final = 1_000
PARTS_MAX: Final = 100_000
ROW_NUMBER_MAX: Final = 1_000_000_000
DIGEST_MAX_LENGTH: Final = 64
UNREADABLE_MAX_LENGTH: Final = 200
ERRORS_TOLD_MAX: Final = 100
MERGES_TOLD_MAX: Final = 1_000


class ImportMode(StrEnum):
    """What an import does with the items that it does not name."""

    REPLACE = "replace"
    MERGE = "merge"


class ImportState(StrEnum):
    """Where an import stands."""

    OPEN = "open"
    COMMITTING = "committing"
    HAS_BAD_ROWS = "has_bad_rows"
    COMMITTED = "committed"
    ABORTED = "aborted"


class RowError(NamedTuple):
    """What is wrong with one row; `field` is a path such as `gtins[1]`."""

    row_number: int
    sku: str
    field: str
    message: str


class Row(NamedTuple):
    """One row that is sound in itself."""

    row_number: int
    item: Item


class Merge(NamedTuple):
    """A SKU that was one of its own and is an alias of another from now on."""

    sku: str
    into_sku: str


class Part(NamedTuple):
    """A part that is staged; `row_count` with the rows that are wrong."""

    part_number: int
    row_count: int
    digest: str


@dataclass(frozen=True, slots=True)
class Import:
    """All that is known of an import. Counts of rows are those staged so far; `version` 0 where it is not in force.

    `step` of `step_count` is how far a commit has come, in arbitrary units.
    """

    import_id: str
    mode: ImportMode
    state: ImportState
    row_count: int = 0
    fault_count: int = 0
    """Rows that are wrong in themselves."""
    conflict_count: int = 0
    """Rows that are wrong beside others, once it was checked."""
    skip_bad_rows: bool = False
    """Whether it was to be put in force without those, when that was tried last."""
    step: int = 0
    step_count: int = 0
    version: int = 0
    item_count: int = 0
    merge_count: int = 0
    begun_at_ms: int = 0
    committed_at_ms: int = 0

    @property
    def bad_row_count(self) -> int:
        """Count all rows that are wrong."""
        return self.fault_count + self.conflict_count


class CatalogPointer(NamedTuple):
    """Which catalog is in force: `version` 0 and no `generation` before the first import.

    `retired` are the generations before it, each with when it was replaced: a gate that has not heard of this one may
    still read them. `token` is what the store itself calls it; two pointers are one where their tokens are.
    """

    version: int
    generation: str
    item_count: int
    at_ms: int
    retired: tuple[tuple[str, int], ...] = ()
    token: str = ""


NO_CATALOG: Final = CatalogPointer(0, "", 0, 0)


class UnknownItem(NamedTuple):
    """An identifier that somebody used and nobody knows."""

    identifier: str
    use_count: int
    first_at_ms: int
    last_at_ms: int
    last_system: str
    last_location_id: str


def place_of(part_number: int, index: int) -> int:
    """Give the place of a row in its import: rows follow each other as their parts do."""
    return part_number * PART_ROWS_MAX + index


def not_found(import_id: str) -> Refused:
    """Say that there is no such import."""
    return Refused(
        Reason.IMPORT_NOT_FOUND,
        "there is no import of this name, or nobody touched it for a day; begin it",
        {"import_id": import_id},
    )


def not_open(import_id: str, state: str) -> Refused:
    """Say that an import takes no more."""
    return Refused(
        Reason.IMPORT_NOT_OPEN,
        f"this import takes nothing more, since it is {state.replace('_', ' ')}; take another import_id",
        {"import_id": import_id, "state": state.upper()},
    )
