"""One stream of a snapshot, taken in parts that stand for good before they count."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

from gate_service.app.reconcile.ports import Change, Collection, Conflict, Records
from gate_service.app.reconcile.snapshots.reading import RowReader
from gate_service.app.reconcile.snapshots.staging import Part, SnapshotRows, StagedRow
from gate_service.domain.errors import InvalidField, Refused
from gate_service.domain.limits import SNAPSHOT_MAX
from gate_service.domain.reconcile.duplicates import BAD_ROWS_KEPT
from gate_service.domain.reconcile.forms import dump
from gate_service.domain.reconcile.records import BadRow, Snapshot, SnapshotState
from gate_service.domain.reconcile.telling import Digest, ToldRow
from gate_service.domain.vocabulary import Reason

PART_ROWS: Final = 10_000
"""Rows that are kept together: so many are lost at most, and told again, where a gate is killed."""
_SLICE: Final = 500
"""Rows that are looked at while all others wait: some milliseconds."""
WAITING: Final = "waiting"


class Taking:
    """Takes the rows of one stream. Rows that are here already are passed over, and seen to be the same."""

    def __init__(
        self,
        snapshot: Snapshot,
        version: int,
        records: Records,
        rows: SnapshotRows,
        reader: RowReader,
        look_again: Callable[[], Awaitable[tuple[Snapshot, int]]],
    ) -> None:
        """Keep the snapshot as it stands, and where its rows go."""
        self.snapshot = snapshot
        self._version = version
        self._records = records
        self._rows = rows
        self._reader = reader
        self._look_again = look_again
        self.replayed = snapshot.state is not SnapshotState.RECEIVING
        self._next: int | None = None
        self._passed: Digest | None = None
        """Of the rows that were here already, where the stream tells all of them."""
        self._digest = Digest(snapshot.digest)
        self._behind = snapshot.received_rows
        """How far it is with what is still to be kept."""
        self._sound: list[StagedRow] = []
        self._bad: list[BadRow] = []

    async def rows(self, first: int, rows: Sequence[ToldRow]) -> None:
        """Take some rows, the first at this place of the snapshot.

        Raises `InvalidField` (rows.first_row), `Refused` with SNAPSHOT_INCOMPLETE, SNAPSHOT_ID_REUSED or
        CHANGED_MEANWHILE, and `Unavailable`.
        """
        self._follow(first, len(rows))
        for place in range(0, len(rows), _SLICE):
            await self._slice(first + place, rows[place : place + _SLICE])
            if self._behind - self.snapshot.received_rows >= PART_ROWS:
                await self.keep()
            await asyncio.sleep(0)

    def _follow(self, first: int, count: int) -> None:
        if self._next is None:
            if first > self._behind:
                raise self._incomplete(f"its rows go on at {first:,}, and {self._behind:,} are here")
            self._passed = Digest() if first == 0 else None
        elif first != self._next:
            raise InvalidField("rows.first_row", f"must be {self._next:,}, right behind the part before, not {first:,}")
        self._next = first + count
        if self._next > SNAPSHOT_MAX:
            raise InvalidField("rows", f"a snapshot has at most {SNAPSHOT_MAX:,} rows")
        if self.replayed and self._next > self._behind:
            raise self._reused(f"had only {_rows(self._behind)}")

    async def _slice(self, first: int, rows: Sequence[ToldRow]) -> None:
        known = min(max(0, self._behind - first), len(rows))
        if known and self._passed is not None:
            self._passed.add(first, rows[:known])
            if first + known == self._behind and self._passed.text != self._digest.text:
                raise self._reused("had other rows")
        new = rows[known:]
        if new:
            self._digest.add(first + known, new)
            read = await self._reader.read(first + known, new)
            self._sound += read.sound
            self._bad += read.bad
            self._behind = first + len(rows)

    async def keep(self) -> None:
        """Let what was taken stand for good: first the rows, then the record that counts them."""
        before = self.snapshot
        if self._behind == before.received_rows:
            return
        digest = self._digest.text
        await self._rows.stage(before, Part(before.received_rows, self._behind, before.digest, digest, self._sound))
        room = BAD_ROWS_KEPT - len(before.bad_rows)
        after = replace(
            before,
            received_rows=self._behind,
            digest=digest,
            bad_rows=(*before.bad_rows, *self._bad[: max(0, room)]),
            bad_row_count=before.bad_row_count + len(self._bad),
        )
        await self._commit(after, {})
        self._sound, self._bad = [], []

    async def end(self, row_count: int) -> Snapshot:
        """Say that it is complete; give it as it stands then. Raises as `rows`, and `InvalidField` (end.row_count)."""
        if self.replayed:
            if row_count != self._behind or self._next not in {None, self._behind}:
                raise self._reused(f"had {_rows(self._behind)}, and not {row_count:,}")
            return self.snapshot
        if self.snapshot.whole and not row_count and not self._behind:
            raise InvalidField(
                "end.row_count",
                "must not be 0 in a whole snapshot: it would say that the system has nothing at all, and is mostly an "
                "export that failed. Nothing was compared. Tell its rows; where there is nothing indeed, tell one as 0",
            )
        await self.keep()
        if row_count > self._behind:
            raise self._incomplete(f"it has {row_count:,} rows, and {self._behind:,} are here")
        if row_count < self._behind:
            raise InvalidField("end.row_count", f"must be {self._behind:,}, as many as came, not {row_count:,}")
        snapshot = self.snapshot
        problem = _problem(snapshot)
        if not problem:
            await self._commit(replace(snapshot, state=SnapshotState.RECEIVED), {WAITING: snapshot.begun_at_ms})
            return self.snapshot
        await self._commit(replace(snapshot, state=SnapshotState.REFUSED, problem=problem), {})
        await self._rows.drop(snapshot)
        return self.snapshot

    async def broken(self) -> Refused:
        """Keep what came of a stream that ended before its end; give what to raise."""
        await self.keep()
        return self._incomplete(f"its stream ended without an end; {self._behind:,} rows are here")

    async def _commit(self, after: Snapshot, scores: dict[str, int | None]) -> None:
        after = replace(after, changed_at_ms=await self._records.now_ms())
        change = Change(Collection.SNAPSHOTS, after.record_id, self._version, dump(after), scores)
        try:
            await self._records.commit([change])
        except Conflict:
            found, version = await self._look_again()
            if (found.received_rows, found.digest, found.state) != (after.received_rows, after.digest, after.state):
                raise Refused(
                    Reason.CHANGED_MEANWHILE,
                    f"another stream goes on with snapshot {after.snapshot_id}; "
                    f"{found.received_rows:,} rows of it are here",
                    {"snapshot_id": after.snapshot_id, "received_rows": str(found.received_rows)},
                ) from None
            after, version = found, version - 1  # the very same rows: it makes no difference who kept them
            self._version = version
        self.snapshot, self._version = after, self._version + 1

    def _incomplete(self, why: str) -> Refused:
        told = {"snapshot_id": self.snapshot.snapshot_id, "received_rows": str(self.snapshot.received_rows)}
        return Refused(Reason.SNAPSHOT_INCOMPLETE, f"snapshot {self.snapshot.snapshot_id}: {why}", told)

    def _reused(self, why: str) -> Refused:
        told = {"snapshot_id": self.snapshot.snapshot_id, "system": self.snapshot.system}
        text = f"{self.snapshot.system} used snapshot_id {self.snapshot.snapshot_id} for another snapshot, "
        text += f"which {why}: take another snapshot_id"
        return Refused(Reason.SNAPSHOT_ID_REUSED, text, told)


def _rows(count: int) -> str:
    return f"{count:,} row{'s' * (count != 1)}"


def _problem(snapshot: Snapshot) -> str:
    """Say why it cannot be compared; empty where it can."""
    are, them = ("is", "it") if snapshot.bad_row_count == 1 else ("are", "them")
    of_all = f"{snapshot.bad_row_count:,} of {_rows(snapshot.received_rows)}"
    wrong = f"{of_all} {are} wrong; nothing was compared: mend {them}"
    if snapshot.bad_row_count and not snapshot.skip_bad_rows:
        return f"{wrong} and tell all under another snapshot_id, or tell it with skip_bad_rows"
    if snapshot.whole and snapshot.bad_row_count > BAD_ROWS_KEPT:  # what it says of them is not known, and not 0
        return f"{wrong}, as of so many nobody knows whether the system has any, or tell it in part"
    if snapshot.whole and snapshot.bad_row_count == snapshot.received_rows:  # what is left says that there is nothing
        return f"{wrong}, or tell it in part"
    return ""
