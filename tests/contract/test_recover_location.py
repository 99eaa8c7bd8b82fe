"""recover_location: somebody accepts what is left of a history, by name, and the location goes on."""

from __future__ import annotations

import json

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.errors import LocationFenced
from gate_service.domain.lineage import Position
from gate_service.domain.vocabulary import OperationKind, Reason
from tests.contract.fencing import ANN, SINCE_MS, accept, close
from tests.contract.state import ASKING
from tests.contract.world import TTL_MS, World


async def epoch(at: World) -> int:
    """Read the epoch of the location."""
    return (await at.ledger.list_stock(at.location_id, "", 1, ASKING)).lineage.epoch


async def test_an_accepted_location_is_open_again_in_the_next_epoch(at: World) -> None:
    await at.receive(("A", 5))
    await close(at)
    reply = await accept(at)
    assert (reply.epoch, reply.applied.revision) == (2, 2)
    await at.receive(("A", 1))
    assert (await at.level("A")).on_hand == 6
    assert await epoch(at) == 2


async def test_its_entry_says_who_accepted_what_was_lost_and_why(at: World) -> None:
    await at.receive(("A", 5))
    await close(at)
    await accept(at, SINCE_MS, "power cut", 2, 99)
    entry = (await at.entries())[-1]
    assert (entry.kind, entry.system, entry.actor) == (OperationKind.RECOVER_LOCATION, "gate", "ann")
    assert entry.changes == ()
    assert json.loads(entry.body) == {"since_ms": SINCE_MS, "note": "power cut", "lost_from": 2, "lost_to": 99}


async def test_accepted_twice_it_is_accepted_once(at: World) -> None:
    await at.receive(("A", 5))
    await close(at)
    first = await accept(at)
    again = await accept(at)
    assert again == first._replace(applied=first.applied._replace(replayed=True))
    assert await epoch(at) == 2


async def test_each_accepted_loss_begins_an_epoch(at: World) -> None:
    await at.receive(("A", 5))
    for number in (1, 2, 3):
        await close(at, SINCE_MS + number)
        assert (await accept(at, SINCE_MS + number)).epoch == 1 + number
    assert await epoch(at) == 4


async def test_the_next_epoch_is_beyond_whatever_a_gate_remembers(at: World) -> None:
    """An old primary that comes back is some epochs behind: accepted once, it is not closed again."""
    await at.receive(("A", 5))
    await close(at, remembered=Position(4, 2, "ab" * 20))
    assert (await accept(at)).epoch == 5
    await at.receive(("A", 1))
    assert await epoch(at) == 5


async def test_another_finding_than_that_which_was_looked_at_is_not_accepted(at: World) -> None:
    await at.receive(("A", 5))
    await close(at)
    await at.refused(accept(at, SINCE_MS + 1), Reason.FENCE_CHANGED)
    entry = (await at.entries())[-1]
    assert (entry.kind, entry.refusal) == (OperationKind.RECOVER_LOCATION, Reason.FENCE_CHANGED)
    with pytest.raises(LocationFenced):
        await at.receive(("A", 1))
    assert await epoch(at) == 1


async def test_a_location_that_is_open_has_nothing_to_accept(at: World) -> None:
    await at.receive(("A", 5))
    at.call = ANN
    recovery = ops.RecoverLocation("~recover", at.location_id, SINCE_MS, "")
    await at.refuses(at.apply(recovery), Reason.FENCE_CHANGED)
    assert await epoch(at) == 1


async def test_a_location_of_which_nothing_is_left_begins_anew_in_the_next_epoch(at: World) -> None:
    await close(at)
    reply = await accept(at)
    assert (reply.epoch, reply.applied.revision) == (2, 1)
    await at.receive(("A", 5))
    assert await at.revision() == 2


async def test_a_location_that_nobody_ever_heard_of_is_not_opened_by_it(at: World) -> None:
    at.call = ANN
    recovery = ops.RecoverLocation("~recover", at.location_id, SINCE_MS, "")
    await at.refused(at.apply(recovery), Reason.UNKNOWN_LOCATION)


async def test_what_was_due_meanwhile_runs_out_with_the_next_operation_and_not_before(at: World) -> None:
    await at.receive(("A", 5))
    await at.hold("O-1", ("1", "A", 2))
    await close(at)
    at.clock.advance(TTL_MS)
    await accept(at)
    assert (await at.level("A")).held == 2
    await at.receive(("A", 1))
    assert (await at.level("A")).held == 0
    kinds = [entry.kind for entry in await at.entries()][2:]
    assert kinds == [OperationKind.RECOVER_LOCATION, OperationKind.EXPIRE_HOLD, OperationKind.RECORD_RECEIPT]
