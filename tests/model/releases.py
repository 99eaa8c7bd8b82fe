"""A claim given back: a part of it, or everything that is held or committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gate_service.domain.errors import Violation
from gate_service.domain.operations import ReleaseLine, ReleaseReservation
from gate_service.domain.replies import ReleaseReservationReply
from gate_service.domain.reservation import KitLine, Reservation, ReservationLine
from gate_service.domain.vocabulary import Reason, ReservationState
from tests.model.claims import sums_by_sku
from tests.model.quotas import give_back_to_quota
from tests.model.reservations import settle_hold
from tests.model.state import Asked, Location, No
from tests.model.stock import move


def release_reservation(location: Location, operation: ReleaseReservation, asked: Asked) -> ReleaseReservationReply:
    """Give back a part, or everything that is held or committed.

    What the gate gives back by itself lapses, as if a hold had run out: nobody gave the order up.
    """
    reservation = location.reservations.get(operation.order_id)
    if reservation is None:
        raise No(Reason.RESERVATION_NOT_FOUND)
    if operation.lines:
        wanted = _by_line(reservation, operation.lines)
        _refuse_missing_lines(reservation, wanted)
        _refuse_beyond_lines(reservation, wanted)
    else:
        wanted = {line.line_id: _givable(line) for line in reservation.lines}
        _refuse_what_left_the_desk(reservation)

    for line in reservation.lines:
        quantity = wanted.get(line.line_id, 0)
        from_held = min(quantity, line.held)
        from_committed = quantity - from_held
        if quantity:
            move(location, line.sku, held=-from_held, committed=-from_committed)
        after = line._replace(
            held=line.held - from_held,
            committed=line.committed - from_committed,
            released=line.released + quantity,
        )
        if asked.call.own:
            after = after._replace(lapsed=line.lapsed + quantity)
        elif not operation.lines:
            after = after._replace(lapsed=0)
        location.put_line(reservation.order_id, after)
    settle_hold(location, reservation.order_id)
    given = sums_by_sku((line.sku, wanted.get(line.line_id, 0)) for line in reservation.lines)
    give_back_to_quota(location, reservation.order_id, given)
    state = location.reservations[reservation.order_id].state
    return ReleaseReservationReply(asked.applied, state, sum(wanted.values()))


def _by_line(reservation: Reservation, asked: Sequence[ReleaseLine]) -> dict[str, int]:
    """Add up what is asked of each line of the reservation; that of a kit stands for its components."""
    kits = {kit.line_id: kit for kit in reservation.kits}
    wanted: dict[str, int] = {}
    for line in asked:
        kit = kits.get(line.line_id)
        parts = _components(reservation, kit, line.quantity) if kit else {line.line_id: line.quantity}
        for line_id, quantity in parts.items():
            wanted[line_id] = wanted.get(line_id, 0) + quantity
    return wanted


def _components(reservation: Reservation, kit: KitLine, quantity: int) -> dict[str, int]:
    """Say what so many of a kit are of each of its component lines, which are numbered from 1."""
    ordered = {line.line_id: line.ordered for line in reservation.lines}
    parts: dict[str, int] = {}
    while (name := f"{kit.line_id}/{len(parts) + 1}") in ordered:
        parts[name] = quantity * ordered[name] // kit.quantity
    return parts


def _refuse_missing_lines(reservation: Reservation, wanted: Mapping[str, int]) -> None:
    """Refuse keys the reservation does not have."""
    known = {line.line_id for line in reservation.lines}
    missing = [Violation(line_id, "", quantity, 0) for line_id, quantity in wanted.items() if line_id not in known]
    if missing:
        raise No(Reason.LINE_NOT_FOUND, missing)


def _refuse_beyond_lines(reservation: Reservation, wanted: Mapping[str, int]) -> None:
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
