"""The process that reconciles, beside a gate in development: it is started with it, and ends with it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gate_service.embedded import launch
from gate_service.settings import Settings

_KILL_AFTER_S: Final = 10.0
_NICENESS: Final = 10


class Beside:
    """`gate reconcile` on the store of a gate, as a child that dies with it."""

    def __init__(self, settings: Settings, on_lost: Callable[[], None]) -> None:
        """Keep its store. `on_lost` is called from another thread where it ends though nobody ended it."""
        self._settings = settings
        self._on_lost = on_lost
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False

    def start(self) -> None:
        """Start it, in the main thread: the kernel takes the end of the thread that started it for our death.

        It gives way to the gate, in the use of the processor too, and Ctrl-C in the terminal is for the gate alone.
        """
        launcher = [sys.executable, "-I", "-S", str(Path(launch.__file__).resolve()), str(os.getpid())]
        # `-m` would put the working directory before everything else, which whoever ran `gate` has not asked for.
        safely = [] if str(Path.cwd()) in sys.path else ["-P"]
        self._process = subprocess.Popen(  # noqa: S603 our own launcher and program
            [*launcher, sys.executable, *safely, "-m", "gate_service", "reconcile"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=os.environ | self._told(),
            start_new_session=True,
        )
        os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICENESS)
        threading.Thread(target=self._wait, args=(self._process,), name="reconcile-watch", daemon=True).start()

    def stop(self) -> None:
        """Have it end; kill it where it does not. May be called where it never was started."""
        self._stopping = True
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_KILL_AFTER_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _told(self) -> dict[str, str]:
        """Write what it needs of our settings as it reads them; a store's address is not for the list of processes."""
        told = self._settings
        return {
            "GATE_REDIS_URL": told.redis_url,
            "GATE_LOG_LEVEL": told.log_level,
            "GATE_LOG_FORMAT": told.log_format,
        }

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        if not self._stopping:
            self._on_lost()
