"""What all planted bugs share: a store, a sound gate that reads what came of them, and the code to make copies of."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.robustness.chaos.gates import Gate
from tests.robustness.chaos.house import write_map
from tests.robustness.seeded.bugs import Change
from tests.robustness.seeded.mutating import mutated, snapshot
from tests.stores.ports import free_ports
from tests.stores.programs import find_program
from tests.stores.server import Server, store_lines

STORE_TIMEOUT_MS: Final = 1_000
GATE_FLAGS: Final = ("--store-timeout-ms", str(STORE_TIMEOUT_MS), "--sweep-interval-ms", "60000")
"""None sweeps in the time that this takes: a sound gate would clear away what another one leaves behind."""


class Workshop:
    """Open while bugs are planted; every process is gone afterwards."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._home = tempfile.TemporaryDirectory(prefix="seeded-", ignore_cleanup_errors=True)
        self.folder: Final = Path(self._home.name)
        self.pristine: Final = snapshot(self.folder / "pristine")
        self.policy_flags: Final = ("--handoffs", str(write_map(self.folder)), "--authentication", "none")
        self._numbers = count(1)
        self._gates: dict[tuple[str, tuple[str, ...]], Gate] = {}
        self._stack = AsyncExitStack()
        self.store: Final = self.server("shared")

    @property
    def url(self) -> str:
        """Give the URL of the store that all share; each scenario has a location of its own there."""
        return f"redis://{self.store.address}/0"

    def number(self) -> int:
        """Give a number that was not given yet."""
        return next(self._numbers)

    def server(self, name: str, lines: Sequence[str] = (), fsync: str = "everysec") -> Server:
        """Make a store's server; whoever asks starts it, and ends it."""
        folder = self.folder / f"{name}-{self.number()}"
        return Server(find_program("valkey"), folder, free_ports(1)[0], [*store_lines(fsync), *lines])

    def copy_with(self, changes: Sequence[Change]) -> Path:
        """Give the folder of a copy with these changes. Raises `NotThereError`."""
        return mutated(self.pristine, self.folder / f"copy-{self.number()}", changes) if changes else self.pristine

    def gate(self, source: Path, url: str, flags: Sequence[str] = ()) -> Gate:
        """Make a gate; whoever asks starts it, and ends it."""
        number = self.number()
        return Gate(number, self.folder, url, (*GATE_FLAGS, *self.policy_flags, *flags), source)

    async def sound_gate(self, url: str, flags: Sequence[str] = ()) -> Gate:
        """Give a running gate without any change, which others have used before."""
        key = (url, tuple(flags))
        gate = self._gates.get(key)
        if gate is None:
            gate = self._gates[key] = self.gate(self.pristine, url, flags)
            self._stack.callback(gate.end)
            await gate.start()
        return gate

    async def __aenter__(self) -> Self:
        """Start the store that all share."""
        self._stack.callback(self._home.cleanup)
        self._stack.callback(self.store.kill)
        self.store.start()
        assert_runs_from(self.pristine)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all of it."""
        await self._stack.aclose()


def assert_runs_from(source: Path) -> None:
    """See that a process which is told to run a copy does. Raises AssertionError."""
    program = "import gate_service; print(gate_service.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(source)}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=source,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert Path(ran.stdout.strip()).is_relative_to(source), f"{ran.stdout} is not the copy in {source}"
