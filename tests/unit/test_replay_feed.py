"""How a feed tells its events, against a gate of a few lines that knows each event once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field

import grpc
import pytest

from fulfillment_gate import Failure, Refused, SourceEvent
from fulfillment_gate.v1.feed_service_pb2 import Feed as FeedMessage
from fulfillment_gate.v1.feed_service_pb2 import FeedGap
from fulfillment_gate.v1.types_pb2 import Applied
from gate_service.cli.replaying.caller import Answer, Caller
from gate_service.cli.replaying.chance import Again, Chance
from gate_service.cli.replaying.feed import Feed, PutAway
from gate_service.cli.replaying.numbers import Numbers
from gate_service.cli.replaying.telling import About, Source, Telling, about_of


@dataclass(frozen=True)
class Told:
    """A reply like any of the gate's."""

    applied: Applied


@dataclass
class SmallGate:
    """Answers each operation and each event once; refuses `paid` before `created`, and after `cancelled`."""

    arrived: list[SourceEvent] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    answers: dict[About, tuple[int, str]] = field(default_factory=dict)

    def ask(self, *, operation_id: str, source_event: SourceEvent) -> Awaitable[Told]:
        return self._answer(operation_id, source_event)

    async def _answer(self, operation_id: str, event: SourceEvent) -> Told:
        await asyncio.sleep(0)
        self.arrived.append(event)
        self.names.append(operation_id)
        about = about_of(event)
        told_before = about in self.answers
        revision, reason = self.answers.setdefault(about, (len(self.answers) + 1, self._why_not(about)))
        if reason:
            code = grpc.StatusCode.FAILED_PRECONDITION
            raise Refused(Failure(code=code, reason=reason, revision=revision, replayed=told_before))
        return Told(Applied(revision=revision, replayed=told_before, absorbed=told_before))

    def _why_not(self, about: About) -> str:
        if not about.action.startswith("paid"):
            return ""
        if about._replace(action="cancelled") in self.answers:
            return "RESERVATION_RELEASED"
        return "" if about._replace(action="created") in self.answers else "RESERVATION_NOT_FOUND"

    @property
    def actions(self) -> list[str]:
        return [f"{event.document} {event.action}" for event in self.arrived]


def feed_with(**shares: float) -> Feed:
    chance = Chance(1, **shares)
    return Feed(Caller(chance, concurrency=4), chance, "run", Numbers())


def telling(gate: SmallGate, document: str, action: str, *, waited_for: bool = False) -> Telling[Told]:
    return Telling(
        kind=action,
        operation_id=f"run/{document}/{action}",
        about=About(Source.SHOP, "order", document, action),
        ask=gate.ask,
        may_refuse=frozenset(),
        too_early=frozenset({"RESERVATION_NOT_FOUND"}),
        pointless=frozenset({"RESERVATION_RELEASED"}),
        waited_for=waited_for,
    )


def document_that_is(*, again: Again | None = None, overtaken: bool | None = None, action: str = "created") -> str:
    """Find a document that the seed has told in this way."""
    chance = Chance(1, redeliver=0.5, reorder=0.5, late=0.5)
    for number in range(1_000):
        name = f"run/{number}/{action}"
        if again is not None and chance.told_again(name) is not again:
            continue
        if overtaken is not None and (chance.overtaken_by(name) == 1) is not overtaken:
            continue
        return str(number)
    raise AssertionError("the seed has none")


async def test_undisturbed_events_are_told_at_once_in_order_and_numbered() -> None:
    gate, feed = SmallGate(), feed_with()
    for document in ("1", "2"):
        for action in ("created", "paid"):
            answer = await feed.tell(telling(gate, document, action))
            assert isinstance(answer, Answer)
    assert gate.actions == ["1 created", "1 paid", "2 created", "2 paid"]
    assert [event.number for event in gate.arrived] == [1, 2, 3, 4]
    assert feed.unsettled == []


async def test_a_refusal_ends_an_undisturbed_run_where_nobody_expects_it() -> None:
    gate, feed = SmallGate(), feed_with(redeliver=1.0)
    with pytest.raises(Refused, match="RESERVATION_NOT_FOUND"):
        await feed.tell(telling(gate, "1", "paid"))


async def test_an_event_told_again_bears_another_name_and_is_absorbed() -> None:
    for again in Again:
        gate, feed = SmallGate(), feed_with(redeliver=0.5)
        document = document_that_is(again=again)
        await feed.tell(telling(gate, document, "created"))
        feed.end_shift()
        await feed.catch_up()
        assert gate.actions == [f"{document} created"] * 2
        assert len(set(gate.names)) == 2
        assert {event.number for event in gate.arrived} == {1}
        assert (feed.tally.told_again, feed.tally.not_absorbed) == (1, [])
        assert feed.tally.sent[Source.SHOP] == set(gate.names)


async def test_an_event_that_is_done_twice_is_noticed() -> None:
    for again in Again:
        gate, feed = SmallGate(), feed_with(redeliver=0.5)
        gate.answers = Forgetful()
        document = document_that_is(again=again)
        await feed.tell(telling(gate, document, "created"))
        feed.end_shift()
        await feed.catch_up()
        assert feed.tally.not_absorbed == [f"run/{document}/created"]


