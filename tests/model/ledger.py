"""The order in which an operation is treated: location, time, expiry, once, check, write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, cast

from gate_service.app.ports import Call
from gate_service.domain.entries import Entry, EntryPage
from gate_service.domain.errors import Refused
from gate_service.domain.operations import AuthorizeWave, Operation, RecordReceipt
from gate_service.domain.policy import Policy
from gate_service.domain.replies import Applied
from gate_service.domain.reservation import ReservationAnswer
from gate_service.domain.stock import Availability, StockAnswer, StockPage
from gate_service.domain.vocabulary import OperationKind, Reason
from tests.model import expiry, reads
from tests.model.laws import check_laws
from tests.model.picks import report_pick
from tests.model.reservations import confirm_reservation, release_reservation, reserve_stock
from tests.model.shipments import confirm_shipment
from tests.model.state import Answer, Location, No, Outcome, Reply, Snapshot
from tests.model.stock import adjust_stock, changes, record_receipt
from tests.model.texts import expiry_entry, operation_entry, text
from tests.model.waves import authorize_wave

ReplyT = TypeVar("ReplyT")

VERBS: Mapping[OperationKind, Callable[..., Reply]] = {
    OperationKind.RESERVE_STOCK: reserve_stock,
    OperationKind.CONFIRM_RESERVATION: confirm_reservation,
    OperationKind.RELEASE_RESERVATION: release_reservation,
    OperationKind.AUTHORIZE_WAVE: authorize_wave,
    OperationKind.REPORT_PICK: report_pick,
    OperationKind.CONFIRM_SHIPMENT: confirm_shipment,
    OperationKind.RECORD_RECEIPT: record_receipt,
    OperationKind.ADJUST_STOCK: adjust_stock,
}


class ModelLedger:
    """Implements `app.ports.Ledger`. `clock_ms` gives the store's clock."""

    def __init__(self, clock_ms: Callable[[], int], *, expires_by_itself: bool = True) -> None:
        """Know no location. A history that is replayed tells itself what ran out: `expires_by_itself` is off then."""
        self.clock_ms = clock_ms
        self.expires_by_itself = expires_by_itself
        self._locations: dict[str, Location] = {}

    async def apply(self, operation: Operation[ReplyT], policy: Policy, call: Call) -> ReplyT:
        """Do it once, or give the stored answer again."""
        return cast("ReplyT", self.do(operation, policy, call))

    def do(self, operation: Operation[object], policy: Policy, call: Call) -> Reply:
        """Treat one operation by the order of docs/transitions.md."""
        if isinstance(operation, RecordReceipt):
            self._locations.setdefault(operation.location_id, Location())
        location = self._at(operation.location_id)
        now_ms = max(self.clock_ms(), location.newest_at_ms)
        if self.expires_by_itself:
            for one in expiry.due_before(location, operation, now_ms):
                _expire(location, one, now_ms)
        if isinstance(operation, AuthorizeWave) and operation.dry_run:
            return authorize_wave(location, operation, policy, Applied(location.revision, now_ms, replayed=False))
        body = text(operation.body())
        known = location.answers.get(operation.operation_id)
        if known is None:
            outcome = _do_first_time(location, operation, policy, call, now_ms)
            location.answers[operation.operation_id] = Answer(operation.kind, body, outcome)
        elif (known.kind, known.body) == (operation.kind, body):
            outcome = _again(known.outcome)
        else:
            outcome = Refused(Reason.OPERATION_ID_REUSED, "used with another content")
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    async def sweep(self, location_id: str) -> bool:
        """Run out all that is due; give False, for nothing more is due then."""
        location = self._at(location_id)
        now_ms = max(self.clock_ms(), location.newest_at_ms)
        for one in expiry.due(location, now_ms):
            _expire(location, one, now_ms)
        return False

    def run_out(self, location_id: str, operation_id: str) -> None:
        """Run out one thing that is due now, by the name it has in the ledger; raises LookupError where it is not."""
        location = self._at(location_id)
        now_ms = max(self.clock_ms(), location.newest_at_ms)
        for one in expiry.due(location, now_ms):
            if one.operation_id == operation_id:
                _expire(location, one, now_ms)
                return
        raise LookupError(operation_id)

    def overdue(self, operation: Operation[object]) -> list[expiry.Due]:
        """Give what the operation names and what has to run out before it."""
        location = self._locations.get(operation.location_id, Location())
        now_ms = max(self.clock_ms(), location.newest_at_ms)
        return expiry.due_by_name(location, operation, now_ms)

    def snapshot(self, location_id: str) -> Snapshot:
        """Give the whole state of a location."""
        return self._at(location_id).snapshot()

    def newest_entry(self, location_id: str) -> Entry:
        """Give the entry that was written last at a location that has one."""
        return self._at(location_id).entries[-1]

    async def check(
        self, location_id: str, lines: Sequence[tuple[str, int]], keep_back: int, _call: Call
    ) -> Availability:
        """Say what may be promised."""
        location = self._at(location_id)
        now_ms = max(self.clock_ms(), location.newest_at_ms)
        return reads.check(location, location_id, lines, keep_back, now_ms)

    async def stock(self, location_id: str, skus: Sequence[str], _call: Call) -> StockAnswer:
        """Read some SKUs."""
        return reads.stock(self._at(location_id), skus)

    async def list_stock(self, location_id: str, after: str, limit: int, _call: Call) -> StockPage:
        """Read a page of all SKUs."""
        return reads.list_stock(self._at(location_id), after, limit)

    async def reservation(self, location_id: str, order_id: str, _call: Call) -> ReservationAnswer:
        """Read one reservation."""
        try:
            return reads.reservation(self._at(location_id), order_id)
        except No as no:
            raise Refused(no.reason, "no such reservation") from no

    async def entries(self, location_id: str, from_revision: int, limit: int, _call: Call) -> EntryPage:
        """Read a page of entries."""
        return reads.entries(self._at(location_id), from_revision, limit)

    async def locations(self, _call: Call) -> Sequence[str]:
        """Name every location that was opened."""
        return sorted(self._locations)

    def _at(self, location_id: str) -> Location:
        if location_id not in self._locations:
            raise Refused(Reason.UNKNOWN_LOCATION, "nothing was ever received there")
        return self._locations[location_id]


def _do_first_time(
    location: Location, operation: Operation[object], policy: Policy, call: Call, now_ms: int
) -> Outcome:
    """Check everything, then write; a no is an answer like any other and stands in the ledger."""
    before = location.snapshot()
    applied = Applied(location.revision + 1, now_ms, replayed=False)
    outcome: Outcome
    try:
        outcome = VERBS[operation.kind](location, operation, policy, applied)
    except No as no:
        outcome = Refused(no.reason, "refused", violations=no.violations, applied=applied)
    check_laws(before, location)
    changed = changes(before.stock, location.stock)
    location.entries.append(operation_entry(operation, policy, call, outcome, changed))
    return outcome


def _again(outcome: Outcome) -> Outcome:
    """Give a stored answer as a replay."""
    applied = outcome.applied._replace(replayed=True)
    if isinstance(outcome, Refused):
        return Refused(outcome.reason, outcome.message, outcome.metadata, outcome.violations, applied)
    return outcome._replace(applied=applied)


def _expire(location: Location, one: expiry.Due, now_ms: int) -> None:
    """Run out one hold or permit, with an entry of its own."""
    before = location.snapshot()
    expiry.run_out(location, one)
    check_laws(before, location)
    applied = Applied(location.revision + 1, now_ms, replayed=False)
    location.entries.append(expiry_entry(one, applied, changes(before.stock, location.stock)))
