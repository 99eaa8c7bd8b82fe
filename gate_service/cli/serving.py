"""`gate dev` and `gate serve`: a gate with its own store, and one with yours."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import threading
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gate_service.cli.console import saying_so
from gate_service.cli.exits import ExitCode
from gate_service.cli.serving_options import with_settings
from gate_service.settings import Authentication, Loaded, Settings, SettingsError, masked

if TYPE_CHECKING:
    from gate_service.bootstrap import Running

ReadyFileOption = Annotated[
    Path | None,
    typer.Option(metavar="PATH", help="Write one JSON line there once the gate is ready: address, redis_url, pid, …"),
]


class Fsync(StrEnum):
    """When the store makes sure that what it wrote is on the disk."""

    EVERYSEC = "everysec"
    ALWAYS = "always"


_DEVELOPMENT = "NOT CHECKED: whoever calls is the development identity `dev`, role admin, and may do everything"
_NOBODY = "NOT CHECKED: whoever calls may do everything, under any name"

_RECONCILE_ENDED = (
    "`gate reconcile` beside this gate ended by itself: snapshots wait until `gate dev` is started again."
)

_LOST = {
    Fsync.EVERYSEC: "AOF on, fsync everysec: data survives a restart; a power cut can lose up to a second",
    Fsync.ALWAYS: "AOF on, fsync always: what was answered survives a power cut",
}


@with_settings(without=("redis_url", "workers"))
def dev(
    loaded: Loaded,
    data_dir: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where the store keeps its data; it survives a restart.")
    ] = Path(".gate/store"),
    fsync: Annotated[Fsync, typer.Option(help="How often the store makes sure of its data.")] = Fsync.EVERYSEC,
    ready_file: ReadyFileOption = None,
    *,
    reconcile: Annotated[
        bool, typer.Option("--reconcile/--no-reconcile", help="Whether a `gate reconcile` runs beside it.")
    ] = True,
) -> int:
    """Start a gate with a store of its own; nothing else is needed.

    Ctrl-C stops both. What the store holds is there again at the next start in the same folder.
    """
    from gate_service.bootstrap.beside import Beside  # noqa: PLC0415 only `gate dev` needs it
    from gate_service.embedded.valkey import EmbeddedStore  # noqa: PLC0415 redis is slow to import

    settings = loaded.settings
    if settings.redis_url:
        typer.echo(f"redis_url ({loaded.origins['redis_url']}) is not used: `gate dev` brings its own store.", err=True)
    if settings.workers > 1:
        typer.echo(f"workers ({loaded.origins['workers']}) is not used: `gate dev` is one process.", err=True)
        settings = dataclasses.replace(settings, workers=1)
    if loaded.origins["drain_ms"] == "default":
        settings = dataclasses.replace(settings, drain_ms=0)  # nobody's load balancer looks at it
    development = _is_development(settings)
    with saying_so(f"Waiting for the store in {data_dir}: it loads its data, or another gate there has yet to end …"):
        store = EmbeddedStore.start(data_dir, fsync=fsync)
    with store:
        settings = dataclasses.replace(settings, redis_url=store.url)
        facts = {"store_pid": store.pid, "data_dir": str(store.data_dir)}
        beside = Beside(settings, lambda: typer.echo(_RECONCILE_ENDED, err=True))

        def on_ready(running: Running) -> None:
            from gate_service.cli.views.banner import banner  # noqa: PLC0415 rich is slow to import

            _write_ready_file(ready_file, running, settings, facts)
            checked = _checked(settings, development=development)
            banner(running.address, store.data_dir, store.url, _LOST[fsync], checked, encrypted=bool(settings.tls_cert))
            if reconcile:
                beside.start()

        lost = threading.Event()

        def on_lost() -> None:
            lost.set()
            os.kill(os.getpid(), signal.SIGTERM)  # without its store this gate is of no use; `gate serve` would wait

        store.watch(on_lost)
        try:
            ended = _run(settings, on_ready, development=development)
        finally:
            beside.stop()
        if lost.is_set():
            typer.echo(
                f"The store ended by itself: its log is in {store.data_dir}. Start `gate dev` again to go on.", err=True
            )
            return ExitCode.UNAVAILABLE
        return ended


@with_settings()
def serve(loaded: Loaded, ready_file: ReadyFileOption = None) -> int:
    """Start a gate on a Redis or Valkey of yours.

    Ends with 3 where there is none to be had.
    """
    settings = loaded.settings
    if not settings.redis_url:
        typer.echo(
            "No store is named. Say which with --redis-url redis://HOST:PORT/0 or GATE_REDIS_URL, or use `gate dev`, "
            "which brings its own.",
            err=True,
        )
        return ExitCode.UNAVAILABLE

    def on_ready(running: Running) -> None:
        _write_ready_file(ready_file, running, settings, {"store_pid": None, "data_dir": None})
        typer.echo(f"The gate listens on {running.address}; its store is {masked(settings.redis_url)}", err=True)

    return _run(settings, on_ready)


def _is_development(settings: Settings) -> bool:
    """Say whether this gate has no map to know anybody by. Raises SettingsError where others than us could reach it."""
    if settings.handoffs or settings.authentication is Authentication.NONE:
        return False
    host = settings.listen.rpartition(":")[0].strip("[]")
    if host == "localhost" or _is_loopback(host):
        return True
    raise SettingsError(
        f"Without a handoff map `gate dev` lets anybody do anything, so it listens on loopback only, not on {host}. "
        "Give it a map with --handoffs FILE, or say --authentication none."
    )


def _is_loopback(host: str) -> bool:
    from ipaddress import ip_address  # noqa: PLC0415 seldom needed

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _checked(settings: Settings, *, development: bool) -> str:
    if development:
        return _DEVELOPMENT
    return f"checked by {settings.handoffs}" if settings.authentication is Authentication.REQUIRED else _NOBODY


def _run(settings: Settings, on_ready: Callable[[Running], None], *, development: bool = False) -> int:
    from gate_service import bootstrap  # noqa: PLC0415 it brings the whole server

    try:
        return bootstrap.run(settings, on_ready=on_ready, development=development)
    except (bootstrap.StoreUnreachable, bootstrap.StoreRefused, bootstrap.ListenFailed) as error:
        return _told(error, ExitCode.UNAVAILABLE)
    except bootstrap.NoHandoffs as error:
        return _told(error, ExitCode.USAGE)
    except (bootstrap.MethodWithoutRow, bootstrap.WorkerFailed) as error:
        return _told(error, ExitCode.FAULT)


def _told(error: Exception, code: ExitCode) -> ExitCode:
    sentence = str(error)
    typer.echo(f"{sentence[:1].upper()}{sentence[1:]}.", err=True)
    return code


def _write_ready_file(path: Path | None, running: Running, settings: Settings, facts: dict[str, object]) -> None:
    """Write it whole or not at all, so that whoever waits for the file can read it as soon as it is there."""
    if path is None:
        return
    ready = {"address": running.address, "redis_url": settings.redis_url, "pid": os.getpid(), **facts}
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.touch(mode=0o600)  # the store's address may carry a password
    half.write_text(json.dumps(ready) + "\n", "utf-8")
    half.replace(path)