class Forgetful(dict[About, tuple[int, str]]):
    """Takes every event for a new one."""

    def __contains__(self, key: object) -> bool:
        return False

    def setdefault(self, key: About, default: tuple[int, str] | None = None) -> tuple[int, str]:
        assert default is not None
        self[key] = default = (len(self) + sum(revision for revision, _ in self.values()) + 1, "")
        return default


async def test_an_overtaken_event_comes_after_the_next_one_and_keeps_its_number() -> None:
    gate, feed = SmallGate(), feed_with(reorder=0.5)
    first, second = document_that_is(overtaken=True), document_that_is(overtaken=False)
    assert await feed.tell(telling(gate, first, "created")) is None
    await feed.tell(telling(gate, second, "created", waited_for=True))
    assert gate.actions == [f"{second} created", f"{first} created"]
    assert [event.number for event in gate.arrived] == [2, 1]
    assert feed.tally.must_be_late == {About(Source.SHOP, "order", first, "created")}


async def test_what_nothing_overtakes_comes_at_the_end_of_the_shift() -> None:
    gate, feed = SmallGate(), feed_with(reorder=1.0)
    await feed.tell(telling(gate, "1", "created"))
    assert (gate.actions, len(feed.unsettled)) == ([], 1)
    await feed.catch_up()
    assert (gate.actions, feed.unsettled) == (["1 created"], [])
    assert feed.tally.must_be_late == set(), "it is late only behind another one"


async def test_a_dropped_event_comes_some_shifts_later_or_in_the_end() -> None:
    gate, feed = SmallGate(), feed_with(late=1.0)
    for number in range(20):
        assert await feed.tell(telling(gate, str(number), "created")) is None
    await feed.catch_up()
    assert gate.actions == [], "not in its own shift"
    for _ in range(3):
        feed.end_shift()
        await feed.catch_up()
    assert 0 < len(gate.actions) < 20
    await feed.close()
    assert (len(gate.actions), feed.tally.dropped, feed.unsettled) == (20, 20, [])


async def test_nobody_who_waits_for_an_answer_is_kept_waiting() -> None:
    gate, feed = SmallGate(), feed_with(late=1.0, reorder=1.0)
    assert await feed.tell(telling(gate, "1", "created", waited_for=True))
    assert gate.actions == ["1 created"]


async def test_after_the_end_nothing_is_held_back_any_more() -> None:
    gate, feed = SmallGate(), feed_with(late=1.0, reorder=1.0)
    await feed.close()
    assert await feed.tell(telling(gate, "1", "created"))


async def test_what_came_too_early_is_told_again_as_another_attempt_under_the_same_number() -> None:
    gate, feed = SmallGate(), feed_with(late=1e-9)
    assert await feed.tell(telling(gate, "1", "paid")) is None
    await feed.tell(telling(gate, "1", "created"))
    await feed.catch_up()
    assert gate.actions == ["1 paid", "1 created", "1 paid.2"]
    assert [event.number for event in gate.arrived] == [1, 2, 1]
    assert (feed.tally.attempts, feed.unsettled) == (1, [])


async def test_attempts_become_rarer_and_never_stop_before_the_end() -> None:
    gate, feed = SmallGate(), feed_with(late=1e-9)
    await feed.tell(telling(gate, "1", "paid"))
    for _ in range(16):
        await feed.catch_up()
        feed.end_shift()
    assert gate.actions == ["1 paid", *(f"1 paid.{attempt}" for attempt in range(2, 7))]
    assert feed.unsettled == [About(Source.SHOP, "order", "1", "paid")]
    await feed.close()
    assert feed.unsettled, "its order never came"


async def test_what_was_overtaken_by_its_end_is_put_away() -> None:
    gate, feed = SmallGate(), feed_with(late=1e-9)
    for action in ("created", "cancelled"):
        await feed.tell(telling(gate, "1", action))
    assert await feed.tell(telling(gate, "1", "paid")) is None
    await feed.close()
    assert feed.tally.put_away == [PutAway(About(Source.SHOP, "order", "1", "paid"), 3, "RESERVATION_RELEASED")]
    assert gate.actions == ["1 created", "1 cancelled", "1 paid"]


async def test_the_refusal_of_an_event_told_again_stays_a_no() -> None:
    gate, feed = SmallGate(), feed_with(late=1e-9, redeliver=0.5)
    document = document_that_is(again=Again.LATER, action="paid")
    await feed.tell(telling(gate, document, "paid"))
    await feed.tell(telling(gate, document, "created", waited_for=True))
    await feed.close()
    told = [action for action in gate.actions if "paid" in action]
    assert told == [f"{document} paid", f"{document} paid", f"{document} paid.2"]
    assert feed.tally.not_absorbed == []


NEW = About("shop", "order", "9", "created")


def test_numbers_count_up_for_each_system_and_are_kept() -> None:
    numbers = Numbers()
    assert [numbers.of(NEW), numbers.of(NEW._replace(document="10")), numbers.of(NEW)] == [1, 2, 1]
    assert numbers.of(NEW._replace(system="wms")) == 1


def test_numbers_go_on_behind_what_the_gate_knows_and_fill_what_is_open() -> None:
    feed = FeedMessage(system="shop", first_number=2, last_number=9, gaps=[FeedGap(from_number=5, to_number=6)])
    past = {NEW: 7, NEW._replace(system="wms"): 1}
    numbers = Numbers(past, [feed])
    assert numbers.of(NEW) == 7
    assert [numbers.of(NEW._replace(document=f"new-{each}")) for each in range(5)] == [1, 5, 6, 10, 11]
