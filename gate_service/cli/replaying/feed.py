"""Tells the gate what happened, as integrations do: twice, in the wrong order, and late.

Each system has a feed of numbered events. Most events are told at once. Some are told again under another delivery id:
at the same time, right after, or hours later. Some are overtaken by later events of their system. Some are dropped, and
told hours later or at the very end. All of that is decided by the seed.

The world does not wait for a telling: what happened has happened. So an event may reach the gate before the one that
it rests on. The gate refuses what it cannot know yet, and a refusal stands for its event for good; so the adapter tells
the event again later, as another attempt under another action and its own number, until the gate takes it. What
overtook an event may also have settled it: a pick report that comes after its parcel, a payment that comes after the
whole order was cancelled. Such an event is put away, and listed.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final, NamedTuple, TypeVar

from gate_service.cli.replaying.caller import Answer, Caller, Reply
from gate_service.cli.replaying.chance import Again, Chance
from gate_service.cli.replaying.numbers import Numbers
from gate_service.cli.replaying.telling import About, Telling

ReplyT = TypeVar("ReplyT", bound=Reply)


class _Event(NamedTuple):
    """An event and its number."""

    telling: Telling[Any]
    number: int


class _Waiting(NamedTuple):
    """An event that is told in a later shift, as so-manieth attempt."""

    shift: int
    event: _Event
    attempt: int = 1


class PutAway(NamedTuple):
    """An event that what overtook it had settled, and how the gate said so."""

    about: About
    number: int
    reason: str


@dataclass(slots=True)
class FeedTally:
    """What the feeder did, to be compared with what the gate counted."""

    sent: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By system, the names of all deliveries."""
    overtaken: int = 0
    dropped: int = 0
    told_again: int = 0
    attempts: int = 0
    """Tellings after a refusal."""
    put_away: list[PutAway] = field(default_factory=list)
    refused_belatedly: list[PutAway] = field(default_factory=list)
    """Events that the world took for taken, and that the gate then refused for good."""
    not_absorbed: list[str] = field(default_factory=list)
    """Operation ids of second deliveries that got another answer than the first."""
    must_be_late: set[About] = field(default_factory=set)
    """Told by this run for the first time, after a later event of the same system had been answered."""


