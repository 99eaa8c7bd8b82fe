"""The order in which an operation is treated: location, time, expiry, once, check, write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

from gate_service.app.ports import Call
from gate_service.domain.entries import Entry
from gate_service.domain.errors import LocationFenced, Refused
from gate_service.domain.lineage import Fence
from gate_service.domain.operations import (
    HOUSE,
    AmendIncoming,
    AnnounceIncoming,
    AuthorizeWave,
    ChangeHandoffs,
    ConfirmShipment,
    Operation,
    RecordReceipt,
    RecoverLocation,
    SourceEvent,
)
from gate_service.domain.policy import Policy
from gate_service.domain.replies import Applied
from gate_service.domain.vocabulary import Reason
from tests.model import events, expiry
from tests.model.foreign_shipments import keep_unmatched
from tests.model.laws import check_laws
from tests.model.merges import refuse_merged
from tests.model.questions import Questions
from tests.model.state import NOTHING, Answer, Asked, Location, Merged, No, Outcome, Reply, Snapshot
from tests.model.stock import changes
from tests.model.texts import expiry_entry, operation_entry, text
from tests.model.verbs import VERBS

ReplyT = TypeVar("ReplyT")

_OPENS = (RecordReceipt, AnnounceIncoming, AmendIncoming)


class ModelLedger(Questions):
    """Implements `app.ports.Ledger`. `clock_ms` gives the store's clock."""

    def __init__(self, clock_ms: Callable[[], int], *, expires_by_itself: bool = True) -> None:
        """Know no location. A history that is replayed tells itself what ran out: `expires_by_itself` is off then."""
        super().__init__(clock_ms)
        self.expires_by_itself = expires_by_itself

    async def apply(self, operation: Operation[ReplyT], policy: Policy, call: Call) -> ReplyT:
        """Do it once, or give the stored answer again."""
        return cast("ReplyT", self.do(operation, policy, call))

    def do(self, operation: Operation[object], policy: Policy, call: Call) -> Reply:
        """Treat one operation by the order of docs/transitions.md."""
        self._refuse_fenced(operation)
        at_home = isinstance(operation, ChangeHandoffs) and operation.location_id == HOUSE
        if at_home or isinstance(operation, _OPENS):
            self._locations.setdefault(operation.location_id, Location())
        location = self._opened(operation.location_id)
        now_ms = self._now_ms(location)
        if self.expires_by_itself and location.fence is None:
            for one in expiry.due_before(location, operation, now_ms):
                _expire(location, one, now_ms)
            events.retire(location, now_ms)
        if isinstance(operation, AuthorizeWave) and operation.dry_run:
            asked = Asked(policy, call, Applied(location.revision, now_ms, replayed=False))
            outcome = _try(location, operation, asked)
        else:
            asked = Asked(policy, call, Applied(location.revision + 1, now_ms, replayed=False))
            outcome = _once(location, operation, asked)
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    async def sweep(self, location_id: str) -> bool:
        """Run out all that is due; give False, for nothing more is due then."""
        location = self._opened(location_id)
        now_ms = self._now_ms(location)
        if location.fence:
            return False
        for one in expiry.due(location, now_ms):
            _expire(location, one, now_ms)
        events.retire(location, now_ms)
        return False

    def fence(self, location_id: str, fence: Fence) -> None:
        """Close a location, opened or not: somebody remembers more of it than is there."""
        self._locations.setdefault(location_id, Location()).fence = fence

    def _refuse_fenced(self, operation: Operation[object]) -> None:
        """Refuse, without a trace, whatever is asked of a location that is closed, but to accept its history."""
        location = self._locations.get(operation.location_id)
        if location and location.fence and not isinstance(operation, RecoverLocation):
            raise LocationFenced(operation.location_id, location.fence.since_ms)

    def run_out(self, location_id: str, operation_id: str) -> None:
        """Run out one thing that is due now, by the name it has in the ledger; raises LookupError where it is not."""
        location = self._at(location_id)
        now_ms = self._now_ms(location)
        for one in expiry.due(location, now_ms):
            if one.operation_id == operation_id:
                _expire(location, one, now_ms)
                return
        raise LookupError(operation_id)

    def overdue(self, operation: Operation[object]) -> list[expiry.Due]:
        """Give what the operation names and what has to run out before it."""
        location = self._locations.get(operation.location_id, Location())
        return expiry.due_by_name(location, operation, self._now_ms(location))

    def snapshot(self, location_id: str) -> Snapshot:
        """Give the whole state of a location; NOTHING where it was never opened."""
        location = self._locations.get(location_id)
        return location.snapshot() if location else NOTHING

    def take_over(self, location_id: str, other: ModelLedger) -> None:
        """Go on with a location as another model knows it."""
        self._locations[location_id] = other._locations[location_id]

    def newest_entry(self, location_id: str) -> Entry:
        """Give the entry that was written last at a location that has one."""
        return self._at(location_id).entries[-1]


