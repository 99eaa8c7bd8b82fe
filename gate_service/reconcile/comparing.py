"""Takes the snapshots that wait, one after the other, and keeps what came of comparing them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gate_service.app.reconcile.ports import Change, Collection, Conflict, Event, Kept, Records
from gate_service.app.reconcile.variances.withdrawing import withdraw
from gate_service.app.reconcile.walking import every
from gate_service.domain.errors import Unavailable
from gate_service.domain.reconcile.duplicates import BAD_ROWS_KEPT
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.records import Mirror, Snapshot, SnapshotState
from gate_service.reconcile.comparison import Compared, Comparison, Moved, Needs, NotYet, Refusal
from gate_service.reconcile.pausing import TRIES_MAX, Pauses

WAITING: Final = "waiting"
COMPARED: Final = "snapshot.compared"
REFUSED: Final = "snapshot.refused"
_PROGRESS_S: Final = 1.0
_TRIES: Final = 30
"""So often it is begun anew for what is not in the ledger: what was trimmed is found by then, or known to be gone."""
OnTrouble = Callable[[str, str | None], None]
"""Hears of each snapshot why it is not compared for now, and with None that it was."""


@dataclass
class Tally:
    """What came of a run."""

    compared: int = 0
    refused: int = 0
    rows: int = 0


class Comparer:
    """Compares what waits. What is wrong with one snapshot keeps no other from it."""

    def __init__(self, needs: Needs, on_trouble: OnTrouble) -> None:
        """Keep what it works with; nothing is read."""
        self._needs = needs
        self._on_trouble = on_trouble
        self._pauses = Pauses()
        self.tally: Final = Tally()
        self._moved: dict[str, int] = {}
        """How often in a row the ledger was not as it should be, by snapshot."""

    async def compare_waiting(self) -> None:
        """Compare all that wait just now, each mirror's in the order of their moments. Raises `Unavailable`."""
        for snapshot_id in await self._waiting():
            if self._pauses.lasts(snapshot_id):
                continue
            try:
                await self._compare(snapshot_id)
            except Unavailable:
                raise
            except Moved as error:
                self._moved[snapshot_id] = self._moved.get(snapshot_id, 0) + 1
                self._on_trouble(snapshot_id, str(error))
            except (NotYet, Conflict) as error:
                self._on_trouble(snapshot_id, str(error))
            except Exception as error:  # noqa: BLE001 - the others have their turn
                await self._failed(snapshot_id, error)
            else:
                self._moved.pop(snapshot_id, None)
                self._pauses.over(snapshot_id)
                self._on_trouble(snapshot_id, None)

    async def _failed(self, snapshot_id: str, error: Exception) -> None:
        """Tell once what is wrong with one; refuse it where it was tried for hours."""
        tries = self._pauses.failed(snapshot_id)
        if tries == 1:
            self._on_trouble(snapshot_id, f"{type(error).__name__}: {error}")
        if tries < TRIES_MAX:
            return
        (kept,) = await self._needs.records.get(Collection.SNAPSHOTS, [snapshot_id])
        if kept is not None:
            problem = (
                f"Comparing it has failed {tries} times, at last with {type(error).__name__}; the log of gate "
                "reconcile says more. Nothing of it counts. Tell it anew under another name, or report the fault."
            )
            with contextlib.suppress(Conflict):  # then it is looked at again
                await self._refuse(_State(self._needs.records, kept), Refusal(problem), withdrawing=True)
                self._pauses.over(snapshot_id)
                self._on_trouble(snapshot_id, None)

    async def _refuse(self, state: _State, error: Refusal, *, withdrawing: bool) -> None:
        if withdrawing:  # a run before may have recorded something of it
            await withdraw(self._needs.records, state.snapshot)
        await state.end(_refused(state.snapshot, error), REFUSED)
        self.tally.refused += 1
        await self._needs.rows.drop(state.snapshot)

    async def _waiting(self) -> Sequence[str]:
        waiting = every(self._needs.records, Collection.SNAPSHOTS, WAITING)
        found = [load(Snapshot, kept.text) async for kept in waiting]
        return [each.record_id for each in sorted(found, key=_moment)]

    async def _compare(self, snapshot_id: str) -> None:
        (kept,) = await self._needs.records.get(Collection.SNAPSHOTS, [snapshot_id])
        if kept is None:
            return
        state = _State(self._needs.records, kept)
        if state.snapshot.state not in {SnapshotState.RECEIVED, SnapshotState.COMPARING}:
            return
        again = state.snapshot.state is SnapshotState.COMPARING
        await state.keep(replace(state.snapshot, state=SnapshotState.COMPARING, compared_rows=0))
        comparison = Comparison(self._needs, state.snapshot, state.progress)
        try:
            compared = await self._run(comparison, snapshot_id)
        except Refusal as error:
            await self._refuse(state, error, withdrawing=again)
        else:
            done = replace(compared.snapshot, state=SnapshotState.COMPARED)
            await state.end(done, COMPARED, compared.mirrors)
            self.tally.compared += 1
            self.tally.rows += done.received_rows
            await self._needs.rows.drop(state.snapshot)

    async def _run(self, comparison: Comparison, snapshot_id: str) -> Compared:
        try:
            return await comparison.run()
        except Moved as error:
            if self._moved.get(snapshot_id, 0) < _TRIES:
                raise
            raise Refusal(
                f"It was looked for {_TRIES} times in vain: {error.__cause__}. Let `gate doctor` look at the location, "
                "then tell it anew."
            ) from error


