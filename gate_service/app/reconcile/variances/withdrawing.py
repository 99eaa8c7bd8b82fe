"""Takes back what a snapshot told that was refused in the midst of being compared: nothing stays half-applied."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from gate_service.app.reconcile.counting.turns import COUNT_ASKED
from gate_service.app.reconcile.ports import Collection, Conflict, Kept, Records
from gate_service.app.reconcile.variances.corrections import PROPOSED, PUSHED, REPORTED
from gate_service.app.reconcile.variances.drafting import ALL, Draft
from gate_service.app.reconcile.variances.reopening import nothing_in_its_place, opened_again, recurrence_of
from gate_service.domain.errors import Refused
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.lifecycle import decided_by, withdrawn
from gate_service.domain.reconcile.records import Action, Snapshot, Variance

_PAGE: Final = 500
_ATTEMPTS: Final = 20
_CARRIED_OUT: Final = frozenset({PUSHED, PROPOSED, REPORTED})


async def withdraw(records: Records, snapshot: Snapshot) -> int:
    """Take back all that was recorded of a snapshot; say of how many variances. Done twice it does no harm.

    It looks at every variance that is kept: a snapshot is refused so late only where its rows or its measure went away
    while nobody compared. Raises `Unavailable`.
    """
    count, token = 0, ""
    while True:
        page = await records.page(Collection.VARIANCES, ALL, _PAGE, token)
        for kept in page.records:
            if _taken_back(kept, snapshot, 0) is not None:
                count += await _until_written(records, kept.record_id, snapshot)
        token = page.next_token
        if not token:
            return count


def _taken_back(kept: Kept, snapshot: Snapshot, at_ms: int) -> Variance | None:
    variance = load(Variance, kept.text)
    if (variance.system, variance.location_id) != (snapshot.system, snapshot.location_id):
        return None
    return withdrawn(variance, snapshot.snapshot_id, at_ms)


async def _until_written(records: Records, variance_id: str, snapshot: Snapshot) -> int:
    for _ in range(_ATTEMPTS - 1):
        try:
            return await _write(records, variance_id, snapshot)
        except Conflict:
            continue  # somebody works on it by hand: look at it as it is now
    return await _write(records, variance_id, snapshot)


async def _write(records: Records, variance_id: str, snapshot: Snapshot) -> int:
    at_ms = await records.now_ms()
    (kept,) = await records.get(Collection.VARIANCES, [variance_id])
    after = _taken_back(kept, snapshot, at_ms) if kept else None
    if kept is None or after is None:
        return 0
    standing, draft = load(Variance, kept.text).standing, Draft()
    known, version = await recurrence_of(records, after)
    if after.standing and not standing:
        try:
            await nothing_in_its_place(records, after)
        except Refused:
            return 0  # another one tells of the figure by now
        known = opened_again(known, after)
    elif not after.standing:
        known = replace(known, seen=tuple(each for each in known.seen if each.snapshot_id != snapshot.snapshot_id))
    event = "variance.resolved" if not after.standing else "variance.changed" if standing else "variance.reopened"
    draft.variance(after, kept.version, event, to_do_ms=None if _is_done(after) else at_ms, done=_is_done(after))
    draft.recurrence(known, version)
    await records.commit(draft.changes, draft.events)
    return 1


def _is_done(variance: Variance) -> bool:
    """Say whether what was decided before was carried out."""
    decision = decided_by(variance)
    carried_out = {COUNT_ASKED} if variance.action is Action.COUNT else _CARRIED_OUT  # a phantom is counted besides
    return any(step.step in carried_out and step.snapshot_id == decision for step in variance.history)
