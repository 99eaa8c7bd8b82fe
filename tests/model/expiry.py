"""What runs out: holds that nobody confirmed, permits that nobody picked."""

from __future__ import annotations

from typing import NamedTuple

from gate_service.domain.operations import (
    ConfirmReservation,
    ConfirmShipment,
    Operation,
    ReleaseReservation,
    ReportPick,
    ReserveStock,
)
from gate_service.domain.vocabulary import OperationKind
from tests.model.state import Location, left_to_pick, with_allocation
from tests.model.stock import move

AT_MOST = 200


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
    holds = [
        Due(OperationKind.EXPIRE_HOLD, order_id, reservation.hold_expires_at_ms)
        for order_id, reservation in location.reservations.items()
        if 0 < reservation.hold_expires_at_ms <= now_ms
    ]
    permits = [
        Due(OperationKind.EXPIRE_PERMIT, permit_id, permit.expires_at_ms)
        for permit_id, permit in location.permits.items()
        if permit.expires_at_ms <= now_ms and not permit.ran_out and _has_more_to_pick(location, permit_id)
    ]
    return sorted(holds, key=_by_time) + sorted(permits, key=_by_time)


def due_before(location: Location, operation: Operation[object], now_ms: int) -> list[Due]:
    """Give what runs out before an operation: the first of all that is due, and what the operation itself names."""
    everything = due(location, now_ms)
    return everything[:AT_MOST] + [one for one in everything[AT_MOST:] if names(operation, one)]


def names(operation: Operation[object], one: Due) -> bool:
    """Say whether the operation is about this very hold or permit."""
    if one.kind is OperationKind.EXPIRE_HOLD:
        about_order = isinstance(operation, ReserveStock | ConfirmReservation | ReleaseReservation | ConfirmShipment)
        return about_order and getattr(operation, "order_id", "") == one.name
    return isinstance(operation, ReportPick | ConfirmShipment) and operation.permit_id == one.name


def run_out(location: Location, one: Due) -> None:
    """Give back what the hold or the permit kept."""
    if one.kind is OperationKind.EXPIRE_HOLD:
        _expire_hold(location, one.name)
    else:
        _expire_permit(location, one.name)


def _expire_hold(location: Location, order_id: str) -> None:
    for line in location.reservations[order_id].lines:
        move(location, line.sku, held=-line.held)
        after = line._replace(held=0, released=line.released + line.held, lapsed=line.lapsed + line.held)
        location.put_line(order_id, after)
    location.reservations[order_id] = location.reservations[order_id]._replace(hold_expires_at_ms=0)


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
