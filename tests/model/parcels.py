"""What a parcel takes along, and when two tellings are of one parcel. Shared by all ways of confirming one."""

from __future__ import annotations

from collections.abc import Iterable

from gate_service.domain.operations import OrderLine
from gate_service.domain.replies import Surplus
from gate_service.domain.reservation import Allocation, ReservationLine
from gate_service.domain.vocabulary import Reason
from tests.model.claims import by_sku, off_the_shelf, sums_by_sku, with_allocation
from tests.model.quotas import use_up_quota
from tests.model.state import Location, No, Parcel
from tests.model.stock import move


class Leaving:
    """The units of one order that leave in one parcel."""

    def __init__(self, location: Location, order_id: str) -> None:
        """Let nothing leave yet."""
        self._location = location
        self._order_id = order_id

    def from_allocation(self, line_id: str, permit_id: str, quantity: int) -> None:
        """Move units under a permit out; those nobody reported picked count as picked."""
        found = self._location.allocated_line(permit_id, self._order_id, line_id)
        assert found is not None
        line, allocation = found
        picked = min(quantity, off_the_shelf(allocation))
        after = _with_shipped(line, allocation, quantity)
        self._location.put_line(self._order_id, after)
        move(self._location, line.sku, allocated=-quantity, picked=-picked, on_hand=-quantity)

    def from_committed(self, line_id: str, quantity: int) -> None:
        """Move units out that no permit covers."""
        line = self._location.line(self._order_id, line_id)
        assert line is not None
        after = line._replace(committed=line.committed - quantity, shipped=line.shipped + quantity)
        self._location.put_line(self._order_id, after)
        move(self._location, line.sku, committed=-quantity, on_hand=-quantity)

    def settle(self, skus: Iterable[str]) -> tuple[Surplus, ...]:
        """Write down what the record did not have, by SKU in the order given, and what the quota loses."""
        use_up_quota(self._location, self._order_id)
        surpluses = [_settle_surplus(self._location, sku) for sku in dict.fromkeys(skus)]
        return tuple(surplus for surplus in surpluses if surplus.cleared or surplus.surplus)


def _with_shipped(line: ReservationLine, allocation: Allocation, quantity: int) -> ReservationLine:
    shipped = allocation.shipped + quantity
    allocation = allocation._replace(shipped=shipped, picked=max(allocation.picked, shipped))
    line = line._replace(allocated=line.allocated - quantity, shipped=line.shipped + quantity)
    return with_allocation(line, allocation)


def _settle_surplus(location: Location, sku: str) -> Surplus:
    """Where less is on hand than cannot be sold, the parcel held units the record doubted or did not have."""
    level = location.stock[sku]
    lacking = max(0, level.unsellable - level.on_hand)
    cleared = min(lacking, level.suspect)
    move(location, sku, suspect=-cleared, on_hand=lacking - cleared)
    return Surplus(sku, cleared, lacking - cleared)


def told_before(
    location: Location, order_id: str, shipment_id: str, permit_id: str, lines: tuple[OrderLine, ...]
) -> bool:
    """Say whether this very parcel was told before; refuse another one under its name."""
    earlier = location.parcels.get((order_id, shipment_id))
    if earlier is None:
        return False
    if not _same(earlier, permit_id, lines):
        raise No(Reason.SHIPMENT_ID_REUSED)
    return True


def _same(earlier: Parcel, permit_id: str, lines: tuple[OrderLine, ...]) -> bool:
    """Compare two tellings; where one of two systems knows no permit, only what was in the parcel counts."""
    if (earlier.permit_id, earlier.lines) == (permit_id, lines):
        return True
    one_without_permit = bool(earlier.permit_id) != bool(permit_id)
    named = by_sku(sums_by_sku((line.sku, line.quantity) for line in lines))
    return one_without_permit and (not lines or named == earlier.moved)


def remember(location: Location, order_id: str, shipment_id: str, parcel: Parcel) -> None:
    """Note the parcel, so that it is known when it is told again."""
    location.parcels[order_id, shipment_id] = parcel
    reservation = location.reservations[order_id]
    names = tuple(sorted({*reservation.shipment_ids, shipment_id}))
    location.reservations[order_id] = reservation._replace(shipment_ids=names)
