"""The model and the real ledger asked the same things at the same time, and compared after each."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence
from typing import cast

import pytest

from gate_service.app.ports import Call
from gate_service.domain.errors import LocationFenced, Refused
from gate_service.domain.operations import Operation, OrderLine, ReserveStock
from gate_service.domain.policy import KeepBack, Policy
from gate_service.domain.stock import Availability
from gate_service.domain.vocabulary import OperationKind, Reason
from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.fencing import close
from tests.contract.state import (
    ASKING,
    as_read,
    read_entries,
    read_feeds,
    read_known,
    read_shortages,
)
from tests.contract.witness import check_same, check_witness
from tests.contract.world import World
from tests.model import ModelLedger, Outcome, Snapshot
from tests.model.retell import essence

EVERYTHING_AFTER = 4
"""Operations until all that stands at a location is read and compared: that is what the search spends its time on."""


class Seen:
    """What was asked in all, so that a search that found nothing to ask is not taken for a proof."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.operations = 0
        self.outcomes: Counter[tuple[OperationKind, str]] = Counter()
        self.replayed = 0

    def note(self, kind: OperationKind, outcome: Outcome) -> None:
        """Count one operation and how it ended."""
        self.operations += 1
        self.outcomes[kind, outcome.reason if isinstance(outcome, Refused) else ""] += 1
        self.replayed += outcome.applied.replayed


class SideBySide:
    """One history at a few locations, told to both. Blocks until each answer is there."""

    def __init__(self, runner: asyncio.Runner, real: RedisLedger, clock: Clock, seen: Seen) -> None:
        """Begin with no location opened in the model; the caller names locations the store does not know."""
        self._runner = runner
        self._real = real
        self._model = ModelLedger(clock)
        self._clock = clock
        self._seen = seen
        self._opened: dict[str, int] = {}
        self._compared = 0
        self._answered: dict[tuple[str, str], Outcome] = {}

    def ask(self, operation: Operation[object], policy: Policy, call: Call) -> Outcome:
        """Ask both; the answers and what then stands at the location must be the same."""
        try:
            expected: Outcome = self._model.do(operation, policy, call)
        except Refused as no:
            expected = no
        answer: Outcome = self._runner.run(self._ask_real(operation, policy, call))
        self._seen.note(operation.kind, answer)
        check_same(answer, expected)
        if answer.applied.revision and not answer.applied.replayed and operation.operation_id:
            self._answered[operation.location_id, operation.operation_id] = answer
        self.compare(operation.location_id)
        return answer

    def sweep(self, location_id: str) -> None:
        """Let both run out what is due."""
        if location_id in self._opened:
            self._runner.run(self._model.sweep(location_id))
            self._runner.run(self._real.sweep(location_id))
            self.compare(location_id)

    def check(self, location_id: str, lines: Sequence[tuple[str, int]], keep_back: KeepBack) -> None:
        """Ask both what may be promised."""
        if location_id in self._opened:
            asked = [ledger.check(location_id, lines, keep_back, ASKING) for ledger in (self._model, self._real)]
            expected, answer = (self._runner.run(_answer_or_reason(one)) for one in asked)
            assert answer == expected

    def close(self, location_id: str, since_ms: int) -> None:
        """Close a location of both, and see that nothing is done there."""
        at = World(self._real, self._clock, location_id)
        fence = self._runner.run(close(at, since_ms))
        self._model.fence(location_id, fence)
        order = ReserveStock("op-closed", location_id, "O-closed", "", 0, (OrderLine("1", "A", 1),))
        for ledger in (self._real, self._model):
            with pytest.raises(LocationFenced):
                self._runner.run(ledger.apply(order, Policy(), ASKING))

    def snapshot(self, location_id: str) -> Snapshot:
        """Give what the model knows of a location."""
        return self._model.snapshot(location_id)

    def revision(self, location_id: str) -> int:
        """Give the newest revision of a location, 0 where it was never opened."""
        return self._opened.get(location_id, 0)

    def compare(self, location_id: str) -> None:
        """See that both have the same new entries, and now and then, that the same stands in both."""
        self._compared += 1
        self._runner.run(self._compare_entries(location_id))
        if self._compared % EVERYTHING_AFTER == 0:
            self._runner.run(self._compare_everything(location_id))

    def check_witness(self) -> None:
        """Hold the real state to the model's, and with all answers to the real ledger."""
        for location_id in self._opened:
            self._runner.run(self._compare_everything(location_id))
            answered = {name: outcome for (place, name), outcome in self._answered.items() if place == location_id}
            self._runner.run(check_witness(self._real, location_id, answered))

    async def _ask_real(self, operation: Operation[object], policy: Policy, call: Call) -> Outcome:
        try:
            return cast("Outcome", await self._real.apply(operation, policy, call))
        except Refused as no:
            return no

    async def _compare_entries(self, location_id: str) -> None:
        known = self._opened.get(location_id, 0)
        try:
            expected = await read_entries(self._model, location_id, known + 1)
        except Refused as no:
            assert no.reason is Reason.UNKNOWN_LOCATION  # noqa: PT017 an operation that was refused there opened nothing
            return
        entries = await read_entries(self._real, location_id, known + 1)
        assert list(map(essence, entries)) == list(map(essence, expected))
        self._opened[location_id] = known + len(entries)

    async def _compare_everything(self, location_id: str) -> None:
        if location_id not in self._opened:
            return
        state = as_read(self.snapshot(location_id))
        # All at once, because then they ride in one call to the store.
        real, shortages, feeds = await asyncio.gather(
            read_known(self._real, location_id, state.reservations, state.documents),
            read_shortages(self._real, location_id),
            read_feeds(self._real, location_id),
        )
        assert real == state
        assert shortages == await read_shortages(self._model, location_id)
        assert feeds == await read_feeds(self._model, location_id)


async def _answer_or_reason(asked: Awaitable[Availability]) -> Availability | Reason:
    try:
        return await asked
    except Refused as no:
        return no.reason
