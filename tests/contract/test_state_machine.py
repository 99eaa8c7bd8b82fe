"""Thousands of random operations on the real store and the model, side by side."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from gate_service.domain.vocabulary import OperationKind
from tests.contract.clock import Clock
from tests.contract.machine import Machine
from tests.contract.side_by_side import Seen, SideBySide
from tests.contract.stores import empty, open_ledger
from tests.model.retell import MADE_BY_THE_GATE
from tests.stores.running import OTHERS

FEWEST_OPERATIONS = 1_000
FEWEST_REASONS = 25
LEFT_OUT_BY_CHANCE = 1
"""Kinds that a search may have met only where they are refused: a hold that is lifted needs one that was placed."""
SHARE_OF_OTHERS = 8
"""Where the whole search runs on the embedded store, each of the others has one part in so many of it."""


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_the_real_ledger_does_what_the_model_does_whatever_is_asked_of_it(
    store_url: str, request: pytest.FixtureRequest, chosen_store: str
) -> None:
    whole = chosen_store or request.node.callspec.params["store_url"] not in OTHERS
    seen = Seen()
    clock = Clock()
    with asyncio.Runner() as runner:

        class FreshMachine(Machine):
            """Begins each history anew, by a gate of its own, on the store of this session."""

            def __init__(self) -> None:
                clock.now_ms = Clock().now_ms
                runner.run(empty(store_url))  # there is only one house
                self.real = open_ledger(store_url, clock)
                super().__init__(SideBySide(runner, self.real, clock, seen), clock)

            def teardown(self) -> None:
                try:
                    super().teardown()
                finally:
                    runner.run(self.real.close())

        # Each example is a whole day: three quarters as many as elsewhere search far enough.
        examples = settings().max_examples * 3 // 4 // (1 if whole else SHARE_OF_OTHERS)
        run_state_machine_as_test(FreshMachine, settings=settings(max_examples=examples))

    assert seen.replayed > 0
    applied = {kind for kind, reason in seen.outcomes if not reason}
    if not whole:
        assert len(applied) > len(OperationKind) // 3
        return
    assert seen.operations >= FEWEST_OPERATIONS
    left_out = set(OperationKind) - set(MADE_BY_THE_GATE) - applied
    assert len(left_out) <= LEFT_OUT_BY_CHANCE, left_out
    assert len({reason for _, reason in seen.outcomes if reason}) >= FEWEST_REASONS
