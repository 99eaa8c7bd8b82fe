"""Random histories that are archived in pieces by somebody who is killed again and again, and trimmed meanwhile."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, run_state_machine_as_test

from gate_service.domain import operations as ops
from gate_service.domain.errors import Refused
from gate_service.domain.vocabulary import Reason
from gate_service.store.connect import connect
from tests.archive.keeping import Kept, Visit
from tests.contract.clock import Clock
from tests.contract.machine import Machine
from tests.contract.side_by_side import Seen
from tests.contract.stores import empty, open_ledger

FEWEST_KILLED = 8
FEWEST_TRIMMED = 60
FEWEST_RETIRED = 20
RETIRED_ASKED_AGAIN = 6
LATEST = 50
"""Operations after which nobody comes any more, but at the very end."""

VISITS = st.builds(
    Visit,
    entries=st.sampled_from((1, 2, 7, 20, 1_000)),
    acts=st.sampled_from((None, None, None, 1, 2, 3, 4, 9)),
    after=st.booleans(),
    trims=st.sampled_from((True, True, True, False)),
    keep_ms=st.sampled_from((0, 0, 1, 60_000)),
    keep_newest=st.sampled_from((0, 1, 5)),
    at_once=st.sampled_from((1, 3, 200)),
)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_whatever_is_archived_by_whoever_is_killed_is_the_ledger_and_a_trimmed_store_goes_on_as_before(
    store_url: str,
) -> None:
    seen, clock, counted = Seen(), Clock(), Counter[str]()
    with asyncio.Runner() as runner:
        store = connect(store_url)

        class KeptMachine(Machine):
            """Has somebody archive before some of its operations."""

            def __init__(self) -> None:
                clock.now_ms = Clock().now_ms
                runner.run(empty(store_url))  # there is only one house
                self.real = open_ledger(store_url, clock)
                self.kept = Kept(runner, self.real, store, clock, seen)
                self.visits: dict[int, Visit] = {}
                super().__init__(self.kept, clock)

            @initialize(visits=st.dictionaries(st.integers(7, LATEST), VISITS, min_size=2, max_size=8))
            def plan(self, visits: dict[int, Visit]) -> None:
                """Choose when somebody archives, and when he is killed."""
                self.visits = visits

            def ask(self, operation: ops.Operation[object], actor: str = "ann") -> object:
                visit = self.visits.get(len(self.asked))
                if visit:
                    self.kept.visit(visit)
                trimmed = self.kept.trimmed.get(operation.location_id, 0)
                if isinstance(operation, ops.SubmitCount) and 0 < operation.as_of_revision < trimmed:
                    # What moved since then can be told no more, and that is a refusal of its own.
                    operation = dataclasses.replace(operation, as_of_revision=trimmed)
                return super().ask(operation, actor)

            def teardown(self) -> None:
                try:
                    for operation in self._retired()[:RETIRED_ASKED_AGAIN]:
                        no = super().ask(operation)
                        assert isinstance(no, Refused)
                        assert no.reason is Reason.OPERATION_ID_RETIRED
                        counted["retired"] += 1
                    super().teardown()
                finally:
                    runner.run(self.real.close())
                counted["killed"] += self.kept.killed
                counted["trimmed"] += sum(self.kept.trimmed.values())

            def _retired(self) -> list[ops.Operation[object]]:
                """Give what was asked under ids of which only the archive has the answers."""
                return [each for each in self.asked if each.operation_id in self.kept.retired_ids(each.location_id)]

        try:
            run_state_machine_as_test(KeptMachine, settings=settings(max_examples=settings().max_examples // 5))
        finally:
            runner.run(store.close())

    assert counted["killed"] >= FEWEST_KILLED
    assert counted["trimmed"] >= FEWEST_TRIMMED
    assert counted["retired"] >= FEWEST_RETIRED
