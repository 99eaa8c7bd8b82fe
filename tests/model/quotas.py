"""What is promised to whom: the keep-back of a channel, and the units that only one channel may have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gate_service.domain.errors import Violation
from gate_service.domain.limits import BUCKET_MAX
from gate_service.domain.operations import OrderLine, SetQuota
from gate_service.domain.policy import KeepBack
from gate_service.domain.replies import SetQuotaReply
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Reason
from tests.model.claims import by_sku, open_of_sku, sums_by_sku
from tests.model.state import Asked, Location, No
from tests.model.stock import levels_of, move, refuse_unknown

BASIS_POINTS = 10_000


class Kept(NamedTuple):
    """What is kept back from a channel: units of each SKU, and basis points of all or of this one."""

    units: int
    basis_points: int
    channel: str
    of_sku: Mapping[str, int]


def kept_at(location_id: str, keep_back: KeepBack, skus: Iterable[str]) -> Kept:
    """Say what is kept back of some SKUs at a location; `of_sku` names those of which it is another share."""
    of_sku = {}
    for sku in skus:
        measured = keep_back.adaptive.basis_points(location_id, sku) if keep_back.adaptive else None
        if measured not in (None, keep_back.basis_points):
            of_sku[sku] = measured
    return Kept(keep_back.units, keep_back.basis_points, keep_back.channel, of_sku)


def share(level: StockLevel, kept: Kept) -> int:
    """Count the units kept back as a percentage of what is available, rounded up."""
    return -(-max(0, level.available) * kept.of_sku.get(level.sku, kept.basis_points) // BASIS_POINTS)


def fenced_for_others(location: Location, level: StockLevel, channel: str) -> int:
    """Count the units that only other channels may have."""
    return level.ring_fenced - location.quotas.get((level.sku, channel), 0)


def promise(location: Location, sku: str, kept: Kept) -> int:
    """Say how much of a SKU a channel may be promised."""
    level = location.stock[sku]
    if level.stock_holds:
        return 0
    others = fenced_for_others(location, level, kept.channel)
    return max(0, level.available - kept.units - share(level, kept) - others)


def refuse_beyond_promise(location: Location, lines: Sequence[OrderLine], kept: Kept, reason: Reason) -> None:
    """Refuse lines whose SKU is asked for, in sum, beyond what may be promised."""
    sums = sums_by_sku((line.sku, line.quantity) for line in lines)
    possible = {sku: promise(location, sku, kept) for sku in sums}
    violations = [
        Violation(line.line_id, line.sku, sums[line.sku], possible[line.sku])
        for line in lines
        if sums[line.sku] > possible[line.sku]
    ]
    if violations:
        raise No(reason, violations)


def set_quota(location: Location, operation: SetQuota, asked: Asked) -> SetQuotaReply:
    """Say what is left of a channel's quota from now on."""
    refuse_unknown(location, (("", line.sku, line.quantity) for line in operation.lines))
    room = {
        line.sku: BUCKET_MAX - fenced_for_others(location, location.stock[line.sku], operation.channel)
        for line in operation.lines
    }
    violations = [
        Violation("", line.sku, line.quantity, room[line.sku])
        for line in operation.lines
        if line.quantity > room[line.sku]
    ]
    if violations:
        raise No(Reason.QUANTITY_OVERFLOW, violations)
    for line in operation.lines:
        _put(location, line.sku, operation.channel, line.quantity)
    return SetQuotaReply(asked.applied, levels_of(location, (line.sku for line in operation.lines)))


def take_from_quota(location: Location, order_id: str, units: Mapping[str, int]) -> None:
    """Let a reservation take its units from the quota of its channel, as far as that goes."""
    reservation = location.reservations[order_id]
    from_quota = dict(reservation.from_quota)
    for sku, wanted in units.items():
        left = location.quotas.get((sku, reservation.channel), 0)
        taken = min(wanted, left)
        _put(location, sku, reservation.channel, left - taken)
        from_quota[sku] = from_quota.get(sku, 0) + taken
    location.reservations[order_id] = reservation._replace(from_quota=by_sku(from_quota))


def give_back_to_quota(location: Location, order_id: str, units: Mapping[str, int]) -> None:
    """Return what a reservation gave back to the quota it was taken from."""
    reservation = location.reservations[order_id]
    from_quota = dict(reservation.from_quota)
    for sku, given in units.items():
        returned = min(given, from_quota.get(sku, 0))
        if returned:
            left = location.quotas.get((sku, reservation.channel), 0)
            _put(location, sku, reservation.channel, left + returned)
            from_quota[sku] -= returned
    location.reservations[order_id] = reservation._replace(from_quota=by_sku(from_quota))


def use_up_quota(location: Location, order_id: str) -> None:
    """Forget what left for good: no more was taken from the quota than is still open."""
    reservation = location.reservations[order_id]
    kept = {sku: min(units, open_of_sku(reservation, sku)) for sku, units in reservation.from_quota}
    location.reservations[order_id] = reservation._replace(from_quota=by_sku(kept))


def _put(location: Location, sku: str, channel: str, units: int) -> None:
    """Store what is left of a quota; the fence follows."""
    before = location.quotas.pop((sku, channel), 0)
    if units:
        location.quotas[sku, channel] = units
    move(location, sku, ring_fenced=units - before)
