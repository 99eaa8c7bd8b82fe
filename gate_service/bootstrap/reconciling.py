"""Compares snapshots, follows the ledgers and looks at the clock, until all is done or for ever: `gate reconcile`.

One process of all that run does it, the one that has the lease. It may be killed at any moment: what it keeps it
keeps by compare-and-set, and names so that to do it twice does no harm.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import structlog

from gate_service.app.handoffs import Handoffs
from gate_service.app.ports import Call
from gate_service.app.reconcile.corrections import Corrections
from gate_service.app.reconcile.housekeeping import ClosedLeave, HandoffsHold
from gate_service.app.reconcile.observing import Observer, Ticker
from gate_service.archive import Archive
from gate_service.bootstrap.tools import Tools, open_tools
from gate_service.domain.errors import Unavailable
from gate_service.domain.policy import Buffer, Policy
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.handoffs import read
from gate_service.ledger.journal import Journal
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.standing import Standing
from gate_service.reconcile.lease import Lease
from gate_service.reconcile.records import RedisRecords
from gate_service.settings import Settings
from gate_service.store.store import Store

OWN: Final = Call(method="reconcile", own=True)
"""What the process asks for by itself: its operation ids begin with "~"."""
_ASK_AGAIN_S: Final = 1.0
_ANOTHER_WITHIN_S: Final = 15.0
"""So long `once` waits for another process that has the lease: longer than one that was killed keeps it."""
_log = structlog.get_logger("gate.reconcile")


@dataclass(frozen=True)
class Plan:
    """What is to be done."""

    once: bool = False
    """End when everything is done that can be done now."""
    every_s: float = 2.0
    """How long what is new waits at most until it is looked at."""


@dataclass(frozen=True)
class Means:
    """What the parts of the process are built of."""

    settings: Settings
    store: Store
    records: RedisRecords
    ledger: RedisLedger
    journal: Journal
    standing: Standing
    archive: Archive | None
    handoffs: Handoffs

    def rules(self) -> ReconcileRules:
        """Give what the map in force says of reconciliation; the defaults where there is none."""
        return self.handoffs.in_force.reconcile if self.handoffs.in_force else ReconcileRules()

    def policy(self) -> Policy:
        """Give what counts for the operations that the process asks for."""
        return self.handoffs.policy


class Parts(NamedTuple):
    """What the process does besides comparing."""

    observers: list[Observer]
    """Learn from each entry of each ledger."""
    tickers: list[Ticker]
    """Do what is due by the clock."""


def parts(means: Means) -> Parts:
    """Put together who learns from the ledgers, and who looks at the clock; nothing connects yet."""
    observers: list[Observer] = []
    tickers: list[Ticker] = [
        Corrections(means.records, means.ledger, means.rules, means.policy),
        HandoffsHold(means.records),
        ClosedLeave(means.records),
    ]
    return Parts(observers, tickers)


class AnotherHoldsLease(Exception):
    """Another process compares and follows just now."""


@dataclass
class Outcome:
    """What came of a run."""

    ticks: int = 0
    troubles: dict[str, str] = field(default_factory=dict)
    """What could not be done when it was tried last, by its name."""


class Reconciling:
    """One run."""

    def __init__(self, means: Means, plan: Plan) -> None:
        """Put it together; nothing is read yet."""
        self._means = means
        self._plan = plan
        self._parts = parts(means)
        self._lease = Lease(means.store)
        self.outcome: Final = Outcome()

    async def run(self) -> Outcome:
        """Do it once, or until SIGTERM or SIGINT. Raises `AnotherHoldsLease` and `Unavailable`, only for `once`."""
        if self._plan.once:
            await self._once()
            return self.outcome
        work = asyncio.ensure_future(self._for_ever())
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, work.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await work
        return self.outcome

    async def _once(self) -> None:
        until = time.monotonic() + _ANOTHER_WITHIN_S
        while not await self._lease.take():
            if time.monotonic() >= until:
                raise AnotherHoldsLease("another `gate reconcile` is at work on this store, and does all of this")
            await asyncio.sleep(_ASK_AGAIN_S)
        try:
            await self._lease.while_held(self._all_once)
        finally:
            await self._dropped()

    async def _all_once(self) -> None:
        await self._map()
        await self._tick()

    async def _for_ever(self) -> None:
        waits = False
        try:
            while True:
                with contextlib.suppress(Unavailable):
                    if await self._lease.take():
                        _log.info("reconciles")
                        waits = False
                        await self._lease.while_held(self._all_for_ever)
                        _log.warning("lease lost")
                    elif not waits:
                        waits = True
                        _log.info("waits: another process reconciles")
                await asyncio.sleep(_ASK_AGAIN_S)
        finally:
            await self._dropped()

    async def _all_for_ever(self) -> None:
        await self._map()
        async with asyncio.TaskGroup() as tasks:
            for step in (self._map, self._tick):
                tasks.create_task(self._again_and_again(step))

    async def _again_and_again(self, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            await step()
            await asyncio.sleep(self._plan.every_s)

    async def _map(self) -> None:
        await self._tried("handoff map", self._means.handoffs.refresh())

    async def _tick(self) -> None:
        now_ms: list[int] = []

        async def look() -> None:
            now_ms.append(await self._means.records.now_ms())

        await self._tried("clock", look())
        for ticker in self._parts.tickers if now_ms else ():
            await self._tried(type(ticker).__name__, ticker.tick(now_ms[0]))
        self.outcome.ticks += len(now_ms)

    async def _tried(self, name: str, work: Awaitable[object]) -> None:
        """Do something; what is wrong with it is told once until it changes, and keeps nothing else from its turn."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the process outlives whatever it meets
            told = f"{type(error).__name__}: {error}"
            if self.outcome.troubles.get(name) != told:
                _log.warning("could not be done", what=name, error=told, exc_info=not isinstance(error, Unavailable))
            self.outcome.troubles[name] = told
        else:
            if self.outcome.troubles.pop(name, None):
                _log.info("can be done again", what=name)

    async def _dropped(self) -> None:
        with contextlib.suppress(Unavailable):
            await self._lease.drop()


@asynccontextmanager
async def means(settings: Settings, archive_url: str = "") -> AsyncIterator[Means]:
    """Open what the process works on and close it at the end; nothing connects yet. Raises as `open_tools` does."""
    async with open_tools(settings, archive_url) as tools:
        ledger = RedisLedger.connect(
            settings.redis_url, timeout_ms=settings.store_timeout_ms, promise=settings.durability
        )
        try:
            yield _means(settings, tools, ledger)
        finally:
            await ledger.close()


def _means(settings: Settings, tools: Tools, ledger: RedisLedger) -> Means:
    buffers = {channel: Buffer(units) for channel, units in settings.buffers.items()}
    defaults = Policy(settings.safety_stock, buffers, settings.quarantine)
    return Means(
        settings=settings,
        store=tools.store,
        records=RedisRecords(tools.store),
        ledger=ledger,
        journal=tools.journal,
        standing=tools.standing,
        archive=tools.archive,
        handoffs=Handoffs(ledger, read, defaults, lambda _: None),
    )
