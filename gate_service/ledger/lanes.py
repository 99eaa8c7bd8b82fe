"""Group commit: one call under way for each location, and whatever arrives meanwhile rides in the next.

There is no timer, so an idle lane answers at once and a busy one grows its batches by itself. The queue is bounded;
new holds and reads give way before confirms, releases and waves do. Where the store is away nobody waits in it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from gate_service.domain.errors import GateError, Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.store.errors import for_another, not_applied

AnswerT = TypeVar("AnswerT")

OVERLOAD_RETRY_AFTER_MS = 100
_QUIET_TURNS = 30
"""Turns of the event loop without a newcomer after which a batch leaves: some 40 microseconds of an idle loop."""


@dataclass(frozen=True, slots=True)
class LaneLimits:
    """How much may wait and travel for one location; a weight is a number of lines."""

    queue_weight: int = 20_000
    sheddable_weight: int = 10_000
    """Above this much waiting, what can be shed is refused."""
    batch_operations: int = 64
    """Large enough to pay for the round trip, small enough that the gate takes in calls while the store works."""
    batch_weight: int = 2_000


@dataclass(slots=True)
class Waiting(Generic[AnswerT]):
    """One operation in the queue. `arguments` is what the script gets for it."""

    arguments: tuple[str, ...]
    weight: int
    deadline: float | None
    answer: asyncio.Future[AnswerT] = field(repr=False)


Send = Callable[[list[Waiting[AnswerT]]], Awaitable[list[AnswerT]]]


def overloaded() -> Unavailable:
    """Say that too much is waiting and nothing was applied."""
    return Unavailable(
        Reason.OVERLOADED, "too much is waiting for this location; nothing was applied", OVERLOAD_RETRY_AFTER_MS
    )


def deadline_passed() -> GateError:
    """Say that the caller's time was up before it was sent."""
    return GateError(Reason.DEADLINE_PASSED, "the deadline passed before it was sent to the store; nothing was applied")


class Lane(Generic[AnswerT]):
    """The queue of one location. Its task belongs to itself: a cancelled caller never tears a call apart."""

    def __init__(self, send: Send[AnswerT], limits: LaneLimits, on_idle: Callable[[], object] = lambda: None) -> None:
        """Keep how to send a batch; `on_idle` hears when nothing waits and nothing is under way."""
        self._send = send
        self._on_idle = on_idle
        self._limits = limits
        self._first: deque[Waiting[AnswerT]] = deque()
        self._sheddable: deque[Waiting[AnswerT]] = deque()
        self._weight = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def idle(self) -> bool:
        """Say whether nothing waits and nothing is under way."""
        return self._task is None

    def submit(
        self, arguments: tuple[str, ...], *, weight: int, sheddable: bool, deadline: float | None
    ) -> asyncio.Future[AnswerT]:
        """Queue one operation; the future gives its answer or raises.

        Raises `Unavailable` with OVERLOADED at once where too much is waiting.
        """
        bound = self._limits.sheddable_weight if sheddable else self._limits.queue_weight
        if self._weight + weight > bound and self._weight > 0:
            raise overloaded()
        answer: asyncio.Future[AnswerT] = asyncio.get_running_loop().create_future()
        waiting = Waiting(arguments, weight, deadline, answer)
        (self._sheddable if sheddable else self._first).append(waiting)
        self._weight += weight
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())
        return answer

    def refuse(self) -> None:
        """Turn away all that wait: nothing of it was applied. What is under way goes on."""
        for queue in (self._first, self._sheddable):
            while queue:
                waiting = queue.popleft()
                self._weight -= waiting.weight
                if not waiting.answer.done():
                    waiting.answer.set_exception(not_applied())

    async def drain(self) -> None:
        """Wait until everything that was accepted is answered."""
        while self._task is not None:
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        try:
            while self._first or self._sheddable:
                await self._let_in()
                batch = self._next_batch()
                if batch:
                    await self._exchange(batch)
        finally:
            self._task = None
            self._on_idle()

    async def _let_in(self) -> None:
        """Let in the calls that have arrived already, as long as they keep coming and the batch has room.

        A call needs some turns of the event loop from its first byte to this queue, and a round trip costs the process
        more than the operations in it. There is no timer: an idle loop turns in a microsecond or two, and turns of a
        busy one are work that has to be done anyway.
        """
        quiet = 0
        while quiet < _QUIET_TURNS and self._weight < self._limits.batch_weight:
            if len(self._first) + len(self._sheddable) >= self._limits.batch_operations:
                return
            before = self._weight
            await asyncio.sleep(0)
            quiet = 0 if self._weight > before else quiet + 1

    def _next_batch(self) -> list[Waiting[AnswerT]]:
        """Take what fits, leaving out whoever no longer waits."""
        batch: list[Waiting[AnswerT]] = []
        weight = 0
        now = time.monotonic()
        for queue in (self._first, self._sheddable):
            while queue and len(batch) < self._limits.batch_operations:
                if batch and weight + queue[0].weight > self._limits.batch_weight:
                    return batch
                waiting = queue.popleft()
                self._weight -= waiting.weight
                if waiting.answer.done():
                    continue  # cancelled while it waited: never sent
                if waiting.deadline is not None and waiting.deadline <= now:
                    waiting.answer.set_exception(deadline_passed())
                    continue
                batch.append(waiting)
                weight += waiting.weight
        return batch

    async def _exchange(self, batch: list[Waiting[AnswerT]]) -> None:
        try:
            answered = list(zip(batch, await self._send(batch), strict=True))
        except Exception as error:  # noqa: BLE001 - whatever it is, each caller must hear of it
            for waiting in batch:
                if not waiting.answer.done():
                    waiting.answer.set_exception(for_another(error))
            return
        for waiting, answer in answered:
            if not waiting.answer.done():
                waiting.answer.set_result(answer)


