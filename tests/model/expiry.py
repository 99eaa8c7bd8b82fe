"""What runs out: holds that nobody confirmed, permits that nobody picked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gate_service.domain.operations import Operation
from gate_service.domain.vocabulary import OperationKind
from tests.model.claims import left_to_pick, sums_by_sku, with_allocation
from tests.model.quotas import give_back_to_quota
from tests.model.state import Location
from tests.model.stock import move

LINES_AT_ONCE = 2_000


class Due(NamedTuple):
    """A hold (named by its order) or a permit that runs out."""

    kind: OperationKind
    name: str
    expires_at_ms: int

    @property
    def operation_id(self) -> str:
        """Give the name under which it stands in the ledger."""
        if self.kind is OperationKind.EXPIRE_HOLD:
            return f"~expire-hold/{self.name}/{self.expires_at_ms}"
        return f"~expire-permit/{self.name}"


def due(location: Location, now_ms: int) -> list[Due]:
    """Give all that is due, in the order in which it runs out."""
    return _due_among(location, now_ms, list(location.reservations), list(location.permits))


def due_before(location: Location, operation: Operation[object], now_ms: int) -> list[Due]:
    """Give what runs out before an operation: the first of all that is due, and what the operation itself names."""
    first: list[Due] = []
    lines = 0
    for one in due(location, now_ms):
        if lines >= LINES_AT_ONCE:
            break
        first.append(one)
        lines += _lines_of(location, one)
    return first + [one for one in due_by_name(location, operation, now_ms) if one not in first]


def due_by_name(location: Location, operation: Operation[object], now_ms: int) -> list[Due]:
    """Give what is due of the very order and permit that the operation is about."""
    order_id = getattr(operation, "order_id", "")
    permit_id = getattr(operation, "permit_id", "")
    orders = [order_id] if order_id in location.reservations else []
    permits = [permit_id] if permit_id in location.permits else []
    return _due_among(location, now_ms, orders, permits)


def _due_among(location: Location, now_ms: int, orders: Sequence[str], permits: Sequence[str]) -> list[Due]:
    """Give the holds and then the permits that are due, each by time and name."""
    ends = {order_id: location.reservations[order_id].hold_expires_at_ms for order_id in orders}
    holds = [Due(OperationKind.EXPIRE_HOLD, name, end) for name, end in ends.items() if 0 < end <= now_ms]
    open_permits = [
        Due(OperationKind.EXPIRE_PERMIT, permit.permit_id, permit.expires_at_ms)
        for permit in map(location.permits.__getitem__, permits)
        if permit.expires_at_ms <= now_ms and not permit.ran_out and _has_more_to_pick(location, permit.permit_id)
    ]
    return sorted(holds, key=_by_time) + sorted(open_permits, key=_by_time)


def _lines_of(location: Location, one: Due) -> int:
    if one.kind is OperationKind.EXPIRE_HOLD:
        return len(location.reservations[one.name].lines)
    return len(location.permits[one.name].lines)


def run_out(location: Location, one: Due) -> None:
    """Give back what the hold or the permit kept."""
    if one.kind is OperationKind.EXPIRE_HOLD:
        _expire_hold(location, one.name)
    else:
        _expire_permit(location, one.name)


def _expire_hold(location: Location, order_id: str) -> None:
    lines = location.reservations[order_id].lines
    for line in lines:
        move(location, line.sku, held=-line.held)
        after = line._replace(held=0, released=line.released + line.held, lapsed=line.lapsed + line.held)
        location.put_line(order_id, after)
    location.reservations[order_id] = location.reservations[order_id]._replace(hold_expires_at_ms=0)
    give_back_to_quota(location, order_id, sums_by_sku((line.sku, line.held) for line in lines))


def _expire_permit(location: Location, permit_id: str) -> None:
    permit = location.permits[permit_id]
    for order_id, line_id in permit.lines:
        found = location.allocated_line(permit_id, order_id, line_id)
        assert found is not None
        line, allocation = found
        back = left_to_pick(allocation)
        line = line._replace(allocated=line.allocated - back, committed=line.committed + back)
        location.put_line(order_id, with_allocation(line, allocation._replace(returned=allocation.returned + back)))
        move(location, line.sku, allocated=-back, committed=back)
    location.permits[permit_id] = permit._replace(ran_out=True)


def _has_more_to_pick(location: Location, permit_id: str) -> bool:
    found = (location.allocated_line(permit_id, *line) for line in location.permits[permit_id].lines)
    return any(one is not None and left_to_pick(one[1]) > 0 for one in found)


def _by_time(one: Due) -> tuple[int, bytes]:
    return one.expires_at_ms, one.name.encode()
