"""An order's claim: made and confirmed. Giving it back is in `releases`."""

from __future__ import annotations

from gate_service.domain.operations import ConfirmReservation, OrderLine, ReserveStock
from gate_service.domain.replies import ConfirmReservationReply, ReserveStockReply
from gate_service.domain.reservation import KitLine, Reservation, ReservationLine
from gate_service.domain.vocabulary import Reason, ReservationState
from tests.model.claims import sums_by_sku
from tests.model.quotas import Kept, kept_at, refuse_beyond_promise, take_from_quota
from tests.model.state import Asked, Location, No
from tests.model.stock import goes_on_as, move, refuse_unknown


def reserve_stock(location: Location, operation: ReserveStock, asked: Asked) -> ReserveStockReply:
    """Claim an order's lines, all or none."""
    earlier = location.reservations.get(operation.order_id)
    if earlier and earlier.state is ReservationState.RELEASED:
        raise No(Reason.RESERVATION_RELEASED)
    if earlier and earlier.state is not ReservationState.EXPIRED:
        raise No(Reason.RESERVATION_EXISTS)
    refuse_unknown(location, operation.lines)
    kept = kept_at(
        operation.location_id, asked.policy.keep_back(operation.channel), (line.sku for line in operation.lines)
    )
    refuse_beyond_promise(location, operation.lines, kept, Reason.INSUFFICIENT_STOCK)

    bucket = "held" if operation.ttl_ms > 0 else "committed"
    lines = []
    for line in operation.lines:
        move(location, line.sku, **{bucket: line.quantity})
        lines.append(_claimed(line, bucket))
    reservation = Reservation(
        order_id=operation.order_id,
        channel=operation.channel,
        keep_back=kept.units,
        hold_expires_at_ms=asked.applied.at_ms + operation.ttl_ms if operation.ttl_ms > 0 else 0,
        created_at_ms=asked.applied.at_ms,
        lines=tuple(lines),
        shipment_ids=(),
        keep_back_basis_points=kept.basis_points,
        kits=tuple(KitLine(*kit) for kit in operation.kits),
        non_stock=tuple(KitLine(*code) for code in operation.non_stock),
        sku_basis_points=tuple(sorted(kept.of_sku.items())),
    )
    location.reservations[operation.order_id] = reservation
    take_from_quota(location, operation.order_id, sums_by_sku((line.sku, line.quantity) for line in operation.lines))
    return ReserveStockReply(asked.applied, reservation.state, reservation.hold_expires_at_ms)


def _claimed(line: OrderLine, bucket: str) -> ReservationLine:
    """Give a fresh line with all its units in one bucket."""
    held, committed = (line.quantity, 0) if bucket == "held" else (0, line.quantity)
    return ReservationLine(
        line.line_id, line.sku, line.quantity, held, committed, allocated=0, shipped=0, released=0, shorted=0, lapsed=0
    )


def confirm_reservation(location: Location, operation: ConfirmReservation, asked: Asked) -> ConfirmReservationReply:
    """Turn a hold into an order; take lapsed units again where they are still there."""
    reservation = location.reservations.get(operation.order_id)
    if reservation is None:
        raise No(Reason.RESERVATION_NOT_FOUND)
    if reservation.state is ReservationState.RELEASED:
        raise No(Reason.RESERVATION_RELEASED)
    if reservation.state is ReservationState.HELD:
        _commit_held(location, reservation)
        return ConfirmReservationReply(asked.applied, ReservationState.COMMITTED, changed=True, retaken=False)
    if reservation.state is ReservationState.EXPIRED:
        _retake_lapsed(location, reservation)
        return ConfirmReservationReply(asked.applied, ReservationState.COMMITTED, changed=True, retaken=True)
    return ConfirmReservationReply(asked.applied, reservation.state, changed=False, retaken=False)


def _commit_held(location: Location, reservation: Reservation) -> None:
    """Make what is held committed."""
    for line in reservation.lines:
        move(location, line.sku, held=-line.held, committed=line.held)
        location.put_line(reservation.order_id, line._replace(held=0, committed=line.committed + line.held))
    settle_hold(location, reservation.order_id)


def _retake_lapsed(location: Location, reservation: Reservation) -> None:
    """Commit what ran out, by the rule that let it in at first; of a SKU that was merged meanwhile, the new one."""
    lines = [line._replace(sku=goes_on_as(location, line.sku)) for line in reservation.lines]
    lapsed = [OrderLine(line.line_id, line.sku, line.lapsed) for line in lines if line.lapsed > 0]
    remembered = (reservation.keep_back, reservation.keep_back_basis_points, reservation.channel)
    refuse_beyond_promise(location, lapsed, Kept(*remembered, dict(reservation.sku_basis_points)), Reason.HOLD_EXPIRED)
    for line in lines:
        move(location, line.sku, committed=line.lapsed)
        location.put_line(
            reservation.order_id,
            line._replace(released=line.released - line.lapsed, committed=line.committed + line.lapsed, lapsed=0),
        )
    take_from_quota(location, reservation.order_id, sums_by_sku((line.sku, line.quantity) for line in lapsed))


def settle_hold(location: Location, order_id: str) -> None:
    """Forget the hold's end where nothing is held any more."""
    reservation = location.reservations[order_id]
    if not any(line.held for line in reservation.lines):
        location.reservations[order_id] = reservation._replace(hold_expires_at_ms=0)
