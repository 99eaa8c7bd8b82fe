"""An order's claim: made, confirmed, given back."""

from __future__ import annotations

from collections.abc import Sequence

from gate_service.domain.errors import Violation
from gate_service.domain.operations import ConfirmReservation, OrderLine, ReleaseReservation, ReserveStock
from gate_service.domain.policy import Policy
from gate_service.domain.replies import (
    Applied,
    ConfirmReservationReply,
    ReleaseReservationReply,
    ReserveStockReply,
)
from gate_service.domain.reservation import Reservation, ReservationLine
from gate_service.domain.vocabulary import Reason, ReservationState
from tests.model.state import Location, No, sums_by_sku
from tests.model.stock import move


def reserve_stock(location: Location, operation: ReserveStock, policy: Policy, applied: Applied) -> ReserveStockReply:
    """Claim an order's lines, all or none."""
    earlier = location.reservations.get(operation.order_id)
    if earlier and earlier.state is ReservationState.RELEASED:
        raise No(Reason.RESERVATION_RELEASED)
    if earlier and earlier.state is not ReservationState.EXPIRED:
        raise No(Reason.RESERVATION_EXISTS)
    unknown = [
        Violation(line.line_id, line.sku, line.quantity, 0)
        for line in operation.lines
        if line.sku not in location.stock
    ]
    if unknown:
        raise No(Reason.UNKNOWN_SKU, unknown)
    keep_back = policy.keep_back(operation.channel)
    _refuse_beyond_promise(location, operation.lines, keep_back, Reason.INSUFFICIENT_STOCK)

    bucket = "held" if operation.ttl_ms > 0 else "committed"
    lines = []
    for line in operation.lines:
        move(location, line.sku, **{bucket: line.quantity})
        lines.append(_claimed(line, bucket))
    reservation = Reservation(
        order_id=operation.order_id,
        channel=operation.channel,
        keep_back=keep_back,
        hold_expires_at_ms=applied.at_ms + operation.ttl_ms if operation.ttl_ms > 0 else 0,
        created_at_ms=applied.at_ms,
        lines=tuple(lines),
        shipment_ids=(),
    )
    location.reservations[operation.order_id] = reservation
    return ReserveStockReply(applied, reservation.state, reservation.hold_expires_at_ms)


def _claimed(line: OrderLine, bucket: str) -> ReservationLine:
    """Give a fresh line with all its units in one bucket."""
    held, committed = (line.quantity, 0) if bucket == "held" else (0, line.quantity)
    return ReservationLine(
        line.line_id, line.sku, line.quantity, held, committed, allocated=0, shipped=0, released=0, shorted=0, lapsed=0
    )


def _refuse_beyond_promise(location: Location, lines: Sequence[OrderLine], keep_back: int, reason: Reason) -> None:
    """Refuse lines whose SKU is asked for, in sum, beyond what may be promised."""
    sums = sums_by_sku([(line.sku, line.quantity) for line in lines])
    promise = {sku: location.stock[sku].promise(keep_back) for sku in sums}
    violations = [
        Violation(line.line_id, line.sku, sums[line.sku], promise[line.sku])
        for line in lines
        if sums[line.sku] > promise[line.sku]
    ]
    if violations:
        raise No(reason, violations)


def confirm_reservation(
    location: Location, operation: ConfirmReservation, _policy: Policy, applied: Applied
) -> ConfirmReservationReply:
    """Turn a hold into an order; take lapsed units again where they are still there."""
    reservation = location.reservations.get(operation.order_id)
    if reservation is None:
        raise No(Reason.RESERVATION_NOT_FOUND)
    if reservation.state is ReservationState.RELEASED:
        raise No(Reason.RESERVATION_RELEASED)
    if reservation.state is ReservationState.HELD:
        _commit_held(location, reservation)
        return ConfirmReservationReply(applied, ReservationState.COMMITTED, changed=True, retaken=False)
    if reservation.state is ReservationState.EXPIRED:
        _retake_lapsed(location, reservation)
        return ConfirmReservationReply(applied, ReservationState.COMMITTED, changed=True, retaken=True)
    return ConfirmReservationReply(applied, reservation.state, changed=False, retaken=False)


