"""The house that the tests of this folder stand on."""

from __future__ import annotations

from gate_service.domain.handoff_holes import HoleKind, holes
from gate_service.handoffs import read
from tests.reconcile.house import House, map_text


def test_the_map_is_sound_and_every_mirror_is_owned_awaited_and_told() -> None:
    handoffs = read(map_text())
    assert set(handoffs.reconcile.mirrors) == {"wms", "erp", "shop", "3pl"}
    found = {hole.kind for hole in holes(handoffs)}
    assert found.isdisjoint({HoleKind.NO_OWNER, HoleKind.NO_CADENCE, HoleKind.NO_CREDENTIALS, HoleKind.NO_SNAPSHOTS})


def test_each_system_may_do_its_part(house: House, location: str) -> None:
    assert house.receive(location, MUG=10) == 1
    assert house.sell(location, "O-1", MUG=3) == 2
    (stands,) = house.client("books").get_stock(location, ["MUG"]).levels
    assert (stands.on_hand, stands.committed) == (10, 3)