class Lanes(Generic[AnswerT]):
    """A lane for each location that is busy; an idle one is forgotten, so unknown names cost nothing."""

    def __init__(
        self,
        send: Callable[[str, list[Waiting[AnswerT]]], Awaitable[list[AnswerT]]],
        limits: LaneLimits,
        away: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """Keep how to send a batch to a location, and who knows whether its store is away."""
        self._send = send
        self._limits = limits
        self._away = away
        self._lanes: dict[str, Lane[AnswerT]] = {}
        self._closing = False

    def __len__(self) -> int:
        """Count the busy locations."""
        return len(self._lanes)

    async def ask(
        self, location_id: str, arguments: tuple[str, ...], *, weight: int, sheddable: bool, deadline: float | None
    ) -> AnswerT:
        """Queue one operation and wait for its answer.

        Raises `Unavailable` (OVERLOADED, SHUTTING_DOWN, or what sending raised) and DEADLINE_PASSED; where the store is
        away STORE_UNAVAILABLE, instead of waiting behind a call that may never be answered.
        """
        if self._closing:
            raise Unavailable(Reason.SHUTTING_DOWN, "this gate is about to stop; nothing was applied", 1_000)
        lane = self._lanes.get(location_id)
        if lane is None:
            lane = self._lanes[location_id] = self._lane(location_id)
        elif self._away(location_id):
            raise not_applied()
        return await lane.submit(arguments, weight=weight, sheddable=sheddable, deadline=deadline)

    def _lane(self, location_id: str) -> Lane[AnswerT]:
        return Lane(
            lambda batch: self._send(location_id, batch), self._limits, lambda: self._lanes.pop(location_id, None)
        )

    def refuse_where_away(self) -> None:
        """Turn away all that wait for a store that is away."""
        for location_id, lane in self._lanes.items():
            if self._away(location_id):
                lane.refuse()

    async def close(self) -> None:
        """Refuse what comes, answer what was accepted."""
        self._closing = True
        for lane in list(self._lanes.values()):
            await lane.drain()
