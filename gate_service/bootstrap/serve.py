"""The life of a serving gate: store, server, watches; ready; and on SIGTERM an end that loses no answer.

The end: health says NOT_SERVING, `drain_ms` for the load balancers to notice, no new calls, `grace_ms` for those under
way, then every operation that was accepted is answered, and the process ends with 0.
"""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager

import structlog

from gate_service.app.watch import sweep_for_ever, watch_store
from gate_service.bootstrap import logs, parts
from gate_service.bootstrap.errors import ListenFailed, Running, StoreUnreachable
from gate_service.bootstrap.parts import Parts
from gate_service.bootstrap.readiness import Readiness
from gate_service.doctor.why import why
from gate_service.domain.errors import Unavailable
from gate_service.rpc.grpc_transport import Health, ProbeServer, Server
from gate_service.rpc.tls import Tls
from gate_service.settings import Settings, SettingsError, masked

_PROBE_TIMEOUT_MS = 1_000
_log = structlog.get_logger("gate")


def run_in_loop(serving: Coroutine[None, None, int]) -> int:
    """Run it to its end, on the fastest loop there is."""
    try:
        import uvloop  # noqa: PLC0415 - not to be had on every platform; a third faster where it is
    except ImportError:
        return asyncio.run(serving)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(serving)


async def serve(
    settings: Settings,
    *,
    on_ready: Callable[[Running], None],
    development: bool = False,
    shared_port: bool = False,
) -> int:
    """Serve until SIGTERM or SIGINT and give the exit code. With `development` nobody is asked who he is.

    With `shared_port` others may listen on the same addresses: the workers of one gate. Raises `StoreUnreachable`,
    `StoreRefused`, `ListenFailed`, `NoHandoffs`, `MethodWithoutRow` and `SettingsError`.
    """
    logs.configure(settings.log_level, settings.log_format)
    tls = parts.tls(settings)
    trouble = asyncio.Event()
    built = parts.build(settings, trouble.set, development=development)
    try:
        await _first_look(built, settings)
        health = Health(parts.names(), built.state.is_serving)
        server = Server(built.methods, health, built.door, tls, shared_port=shared_port)
        await _first_map(built, settings)
        await health.live()
        with _stop_signals() as stop:  # from here on somebody may call, and is owed an answer
            probes = await _probes(ProbeServer(health, shared_port=shared_port), settings)
            address = await _listen(server, settings, tls)
            _tell_openness(built, development=development)
            _settle_memory()
            await _until_stopped(built, health, settings, trouble, stop, lambda: on_ready(Running(address)))
            _log.info("draining", drain_ms=settings.drain_ms, grace_ms=settings.grace_ms)
            await health.ready(ready=False)
            await asyncio.sleep(settings.drain_ms / 1000)
            health.end()
            built.reconciliation.end()
            await server.stop(settings.grace_ms)
            await probes.stop()
            await built.house.end()
    finally:
        await built.close()
    _log.info("stopped")
    return 0


async def _first_map(built: Parts, settings: Settings) -> None:
    try:
        await built.catalog.begin()
        await built.house.begin(required=built.enforced)
    except Unavailable as error:
        raise _unreachable(settings, error) from error


async def _probes(probes: ProbeServer, settings: Settings) -> ProbeServer:
    if settings.probe_listen:
        try:
            await probes.start(settings.probe_listen)
        except RuntimeError as error:
            where = settings.probe_listen
            raise ListenFailed(f"cannot listen on {where}: it is in use or not an address here") from error
    return probes


async def _listen(server: Server, settings: Settings, tls: Tls | None) -> str:
    try:
        return await server.start(settings.listen)
    except RuntimeError as error:
        raise ListenFailed(f"cannot listen on {settings.listen}: it is in use or not an address here") from error
    except (OSError, ValueError) as error:
        if tls is None:
            raise
        raise SettingsError(f"TLS cannot be served: {error}.") from error


def _tell_openness(built: Parts, *, development: bool) -> None:
    if built.enforced:
        return
    whom = "as the development identity" if development else "under any name"
    _log.warning("callers are not authenticated: whoever reaches this gate may do everything, " + whom)


def _settle_memory() -> None:
    """Leave what the start made out of every later collection, and collect seldom.

    A call makes a few hundred objects and no cycles; by the defaults the collector would walk the whole process every
    few calls.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


async def _first_look(built: Parts, settings: Settings) -> None:
    try:
        await built.ledger.probe(settings.store_timeout_ms)
        await built.inspector.begin()
    except Unavailable as error:
        raise _unreachable(settings, error) from error


def _unreachable(settings: Settings, error: Unavailable) -> StoreUnreachable:
    url = settings.redis_url
    return StoreUnreachable(
        f"no store that can be written at {masked(url)} ({why(error.__cause__, url)}): start Redis or Valkey there, "
        "mend --redis-url, or use `gate dev`, which brings its own"
    )


async def _until_stopped(
    built: Parts,
    health: Health,
    settings: Settings,
    trouble: asyncio.Event,
    stop: asyncio.Event,
    on_ready: Callable[[], None],
) -> None:
    """Watch and sweep until `stop`; tell readiness once it is first reached."""
    ready_once = asyncio.Event()
    readiness = Readiness(health, built.inspector)

    told: set[str] = set()

    async def on_change(obstacle: str) -> None:
        await readiness.store_is(writable=not obstacle)
        if not obstacle:
            told.clear()
            _log.info("store can be written")
            ready_once.set()
        elif obstacle not in told:  # a store that comes and goes may have two in turn
            told.add(obstacle)
            _log.warning("store cannot be written", why=obstacle)

    def obstacle_in(error: Unavailable) -> str:
        return why(error.__cause__, settings.redis_url)

    failing: set[str] = set()

    def on_failure(location_id: str, error: Exception) -> None:
        # A store that is away was told already; anything else once for each location, or it would fill the log.
        tell = _log.debug if isinstance(error, Unavailable) or location_id in failing else _log.warning
        failing.add(location_id)
        tell("sweep failed", location=location_id, error=type(error).__name__)

    probe_ms = settings.probe_interval_ms
    async with asyncio.TaskGroup() as tasks:
        watches = [
            tasks.create_task(watch_store(built.ledger, probe_ms, _PROBE_TIMEOUT_MS, trouble, obstacle_in, on_change)),
            tasks.create_task(sweep_for_ever(built.ledger, settings.sweep_interval_ms, on_failure)),
            tasks.create_task(readiness.watch()),
            tasks.create_task(built.catalog.watch()),
            tasks.create_task(built.sourcing.watch()),
            tasks.create_task(built.transfers.watch()),
            tasks.create_task(built.reconciliation.watch()),
            tasks.create_task(built.house.watch(probe_ms)),
            tasks.create_task(_announce(ready_once, on_ready)),
        ]
        await stop.wait()
        for watch in watches:
            watch.cancel()


async def _announce(ready_once: asyncio.Event, on_ready: Callable[[], None]) -> None:
    await ready_once.wait()
    on_ready()


@contextmanager
def _stop_signals() -> Iterator[asyncio.Event]:
    """Give an event that SIGTERM and SIGINT set.

    A second SIGTERM changes nothing, so that no impatient supervisor cuts the drain short; a second Ctrl-C is a
    person's wish and ends the process as ever.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def interrupted() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)

    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
