"""Puts the parts together: the only place that knows every one of them."""

from __future__ import annotations

from collections.abc import Callable

from gate_service.bootstrap.errors import (
    ListenFailed,
    NoHandoffs,
    Running,
    StoreRefused,
    StoreUnreachable,
    WorkerFailed,
)
from gate_service.domain.roles import MethodWithoutRow
from gate_service.settings import Settings

__all__ = [
    "ListenFailed",
    "MethodWithoutRow",
    "NoHandoffs",
    "Running",
    "StoreRefused",
    "StoreUnreachable",
    "WorkerFailed",
    "run",
]


def run(settings: Settings, *, on_ready: Callable[[Running], None], development: bool = False) -> int:
    """Serve until SIGTERM or SIGINT, in this process or in as many workers as are set, and give the exit code.

    With `development` nobody is asked who he is. Raises `StoreUnreachable`, `StoreRefused`, `ListenFailed`,
    `NoHandoffs`, `WorkerFailed`, `MethodWithoutRow` and `SettingsError`.
    """
    if settings.workers > 1:  # this process serves nothing then, and does without all that serving takes
        from gate_service.bootstrap.workers import run as run_workers  # noqa: PLC0415

        return run_workers(settings, on_ready=on_ready)
    from gate_service.bootstrap.serve import run_in_loop, serve  # noqa: PLC0415

    return run_in_loop(serve(settings, on_ready=on_ready, development=development))
