"""A location whose ledger goes further than its state, since a script was cut off between the two."""

from __future__ import annotations

import pytest

from gate_service.domain.errors import LocationFenced, Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.ledger import keys
from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.world import World


async def test_a_location_that_was_torn_is_closed_and_says_so_instead_of_telling_callers_to_ask_again(
    real: RedisLedger, clock: Clock
) -> None:
    at = World(real, clock)
    await at.receive(("A", 5))
    fields = ("at_ms", "1", "envelope", "{}", "body", "{}", "reply", "{}", "changes", "{}", "hash", "ab" * 20)
    await real._store.call("XADD", keys.ledger(at.location_id), "2-0", *fields)
    with pytest.raises(Unavailable) as lost:
        await at.receive(("A", 1))
    assert lost.value.reason is Reason.OUTCOME_UNKNOWN
    with pytest.raises(LocationFenced):
        await at.receive(("A", 1))
    assert (await at.level("A")).on_hand == 5
    (fence,) = (await real.stored_fences()).values()
    assert (fence.remembered.revision, fence.found.revision) == (2, 1)
