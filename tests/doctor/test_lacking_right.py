"""What a caller hears where the gate's user at the store may not do all that the scripts do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from gate_service.domain.errors import GateError
from gate_service.domain.vocabulary import Reason
from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.world import World
from tests.doctor.guarded import Guarded, guarded_single, send
from tests.stores import KINDS, NoProgramError


@pytest.fixture(scope="module", params=KINDS)
def guarded(request: pytest.FixtureRequest) -> Iterator[Guarded]:
    try:
        with guarded_single(request.param) as running:
            yield running
    except NoProgramError as error:
        pytest.skip(str(error))


@asynccontextmanager
async def without(right: str, guarded: Guarded) -> AsyncIterator[World]:
    """Give a location with stock, and take a right from the user."""
    ledger = RedisLedger.connect(guarded.url)
    at = World(ledger, Clock(), f"NO-{right.upper()}")
    await at.receive(("A", 3))
    send(guarded.admin, "ACL", "SETUSER", "gate", f"-{right}")
    try:
        yield at
    finally:
        send(guarded.admin, "ACL", "SETUSER", "gate", f"+{right}")
        await ledger.close()


@pytest.mark.parametrize(("right", "reason"), [("hget", Reason.STORE_UNAVAILABLE), ("xadd", Reason.OUTCOME_UNKNOWN)])
async def test_a_lacking_right_is_no_fault_of_the_gate_and_leaves_open_only_what_it_stopped_while_writing(
    guarded: Guarded, right: str, reason: Reason
) -> None:
    async with without(right, guarded) as at:
        with pytest.raises(GateError) as no:
            await at.receive(("A", 1))
    assert no.value.reason is reason