class _State:
    """A snapshot's record while it is compared."""

    def __init__(self, records: Records, kept: Kept) -> None:
        self.snapshot = load(Snapshot, kept.text)
        self._records = records
        self._version = kept.version
        self._told_at = time.monotonic()

    async def progress(self, rows: int) -> None:
        """Say about once a second how far it is."""
        if time.monotonic() - self._told_at >= _PROGRESS_S:
            self._told_at = time.monotonic()
            await self.keep(replace(self.snapshot, compared_rows=rows))

    async def keep(self, snapshot: Snapshot) -> None:
        """Keep it. Raises `Conflict` where somebody else changed it, and `Unavailable`."""
        await self._commit(snapshot, {}, (), ())

    async def end(self, snapshot: Snapshot, event: str, mirrors: Sequence[Mirror] = ()) -> None:
        """Keep it as it ends, with the mirrors, all or none; raises as `keep` does."""
        kept = await self._records.get(Collection.MIRRORS, [each.record_id for each in mirrors])
        changes = [
            Change(
                Collection.MIRRORS,
                mirror.record_id,
                before.version if before else 0,
                dump(mirror),
                {"all": mirror.newest_as_of_ms},
            )
            for mirror, before in zip(mirrors, kept, strict=True)
        ]
        told = Event(event, snapshot.record_id, snapshot.location_id, dump(replace(snapshot, bad_rows=())))
        await self._commit(snapshot, {WAITING: None}, changes, (told,))

    async def _commit(
        self,
        snapshot: Snapshot,
        scores: Mapping[str, int | None],
        others: Sequence[Change],
        events: Sequence[Event],
    ) -> None:
        snapshot = replace(snapshot, changed_at_ms=await self._records.now_ms())
        own = Change(Collection.SNAPSHOTS, snapshot.record_id, self._version, dump(snapshot), scores)
        await self._records.commit([own, *others], events)
        self.snapshot = snapshot
        self._version += 1


def _refused(snapshot: Snapshot, error: Refusal) -> Snapshot:
    return replace(
        snapshot,
        state=SnapshotState.REFUSED,
        problem=error.problem,
        bad_rows=(*snapshot.bad_rows, *error.bad_rows)[:BAD_ROWS_KEPT],
        bad_row_count=snapshot.bad_row_count + error.bad_count,
    )


def _moment(snapshot: Snapshot) -> tuple[int, int, str]:
    """Give the order in which they are compared; the revision that one is of says nothing of its time."""
    return snapshot.as_of_ms or snapshot.begun_at_ms, snapshot.as_of_revision, snapshot.record_id
