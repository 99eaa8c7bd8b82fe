"""What people do with count tasks: they see what is due, take one on, and say what they counted. Always blind.

A count that is to be booked is first written down as such, then booked under a name that follows from it, then closed.
Whoever asks again after a crash, or takes the task on, finishes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from gate_service.app.access import Access
from gate_service.app.ports import Call
from gate_service.app.reconcile.counting.closing import Closing
from gate_service.app.reconcile.counting.tasks import ENDED, RECOUNT, change_of, event_of, open_index
from gate_service.app.reconcile.counting.turns import waiting_for_turn
from gate_service.app.reconcile.ports import Collection, Conflict, Records
from gate_service.domain.errors import Refused
from gate_service.domain.operations import CountLine, Operation, SubmitCount
from gate_service.domain.policy import Policy
from gate_service.domain.reconcile.counting import BOOKING, TAKEN_FOR_MS, Verdict, judge, same_person
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.policy import DAY_MS, CountRules
from gate_service.domain.reconcile.records import Counted, CountTask, CountTaskState
from gate_service.domain.stock import StockAnswer
from gate_service.domain.verbs import Verb
from gate_service.domain.vocabulary import Reason

ReplyT = TypeVar("ReplyT")
DUE_WITHIN_MS: Final = DAY_MS
"""What is to be counted within a day is due."""
_ATTEMPTS: Final = 20


class Shelves(Protocol):
    """The ledger, as far as counting needs it; `app.ports.Ledger` is one."""

    async def apply(self, operation: Operation[ReplyT], policy: Policy, call: Call) -> ReplyT:
        """Do it once, whoever asks how often."""
        ...

    async def stock(self, location_id: str, skus: tuple[str, ...], call: Call) -> StockAnswer:
        """Read some SKUs at one revision. Raises `Refused` with UNKNOWN_LOCATION."""
        ...


class TaskPage(NamedTuple):
    """Some tasks. `next_token` is empty after the last; `waiting` ask for one and wait for their turn."""

    tasks: list[CountTask]
    next_token: str
    waiting: int = 0


class Submitted(NamedTuple):
    """What became of a count."""

    task: CountTask
    replayed: bool

    @property
    def booked(self) -> bool:
        """Say whether it is booked."""
        return self.task.state is CountTaskState.BOOKED


class _Standing(NamedTuple):
    task: CountTask
    version: int


class CountDesk:
    """Where people count."""

    def __init__(
        self,
        records: Records,
        ledger: Shelves,
        access: Access,
        rules: Callable[[], CountRules],
        policy: Callable[[], Policy],
    ) -> None:
        """Keep them; nothing is read."""
        self._records = records
        self._ledger = ledger
        self._access = access
        self._rules = rules
        self._policy = policy
        self._closing = Closing(records, rules)

    async def page(self, location_id: str, limit: int, token: str, call: Call, *, all_open: bool) -> TaskPage:
        """Give up to `limit` open tasks, the most urgent first; only what is due, unless `all_open`.

        Raises `Denied`, `Refused` with UNKNOWN_LOCATION, `InvalidField` for a token that no page gave.
        """
        self._access.read_or_do(call, Verb.SUBMIT_COUNT, location_id)
        await self._ledger.stock(location_id, (), call)
        until = None if all_open else await self._records.now_ms() + DUE_WITHIN_MS
        page = await self._records.page(Collection.TASKS, open_index(location_id), limit, token, until=until)
        waiting = await waiting_for_turn(self._records, location_id)
        return TaskPage([load(CountTask, kept.text) for kept in page.records], page.next_token, waiting)

    async def start(self, task_id: str, call: Call) -> CountTask:
        """Take a task on; who has it already begins anew.

        Raises `Refused` with COUNT_TASK_NOT_FOUND, COUNT_TASK_CLOSED, COUNT_TASK_TAKEN, SECOND_COUNTER_REQUIRED or
        SECOND_ACTOR_REQUIRED, and as the ledger does; `Denied`.
        """
        for _ in range(_ATTEMPTS):
            standing = await self._open(task_id, call)
            task = standing.task
            _refuse_second(task, call)
            now_ms = await self._records.now_ms()
            _refuse_taken(task, call, now_ms)
            shelf = await self._ledger.stock(task.location_id, (task.sku,), call)
            level = shelf.levels[0] if shelf.levels else None
            started = replace(
                task,
                state=CountTaskState.STARTED,
                counter=_counter(call),
                actor=call.actor,
                started_at_ms=now_ms,
                as_of_revision=shelf.revision,
                on_hand=level.on_hand if level else 0,
                picked=level.picked if level else 0,
            )
            if await self._kept(started, standing.version):
                return started
        raise _changed(task_id)

    async def submit(self, task_id: str, counted: int, call: Call, *, includes_picked: bool) -> Submitted:
        """Take what was counted: book it, or ask for somebody else's count.

        Raises `Refused` with COUNT_TASK_NOT_FOUND, COUNT_TASK_CLOSED, COUNT_NOT_STARTED, SECOND_COUNTER_REQUIRED or
        SECOND_ACTOR_REQUIRED, and what the ledger says of the booking; `Denied`; `Unavailable`: asking again goes on.
        """
        for _ in range(_ATTEMPTS):
            standing = await self._standing(task_id)
            task = standing.task
            self._access.write(call, _booking(task, replace(_NOTHING, counted=counted)))
            told = _told_before(task, counted, call)
            if task.booking:
                task = await self._finished(standing, call)
                if told:
                    return Submitted(task, replayed=True)
                continue
            if told:
                return Submitted(task, replayed=True)
            _refuse_unstarted(task, call)
            newest = _count(task, counted, call, await self._records.now_ms(), includes_picked=includes_picked)
            again = judge(task.counts, newest, self._rules()) is Verdict.RECOUNT
            after = replace(task, counts=(*task.counts, newest), booking=not again)
            if again:
                after = replace(after, state=CountTaskState.RECOUNT)
            if not await self._kept(after, standing.version, RECOUNT if again else ""):
                continue
            if again:
                return Submitted(after, replayed=False)
            return Submitted(await self._finished(_Standing(after, standing.version + 1), call), replayed=False)
        raise _changed(task_id)

    async def _open(self, task_id: str, call: Call) -> _Standing:
        """Give a task that may be taken on; what is to be booked is booked first."""
        standing = await self._standing(task_id)
        self._access.write(call, _booking(standing.task, _NOTHING))
        if standing.task.booking:
            raise _closed(await self._finished(standing, call))
        if standing.task.state in ENDED:
            raise _closed(standing.task)
        return standing

    async def _standing(self, task_id: str) -> _Standing:
        (kept,) = await self._records.get(Collection.TASKS, [task_id])
        if kept is None:
            raise Refused(Reason.COUNT_TASK_NOT_FOUND, "there is no count task of this name", {"task_id": task_id})
        return _Standing(load(CountTask, kept.text), kept.version)

    async def _finished(self, standing: _Standing, call: Call) -> CountTask:
        """Book what is to be booked, in the name of whoever counted it, and close the task."""
        task, last = standing.task, standing.task.counts[-1]
        system = last.counter[: -len(last.actor) - 1]
        booking = replace(call, system=system, actor=last.actor, own=True)
        try:
            reply = await self._ledger.apply(_booking(task, last), self._policy(), booking)
        except Refused as no:
            back = replace(task, counts=task.counts[:-1], booking=False)
            await self._kept(back, standing.version)  # whoever has changed it meanwhile has seen to it
            raise _blind(no) from None
        return await self._closing.booked(task.task_id, reply.applied.revision, reply.applied.at_ms)

    async def _kept(self, task: CountTask, version: int, event: str = "") -> bool:
        """Keep a task; False where somebody has changed it meanwhile."""
        try:
            await self._records.commit([change_of(task, version)], [event_of(task, event)] if event else [])
        except Conflict:
            return False
        return True


_NOTHING: Final = Counted("", 0, 0, 0, 0)


def _booking(task: CountTask, count: Counted) -> SubmitCount:
    return SubmitCount(
        operation_id=f"{BOOKING}{task.task_id}/{count.at_ms}",
        location_id=task.location_id,
        count_id=task.task_id,
        as_of_revision=count.as_of_revision,
        includes_picked=count.includes_picked,
        covers_range=False,
        covers_after="",
        covers_through="",
        lines=(CountLine(task.sku, count.counted),),
        variance_id=task.variance_id,
    )


def _counter(call: Call) -> str:
    return f"{call.system}/{call.actor}"


def _count(task: CountTask, counted: int, call: Call, at_ms: int, *, includes_picked: bool) -> Counted:
    expected = task.on_hand - (0 if includes_picked else task.picked)
    return Counted(_counter(call), at_ms, counted, expected, task.as_of_revision, includes_picked, call.actor)


def _told_before(task: CountTask, counted: int, call: Call) -> bool:
    """Say whether this person has told this count; where it is the task's newest, nothing else can be meant."""
    return any(each.counter == _counter(call) and each.counted == counted for each in task.counts)


