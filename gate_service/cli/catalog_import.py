"""Sends a file of items to the gate in parts, a few at a time, and goes on where an earlier try stopped."""

from __future__ import annotations

import hashlib
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import fulfillment_gate as sdk
from gate_service.cli.console import notes
from gate_service.cli.exits import InputError
from gate_service.domain.imports import PART_ROWS_MAX
from gate_service.domain.limits import MESSAGE_MAX_BYTES

if TYPE_CHECKING:
    from rich.status import Status

_AT_ONCE: Final = 4
_PART_BYTES: Final = MESSAGE_MAX_BYTES * 3 // 4
_PATIENCE_S: Final = 30.0
"""For one call: a gate that takes in a million rows answers some of them late."""
_PAUSE_S: Final = 0.1
_TOLD_EVERY_S: Final = 10.0


@dataclass(frozen=True)
class Part:
    """Some rows that go in one call."""

    number: int
    rows: list[sdk.ImportRow]
    digest: str


def parts(rows: Iterable[sdk.ImportRow]) -> Iterator[Part]:
    """Cut rows into parts: the same rows give the same parts."""
    some: list[sdk.ImportRow] = []
    size, number = 0, 1
    for row in rows:
        row_size = row.ByteSize() + 8
        if some and (len(some) == PART_ROWS_MAX or size + row_size > _PART_BYTES):
            yield Part(number, some, _digest(some))
            some, size, number = [], 0, number + 1
        if row_size > _PART_BYTES:
            raise InputError(f"Line {row.row_number} is too large for an item.")
        some.append(row)
        size += row_size
    if some:
        yield Part(number, some, _digest(some))


def _digest(rows: Iterable[sdk.ImportRow]) -> str:
    found = hashlib.sha256()
    for row in rows:
        written = row.SerializeToString(deterministic=True)
        found.update(len(written).to_bytes(4, "big") + written)
    return found.hexdigest()


@dataclass
class Upload:
    """One import of one file."""

    gate: sdk.Gate
    import_id: str
    timeout_s: float
    tell: Callable[[str], None] = field(default=lambda _: None)
    """Says how far it is."""
    in_force: bool = False
    """Whether it was put in force before: then it is only looked whether this is the same file."""

    def begin(self, mode: sdk.ImportMode) -> bool:
        """Begin it, or go on with it; True where there is anything left to do. Raises GateError."""
        began = self.gate.begin_import(self.import_id, mode=mode, timeout_s=self._patience_s).catalog_import
        self.in_force = began.state == sdk.IMPORT_STATE_COMMITTED
        return not self.in_force

    def stage(self, rows: Iterable[sdk.ImportRow]) -> int:
        """Stage what is not staged yet; give how many parts there are. Raises GateError and InputError.

        The gate refuses other rows than those that were staged before: IMPORT_ID_REUSED.
        """
        staged = self.gate.get_import(self.import_id, include_parts=True, timeout_s=self._patience_s).parts
        there = {part.part_number: part.digest for part in staged}
        count = sent = 0
        under_way: deque[Future[int]] = deque()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            try:
                for part in parts(rows):
                    count = part.number
                    if there.get(part.number) == part.digest or (self.in_force and part.number not in there):
                        sent += len(part.rows)
                        continue
                    if len(under_way) == 2 * _AT_ONCE:
                        sent += under_way.popleft().result()
                        self.tell(f"{sent:,} rows are staged")
                    under_way.append(pool.submit(self._send, part))
                sent += sum(each.result() for each in under_way)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        self.tell(f"{sent:,} rows are staged")
        return count

    def commit(self, part_count: int, *, skip_bad_rows: bool) -> sdk.CommitImportResponse:
        """Put it in force, however long that takes. Raises GateError."""
        while True:
            answer = self.gate.commit_import(
                self.import_id, part_count, skip_bad_rows=skip_bad_rows, timeout_s=self._patience_s
            )
            found = answer.catalog_import
            if found.state != sdk.IMPORT_STATE_COMMITTING:
                return answer
            share = min(99, 100 * found.step // max(1, found.step_count))
            self.tell(f"the gate checks {found.row_count:,} rows: {share} %")
            time.sleep(_PAUSE_S)

    @property
    def _patience_s(self) -> float:
        return max(self.timeout_s, _PATIENCE_S)

    def _send(self, part: Part) -> int:
        self.gate.stage_items(self.import_id, part.number, part.rows, digest=part.digest, timeout_s=self._patience_s)
        return len(part.rows)


class Teller:
    """Says on stderr how far it is: in place where somebody looks, else a line now and then."""

    def __init__(self) -> None:
        """Begin."""
        self._status: Status | None = None
        self._next_s = time.monotonic() + _TOLD_EVERY_S

    def __enter__(self) -> Self:
        """Begin to tell."""
        if sys.stderr.isatty():
            self._status = notes().status("reading")
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        if self._status is not None:
            self._status.stop()

    def __call__(self, text: str) -> None:
        """Tell."""
        if self._status is not None:
            self._status.update(text)
        elif time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + _TOLD_EVERY_S
            notes().print(text, style="dim", markup=False, soft_wrap=True)
