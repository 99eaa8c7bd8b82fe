"""How a client asks: mostly once and patiently, sometimes twice at once, too briefly, or again long afterwards."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from google.protobuf.message import Message

from fulfillment_gate.v1 import types_pb2 as types_pb
from tests.robustness.chaos.caller import Caller
from tests.robustness.chaos.clients.shelf import Shelf
from tests.robustness.chaos.contract import copied
from tests.robustness.chaos.history import Outcome, Record

ACTORS: Final = ("ann", "bob", "eve")
_TRIES: Final = 12
_PATIENCE_S: Final = 5.0
_SYSTEMS: Final = ("erp", "shop", "")


@dataclass
class Crew:
    """What all clients of a site share."""

    caller: Caller
    chance: Random
    shelves: Sequence[Shelf]
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    told: deque[tuple[Message, str]] = field(default_factory=lambda: deque(maxlen=400))
    """What was asked lately, and by whom."""

    def shelf(self) -> Shelf:
        """Give a location, the first more often than the others."""
        return self.chance.choice([self.shelves[0], *self.shelves])

    def often(self, share: float) -> bool:
        """Be true in this share of the cases."""
        return self.chance.random() < share

    async def ask(self, request: Any) -> Record:  # noqa: ANN401 - any request
        """Ask for a change, and again with the same id while that may help; give what became of it.

        A request without an operation_id gets one, and some get an event of the caller's world.
        """
        shelf_id = request.location_id
        if not request.operation_id:
            request.operation_id = f"op-{self.chance.getrandbits(48):012x}"
        if self.often(0.25) and not request.HasField("source_event"):
            request.source_event.CopyFrom(self._event(shelf_id))
        actor = self.chance.choice(ACTORS)
        record = await self._once(request, actor)
        for _ in range(_TRIES):
            if record.outcome not in {Outcome.UNKNOWN, Outcome.NOT_APPLIED} or self.stopped.is_set():
                break
            if self.often(0.08):
                return record  # gives up without having heard what became of it
            await asyncio.sleep(self.chance.uniform(0.02, 0.2))
            record = await self._plainly(request, actor)
        self.told.append((request, actor))
        return record

    async def read(self, request: Message) -> Record:
        """Ask a question, once."""
        return await self.caller.call(self._gate(), request, actor=self.chance.choice(ACTORS), timeout_s=_PATIENCE_S)

    async def again(self, request: Message, actor: str) -> Record:
        """Ask what was asked before, once more."""
        return await self._plainly(request, actor)

    def _gate(self) -> int:
        return self.chance.randrange(self.caller.gates)

    async def _plainly(self, request: Message, actor: str) -> Record:
        return await self.caller.call(self._gate(), request, actor=actor, timeout_s=_PATIENCE_S)

    async def _once(self, request: Message, actor: str) -> Record:
        """Ask once, or in one of the ways that callers should not rely on."""
        manner = self.chance.random()
        if manner < 0.05:
            both = await asyncio.gather(*(self._plainly(copied(request), actor) for _ in range(2)))
            return min(both, key=lambda one: one.outcome is Outcome.UNKNOWN)
        if manner < 0.11:
            timeout_s = self.chance.uniform(0.0005, 0.02)
            return await self.caller.call(self._gate(), request, actor=actor, timeout_s=timeout_s)
        if manner < 0.17:
            after_s = self.chance.uniform(0.0001, 0.015)
            gate = self._gate()
            return await self.caller.call(gate, request, actor=actor, timeout_s=_PATIENCE_S, hang_up_after_s=after_s)
        return await self._plainly(request, actor)

    def _event(self, location_id: str) -> types_pb.SourceEvent:
        return types_pb.SourceEvent(
            system=self.chance.choice(_SYSTEMS),
            document_type="order",
            document=f"{location_id}-{self.chance.getrandbits(40):010x}",
            action=self.chance.choice(("created", "changed", "")),
            number=self.chance.choice((0, 0, self.chance.randrange(1, 500))),
        )
