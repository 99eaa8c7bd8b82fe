"""A file of figures, as a system exports them: gone through as often as it takes, and never held in memory.

It is CSV with a header. One snapshot is of one location, so a file with a column `location` holds one for each.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import fulfillment_gate as sdk
from gate_service.cli.csv_rows import Lines, opened, table
from gate_service.cli.exits import InputError
from gate_service.cli.files import STDIN
from gate_service.cli.words import whole

COLUMNS: Final = ("sku", "quantity", "location", "measure", "unit")
ALSO: Final = {"qty": "quantity", "uom": "unit", "location_id": "location"}
WRONG_KEPT: Final = 1_000
_SLICE: Final = 1 << 20


class FileRow(NamedTuple):
    """One row as it stands in the file; `problem` says why it cannot be told, "" where it can."""

    line: int
    location: str
    row: sdk.SnapshotRow
    problem: str


class Scan(NamedTuple):
    """What a file holds: rows that can be told by location, and the first of those that cannot, with their number."""

    counts: dict[str, int]
    wrong: list[FileRow]
    wrong_count: int


class SnapshotFile:
    """One file. A row without a location is of the one that was given."""

    def __init__(self, path: Path, name: str, location: str, *, only: bool) -> None:
        """Keep where it is. `only`: rows of other locations are passed over."""
        self.path = path
        self.name = name
        self._location = location
        self._only = only

    def rows(self) -> Iterator[FileRow]:
        """Give each row. Raises InputError where it is no such file."""
        with opened(str(self.path)) as file:
            lines = Lines(file, self.name)
            for cells in table(lines.first(), lines, self.name, COLUMNS, ALSO, ("sku", "quantity")):
                location = cells.values.get("location") or self._location
                if self._only and location != self._location and not cells.problem:
                    continue
                row, problem = _row(cells.values), cells.problem
                if not problem:
                    try:
                        row.quantity = whole(cells.values["quantity"])
                    except ValueError as error:
                        problem = f"quantity: {error}"
                yield FileRow(cells.line, location, row, problem)

    def scan(self) -> Scan:
        """Go through all of it once. Raises InputError."""
        found = Scan({}, [], 0)
        wrong_count = 0
        for each in self.rows():
            if not each.problem:
                found.counts[each.location] = found.counts.get(each.location, 0) + 1
                continue
            wrong_count += 1
            if len(found.wrong) < WRONG_KEPT:
                found.wrong.append(each)
        if not found.counts and not wrong_count:
            raise InputError(f"{self.name} has no rows{f' of {self._location}' if self._only else ''} in it.")
        return found._replace(wrong_count=wrong_count)

    def digest(self) -> str:
        """Name what stands in it, and since when: a later export of the same figures is another snapshot."""
        found = hashlib.sha256(str(self.path.stat().st_mtime_ns).encode())
        with self.path.open("rb") as file:
            while part := file.read(_SLICE):
                found.update(part)
        return found.hexdigest()


class Figures:
    """The rows of one location, as the SDK tells them; they can be gone through again."""

    def __init__(self, file: SnapshotFile, location: str) -> None:
        """Keep which."""
        self._file = file
        self._location = location

    def __iter__(self) -> Iterator[sdk.SnapshotRow]:
        """Give each row that can be told."""
        return (each.row for each in self._told())

    def lines_of(self, places: Collection[int]) -> dict[int, int]:
        """Give the lines of the file on which some rows end, by their place in the snapshot."""
        last = max(places, default=-1)
        found = {}
        for place, each in enumerate(self._told()):
            if place > last:
                break
            if place in places:
                found[place] = each.line
        return found

    def _told(self) -> Iterator[FileRow]:
        return (each for each in self._file.rows() if not each.problem and each.location == self._location)


def _row(values: Mapping[str, str]) -> sdk.SnapshotRow:
    return sdk.SnapshotRow(sku=values.get("sku", ""), measure=values.get("measure", ""), unit=values.get("unit", ""))


@contextmanager
def kept(source: str) -> Iterator[Path]:
    """Give a path that can be read as often as it takes; stdin is kept in a file of its own meanwhile."""
    if source != STDIN:
        yield Path(source)
        return
    with tempfile.NamedTemporaryFile(prefix="gate-snapshot-") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        yield Path(copy.name)