def _commit_held(location: Location, reservation: Reservation) -> None:
    """Make what is held committed."""
    for line in reservation.lines:
        move(location, line.sku, held=-line.held, committed=line.held)
        location.put_line(reservation.order_id, line._replace(held=0, committed=line.committed + line.held))
    _settle_hold(location, reservation.order_id)


def _retake_lapsed(location: Location, reservation: Reservation) -> None:
    """Commit what ran out, by the rule that let it in at first."""
    lapsed = [OrderLine(line.line_id, line.sku, line.lapsed) for line in reservation.lines if line.lapsed > 0]
    _refuse_beyond_promise(location, lapsed, reservation.keep_back, Reason.HOLD_EXPIRED)
    for line in reservation.lines:
        move(location, line.sku, committed=line.lapsed)
        location.put_line(
            reservation.order_id,
            line._replace(released=line.released - line.lapsed, committed=line.committed + line.lapsed, lapsed=0),
        )


def release_reservation(
    location: Location, operation: ReleaseReservation, _policy: Policy, applied: Applied
) -> ReleaseReservationReply:
    """Give back a part, or everything that is held or committed."""
    reservation = location.reservations.get(operation.order_id)
    if reservation is None:
        raise No(Reason.RESERVATION_NOT_FOUND)
    if operation.lines:
        wanted = {line.line_id: line.quantity for line in operation.lines}
        _refuse_missing_lines(reservation, wanted)
        _refuse_beyond_lines(reservation, wanted)
    else:
        wanted = {line.line_id: line.held + line.committed for line in reservation.lines}
        _refuse_what_left_the_desk(reservation)

    for line in reservation.lines:
        quantity = wanted.get(line.line_id, 0)
        from_held = min(quantity, line.held)
        from_committed = quantity - from_held
        move(location, line.sku, held=-from_held, committed=-from_committed)
        after = line._replace(
            held=line.held - from_held,
            committed=line.committed - from_committed,
            released=line.released + quantity,
            lapsed=line.lapsed if operation.lines else 0,
        )
        location.put_line(reservation.order_id, after)
    _settle_hold(location, reservation.order_id)
    state = location.reservations[reservation.order_id].state
    return ReleaseReservationReply(applied, state, sum(wanted.values()))


def _refuse_missing_lines(reservation: Reservation, wanted: dict[str, int]) -> None:
    """Refuse keys the reservation does not have."""
    known = {line.line_id for line in reservation.lines}
    missing = [Violation(line_id, "", quantity, 0) for line_id, quantity in wanted.items() if line_id not in known]
    if missing:
        raise No(Reason.LINE_NOT_FOUND, missing)


def _refuse_beyond_lines(reservation: Reservation, wanted: dict[str, int]) -> None:
    """Refuse more than a line still has; the first such line gives the reason."""
    lines = {line.line_id: line for line in reservation.lines}
    too_much = [lines[line_id] for line_id, quantity in wanted.items() if quantity > _givable(lines[line_id])]
    if not too_much:
        return
    first = too_much[0]
    if first.allocated > 0:
        reason = Reason.PICK_IN_PROGRESS
    elif first.shipped > 0:
        reason = Reason.ALREADY_SHIPPED
    else:
        reason = Reason.RELEASE_EXCEEDS_LINE
    raise No(reason, [Violation(line.line_id, line.sku, wanted[line.line_id], _givable(line)) for line in too_much])


def _refuse_what_left_the_desk(reservation: Reservation) -> None:
    """Refuse to give back as a whole what is being picked or was shipped."""
    in_progress = [
        Violation(line.line_id, line.sku, _givable(line) + line.allocated, _givable(line))
        for line in reservation.lines
        if line.allocated > 0
    ]
    if in_progress:
        raise No(Reason.PICK_IN_PROGRESS, in_progress)
    if reservation.state is ReservationState.SHIPPED and not any(_givable(line) for line in reservation.lines):
        raise No(Reason.ALREADY_SHIPPED)


def _givable(line: ReservationLine) -> int:
    """Count the units a release may give back."""
    return line.held + line.committed


def _settle_hold(location: Location, order_id: str) -> None:
    """Forget the hold's end where nothing is held any more."""
    reservation = location.reservations[order_id]
    if not any(line.held for line in reservation.lines):
        location.reservations[order_id] = reservation._replace(hold_expires_at_ms=0)
