"""Compares snapshots, follows the ledgers and looks at the clock, until all is done or for ever: `gate reconcile`.

One process of all that run does it, the one that has the lease. It may be killed at any moment: what it keeps it
keeps by compare-and-set, and names so that to do it twice does no harm.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import structlog

from gate_service.app.reconcile.observing import Ticker
from gate_service.bootstrap.metrics import Metrics
from gate_service.bootstrap.reconciling_parts import Means, archived, comparer, parts
from gate_service.domain.errors import Unavailable
from gate_service.reconcile.follower import Followed, Follower
from gate_service.reconcile.lease import Lease

_ASK_AGAIN_S: Final = 1.0
_ANOTHER_WITHIN_S: Final = 15.0
"""So long `once` waits for another process that has the lease: longer than one that was killed keeps it."""
_HOW_FAR_EVERY_S: Final = 10.0
_log = structlog.get_logger("gate.reconcile")


@dataclass(frozen=True)
class Plan:
    """What is to be done."""

    once: bool = False
    """End when everything is done that can be done now."""
    every_s: float = 2.0
    """How long what is new waits at most until it is looked at."""
    metrics_listen: str = ""
    """Where a monitor reads the figures, HOST:PORT; empty for nowhere."""


class AnotherHoldsLease(Exception):
    """Another process compares and follows just now."""


@dataclass
class Outcome:
    """What came of a run."""

    compared: int = 0
    """Snapshots."""
    refused: int = 0
    rows: int = 0
    """Of the snapshots that were compared."""
    ticks: int = 0
    """How often somebody looked at the clock."""
    ledgers: Mapping[str, Followed] = field(default_factory=dict)
    """How far the one of each location was followed."""
    troubles: dict[str, str] = field(default_factory=dict)
    """What could not be done when it was tried last, by its name."""


class Reconciling:
    """One run."""

    def __init__(self, means: Means, plan: Plan) -> None:
        """Put it together; nothing is read yet."""
        self._means = means
        self._plan = plan
        self._parts = parts(means)
        self._comparer = comparer(means, self._tell_of_snapshot)
        known = self._parts
        self._follower = Follower(means.ledger, means.records, known.observers, archived(means), known.in_doubt)
        self._metrics = Metrics(means.records, lambda: self._follower.standing)
        if plan.metrics_listen:
            self._parts.tickers.append(self._metrics)
        self._lease = Lease(means.store)
        self._told_how_far_s = 0.0
        self.outcome: Final = Outcome()

    async def run(self) -> Outcome:
        """Do it once, or until SIGTERM or SIGINT.

        Raises `ListenFailed` and, only for `once`, `AnotherHoldsLease` and `Unavailable`.
        """
        if self._plan.once:
            await self._once()
            return self.outcome
        with self._metrics_served():
            work = asyncio.ensure_future(self._for_ever())
            loop = asyncio.get_running_loop()
            for each in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(each, work.cancel)
            with contextlib.suppress(asyncio.CancelledError):
                await work
        return self.outcome

    @contextlib.contextmanager
    def _metrics_served(self) -> Iterator[None]:
        if not self._plan.metrics_listen:
            yield
            return
        with self._metrics.served(self._plan.metrics_listen) as address:
            _log.info("metrics are served", at=address)
            yield

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
        for step in (self._map, self._compare, self._follow, self._tick):
            await step()

    async def _for_ever(self) -> None:
        waits = False
        try:
            while True:
                try:
                    held = await self._lease.take()
                except Unavailable as error:
                    self._tell("lease", f"{error.reason}: {error.message}")
                else:
                    self._tell("lease", None)
                    if held:
                        _log.info("reconciles")
                        await self._lease.while_held(self._all_for_ever)
                        _log.warning("lease lost")
                    elif not waits:
                        _log.info("waits: another process reconciles")
                    waits = not held
                await asyncio.sleep(_ASK_AGAIN_S)
        finally:
            await self._dropped()

    async def _all_for_ever(self) -> None:
        await self._map()
        async with asyncio.TaskGroup() as tasks:
            for step in (self._map, self._compare, self._follow):
                tasks.create_task(self._again_and_again(step))
            for ticker in self._parts.tickers:
                tasks.create_task(self._again_and_again(partial(self._turn, ticker)))

    async def _again_and_again(self, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            await step()
            await asyncio.sleep(self._plan.every_s)

    async def _map(self) -> None:
        await self._tried("handoff map", self._means.handoffs.refresh())

    async def _compare(self) -> None:
        await self._tried("snapshots", self._comparer.compare_waiting())
        tally = self._comparer.tally
        self.outcome.compared, self.outcome.refused, self.outcome.rows = tally.compared, tally.refused, tally.rows

    async def _follow(self) -> None:
        await self._tried("ledgers", self._follow_to_the_end())

    async def _follow_to_the_end(self) -> None:
        while await self._follower.follow_all():
            self._tell_how_far()
        self.outcome.ledgers = self._follower.standing
        for location_id, stands in self.outcome.ledgers.items():
            self._tell(f"ledger of {location_id}", stands.problem or None)

    def _tell_how_far(self) -> None:
        """Say now and then how far it is: an old ledger takes a while, and nothing is raised before its end."""
        if time.monotonic() < self._told_how_far_s + _HOW_FAR_EVERY_S:
            return
        self._told_how_far_s = time.monotonic()
        for location_id, stands in self._follower.standing.items():
            if stands.behind:
                _log.info("follows", location=location_id, revision=stands.revision, behind=stands.behind)

    async def _tick(self) -> None:
        for ticker in self._parts.tickers:
            await self._turn(ticker)

    async def _turn(self, ticker: Ticker) -> None:
        """Let one of them look at the clock.

        Each goes at its own pace: what a policy asks for after a bad snapshot takes long, and delays no deadline.
        """
        now_ms: list[int] = []

        async def look() -> None:
            now_ms.append(await self._means.records.now_ms())

        await self._tried("clock", look())
        if now_ms:
            await self._tried(type(ticker).__name__, ticker.tick(now_ms[0]))
            self.outcome.ticks += 1

    async def _tried(self, name: str, work: Awaitable[object]) -> None:
        """Do something; what is wrong with it is told once until it changes, and keeps nothing else from its turn."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the process outlives whatever it meets
            self._tell(name, f"{type(error).__name__}: {error}", exc_info=not isinstance(error, Unavailable))
        else:
            self._tell(name, None)

    def _tell_of_snapshot(self, snapshot_id: str, why: str | None) -> None:
        self._tell(f"snapshot {snapshot_id}", why)

    def _tell(self, name: str, why: str | None, *, exc_info: bool = False) -> None:
        if why is None:
            if self.outcome.troubles.pop(name, None):
                _log.info("can be done again", what=name)
        elif self.outcome.troubles.get(name) != why:
            self.outcome.troubles[name] = why
            _log.warning("cannot be done for now", what=name, why=why, exc_info=exc_info)

    async def _dropped(self) -> None:
        with contextlib.suppress(Unavailable):
            await self._lease.drop()
