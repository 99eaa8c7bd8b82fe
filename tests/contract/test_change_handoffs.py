"""change_handoffs: each change of the map stands in a ledger of its own, and only a newer map comes into force."""

from __future__ import annotations

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.cases import HandoffsInForce
from gate_service.domain.replies import Applied, ChangeHandoffsReply
from gate_service.domain.vocabulary import OperationKind, Reason
from tests.contract.state import ASKING
from tests.contract.world import World

ONE, OTHER = "1" * 64, "2" * 64


@pytest.fixture
def house(at: World) -> World:
    """Give the house instead of a location."""
    return World(at.ledger, at.clock, ops.HOUSE)


async def put(house: World, version: int, sha256: str = ONE, handoffs: str = "{}") -> ChangeHandoffsReply:
    """Put a map in force."""
    changes = (f"version {version}",)
    return await house.apply(ops.ChangeHandoffs(house.fresh_id(), ops.HOUSE, version, sha256, changes, handoffs))


async def test_before_the_first_map_none_is_in_force(house: World) -> None:
    assert await house.ledger.handoffs(ASKING) == HandoffsInForce(0, "", "", 0, 0)


async def test_the_first_map_comes_into_force_and_opens_the_house(house: World) -> None:
    reply = await put(house, 3, handoffs='{"systems":[]}')
    assert reply == (Applied(1, house.clock.now_ms, replayed=False), True, 3)
    in_force = HandoffsInForce(3, ONE, '{"systems":[]}', house.clock.now_ms, 1)
    assert await house.ledger.handoffs(ASKING) == in_force


async def test_the_house_is_no_location(house: World) -> None:
    await put(house, 1)
    assert list(await house.ledger.locations(ASKING)) == []


async def test_a_change_stands_in_the_ledger_with_who_made_it_and_what_it_says(house: World) -> None:
    house.act_as("eve", system="ops")
    await put(house, 1)
    (entry,) = await house.entries()
    assert (entry.kind, entry.system, entry.actor) == (OperationKind.CHANGE_HANDOFFS, "ops", "eve")
    assert entry.changes == ()
    assert "version 1" in entry.body


async def test_the_map_that_is_in_force_already_changes_nothing(house: World) -> None:
    await put(house, 1)
    since = house.clock.now_ms
    house.clock.advance(5)
    reply = await put(house, 1)
    assert (reply.changed, reply.version, reply.applied.revision) == (False, 1, 2)
    in_force = await house.ledger.handoffs(ASKING)
    assert (in_force.since_ms, in_force.revision) == (since, 2)


async def test_a_newer_map_takes_the_place_of_the_older_one(house: World) -> None:
    await put(house, 1)
    house.clock.advance(5)
    await put(house, 7, OTHER, handoffs='{"n":7}')
    assert await house.ledger.handoffs(ASKING) == HandoffsInForce(7, OTHER, '{"n":7}', house.clock.now_ms, 2)


async def test_an_older_map_or_another_one_of_the_same_version_is_stale(house: World) -> None:
    await put(house, 5)
    before = await house.ledger.handoffs(ASKING)
    for version, sha256 in ((4, ONE), (4, OTHER), (5, OTHER)):
        no = await house.refused(put(house, version, sha256), Reason.HANDOFFS_VERSION_STALE)
        assert no.applied.revision > 1
    assert await house.ledger.handoffs(ASKING) == before._replace(revision=4)


async def test_a_map_told_again_under_its_operation_id_has_its_first_answer(house: World) -> None:
    change = ops.ChangeHandoffs("c1", ops.HOUSE, 1, ONE, ("first",), "{}")
    first = await house.apply(change)
    await put(house, 2, OTHER)
    assert await house.apply(change) == first._replace(applied=first.applied._replace(replayed=True))
    assert (await house.ledger.handoffs(ASKING)).version == 2
