"""The authoritative record on a real store: implements `app.ports.Ledger`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, cast

from gate_service.app.ports import SWEEP, Call
from gate_service.domain.durability import PROMISE_NOTHING, Durability
from gate_service.domain.entries import EntryPage
from gate_service.domain.errors import LocationFenced, Refused, Unavailable
from gate_service.domain.lineage import Fence
from gate_service.domain.operations import Operation, SubmitCount
from gate_service.domain.policy import KeepBack, Policy
from gate_service.domain.replies import SubmitCountReply
from gate_service.domain.reservation import ReservationAnswer
from gate_service.domain.stock import Availability, LineAvailability, StockAnswer, StockPage
from gate_service.domain.vocabulary import OperationKind
from gate_service.ledger import keys, replies, scripts
from gate_service.ledger.answers import OutOfDateError, open_answer
from gate_service.ledger.arguments import encode, script_arguments
from gate_service.ledger.cases import CaseBook
from gate_service.ledger.counting import moved_since
from gate_service.ledger.directory import Directory
from gate_service.ledger.fences import stored_fences
from gate_service.ledger.heads import Memory, OnFence, Told, read_head
from gate_service.ledger.history import History
from gate_service.ledger.lanes import LaneLimits, Lanes, Waiting
from gate_service.ledger.refusals import about
from gate_service.store.connect import connect
from gate_service.store.errors import not_applied, outcome_unknown
from gate_service.store.script import Script
from gate_service.store.store import NodeState, Store

ReplyT = TypeVar("ReplyT")

EXPIRY_LINES_PER_CALL = 2_000
"""Lines that run out before a call goes on: an expiry of long orders must not hold up the whole store."""
_SUMS_AT_MOST = 3
"""How often what moved since a count is summed up, where merges overtake it."""
# What a store at its memory limit answers at the first write: nothing was applied.
_AT_MEMORY_LIMIT = ("EOOM", "BOOM")
# What it answers where an answer is stored, and nothing could be written behind which WAIT would prove something.
_UNPROVEN = "EOOM barrier"
# What makes the record grow for good. All else must go on at the memory limit: it is what empties the warehouse.
_GROWTH = frozenset(
    {
        OperationKind.RESERVE_STOCK,
        OperationKind.RECORD_RECEIPT,
        OperationKind.ANNOUNCE_INCOMING,
        OperationKind.CHANGE_HANDOFFS,
    }
)
_OPENS = frozenset({OperationKind.RECORD_RECEIPT, OperationKind.ANNOUNCE_INCOMING, OperationKind.AMEND_INCOMING})


class RedisLedger(CaseBook):
    """Sends operations in batches by location, each batch as one script call. See docs/store.md for the keys."""

    def __init__(
        self,
        store: Store,
        clock_ms: Callable[[], int] | None,
        limits: LaneLimits,
        promise: Durability,
        on_fence: OnFence = lambda *_: None,
    ) -> None:
        """Keep the store; nothing is sent."""
        self._store = store
        self._replicated = promise.replicas > 0
        self._memory = Memory(on_fence)
        self._clock_ms = clock_ms
        self._writes = Lanes(self._send_operations, limits, self._is_away)
        self._relief = Lanes(self._send_relief, limits, self._is_away)
        self._reads = Lanes(self._send_questions, limits, self._is_away)
        self._history = History(store)
        self._directory = Directory(store)

    @classmethod
    def connect(
        cls,
        url: str,
        *,
        clock_ms: Callable[[], int] | None = None,
        limits: LaneLimits | None = None,
        timeout_ms: int = 5_000,
        on_trouble: Callable[[], None] = lambda: None,
        promise: Durability = PROMISE_NOTHING,
        on_fence: OnFence = lambda *_: None,
    ) -> RedisLedger:
        """Make a ledger on a store by its URL; the first call connects.

        `clock_ms` is for tests; `on_trouble` is that of `connect`. `on_fence` hears of each location that is
        found to be fenced, and of each that is open again.
        """

        def on_any_trouble() -> None:
            on_trouble()
            ledger.heed_trouble()

        store = connect(url, timeout_ms, on_any_trouble, promise)
        ledger = cls(store, clock_ms, limits or LaneLimits(), promise, on_fence)
        return ledger

    def heed_trouble(self) -> None:
        """Turn away, at once, all that wait for a server that is away by now."""
        if any(server.away for server in self.servers()):
            for lanes in (self._writes, self._relief, self._reads):
                lanes.refuse_where_away()

    async def apply(self, operation: Operation[ReplyT], policy: Policy, call: Call) -> ReplyT:
        """Do it once; see the port."""
        if operation.kind in _OPENS:
            await self._directory.note(operation.location_id)
        if isinstance(operation, SubmitCount) and operation.as_of_revision:
            return cast("ReplyT", await self._apply_count(operation, policy, call, _SUMS_AT_MOST))
        return await self._apply(operation, policy, call, {})

    async def _apply_count(self, count: SubmitCount, policy: Policy, call: Call, attempts: int) -> SubmitCountReply:
        """Apply a count with what moved since it summed up; a merge that overtakes that costs another attempt."""
        try:
            return await self._apply(count, policy, call, {"since": await moved_since(self._history, count, call)})
        except OutOfDateError:
            if attempts == 1:
                raise
        return await self._apply_count(count, policy, call, attempts - 1)

    async def _apply(
        self, operation: Operation[ReplyT], policy: Policy, call: Call, more: Mapping[str, object]
    ) -> ReplyT:
        ask = partial(
            Lanes[Told].ask,
            location_id=operation.location_id,
            arguments=script_arguments(operation, policy, call, more),
            weight=operation.weight,
            sheddable=operation.sheddable,
            deadline=call.deadline,
        )
        told = await ask(self._writes)
        if told.text == _UNPROVEN:
            told = await self._prove(ask(self._relief))
        elif told.text.startswith(_AT_MEMORY_LIMIT) and operation.kind not in _GROWTH:
            told = await ask(self._relief)
        data, applied = open_answer(told, lambda: about(operation))
        return cast("ReplyT", replies.READERS[operation.kind](applied, data))

    async def _prove(self, asked: Awaitable[Told]) -> Told:
        """Give a stored answer that could be written behind; whatever turns that away, it was applied before."""
        try:
            told = await asked
        except Unavailable as error:
            raise outcome_unknown() from error
        if told.text == _UNPROVEN:
            raise outcome_unknown()
        return told

    async def check(
        self, location_id: str, lines: Sequence[tuple[str, int]], keep_back: KeepBack, call: Call
    ) -> Availability:
        """Answer what may be promised; see the port."""
        question: dict[str, object] = {
            "ask": "check",
            "lines": lines,
            "keep_back": keep_back.units,
            "basis_points": keep_back.basis_points,
            "channel": keep_back.channel,
        }
        if keep_back.adaptive is not None:
            question["sku_basis_points"] = keep_back.by_sku(location_id, [sku for sku, _ in lines])
        data = await self._ask(location_id, question, len(lines), call)
        levels = {level.sku: level for level in replies.levels(data["levels"])}
        answers = tuple(
            LineAvailability(sku, quantity, promise, sufficient, levels.get(sku), buffer, others)
            for (sku, quantity), (promise, sufficient, buffer, others) in zip(lines, data["lines"], strict=True)
        )
        return Availability(location_id, data["revision"], data["at_ms"], answers, data["lineage"])

    async def stock(self, location_id: str, skus: Sequence[str], call: Call) -> StockAnswer:
        """Read some SKUs; see the port."""
        data = await self._ask(location_id, {"ask": "stock", "skus": skus}, len(skus), call)
        levels = replies.levels(data["levels"])
        known = {level.sku for level in levels}
        unknown = tuple(sku for sku in skus if sku not in known)
        return StockAnswer(data["revision"], levels, unknown, data["lineage"])

    async def list_stock(self, location_id: str, after: str, limit: int, call: Call) -> StockPage:
        """Read a page of SKUs; see the port."""
        data = await self._ask(location_id, {"ask": "list", "after": after, "limit": limit}, limit, call)
        return StockPage(data["revision"], replies.levels(data["levels"]), data["next_after"], data["lineage"])

    async def reservation(self, location_id: str, order_id: str, call: Call) -> ReservationAnswer:
        """Read one reservation; see the port."""
        data = await self._ask(location_id, {"ask": "reservation", "order_id": order_id}, 1, call, order_id=order_id)
        found = replies.reservation(order_id, data["reservation"])
        return ReservationAnswer(found, data["revision"], data["lineage"])

    async def entries(self, location_id: str, from_revision: int, limit: int, call: Call) -> EntryPage:
        """Read a page of entries; see the port."""
        return await self._history.entries(location_id, from_revision, limit, call)

    async def locations(self, call: Call) -> Sequence[str]:
        """Name every location; see the port."""
        return await self._directory.names(call)

    async def sweep(self, location_id: str) -> bool:
        """Run out what is due at a location; True where some of it went and some is left.

        Looks before it writes, so that a quiet location costs one read. Raises `Unavailable` as any call.
        """
        before = await self._due(location_id)
        if not before:
            return False
        await self._send_relief(location_id, [])  # expiry is what empties the store: not even its memory limit stops it
        return 0 < await self._due(location_id) < before

    async def _due(self, location_id: str) -> int:
        """Count what is due, by the store's clock: the one that expiry goes by. Nothing runs out behind a fence."""
        try:
            data = await self._ask(location_id, {"ask": "due"}, 1, SWEEP, sheddable=False)
        except (Refused, LocationFenced):  # never opened, or nothing of it is left that can be read
            return 0
        return 0 if data["lineage"].fenced_since_ms else int(data["due"])

    async def probe(self, timeout_ms: int) -> None:
        """Write one small value; raises `Unavailable` where no server of the store takes it."""
        await self._store.probe(keys.PROBE, timeout_ms)

    @property
    def fences(self) -> Mapping[str, Fence]:
        """Give the fences that stand, by location, as this gate has met them."""
        return self._memory.fences

    async def stored_fences(self) -> Mapping[str, Fence]:
        """Give the fences that stand in the store, by location, whoever found them. Raises `Unavailable`."""
        return await stored_fences(self._store)

    def servers(self) -> Sequence[NodeState]:
        """Name the servers of the store that take writes, and say which of them are away."""
        return self._store.nodes()

    async def close(self) -> None:
        """Refuse what comes, answer what was accepted, close the connections."""
        await self._writes.close()
        await self._relief.close()
        await self._reads.close()
        await self._store.close()

    def _is_away(self, location_id: str) -> bool:
        return self._store.away(keys.meta(location_id))

    def _now(self) -> str:
        return str(self._clock_ms()) if self._clock_ms else ""

    async def _send_operations(self, location_id: str, batch: list[Waiting[Told]]) -> list[Told]:
        return await self._send_writing(scripts.load("apply"), location_id, batch)

    async def _send_relief(self, location_id: str, batch: list[Waiting[Told]]) -> list[Told]:
        return await self._send_writing(scripts.load("apply", allow_oom=True), location_id, batch)

    async def _send_writing(self, script: Script, location_id: str, batch: list[Waiting[Told]]) -> list[Told]:
        more = ["b" if self._replicated else "", str(EXPIRY_LINES_PER_CALL)]
        return await self._send(script, location_id, more, batch, durable=True)

    async def _send_questions(self, location_id: str, batch: list[Waiting[Told]]) -> list[Told]:
        try:
            return await self._send(scripts.load("read"), location_id, [], batch, durable=False)
        except Unavailable as error:
            raise not_applied() from error  # a question that was lost applied nothing, and has no id to ask again with

    async def _send(
        self, script: Script, location_id: str, more: list[str], batch: list[Waiting[Told]], *, durable: bool
    ) -> list[Told]:
        arguments = [self._now(), self._memory.of(location_id), *more]
        for waiting in batch:
            arguments.extend(waiting.arguments)
        first, *texts = await self._store.run(script, keys.location_keys(location_id), arguments, durable=durable)
        head = read_head(first)
        # What is read may not have reached the replicas: it is safe only where none are asked for.
        self._memory.note(location_id, head, acknowledged=durable or not self._replicated)
        return [Told(head, text) for text in texts]

    async def _ask(
        self,
        location_id: str,
        question: dict[str, object],
        weight: int,
        call: Call,
        *,
        sheddable: bool = True,
        **about: str,
    ) -> dict[str, Any]:
        told = await self._reads.ask(
            location_id, (encode(question),), weight=weight, sheddable=sheddable, deadline=call.deadline
        )
        data = open_answer(told, lambda: about | {"location_id": location_id})[0]
        data["lineage"] = told.head.lineage
        return data
