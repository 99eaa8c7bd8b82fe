"""correct_mirror: what a mirror should say, as an entry that names the variance and moves nothing."""

from __future__ import annotations

import dataclasses
import json

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.errors import LocationFenced
from gate_service.domain.replies import Applied, CorrectMirrorReply
from gate_service.domain.vocabulary import OperationKind, Reason
from tests.contract.fencing import close
from tests.contract.world import TTL_MS, World

HERE = "DC-1"


def correction(sku: str = "A", quantity: int = 9, reported: int = 12) -> ops.CorrectMirror:
    """Say to the WMS what it should hold of a SKU."""
    return ops.CorrectMirror("~push/V-7", HERE, "V-7", "wms", sku, "on_hand", quantity, reported, 1, "snap-1")


async def pushed(at: World, operation: ops.CorrectMirror) -> CorrectMirrorReply:
    """Ask as the gate asks by itself."""
    at.act_by_itself()
    return await at.apply(operation)


async def test_a_correction_of_a_mirror_stands_in_the_ledger_and_changes_nothing(at: World) -> None:
    await at.receive(("A", 9))
    before = await at.state()
    reply = await pushed(at, correction())
    assert reply == CorrectMirrorReply(Applied(2, at.clock.now_ms, replayed=False))
    assert await at.state() == before
    entry = (await at.entries())[-1]
    assert (entry.kind, entry.refusal, entry.changes) == (OperationKind.CORRECT_MIRROR, "", ())
    assert (entry.variance_id, entry.operation_id) == ("V-7", "~push/V-7")
    assert json.loads(entry.body) == {
        "variance_id": "V-7",
        "system": "wms",
        "sku": "A",
        "measure": "on_hand",
        "quantity": 9,
        "reported": 12,
        "as_of_revision": 1,
        "snapshot_id": "snap-1",
    }


async def test_asked_again_it_is_the_same_entry_and_with_another_figure_it_is_refused(at: World) -> None:
    await at.receive(("A", 9))
    first = await pushed(at, correction())
    at.clock.advance(1_000)
    assert await pushed(at, correction()) == CorrectMirrorReply(first.applied._replace(replayed=True))
    await at.turned_away(pushed(at, correction(quantity=8)), Reason.OPERATION_ID_REUSED)


@pytest.mark.parametrize("figure", [-1, 10**13, -(10**13)])
async def test_a_figure_may_be_as_large_as_a_sum_of_buckets_and_below_zero(at: World, figure: int) -> None:
    await at.receive(("A", 9))
    await pushed(at, correction(quantity=figure, reported=-figure))
    body = json.loads((await at.entries())[-1].body)
    assert (body["quantity"], body["reported"]) == (figure, -figure)


async def test_a_sku_that_only_the_mirror_knows_can_be_corrected_there(at: World) -> None:
    await at.receive(("A", 9))
    await pushed(at, correction("GHOST", 0, 3))
    assert set((await at.state()).stock) == {"A"}


async def test_a_sku_that_is_none_any_more_is_named_by_the_one_that_goes_on(at: World) -> None:
    await at.receive(("A", 9), ("B", 1))
    await at.merge("B", "A")
    no = await at.turned_away(pushed(at, correction("B")), Reason.SKU_MERGED)
    assert no.metadata["into_sku"] == "A"


async def test_what_ran_out_runs_out_before_it(at: World) -> None:
    await at.receive(("A", 9))
    await at.hold("O-1", ("1", "A", 2))
    at.clock.advance(TTL_MS)
    await pushed(at, correction())
    kinds = [entry.kind for entry in (await at.entries())[-2:]]
    assert kinds == [OperationKind.EXPIRE_HOLD, OperationKind.CORRECT_MIRROR]


async def test_it_opens_no_location_and_none_that_is_fenced(at: World) -> None:
    await at.refused(pushed(at, correction()), Reason.UNKNOWN_LOCATION)
    at.act_as("ann")
    await at.receive(("A", 1))
    await close(at)
    with pytest.raises(LocationFenced):
        await pushed(at, dataclasses.replace(correction(), operation_id="~push/V-8"))
