"""Of which SKUs more is reserved than may be sold, and which orders that hits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gate_service.domain.limits import HIT_ORDERS_MAX
from gate_service.domain.policy import PRIORITY_DEFAULT
from gate_service.domain.replies import HitOrder, Shortage
from gate_service.domain.reservation import Reservation
from tests.model.claims import open_of_sku
from tests.model.state import Location

LOOKED_AT = 1_000
"""Orders of one SKU, the newest, among which those that are hit are looked for."""
LOOKED_AT_IN_ALL = 10_000
TOLD_IN_ALL = 1_000
"""Orders told in one reply, over all its shortages."""


def shortages_of(location: Location, skus: Iterable[str], priorities: Mapping[str, int]) -> tuple[Shortage, ...]:
    """Tell the shortages among some SKUs, each once, in the order first named: those of one reply."""
    shortages: list[Shortage] = []
    look, tell = LOOKED_AT_IN_ALL, TOLD_IN_ALL
    for sku in dict.fromkeys(skus):
        if location.stock[sku].available < 0:
            claims = _newest_claims(location, sku)[: min(LOOKED_AT, look)]
            shortages.append(_shortage(location, sku, claims, priorities, min(HIT_ORDERS_MAX, tell)))
            look -= len(claims)
            tell -= len(shortages[-1].orders)
    return tuple(shortages)


def _newest_claims(location: Location, sku: str) -> list[Reservation]:
    claims = (one for one in location.reservations.values() if open_of_sku(one, sku))
    return sorted(claims, key=_by_age, reverse=True)


def _shortage(
    location: Location, sku: str, claims: Sequence[Reservation], priorities: Mapping[str, int], most: int
) -> Shortage:
    missing = -location.stock[sku].available
    # Sorting is stable: among the equally urgent the newest stay first.
    walked = sorted(claims, key=lambda one: priorities.get(one.channel, PRIORITY_DEFAULT), reverse=True)
    hits: list[HitOrder] = []
    left = missing
    for allocated in (False, True):
        for reservation in walked:
            units = min(left, _units(reservation, sku, allocated=allocated))
            if units and len(hits) < most:
                hits.append(HitOrder(reservation.order_id, reservation.channel, units, allocated))
                left -= units
    return Shortage(sku, missing, tuple(hits), left > 0)


def _units(reservation: Reservation, sku: str, *, allocated: bool) -> int:
    """Count the units of a SKU that are under a permit, or those that are not."""
    lines = [line for line in reservation.lines if line.sku == sku]
    return sum(line.allocated if allocated else line.held + line.committed for line in lines)


def _by_age(reservation: Reservation) -> tuple[int, bytes]:
    return reservation.created_at_ms, reservation.order_id.encode()
