"""Does about a variance what the policy says: tells the mirror, or proposes a correction of the record.

Nothing is overwritten: each is an entry of the ledger that names the variance. What is to be done is decided when a
variance opens or changes, and waits in an index. Doing it has a name that follows from the variance and the snapshot,
so that it is done once, whoever is killed when. Counts are asked for by `count_turns`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple, Protocol, TypeVar

from gate_service.app.ports import Call
from gate_service.app.reconcile.ports import Collection, Conflict, Kept, Records
from gate_service.app.reconcile.variances.drafting import TO_DO, Draft
from gate_service.domain.errors import GateError, InvalidField, LocationFenced, Refused, Unavailable
from gate_service.domain.operations import AdjustmentLine, AdjustStock, CorrectMirror, Operation
from gate_service.domain.policy import Policy
from gate_service.domain.reconcile.causes import Cause, Diagnosis
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.lifecycle import decided_by, with_step
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.reconcile.records import Action, Step, Variance
from gate_service.domain.vocabulary import AdjustmentReason, Bucket, Reason

ReplyT = TypeVar("ReplyT")
PUSHED: Final = "pushed"
PROPOSED: Final = "proposed"
REPORTED: Final = "reported"
_OWN: Final = Call(method="reconcile", own=True)
_PROPOSER: Final = Call(method="reconcile", system="gate", actor="reconcile", own=True)
"""A proposal has a name to it, so that whoever approves is somebody else."""
_AT_ONCE: Final = 200
_ATTEMPTS: Final = 20
_DONE_BEFORE: Final = frozenset({Reason.OPERATION_ID_REUSED, Reason.OPERATION_ID_RETIRED})


class Applies(Protocol):
    """The ledger, as far as it is written to here."""

    async def apply(self, operation: Operation[ReplyT], policy: Policy, call: Call) -> ReplyT:
        """Do it once, whoever asks how often; see `app.ports.Ledger`."""
        ...


class _Did(NamedTuple):
    """What was done, as the history says it."""

    step: str
    note: str
    revision: int = 0


class Corrections:
    """A `Ticker`: does what waits to be done."""

    def __init__(
        self, records: Records, ledger: Applies, rules: Callable[[], ReconcileRules], policy: Callable[[], Policy]
    ) -> None:
        """Keep the records and the ledger; nothing is read."""
        self._records = records
        self._ledger = ledger
        self._rules = rules
        self._policy = policy

    async def tick(self, now_ms: int) -> None:
        """Do all that waits. A location that is fenced waits on.

        Raises `Unavailable`; where it is a location whose part of the store is away, once all others had their turn.
        """
        token, away = "", dict[str, Unavailable]()
        while True:
            page = await self._records.page(Collection.VARIANCES, TO_DO, _AT_ONCE, token)
            for listed in page.records:
                location_id = load(Variance, listed.text).location_id
                kept = None if location_id in away else await self._as_it_stands(listed.record_id)
                try:
                    if kept is not None:
                        await self._do(kept, now_ms)
                except Unavailable as error:
                    away[location_id] = error
            token = page.next_token
            if not token:
                break
        if away:
            raise next(iter(away.values()))

    async def _as_it_stands(self, variance_id: str) -> Kept | None:
        """Read it anew, as others took their time; None where nothing is to be done about it any more."""
        (kept,) = await self._records.get(Collection.VARIANCES, [variance_id])
        return kept if kept and load(Variance, kept.text).alarming else None

    async def _do(self, kept: Kept, now_ms: int) -> None:
        variance = load(Variance, kept.text)
        snapshot_id = decided_by(variance)
        try:
            did = await self._done(variance, snapshot_id)
        except LocationFenced:
            return None
        except (Refused, InvalidField) as no:
            did = _refused(variance.action, no)
        step = Step(now_ms, did.step, note=did.note, revision=did.revision, snapshot_id=snapshot_id)
        for _ in range(_ATTEMPTS):
            try:
                return await self._note(kept, step)
            except Conflict:  # somebody changed it meanwhile, and may have closed it: it was done all the same
                (again,) = await self._records.get(Collection.VARIANCES, [kept.record_id])
                if again is None:
                    return None
                kept = again
        return None  # with the next look it is found done, and noted then

    async def _note(self, kept: Kept, step: Step) -> None:
        variance = load(Variance, kept.text)
        after = replace(variance, history=with_step(variance.history, step))
        if step.step == REPORTED:
            after = replace(after, action=Action.REPORT)
        draft = Draft()
        draft.variance(after, kept.version, f"variance.{step.step}", done=decided_by(variance) == step.snapshot_id)
        await self._records.commit(draft.changes, draft.events)

    async def _done(self, variance: Variance, snapshot_id: str) -> _Did:
        match variance.action:
            case Action.PUSH:
                return await self._push(variance, snapshot_id)
            case Action.PROPOSE:
                return await self._propose(variance, snapshot_id)
            case _:
                return _Did(REPORTED, "nothing else is to be done about it")

    async def _push(self, variance: Variance, snapshot_id: str) -> _Did:
        operation = CorrectMirror(
            operation_id=_operation_id(variance, snapshot_id),
            location_id=variance.location_id,
            variance_id=variance.variance_id,
            system=variance.system,
            sku=variance.sku,
            measure=variance.measure,
            quantity=variance.expected,
            reported=variance.reported,
            as_of_revision=variance.revision,
            snapshot_id=snapshot_id,
        )
        reply = await self._ledger.apply(operation, self._policy(), _OWN)
        note = f"{variance.system} is to have {variance.expected} as of revision {variance.revision}"
        return _Did(PUSHED, note, reply.applied.revision)

    async def _propose(self, variance: Variance, snapshot_id: str) -> _Did:
        why_not = self._not_ours(variance)
        if why_not:
            return _Did(REPORTED, f"not proposed: {why_not}")
        operation = AdjustStock(
            operation_id=_operation_id(variance, snapshot_id),
            location_id=variance.location_id,
            reason=AdjustmentReason.CORRECTION,
            note=f"{variance.variance_id}: {variance.system} says {variance.reported}, the record {variance.expected}",
            lines=(AdjustmentLine(variance.sku, Bucket.ON_HAND, variance.difference),),
            propose=True,
            variance_id=variance.variance_id,
        )
        reply = await self._ledger.apply(operation, self._policy(), _PROPOSER)
        return _Did(PROPOSED, f"proposal {reply.proposal_id}: {variance.difference:+d} on hand", reply.applied.revision)

    def _not_ours(self, variance: Variance) -> str:
        """Say why the record is not to be corrected by what the mirror says; empty where it may be."""
        if not _is_phantom(variance.diagnosis):
            return f"{variance.diagnosis.cause} is the mirror's fault, and the record right"
        measure = self._rules().measure(variance.measure)
        if measure is None or measure.terms.get(Bucket.ON_HAND) != 1:
            return f"a figure of {variance.measure} does not say how many are on hand"
        return ""


def _refused(action: Action, no: GateError) -> _Did:
    if no.reason in _DONE_BEFORE:  # whoever was killed then had told the figures of an earlier snapshot
        revision = int(no.metadata.get("stored_revision", 0))
        return _Did(PUSHED if action is Action.PUSH else PROPOSED, "done before", revision)
    return _Did(REPORTED, f"{action} was refused: {no.reason}")


def _is_phantom(diagnosis: Diagnosis) -> bool:
    """Say whether it is the record that is wrong, and nothing else is."""
    return diagnosis.cause is Cause.PHANTOM


def _operation_id(variance: Variance, snapshot_id: str) -> str:
    return f"~correct/{variance.variance_id}/{snapshot_id}"
