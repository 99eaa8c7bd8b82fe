"""When calls are turned down, and who looks whether that is still right."""

from __future__ import annotations

import asyncio

import pytest

from gate_service.store.circuit import Circuit
from gate_service.store.places import Places

FIRST_S, LONGEST_S = 0.05, 1.0


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Refusal(Exception):
    """What those hear who wait in vain."""


def looked_in_vain(circuit: Circuit, clock: Clock, times: int) -> None:
    for _ in range(times):
        clock.now_s += LONGEST_S
        assert circuit.look_due()
        circuit.looked(answered=False)


def test_a_failure_opens_it_and_says_so_once() -> None:
    circuit = Circuit(Clock())
    assert not circuit.open
    assert circuit.failed()
    assert circuit.open
    assert not circuit.failed(), "calls that were under way fail one after the other"


def test_nobody_looks_where_it_is_closed() -> None:
    clock = Clock()
    circuit = Circuit(clock)
    clock.now_s += 60
    assert not circuit.look_due()


def test_one_looks_at_a_time_and_not_before_a_pause_is_over() -> None:
    clock = Clock()
    circuit = Circuit(clock)
    circuit.failed()
    clock.now_s += FIRST_S / 2 - 0.001
    assert not circuit.look_due()
    clock.now_s += FIRST_S / 2 + 0.002
    assert circuit.look_due()
    assert not circuit.look_due()
    clock.now_s += 60
    assert not circuit.look_due(), "the one who looks has not told yet what came of it"


def test_a_look_that_is_answered_closes_it() -> None:
    clock = Clock()
    circuit = Circuit(clock)
    circuit.failed()
    clock.now_s += FIRST_S
    assert circuit.look_due()
    circuit.looked(answered=True)
    assert not circuit.open


def test_each_look_in_vain_doubles_the_pause_up_to_a_second() -> None:
    clock = Clock()
    circuit = Circuit(clock)
    circuit.failed()
    clock.now_s += FIRST_S
    pause_s = FIRST_S
    for _ in range(10):
        assert circuit.look_due()
        circuit.looked(answered=False)
        pause_s = min(2 * pause_s, LONGEST_S)
        clock.now_s += pause_s / 2 - 0.001
        assert not circuit.look_due()
        clock.now_s += pause_s / 2 + 0.001
    assert pause_s == LONGEST_S


def test_calls_that_fail_late_make_nobody_wait_longer() -> None:
    clock = Clock()
    circuit = Circuit(clock)
    circuit.failed()
    clock.now_s += FIRST_S
    for _ in range(64):
        circuit.failed()
    assert circuit.look_due()


def test_an_answer_to_a_call_that_was_under_way_closes_it() -> None:
    clock = Clock()
    circuit = Circuit(clock)
    circuit.failed()
    clock.now_s += FIRST_S
    assert circuit.look_due()
    circuit.succeeded()
    assert not circuit.open
    circuit.looked(answered=False)
    assert not circuit.open, "the look is older news than the answer"


def test_the_next_failure_begins_with_a_short_pause_again() -> None:
    clock = Clock()
    circuit = Circuit(clock)
    circuit.failed()
    looked_in_vain(circuit, clock, 8)
    circuit.succeeded()
    circuit.failed()
    clock.now_s += FIRST_S
    assert circuit.look_due()


def test_many_gates_do_not_look_in_the_same_moment() -> None:
    clock = Clock()
    circuits = [Circuit(clock) for _ in range(100)]
    for circuit in circuits:
        circuit.failed()
    clock.now_s += 0.75 * FIRST_S
    looking = sum(circuit.look_due() for circuit in circuits)
    assert 10 < looking < 90


async def test_places_are_given_in_turn() -> None:
    places = Places(1)
    await places.take()
    order: list[int] = []

    async def take(number: int) -> None:
        await places.take()
        order.append(number)
        places.give_back()

    waiting = [asyncio.create_task(take(number)) for number in range(3)]
    await asyncio.sleep(0)
    assert order == []
    places.give_back()
    await asyncio.gather(*waiting)
    assert order == [0, 1, 2]
    await asyncio.wait_for(places.take(), 1)


async def test_whoever_waits_in_vain_is_told_at_once_and_whoever_comes_later_is_not() -> None:
    places = Places(1)
    await places.take()
    waiting = [asyncio.create_task(places.take()) for _ in range(3)]
    await asyncio.sleep(0)
    places.refuse(Refusal)
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in ended] == [Refusal] * 3
    assert len({id(each) for each in ended}) == 3, "each is told by an error of its own"
    later = asyncio.create_task(places.take())
    await asyncio.sleep(0)
    places.give_back()
    await asyncio.wait_for(later, 1)


@pytest.mark.parametrize("given", [True, False], ids=["that it was just given", "that it waits for"])
async def test_a_place_is_not_lost_with_whoever_goes_away(*, given: bool) -> None:
    places = Places(1)
    await places.take()
    leaving = asyncio.create_task(places.take())
    await asyncio.sleep(0)
    if given:
        places.give_back()
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    if not given:
        places.give_back()
    await asyncio.wait_for(places.take(), 1)
