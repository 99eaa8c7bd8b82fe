"""Thousands of random operations on the real store and the model, side by side."""

from __future__ import annotations

import asyncio

import pytest
import redis
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from gate_service.domain.vocabulary import OperationKind
from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.machine import Machine
from tests.contract.side_by_side import Seen, SideBySide
from tests.model.retell import MADE_BY_THE_GATE

FEWEST_OPERATIONS = 1_000
FEWEST_REASONS = 25
LEFT_OUT_BY_CHANCE = 1
"""Kinds that a search may have met only where they are refused: a hold that is lifted needs one that was placed."""


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_the_real_ledger_does_what_the_model_does_whatever_is_asked_of_it(store_url: str) -> None:
    seen = Seen()
    clock = Clock()
    with asyncio.Runner() as runner:
        real = RedisLedger.connect(store_url, clock_ms=clock)
        store = redis.Redis.from_url(store_url)

        class FreshMachine(Machine):
            """Begins each history anew on the store of this session."""

            def __init__(self) -> None:
                clock.now_ms = Clock().now_ms
                store.flushall()  # there is only one house
                super().__init__(SideBySide(runner, real, clock, seen), clock)

        try:
            # Each example is a whole day: three quarters as many as elsewhere search far enough.
            run_state_machine_as_test(FreshMachine, settings=settings(max_examples=settings().max_examples * 3 // 4))
        finally:
            runner.run(real.close())
            store.close()

    assert seen.operations >= FEWEST_OPERATIONS
    assert seen.replayed > 0
    applied = {kind for kind, reason in seen.outcomes if not reason}
    left_out = set(OperationKind) - set(MADE_BY_THE_GATE) - applied
    assert len(left_out) <= LEFT_OUT_BY_CHANCE, left_out
    assert len({reason for _, reason in seen.outcomes if reason}) >= FEWEST_REASONS