def _refuse_second(task: CountTask, call: Call) -> None:
    """Refuse somebody without a name, who could be anybody, and somebody who has counted it already."""
    about = {"task_id": task.task_id}
    if not call.actor:
        raise Refused(
            Reason.SECOND_ACTOR_REQUIRED, "a count is one person's, named by gate-actor: a second may have to", about
        )
    for each in task.counts:
        if same_person(each.actor, call.actor):
            raise Refused(
                Reason.SECOND_COUNTER_REQUIRED,
                f"{each.counter} has counted it; somebody else has to count it now",
                about | {"counter": each.counter},
            )


def _refuse_taken(task: CountTask, call: Call, now_ms: int) -> None:
    """Refuse a task that somebody else is at."""
    if task.state is not CountTaskState.STARTED or same_person(task.actor, call.actor):
        return
    if task.started_at_ms + TAKEN_FOR_MS > now_ms:
        raise Refused(
            Reason.COUNT_TASK_TAKEN,
            f"{task.counter} is counting it",
            {"task_id": task.task_id, "counter": task.counter, "started_at_ms": str(task.started_at_ms)},
        )


def _refuse_unstarted(task: CountTask, call: Call) -> None:
    """Refuse figures of somebody who does not count just now."""
    if task.state in ENDED:
        raise _closed(task)
    _refuse_second(task, call)
    if task.state is not CountTaskState.STARTED or task.counter != _counter(call):
        message = "start it first: from then on it is known what moved while it was counted"
        raise Refused(Reason.COUNT_NOT_STARTED, message, {"task_id": task.task_id})


def _closed(task: CountTask) -> Refused:
    message = "the count is booked" if task.state is CountTaskState.BOOKED else "there is nothing left to count"
    return Refused(Reason.COUNT_TASK_CLOSED, message, {"task_id": task.task_id, "revision": str(task.revision)})


def _changed(task_id: str) -> Refused:
    message = "the task was changed again and again meanwhile: ask again"
    return Refused(Reason.CHANGED_MEANWHILE, message, {"task_id": task_id})


def _blind(no: Refused) -> Refused:
    """Give the ledger's no without its figures: they would tell what is expected."""
    about: dict[str, Any] = {name: told for name, told in no.metadata.items() if name not in ("asked", "possible")}
    return Refused(no.reason, no.message, about, (), no.applied)
