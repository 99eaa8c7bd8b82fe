"""Group commit: who travels when, who is turned away, and who is never sent."""

from __future__ import annotations

import asyncio
import time
from functools import partial

import pytest

from gate_service.domain.errors import GateError, Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.ledger.lanes import Lane, LaneLimits, Lanes, Waiting
from gate_service.store.errors import outcome_unknown

LIMITS = LaneLimits(queue_weight=8, sheddable_weight=4, batch_operations=3, batch_weight=5)


class Wire:
    """Takes batches and answers when it is let."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.busy = asyncio.Event()

    async def send(self, batch: list[Waiting[str]]) -> list[str]:
        self.busy.set()
        self.batches.append([waiting.arguments[0] for waiting in batch])
        await self.gate.wait()
        return [waiting.arguments[0].upper() for waiting in batch]


def put(
    lane: Lane[str], name: str, *, weight: int = 1, sheddable: bool = False, deadline: float | None = None
) -> asyncio.Future[str]:
    return lane.submit((name,), weight=weight, sheddable=sheddable, deadline=deadline)


async def under_way(wire: Wire) -> None:
    """Wait until the first batch has left."""
    await wire.busy.wait()


async def test_what_arrives_while_a_call_is_under_way_rides_together_in_the_next() -> None:
    wire = Wire()
    lane = Lane(wire.send, LIMITS)
    first = put(lane, "a")
    await under_way(wire)
    later = [put(lane, name) for name in "bcd"]
    wire.gate.set()
    assert await asyncio.gather(first, *later) == ["A", "B", "C", "D"]
    assert wire.batches == [["a"], ["b", "c", "d"]]
    await lane.drain()
    assert lane.idle


async def test_a_batch_is_bounded_in_operations_and_in_lines() -> None:
    wire = Wire()
    lane = Lane(wire.send, LIMITS)
    first = put(lane, "a")
    await under_way(wire)
    later = [put(lane, "b", weight=3), put(lane, "c", weight=3), put(lane, "d", weight=1), put(lane, "e", weight=1)]
    wire.gate.set()
    await asyncio.gather(first, *later)
    assert wire.batches == [["a"], ["b"], ["c", "d", "e"]]


async def test_one_operation_heavier_than_a_batch_still_travels_alone() -> None:
    wire = Wire()
    wire.gate.set()
    lane = Lane(wire.send, LIMITS)
    assert await put(lane, "wave", weight=100) == "WAVE"


async def test_new_holds_are_turned_away_while_confirms_still_get_in() -> None:
    wire = Wire()
    lane = Lane(wire.send, LIMITS)
    first = put(lane, "a")
    await under_way(wire)
    waiting = [put(lane, "hold", weight=4, sheddable=True)]
    with pytest.raises(Unavailable) as shed:
        put(lane, "hold too", sheddable=True)
    waiting.append(put(lane, "confirm", weight=4))
    with pytest.raises(Unavailable) as full:
        put(lane, "confirm too")
    assert (shed.value.reason, full.value.reason) == (Reason.OVERLOADED, Reason.OVERLOADED)
    assert shed.value.retry_after_ms > 0
    wire.gate.set()
    await asyncio.gather(first, *waiting)


async def test_confirms_travel_before_holds_that_came_earlier() -> None:
    wire = Wire()
    lane = Lane(wire.send, LIMITS)
    first = put(lane, "a")
    await under_way(wire)
    waiting = [put(lane, "hold", sheddable=True), put(lane, "confirm")]
    wire.gate.set()
    await asyncio.gather(first, *waiting)
    assert wire.batches[1] == ["confirm", "hold"]


async def test_an_operation_whose_deadline_passed_is_never_sent() -> None:
    wire = Wire()
    lane = Lane(wire.send, LIMITS)
    first = put(lane, "a")
    await under_way(wire)
    late = put(lane, "late", deadline=time.monotonic() - 1)
    wire.gate.set()
    await first
    with pytest.raises(GateError) as passed:
        await late
    assert passed.value.reason is Reason.DEADLINE_PASSED
    assert wire.batches == [["a"]]


async def test_a_caller_who_left_before_it_was_sent_leaves_nothing_behind() -> None:
    wire = Wire()
    lane = Lane(wire.send, LIMITS)
    first = put(lane, "a")
    await under_way(wire)
    gone = put(lane, "gone", weight=8)
    gone.cancel()
    wire.gate.set()
    await first
    await lane.drain()
    assert wire.batches == [["a"]]
    assert await put(lane, "b", weight=8) == "B"  # its weight is free again


async def test_a_caller_who_leaves_while_it_is_under_way_tears_nobody_else_out() -> None:
    wire = Wire()
    lane = Lane(wire.send, LIMITS)
    leaving, staying = put(lane, "a"), put(lane, "b")
    await under_way(wire)
    leaving.cancel()
    wire.gate.set()
    assert await staying == "B"
    assert wire.batches == [["a", "b"]]


async def test_a_failed_call_tells_everyone_in_it_and_the_next_one_goes_on() -> None:
    calls = 0

    async def send(batch: list[Waiting[str]]) -> list[str]:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise Unavailable(Reason.OUTCOME_UNKNOWN, "lost", 1)
        return ["ok"] * len(batch)

    lane = Lane(send, LIMITS)
    lost = await asyncio.gather(put(lane, "a"), put(lane, "b"), return_exceptions=True)
    assert [getattr(one, "reason", None) for one in lost] == [Reason.OUTCOME_UNKNOWN] * 2
    assert await put(lane, "c") == "ok"


async def test_an_answer_too_few_fails_the_whole_batch_and_hangs_nobody() -> None:
    async def send(batch: list[Waiting[str]]) -> list[str]:
        return ["ok"] * (len(batch) - 1)

    lane = Lane(send, LIMITS)
    ended = await asyncio.gather(put(lane, "a"), put(lane, "b"), return_exceptions=True)
    assert [type(one) for one in ended] == [ValueError, ValueError]
    assert lane.idle


async def test_a_location_that_is_idle_again_is_forgotten() -> None:
    async def send(location_id: str, batch: list[Waiting[str]]) -> list[str]:
        return [location_id] * len(batch)

    lanes = Lanes(send, LIMITS)
    for number in range(20):
        answer = await lanes.ask(f"L-{number}", ("x",), weight=1, sheddable=False, deadline=None)
        assert answer == f"L-{number}"
    await asyncio.sleep(0)
    assert len(lanes) == 0


async def test_a_closing_gate_answers_what_it_accepted_and_refuses_the_rest() -> None:
    wire = Wire()
    lanes = Lanes(lambda _, batch: wire.send(batch), LIMITS)
    accepted = asyncio.create_task(lanes.ask("L", ("a",), weight=1, sheddable=False, deadline=None))
    await under_way(wire)
    closing = asyncio.create_task(lanes.close())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as refused:
        await lanes.ask("L", ("b",), weight=1, sheddable=False, deadline=None)
    assert refused.value.reason is Reason.SHUTTING_DOWN
    wire.gate.set()
    await closing
    assert await accepted == "A"


async def test_where_the_store_is_away_nobody_waits_behind_a_call_that_may_never_be_answered() -> None:
    wire = Wire()
    away: set[str] = set()
    lanes = Lanes(lambda _, batch: wire.send(batch), LIMITS, away.__contains__)
    ask = partial(lanes.ask, weight=1, sheddable=False, deadline=None)
    under_way_now = asyncio.create_task(ask("DC-1", ("a",)))
    await under_way(wire)
    waiting = asyncio.create_task(ask("DC-1", ("b",)))
    await asyncio.sleep(0)
    away.add("DC-1")
    lanes.refuse_where_away()
    for refused in (waiting, asyncio.create_task(ask("DC-1", ("c",)))):
        with pytest.raises(Unavailable) as no:
            await refused
        assert no.value.reason is Reason.STORE_UNAVAILABLE
    assert not under_way_now.done(), "what was sent may have been applied"
    away.clear()
    after = asyncio.create_task(ask("DC-1", ("d",)))
    wire.gate.set()
    assert [await under_way_now, await after] == ["A", "D"]
    assert wire.batches == [["a"], ["d"]]


async def test_a_store_that_is_away_for_one_location_turns_nobody_else_away() -> None:
    wire = Wire()
    lanes = Lanes(lambda _, batch: wire.send(batch), LIMITS, lambda location_id: location_id == "DC-1")
    ask = partial(lanes.ask, weight=1, sheddable=False, deadline=None)
    first = asyncio.create_task(ask("DC-2", ("a",)))
    await under_way(wire)
    second = asyncio.create_task(ask("DC-2", ("b",)))
    await asyncio.sleep(0)
    lanes.refuse_where_away()
    wire.gate.set()
    assert [await first, await second] == ["A", "B"]


async def test_those_whom_one_failure_hits_are_asked_back_at_different_times() -> None:
    async def send(batch: list[Waiting[str]]) -> list[str]:
        raise outcome_unknown()

    lane = Lane(send, LaneLimits())
    ended = await asyncio.gather(*(put(lane, f"{number}") for number in range(30)), return_exceptions=True)
    told = [no for no in ended if isinstance(no, Unavailable)]
    assert {no.reason for no in told} == {Reason.OUTCOME_UNKNOWN}
    assert len(told) == 30
    assert len({no.retry_after_ms for no in told}) > 10
