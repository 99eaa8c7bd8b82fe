"""A gate that brings its own store, run from a copy of the code and on a disk of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.robustness.waiting import until


class OwnStoreGate:
    """`gate dev` in a process of its own."""

    def __init__(self, source: Path, data_dir: Path, environment: Mapping[str, str], *flags: str) -> None:
        """Start it; it is not ready yet."""
        self._ready = data_dir.with_name(f"{data_dir.name}.ready.json")
        self._log = data_dir.with_name(f"{data_dir.name}.log")
        known = {name: value for name, value in os.environ.items() if not name.startswith("GATE_")}
        command = [sys.executable, "-m", "gate_service", "dev", "--no-reconcile", "--data-dir", str(data_dir)]
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                [*command, "--listen", "127.0.0.1:0", "--ready-file", str(self._ready), *flags],
                env={**known, **environment, "PYTHONPATH": str(source)},
                cwd=source,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    @property
    def ended(self) -> bool:
        """Say whether the process is gone."""
        return self._process.poll() is not None

    async def facts(self) -> dict[str, Any]:
        """Wait until it is ready; give what it tells: its address, its store's process id and more."""
        await until(lambda: self._ready.exists() or self.ended)
        assert self._ready.exists(), self._log.read_text("utf-8")
        facts: dict[str, Any] = json.loads(self._ready.read_text("utf-8"))
        return facts

    def end(self) -> None:
        """Be sure that it is gone."""
        if not self.ended:
            self._process.kill()
        self._process.wait()
