"""Sends what the replay asks: bounded, timed, remembered, and now and then delivered twice."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar

from fulfillment_gate import GateError
from fulfillment_gate.v1.types_pb2 import Applied
from gate_service.cli.replaying.chance import ORDER_CARRIERS, Carrier, Chance
from gate_service.domain.audit_answers import Answered


class Reply(Protocol):
    """What every mutation answers, whatever else stands in it."""

    @property
    def applied(self) -> Applied:
        """The ledger's word for it."""
        ...


ReplyT = TypeVar("ReplyT", bound=Reply)
ReplyT_co = TypeVar("ReplyT_co", bound=Reply, covariant=True)
ReadT = TypeVar("ReadT")


@dataclass(frozen=True, slots=True)
class Answer(Generic[ReplyT_co]):
    """A yes with its reply, or a no that the ledger stored; `reason` is empty for a yes."""

    reply: ReplyT_co | None
    reason: str
    revision: int
    replayed: bool
    absorbed: bool = False
    """True where the event was told before under another operation id; a refusal does not say so."""

    @property
    def yes(self) -> ReplyT_co:
        """The reply. To be asked for only where no refusal was allowed."""
        if self.reply is None:
            raise ValueError(f"the answer was {self.reason}")
        return self.reply


@dataclass(frozen=True, slots=True)
class _Sent:
    """One operation as it was sent, so that it can be sent again."""

    operation_id: str
    kind: str
    again: Callable[[], Awaitable[Answer[Reply]]]
    revision: int


@dataclass(slots=True)
class Tally:
    """What was counted on the way. Times in ns."""

    took_ns: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    acknowledged: dict[str, int] = field(default_factory=dict)
    """Operation id -> revision, of every mutation answered that has an entry of its own."""
    fresh: list[Answered] = field(default_factory=list)
    replayed: int = 0
    """Operations whose first delivery in this run was answered from an earlier run."""
    duplicates_sent: int = 0
    duplicates_absorbed: int = 0
    not_absorbed: list[str] = field(default_factory=list)
    """Operation ids whose second delivery got another answer."""
    rows_delivered_twice: set[int] = field(default_factory=set)


NO_REASONS: Final[frozenset[str]] = frozenset()


class Caller:
    """At most `concurrency` calls in flight; every method may raise the GateError that no retry could settle."""

    def __init__(self, chance: Chance, concurrency: int) -> None:
        """Get ready; nothing is sent."""
        self.tally: Final = Tally()
        self._chance = chance
        self._room = asyncio.Semaphore(concurrency)
        self._owed: dict[int, _Sent] = {}
        self._delivered: Final = self.tally.rows_delivered_twice

    async def read(self, kind: str, ask: Callable[[], Awaitable[ReadT]]) -> ReadT:
        """Ask something that changes nothing."""
        async with self._room:
            began_ns = time.monotonic_ns()
            answer = await ask()
            self.tally.took_ns[kind].append(time.monotonic_ns() - began_ns)
            return answer

    async def mutate(
        self,
        kind: str,
        operation_id: str,
        ask: Callable[[], Awaitable[ReplyT]],
        *,
        carrier: Carrier | None = None,
        rows: Iterable[int] = (),
        may_refuse: frozenset[str] = NO_REASONS,
        shared: bool = False,
    ) -> Answer[ReplyT]:
        """Do it once. For each of its rows that is delivered twice by this carrier, send it once more.

        `ask` sends the same operation each time it is called. A refusal for a reason in `may_refuse` is an answer; any
        other is raised. `shared`: other operations tell the same event, so that a refusal may be another one's.
        """

        async def deliver() -> Answer[ReplyT]:
            return await self.send(kind, operation_id, ask, may_refuse=may_refuse, shared=shared)

        twice = self._twice_now(rows, carrier)
        racing = sum(self._chance.at_the_same_time(row) for row in twice)
        answer, *copies = await asyncio.gather(deliver(), *(deliver() for _ in range(racing)))
        copies += [await deliver() for _ in range(len(twice) - racing)]
        if copies:
            self._judge(operation_id, [answer, *copies])
        self.tally.replayed += answer.replayed and all(copy.replayed for copy in copies)
        self._owe(rows, _Sent(operation_id, kind, deliver, answer.revision))
        return answer

    async def deliver_what_is_owed(self) -> None:
        """Send again, late, for the rows whose chosen call never came: an order cancelled before its wave."""
        owed, self._owed = self._owed, {}
        late = {row: sent for row, sent in owed.items() if row not in self._delivered}
        answers = await asyncio.gather(*(sent.again() for sent in late.values()))
        for (row, sent), answer in zip(late.items(), answers, strict=True):
            self._delivered.add(row)
            self.tally.duplicates_sent += 1
            if answer.replayed and answer.revision == sent.revision:
                self.tally.duplicates_absorbed += 1
            else:
                self.tally.not_absorbed.append(sent.operation_id)

    def _twice_now(self, rows: Iterable[int], carrier: Carrier | None) -> list[int]:
        """Give the rows that this call repeats: those of an order by the chosen call only, others by their first."""
        if carrier is None:
            return []
        twice = [
            row
            for row in dict.fromkeys(rows)
            if row not in self._delivered
            and self._chance.delivered_twice(row)
            and (carrier not in ORDER_CARRIERS or carrier is self._chance.carrier_of_order_row(row))
        ]
        self._delivered.update(twice)
        return twice

    def _owe(self, rows: Iterable[int], sent: _Sent) -> None:
        for row in rows:
            if row not in self._delivered and self._chance.delivered_twice(row):
                self._owed[row] = sent

    def _judge(self, operation_id: str, answers: list[Answer[ReplyT]]) -> None:
        """Of all deliveries of one operation one may have done it; the others must be that answer again."""
        if not answers[0].revision:
            return  # none of them stands in the ledger: the id belongs to an earlier attempt
        copies = len(answers) - 1
        again = sum(answer.replayed and answer.revision == answers[0].revision for answer in answers)
        self.tally.duplicates_sent += copies
        self.tally.duplicates_absorbed += min(again, copies)
        if again < copies:
            self.tally.not_absorbed.append(operation_id)

    async def send(
        self,
        kind: str,
        operation_id: str,
        ask: Callable[[], Awaitable[ReplyT]],
        *,
        may_refuse: frozenset[str] = NO_REASONS,
        shared: bool = False,
    ) -> Answer[ReplyT]:
        """Send it once, as `mutate` does, whatever rows it carries."""
        async with self._room:
            began_ns = time.monotonic_ns()
            try:
                reply = await ask()
            except GateError as error:
                if error.reason not in may_refuse:
                    raise
                answer: Answer[ReplyT] = Answer(None, error.reason, error.revision, error.replayed)
            else:
                told = reply.applied
                answer = Answer(reply, "", told.revision, told.replayed, told.absorbed)
            ended_ns = time.monotonic_ns()
        self.tally.took_ns[kind].append(ended_ns - began_ns)
        own = not answer.absorbed and not (shared and answer.reason and answer.replayed)
        if answer.revision and own:  # a reused operation id is refused without an entry
            self.tally.acknowledged[operation_id] = answer.revision
            if not answer.replayed:
                self.tally.fresh.append(Answered(operation_id, began_ns, ended_ns, answer.revision))
        return answer
