"""A worker as its starter sees it: start it, hear what it tells, end it."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from gate_service.bootstrap import worker
from gate_service.bootstrap.errors import Running
from gate_service.embedded import launch
from gate_service.settings import Settings


@dataclass(frozen=True, slots=True)
class End:
    """How a worker ended. `failure` is what it told of it, in words for people."""

    pid: int
    code: int
    """As the system gives it: below 0 for a signal."""
    served: bool
    failure: Exception | None

    @property
    def was_killed(self) -> bool:
        """Say whether somebody else ended it."""
        return self.code < 0

    @property
    def as_asked(self) -> bool:
        """Say whether it ended as SIGTERM asks for; one that is still starting has nothing to finish."""
        return self.code in (0, -signal.SIGTERM)

    def __str__(self) -> str:
        """Give it in a few words."""
        return f"signal {-self.code}" if self.was_killed else f"exit code {self.code}"


class Child:
    """One worker that was started."""

    def __init__(self, number: int, process: asyncio.subprocess.Process) -> None:
        """Keep it; `start` makes it."""
        self.number: Final = number
        self.pid: Final = process.pid
        self.serves = False
        self.silent_beats = 0
        """How often it was looked at since it last told anything; whoever looks counts."""
        self._process = process
        self._failure: Exception | None = None

    @classmethod
    async def start(cls, number: int, settings: Settings) -> Self:
        """Start it in a session of its own: Ctrl-C in the terminal is for its starter, which passes it on.

        Call it in the main thread: the kernel takes the end of the thread that started a child for the death of its
        parent. Raises OSError where the system has no process left to give.
        """
        process = await asyncio.create_subprocess_exec(
            *_command(number), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True
        )
        assert process.stdin is not None  # noqa: S101 asked for above
        process.stdin.write(pickle.dumps(settings))
        process.stdin.close()
        return cls(number, process)

    async def follow(self, on_serving: Callable[[Child], None]) -> End:
        """Hear what it tells until it has ended; `on_serving` is called where it tells that it serves."""
        assert self._process.stdout is not None  # noqa: S101 asked for in `start`
        async for line in self._process.stdout:
            self.silent_beats = 0
            told = worker.of_line(line)
            if isinstance(told, Running):
                self.serves = True
                on_serving(self)
            elif told is not None:
                self._failure = told
        return End(self.pid, await self._process.wait(), self.serves, self._failure)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, where it still lives."""
        with suppress(ProcessLookupError):
            self._process.send_signal(number)


def _command(number: int) -> list[str]:
    """Give the words that start it: by way of `launch`, so that it ends with us however we end."""
    tie = [sys.executable, "-I", "-S", str(Path(launch.__file__).resolve()), str(os.getpid())]
    # `-m` would put the working directory before everything else, which whoever ran `gate` has not asked for.
    safely = [] if str(Path.cwd()) in sys.path else ["-P"]
    return [*tie, sys.executable, *safely, "-m", worker.__name__, str(number)]
