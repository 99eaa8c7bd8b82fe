"""Of which SKUs more is reserved than may be sold, and which orders that hits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gate_service.domain.limits import HIT_ORDERS_MAX
from gate_service.domain.policy import PRIORITY_DEFAULT
from gate_service.domain.replies import HitOrder, Shortage
from gate_service.domain.reservation import Reservation
from tests.model.claims import open_of_sku
from tests.model.state import Location

LOOKED_AT = 1_000
"""Orders of one SKU, the newest, among which those that are hit are looked for."""


def shortages_of(location: Location, skus: Iterable[str], priorities: Mapping[str, int]) -> tuple[Shortage, ...]:
    """Tell the shortages among some SKUs, each once, in the order first named."""
    short = [sku for sku in dict.fromkeys(skus) if location.stock[sku].available < 0]
    return tuple(_shortage(location, sku, priorities) for sku in short)


def _shortage(location: Location, sku: str, priorities: Mapping[str, int]) -> Shortage:
    missing = -location.stock[sku].available
    claims = sorted(
        (one for one in location.reservations.values() if open_of_sku(one, sku)), key=_by_age, reverse=True
    )[:LOOKED_AT]
    # Sorting is stable: among the equally urgent the newest stay first.
    walked = sorted(claims, key=lambda one: priorities.get(one.channel, PRIORITY_DEFAULT), reverse=True)
    hits: list[HitOrder] = []
    left = missing
    for allocated in (False, True):
        for reservation in walked:
            units = min(left, _units(reservation, sku, allocated=allocated))
            if units and len(hits) < HIT_ORDERS_MAX:
                hits.append(HitOrder(reservation.order_id, reservation.channel, units, allocated))
                left -= units
    return Shortage(sku, missing, tuple(hits), left > 0)


def _units(reservation: Reservation, sku: str, *, allocated: bool) -> int:
    """Count the units of a SKU that are under a permit, or those that are not."""
    lines = [line for line in reservation.lines if line.sku == sku]
    return sum(line.allocated if allocated else line.held + line.committed for line in lines)


def _by_age(reservation: Reservation) -> tuple[int, bytes]:
    return reservation.created_at_ms, reservation.order_id.encode()
