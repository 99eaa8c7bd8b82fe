from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import grpc
import pytest

from fulfillment_gate import Failure, Refused
from fulfillment_gate.v1.types_pb2 import Applied
from gate_service.cli.replaying.caller import Caller
from gate_service.cli.replaying.chance import Carrier, Chance


@dataclass(frozen=True)
class Told:
    """A reply like any of the gate's."""

    applied: Applied


Ask = Callable[[], Awaitable[Told]]


def remembering(revision: int = 7) -> Ask:
    """Answer the first call fresh and every other as a replay, as a gate does for one operation id."""
    asked = 0

    async def ask() -> Told:
        nonlocal asked
        asked += 1
        replayed = asked > 1
        await asyncio.sleep(0)
        return Told(Applied(revision=revision, replayed=replayed))

    return ask


def forgetful() -> Ask:
    """Do it again each time: the fault that a second delivery is there to find."""
    revision = 6

    async def ask() -> Told:
        nonlocal revision
        revision += 1
        return Told(Applied(revision=revision, replayed=False))

    return ask


def row_carried_by(carrier: Carrier) -> int:
    chance = Chance(1, duplicate=1.0)
    return next(row for row in range(1, 100) if chance.carrier_of_order_row(row) is carrier)


def caller_with(duplicate: float) -> Caller:
    return Caller(Chance(1, duplicate=duplicate), concurrency=4)


async def test_a_row_delivered_once_is_sent_once() -> None:
    caller = caller_with(0.0)
    answer = await caller.mutate("hold", "op", remembering(), carrier=Carrier.HOLD, rows=[1, 2])
    await caller.deliver_what_is_owed()
    assert (answer.revision, caller.tally.duplicates_sent) == (7, 0)
    assert len(caller.tally.took_ns["hold"]) == 1


async def test_each_row_delivered_twice_repeats_the_call_that_was_chosen_for_it() -> None:
    caller = caller_with(1.0)
    row = row_carried_by(Carrier.CONFIRM)
    await caller.mutate("hold", "op-1", remembering(), carrier=Carrier.HOLD, rows=[row])
    assert caller.tally.duplicates_sent == 0
    await caller.mutate("confirm", "op-2", remembering(), carrier=Carrier.CONFIRM, rows=[row])
    await caller.mutate("ship", "op-3", remembering(), carrier=Carrier.SHIP, rows=[row])
    await caller.deliver_what_is_owed()
    assert (caller.tally.duplicates_sent, caller.tally.duplicates_absorbed) == (1, 1)
    assert len(caller.tally.took_ns["confirm"]) == 2


async def test_a_row_whose_chosen_call_never_came_repeats_an_earlier_one_late() -> None:
    caller = caller_with(1.0)
    row = row_carried_by(Carrier.SHIP)
    await caller.mutate("hold", "op-1", remembering(), carrier=Carrier.HOLD, rows=[row])
    await caller.deliver_what_is_owed()
    await caller.deliver_what_is_owed()
    assert (caller.tally.duplicates_sent, caller.tally.duplicates_absorbed) == (1, 1)
    assert len(caller.tally.took_ns["hold"]) == 2


async def test_several_rows_of_one_call_repeat_it_several_times() -> None:
    caller = caller_with(1.0)
    await caller.mutate("adjust", "op", remembering(), carrier=Carrier.ADJUST, rows=[1, 2, 3, 3])
    assert (caller.tally.duplicates_sent, caller.tally.duplicates_absorbed) == (3, 3)


async def test_a_duplicate_that_was_done_again_is_not_absorbed() -> None:
    caller = caller_with(1.0)
    await caller.mutate("adjust", "op", forgetful(), carrier=Carrier.ADJUST, rows=[1, 2])
    assert (caller.tally.duplicates_sent, caller.tally.duplicates_absorbed) == (2, 0)
    assert caller.tally.not_absorbed == ["op"]


async def test_a_late_duplicate_that_was_done_again_is_not_absorbed() -> None:
    caller = caller_with(1.0)
    await caller.mutate("hold", "op", forgetful(), carrier=Carrier.HOLD, rows=[row_carried_by(Carrier.SHIP)])
    await caller.deliver_what_is_owed()
    assert (caller.tally.duplicates_sent, caller.tally.duplicates_absorbed) == (1, 0)


async def test_what_an_earlier_run_did_is_counted_as_replayed_and_absorbs_all_the_same() -> None:
    caller = caller_with(1.0)
    ask = remembering()
    await ask()
    await caller.mutate("adjust", "op", ask, carrier=Carrier.ADJUST, rows=[1])
    assert (caller.tally.replayed, caller.tally.duplicates_absorbed) == (1, 1)
    assert caller.tally.fresh == []


async def test_a_call_of_this_run_is_not_counted_as_replayed_whichever_delivery_did_it() -> None:
    caller = caller_with(1.0)
    await caller.mutate("adjust", "op", remembering(), carrier=Carrier.ADJUST, rows=[1, 2, 3])
    assert caller.tally.replayed == 0
    assert caller.tally.acknowledged == {"op": 7}


def refusing(reason: str) -> Ask:
    async def ask() -> Told:
        raise Refused(Failure(code=grpc.StatusCode.FAILED_PRECONDITION, reason=reason, revision=5))

    return ask


async def test_an_expected_refusal_is_an_answer() -> None:
    caller = caller_with(0.0)
    answer = await caller.mutate("hold", "op", refusing("TOO_LITTLE"), may_refuse=frozenset({"TOO_LITTLE"}))
    assert (answer.reason, answer.revision) == ("TOO_LITTLE", 5)
    assert caller.tally.acknowledged == {"op": 5}
    with pytest.raises(ValueError, match="TOO_LITTLE"):
        _ = answer.yes


async def test_any_other_refusal_ends_the_replay() -> None:
    with pytest.raises(Refused):
        await caller_with(0.0).mutate("ship", "op", refusing("PERMIT_EXPIRED"))


async def test_no_more_calls_are_in_flight_than_allowed() -> None:
    caller = Caller(Chance(1), concurrency=3)
    flying = most = 0

    async def ask() -> Told:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        await asyncio.sleep(0.001)
        flying -= 1
        return Told(Applied(revision=1))

    await asyncio.gather(*(caller.mutate("hold", f"op-{number}", ask) for number in range(20)))
    assert most == 3