def _once(location: Location, operation: Operation[object], asked: Asked) -> Outcome:
    """Give the stored answer to what was told before; do what was not."""
    body = text(operation.body())
    known = location.answers.get(operation.operation_id)
    if known and (known.kind, known.body) == (operation.kind, body):
        return events.again(known.outcome, absorbed=known.absorbed)
    if known:
        stored = {"stored_revision": str(known.outcome.applied.revision)}
        return Refused(Reason.OPERATION_ID_REUSED, "used with another content", stored)
    if operation.source is None:
        return _do(location, operation, body, asked, None)
    source = events.named(operation.source, asked)
    outcome = events.told_before(location, source, operation, body)
    if outcome is None:
        outcome = _do(location, operation, body, asked, source)
        if not outcome.applied.revision:  # it names a SKU that is none any more: told rightly, it is its first delivery
            return outcome
        events.remember(location, source, operation, body, asked)
    elif outcome.applied.absorbed:
        location.answers[operation.operation_id] = Answer(operation.kind, body, outcome, absorbed=True)
    events.deliver(location, source, operation, outcome, asked.applied.at_ms)
    return outcome


def _do(
    location: Location, operation: Operation[object], body: str, asked: Asked, source: SourceEvent | None
) -> Outcome:
    """Check everything, then write; a no is an answer like any other and stands in the ledger."""
    before = location.snapshot()
    outcome: Outcome
    try:
        outcome = _try(location, operation, asked)
    except No as no:
        assert location.snapshot() == before, "a refusal changes nothing"
        outcome = _refused(location, operation, no, asked)
    if not outcome.applied.revision:
        return outcome
    check_laws(before, location.snapshot())
    changed = changes(before.stock, location.stock)
    location.entries.append(operation_entry(operation, source, asked, outcome, changed))
    location.answers[operation.operation_id] = Answer(operation.kind, body, outcome)
    return outcome


def _try(location: Location, operation: Operation[object], asked: Asked) -> Outcome:
    """Do it, but for what names a SKU that is none any more: that is refused without a trace. Raises `No`."""
    try:
        refuse_merged(location, operation)
        return VERBS[operation.kind](location, operation, asked)
    except Merged as merged:
        return Refused(Reason.SKU_MERGED, "part of another SKU", {"sku": merged.sku, "into_sku": merged.into_sku})


def _refused(location: Location, operation: Operation[object], no: No, asked: Asked) -> Refused:
    """Make an answer of a no; a parcel that is not ours to refuse is kept besides."""
    metadata: Mapping[str, str] = {}
    foreign = isinstance(operation, ConfirmShipment) and operation.without_permit
    if foreign and no.reason is not Reason.ALREADY_SHIPPED:
        metadata = {"unmatched_id": keep_unmatched(location, cast("ConfirmShipment", operation), no.reason, asked)}
    return Refused(no.reason, "refused", metadata, no.violations, asked.applied)


def _expire(location: Location, one: expiry.Due, now_ms: int) -> None:
    """Run out one hold or permit, with an entry of its own."""
    before = location.snapshot()
    expiry.run_out(location, one)
    check_laws(before, location.snapshot())
    applied = Applied(location.revision + 1, now_ms, replayed=False)
    location.entries.append(expiry_entry(one, applied, changes(before.stock, location.stock)))
