"""One scenario with one copy of the gate: its gates, its caller, and the verdict on what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.robustness.chaos import laws
from tests.robustness.chaos.caller import Caller
from tests.robustness.chaos.checker import Rules, check_all
from tests.robustness.chaos.gates import Gate
from tests.robustness.chaos.history import History, Outcome, Record
from tests.robustness.chaos.reading import Restless, Unreadable, read_at_rest
from tests.robustness.chaos.report import Violation
from tests.robustness.chaos.resolve import unheard
from tests.robustness.desk import Desk
from tests.robustness.lossy import LossyProxy
from tests.robustness.seeded.witness import Witness
from tests.robustness.seeded.workshop import Workshop
from tests.stores.server import Server

FENCE: Final = "a location that has lost history takes nothing"
_RESOLVE_S: Final = 2.0
_READ_S: Final = 5.0
_PAUSE_S: Final = 0.05


class Unfit(Exception):
    """A scenario did not come to the point at which the bug would show. The text says what was missing."""


class Stage:
    """Where a scenario plays."""

    def __init__(self, workshop: Workshop, source: Path, name: str) -> None:
        """Start nothing yet. `source` holds the copy of the gate to run, `name` is that of the location."""
        self.workshop: Final = workshop
        self.source: Final = source
        self.location_id: Final = name
        self.history: Final = History()
        self.found: list[Violation] = []
        """What the scenario saw itself."""
        self.reads_at = workshop.url
        """Where the truth is to be read in the end."""
        self.asks_again = True
        """Whether what is open is asked again, by its id, before the verdict."""
        self.is_history_whole = True
        """False where the store lost history on purpose: then only what the scenario saw counts."""
        self.rules = Rules()
        self._stack = AsyncExitStack()
        self._desk: Desk | None = None

    @property
    def is_sound(self) -> bool:
        """Say whether the gate is the one that is not changed."""
        return self.source == self.workshop.pristine

    async def desk(self, url: str = "", *, gates: int = 1, flags: Sequence[str] = ()) -> Desk:
        """Start gates on a store, the shared one where none is named; give a caller of them at a fresh location."""
        started = await self._gates(url or self.workshop.url, gates, flags)
        return self.desk_at(*(gate.address for gate in started))

    def desk_at(self, *addresses: str) -> Desk:
        """Give a caller of gates that run already."""
        caller = Caller(addresses, self.history)
        self._stack.push_async_callback(caller.close)
        self._desk = Desk(caller, self.location_id)
        return self._desk

    def on_end(self, end: Callable[[], object]) -> None:
        """Have this done when the scenario is over, however it went."""
        self._stack.callback(end)

    async def _gates(self, url: str, gates: int, flags: Sequence[str]) -> list[Gate]:
        if self.is_sound and gates == 1 and url == self.workshop.url:
            return [await self.workshop.sound_gate(url, flags)]
        made = [self.workshop.gate(self.source, url, flags) for _ in range(gates)]
        for gate in made:
            self._stack.callback(gate.end)
        await asyncio.gather(*(gate.start() for gate in made))
        return made

    async def proxy(self) -> LossyProxy:
        """Give a proxy to the shared store."""
        port = self.workshop.store.port
        return await self._stack.enter_async_context(LossyProxy(lambda: asyncio.open_connection("127.0.0.1", port)))

    def server(self, name: str, lines: Sequence[str] = (), fsync: str = "everysec") -> Server:
        """Start a store's server of its own."""
        server = self.workshop.server(name, lines, fsync)
        self._stack.callback(server.kill)
        server.start()
        return server

    def turned_away(self, record: Record, reason: str) -> None:
        """Take a call out of the history that was refused at the door, as it should be: it must stand nowhere."""
        if (record.outcome, record.reason) == (Outcome.TURNED_AWAY, reason):
            self.history.records.remove(record)

    async def verdict(self) -> list[Violation]:
        """Say which laws were broken."""
        if not self.is_history_whole:
            return self.found
        if self.asks_again:
            await self._resolve()
        records = list(self.history.records)
        async with Witness(self.reads_at) as reader:
            try:
                async with asyncio.timeout(_READ_S):
                    stored = await read_at_rest(reader, [self.location_id])
            except (Unreadable, Restless, TimeoutError) as error:
                said = str(error) or f"not within {_READ_S:g} s"
                return [*self.found, Violation(laws.ALIVE, self.location_id, "", 0, f"that it can be read: {said}")]
        return [*self.found, *check_all(stored, records, self.rules).violations]

    async def _resolve(self) -> None:
        """Ask again what nobody heard the end of."""
        assert self._desk is not None, "a scenario asks something"
        ends = time.monotonic() + _RESOLVE_S
        for request, actor in unheard(self.history.records).values():
            while True:
                record = await self._desk.caller.call(0, request, actor=actor)
                if record.outcome not in {Outcome.UNKNOWN, Outcome.NOT_APPLIED}:
                    break
                if time.monotonic() > ends:
                    self.found.append(Violation(laws.OPEN, self.location_id, record.operation_id, 0, "an answer"))
                    break
                await asyncio.sleep(_PAUSE_S)

    async def __aenter__(self) -> Self:
        """Give itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all that was started for it."""
        await self._stack.aclose()
