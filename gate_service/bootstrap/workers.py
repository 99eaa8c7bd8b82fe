"""Several processes behind one address, each with a core and a group commit of its own: `gate serve --workers N`.

This process serves nothing. It keeps the address, starts the workers as fresh processes, starts one again that dies,
and passes on the signal that ends them all. A worker whose starter is killed ends by itself.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import structlog

from gate_service.bootstrap import logs, shared_port
from gate_service.bootstrap.child import Child, End
from gate_service.bootstrap.errors import Running, WorkerFailed
from gate_service.bootstrap.worker import BEAT_S
from gate_service.settings import Settings

_SILENT_BEATS_MAX: Final = 30
"""How long a worker may tell nothing: as long as a liveness probe would wait for one process."""
_FIRST_PAUSE_S: Final = 0.1
_LAST_PAUSE_S: Final = 10.0
_SETTLED_AFTER_S: Final = 60.0
"""A worker that lived as long begins with the first pause again."""
_LAST_ANSWERS_S: Final = 5.0
"""How long a worker may take to end on top of all that the settings allow."""
_log = structlog.get_logger("gate.workers")


def run(settings: Settings, *, on_ready: Callable[[Running], None]) -> int:
    """Have `settings.workers` processes serve until SIGTERM or SIGINT, and give the exit code.

    Raises what keeps a worker from serving at the start, as `serve` does; `ListenFailed`; and `WorkerFailed`.
    """
    logs.configure(settings.log_level, settings.log_format)
    with shared_port.kept(settings.listen) as listen, shared_port.kept(settings.probe_listen) as probe_listen:
        bound = dataclasses.replace(settings, listen=listen, probe_listen=probe_listen)
        return asyncio.run(_Workers(bound, on_ready).run())


class _Workers:
    """The workers of one gate, from the first start to the last end."""

    def __init__(self, settings: Settings, on_ready: Callable[[Running], None]) -> None:
        self._settings = settings
        self._on_ready = on_ready
        self._alive: dict[int, Child] = {}
        self._announced = False
        self._stop = asyncio.Event()
        self._failure: Exception | None = None

    async def run(self) -> int:
        """Keep them alive until a signal, or until an end shows that none can serve; raises what it showed."""
        with self._signals():
            async with asyncio.TaskGroup() as tasks:
                numbers = range(1, self._settings.workers + 1)
                keeping = [tasks.create_task(self._keep(number)) for number in numbers]
                watching = [tasks.create_task(self._kill_those_that_hang()), tasks.create_task(self._end_all_in_time())]
                await asyncio.wait(keeping)
                for each in watching:
                    each.cancel()
        if self._failure:
            raise self._failure
        _log.info("all workers have ended")
        return 0

    async def _keep(self, number: int) -> None:
        """Start this worker, and again whenever it has ended, until the gate stops."""
        pause_s = _FIRST_PAUSE_S
        while not self._stop.is_set():
            started_s = time.monotonic()
            end = await self._live(number)
            if self._is_the_last(number, end):
                return
            if time.monotonic() - started_s >= _SETTLED_AFTER_S:
                pause_s = _FIRST_PAUSE_S
            told = {"why": str(end.failure)} if end.failure else {}
            _log.warning(
                "worker ended: it is started again",
                worker=number,
                pid=end.pid,
                ended=str(end),
                pause_ms=round(pause_s * 1000),
                **told,
            )
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._stop.wait()
            pause_s = min(2 * pause_s, _LAST_PAUSE_S)

    async def _live(self, number: int) -> End:
        try:
            child = await Child.start(number, self._settings)
        except OSError as error:
            return End(0, 1, served=False, failure=error)
        self._alive[number] = child
        try:
            if self._stop.is_set():  # it came while this one was being started
                child.send(signal.SIGTERM)
            return await child.follow(self._on_serving)
        except BaseException:
            child.send(signal.SIGKILL)
            raise
        finally:
            del self._alive[number]

    def _on_serving(self, child: Child) -> None:
        _log.info("worker serves", worker=child.number, pid=child.pid)
        serving = sum(each.serves for each in self._alive.values())
        if serving == self._settings.workers and not self._announced:
            self._announced = True
            self._on_ready(Running(self._settings.listen))

    def _is_the_last(self, number: int, end: End) -> bool:
        """Say whether it is not to be started again: the gate stops, or this end shows that none can serve."""
        if self._stop.is_set():
            if end.served and not end.as_asked and not self._failure:
                self._failure = WorkerFailed(f"worker {number} did not finish its calls: {end}")
            return True
        others_serve = self._announced and any(each.serves for each in self._alive.values())
        if end.served or end.was_killed or others_serve:
            return False
        untold = WorkerFailed(f"worker {number} ended before it served: {end}; what it said stands above")
        self._failure = end.failure or untold
        self._stop.set()
        return True

    async def _end_all_in_time(self) -> None:
        """Once the gate stops, have every worker end as it would by itself, and kill those that do not."""
        await self._stop.wait()
        if not self._failure:
            _log.info("the workers are to end", workers=len(self._alive))
        for child in self._alive.values():
            child.send(signal.SIGTERM)
        allowed_ms = self._settings.drain_ms + self._settings.grace_ms + self._settings.store_timeout_ms
        await asyncio.sleep(allowed_ms / 1000 + _LAST_ANSWERS_S)
        for child in self._alive.values():
            _log.error("worker does not end: it is killed", worker=child.number, pid=child.pid)
            child.send(signal.SIGKILL)

    async def _kill_those_that_hang(self) -> None:
        # By our own beats rather than by a clock: while we were stopped ourselves, nobody else hung.
        while True:
            await asyncio.sleep(BEAT_S)
            for child in self._alive.values():
                child.silent_beats += 1
                if child.silent_beats > _SILENT_BEATS_MAX:
                    _log.error("worker hangs: it is killed", worker=child.number, pid=child.pid)
                    child.send(signal.SIGKILL)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """End on SIGTERM and SIGINT, of which a second one means what it means to a gate without workers.

        SIGHUP has the workers look at the handoff map, but for a gate in a terminal, which it ends.
        """
        loop = asyncio.get_running_loop()

        def interrupted() -> None:
            self._stop.set()
            loop.remove_signal_handler(signal.SIGINT)

        def look_again() -> None:
            for child in self._alive.values():
                if child.serves:  # before that it would die of it
                    child.send(signal.SIGHUP)

        loop.add_signal_handler(signal.SIGTERM, self._stop.set)
        loop.add_signal_handler(signal.SIGINT, interrupted)
        if self._settings.handoffs and not os.isatty(0):
            loop.add_signal_handler(signal.SIGHUP, look_again)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.remove_signal_handler(number)