class Feed:
    """The feeds of all systems. Every method may raise the GateError that no retry could settle."""

    def __init__(self, caller: Caller, chance: Chance, name: str, numbers: Numbers) -> None:
        """Begin with the first shift; `name` is the run's."""
        self.tally: Final = FeedTally()
        self.withholds: Final = chance.withholds
        self._caller = caller
        self._chance = chance
        self._name = name
        self._numbers = numbers
        self._shift = 1
        self._closing = False
        self._answered: Counter[str] = Counter()
        self._newest: Counter[str] = Counter()
        self._overtaken: list[tuple[int, _Event]] = []
        self._dropped: list[_Waiting] = []
        self._again: list[_Waiting] = []
        self._too_early: list[_Waiting] = []

    @property
    def unsettled(self) -> list[About]:
        """The events that the gate has yet to take."""
        waiting = [event for _, event in self._overtaken]
        waiting += [each.event for each in (*self._dropped, *self._too_early)]
        return [event.telling.about for event in waiting]

    async def tell(self, telling: Telling[ReplyT]) -> Answer[ReplyT] | None:
        """Tell what happened; None where the gate's answer is still to come, or of no use any more."""
        event = _Event(telling, self._numbers.of(telling.about))
        if self._is_withheld(event):
            return None
        answer = await self._tell_first(event)
        await self._let_through(telling.about.system)
        return answer

    def end_shift(self) -> None:
        """Go on to the next shift: what was to come hours later may be due there."""
        self._shift += 1

    async def catch_up(self) -> None:
        """Tell what is due: all that was to be overtaken is, what was dropped comes, what was too early tries again."""
        events = [event for _, event in self._overtaken]
        self._overtaken = []
        dropped, self._dropped = self._due(self._dropped)
        events += [each.event for each in dropped]
        await asyncio.gather(*(self._tell_belated(event) for event in sorted(events, key=lambda each: each.number)))
        again, self._again = self._due(self._again)
        await asyncio.gather(*(self._tell_again(each.event) for each in again))
        too_early, self._too_early = self._due(self._too_early)
        await asyncio.gather(*(self._tell(each.event, each.attempt) for each in too_early))

    async def close(self) -> None:
        """Tell everything that is left, and hold nothing back from now on."""
        self._closing = True
        unsettled = None
        while unsettled != len(self.unsettled):  # each round may let another one through
            unsettled = len(self.unsettled)
            await self.catch_up()

    def _due(self, waiting: Sequence[_Waiting]) -> tuple[list[_Waiting], list[_Waiting]]:
        if self._closing:
            return list(waiting), []
        return (
            [each for each in waiting if each.shift <= self._shift],
            [each for each in waiting if each.shift > self._shift],
        )

    def _is_withheld(self, event: _Event) -> bool:
        telling = event.telling
        if telling.waited_for or self._closing:
            return False
        if shifts := self._chance.shifts_late(telling.operation_id):
            self._dropped.append(_Waiting(self._shift + shifts, event))
            self.tally.dropped += 1
            return True
        if later := self._chance.overtaken_by(telling.operation_id):
            self._overtaken.append((self._answered[telling.about.system] + later, event))
            self.tally.overtaken += 1
            return True
        return False

    async def _let_through(self, system: str) -> None:
        """Tell what so many events of this system have overtaken by now."""
        self._answered[system] += 1
        answered = self._answered[system]
        ready: list[_Event] = []
        still: list[tuple[int, _Event]] = []
        for place, event in self._overtaken:
            is_ready = event.telling.about.system == system and place <= answered
            ready.append(event) if is_ready else still.append((place, event))
        self._overtaken = still
        for event in ready:
            await self._tell_belated(event)

    async def _tell_belated(self, event: _Event) -> None:
        about = event.telling.about
        is_late = self._newest[about.system] > event.number
        answer = await self._tell_first(event)
        if answer is not None and is_late and not answer.replayed:
            self.tally.must_be_late.add(about)
        self._heard_too_late(event, answer)

    def _heard_too_late(self, event: _Event, answer: Answer[Any] | None) -> None:
        """Note a refusal that nobody waits for any more: the world has gone on as if the event had been taken."""
        if answer is not None and answer.reason:
            self.tally.refused_belatedly.append(PutAway(event.telling.about, event.number, answer.reason))

    async def _tell_first(self, event: _Event) -> Answer[Any] | None:
        """Tell an event for the first time, and now and then again."""
        again = self._chance.told_again(event.telling.operation_id)
        if again is Again.TOGETHER:
            answer, copy = await asyncio.gather(self._send(event, 1, shared=True), self._send_again(event))
            self._judge(event, answer, copy)
        else:
            answer = await self._send(event, 1, shared=again is not None)
            if again is Again.NEXT:
                self._judge(event, answer, await self._send_again(event))
            elif again is Again.LATER:
                self._again.append(_Waiting(self._shift + 1, event))
        return self._taken(event, 1, answer)

    async def _tell_again(self, event: _Event) -> None:
        answer = await self._send_again(event)
        if not answer.replayed:
            self.tally.not_absorbed.append(event.telling.operation_id)

    async def _tell(self, event: _Event, attempt: int) -> None:
        answer = await self._send(event, attempt, shared=False)
        self._heard_too_late(event, self._taken(event, attempt, answer))

    def _judge(self, event: _Event, answer: Answer[Any], copy: Answer[Any]) -> None:
        """Of two deliveries one may have done it; the other must be that answer again."""
        if answer.revision != copy.revision or answer.reason != copy.reason or not (answer.replayed or copy.replayed):
            self.tally.not_absorbed.append(event.telling.operation_id)

    def _taken(self, event: _Event, attempt: int, answer: Answer[Any]) -> Answer[Any] | None:
        """Give the answer where it is one for whoever told it; else try again later, or put the event away."""
        telling = event.telling
        self._newest[telling.about.system] = max(self._newest[telling.about.system], event.number)
        if not answer.reason or not self.withholds:
            return answer
        if answer.reason in telling.too_early:
            wait = 0 if attempt == 1 else 2 ** (attempt - 2)  # as an adapter that loses patience with nobody
            self._too_early.append(_Waiting(self._shift + wait, event, attempt + 1))
            return None
        if answer.reason in telling.pointless:
            self.tally.put_away.append(PutAway(telling.about, event.number, answer.reason))
            return None
        return answer

    async def _send(self, event: _Event, attempt: int, *, shared: bool) -> Answer[Any]:
        """Deliver it under its own name, or under that of a later attempt."""
        telling = event.telling
        if attempt == 1:
            self.tally.sent[telling.about.system].add(telling.operation_id)
            return await self._caller.mutate(
                telling.kind,
                telling.operation_id,
                lambda: telling.ask(
                    operation_id=telling.operation_id, source_event=telling.about.numbered(event.number)
                ),
                carrier=telling.carrier,
                rows=telling.rows,
                may_refuse=self._expected(telling),
                shared=shared,
            )
        self.tally.attempts += 1
        return await self._deliver(event, attempt, self._named("attempt", attempt, telling.operation_id))

    async def _send_again(self, event: _Event) -> Answer[Any]:
        """Deliver it once more, under another delivery id."""
        self.tally.told_again += 1
        return await self._deliver(event, 1, self._named("again", event.telling.operation_id))

    async def _deliver(self, event: _Event, attempt: int, name: str) -> Answer[Any]:
        telling = event.telling
        self.tally.sent[telling.about.system].add(name)
        source_event = telling.about.attempt(attempt).numbered(event.number)
        return await self._caller.send(
            telling.kind,
            name,
            lambda: telling.ask(operation_id=name, source_event=source_event),
            may_refuse=self._expected(telling),
            shared=attempt == 1,
        )

    def _expected(self, telling: Telling[Any]) -> frozenset[str]:
        return telling.may_refuse | telling.too_early | telling.pointless if self.withholds else telling.may_refuse

    def _named(self, *parts: object) -> str:
        """Name a delivery: the last part, which may be long, by its hash, as delivery ids say nothing either."""
        *steps, told = map(str, parts)
        return "/".join((self._name, *steps, blake2b(told.encode(), digest_size=8).hexdigest()))
