"""Random histories that are told again in another store, cut anywhere, and go on there."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, run_state_machine_as_test

from gate_service.domain import operations as ops
from gate_service.embedded.valkey import EmbeddedStore
from tests.contract.clock import Clock
from tests.contract.machine import Machine
from tests.contract.moving import Moving
from tests.contract.side_by_side import Seen

FEWEST_MOVES = 8
LATEST = 60
"""Operations after which a history has moved for the last time."""


@pytest.fixture(scope="module")
def other_store_url() -> Iterator[str]:
    """Start a second store."""
    with (
        tempfile.TemporaryDirectory(prefix="gate-test-") as folder,
        EmbeddedStore.start(Path(folder) / "store") as store,
    ):
        yield store.url


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_a_history_that_is_told_again_in_another_store_stands_there_as_it_stood_and_goes_on(
    store_url: str, other_store_url: str
) -> None:
    seen, clock, moves = Seen(), Clock(), [0]
    with asyncio.Runner() as runner:

        class MovingMachine(Machine):
            """Moves to the other store before some of its operations."""

            def __init__(self) -> None:
                clock.now_ms = Clock().now_ms
                self.moving = Moving(runner, (store_url, other_store_url), clock, seen)
                self.moves_at: frozenset[int] = frozenset()
                self.runs = [200]
                super().__init__(self.moving, clock)

            @initialize(
                moves_at=st.frozensets(st.integers(7, LATEST), min_size=1, max_size=3),
                runs=st.lists(st.sampled_from((1, 2, 5, 11, 200)), min_size=1, max_size=4),
            )
            def plan(self, moves_at: frozenset[int], runs: list[int]) -> None:
                """Choose when it moves, and where each of those who tell it is interrupted."""
                self.moves_at, self.runs = moves_at, runs

            def ask(self, operation: ops.Operation[object], actor: str = "ann") -> object:
                closed = isinstance(operation, ops.RecoverLocation)  # a fence is no part of what is told again
                if len(self.asked) in self.moves_at and not closed:
                    self.moving.move(self.runs)
                return super().ask(operation, actor)

            def teardown(self) -> None:
                super().teardown()
                moves[0] += self.moving.moves
                self.moving.disconnect()

        run_state_machine_as_test(MovingMachine, settings=settings(max_examples=settings().max_examples // 6))

    assert moves[0] >= FEWEST_MOVES
