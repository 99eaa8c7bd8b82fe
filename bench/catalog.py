"""What it takes to bring items in: from a file to a catalog in force, by the command line as anybody uses it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from biip.checksums import gs1_standard_check_digit

from bench.processes import rss_bytes, running
from bench.progress import say
from bench.site import PartFailedError
from gate_service.embedded.valkey import EmbeddedStore

_HEADER: Final = "sku,aliases,gtins,units,kit,abc,description\n"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import of `count` items took: how long, and how much memory it made the gate and the command grow."""

    count: int
    seconds: float
    gate_bytes: int
    command_bytes: int

    @property
    def items_per_s(self) -> float:
        """Give items a second, from the first line of the file to the catalog in force."""
        return self.count / self.seconds


def measure(folder: Path, count: int) -> Imported:
    """Import a file of items into a gate and a store of their own. Raises `PartFailedError`."""
    place = folder / "catalog"
    place.mkdir()
    file = place / "items.csv"
    with file.open("w") as rows:
        rows.writelines(_lines(count))
    with EmbeddedStore.start(place / "store", fsync="everysec") as store:
        serve = ["gate_service", "serve", "--redis-url", store.url, "--authentication", "none"]
        with running("catalog", serve, place, health=True) as gate:
            say(f"catalog: {count:,} items")
            before = rss_bytes(gate.pid)
            seconds, command_bytes = _import(file, gate.address, place)
            return Imported(count, seconds, _peak_bytes(gate.pid) - before, command_bytes)


def _import(file: Path, address: str, folder: Path) -> tuple[float, int]:
    """Run the command; give how long it took and how much memory it held at most."""
    command = [sys.executable, "-m", "gate_service", "catalog", "import", str(file), "--target", address, "-o", "json"]
    with (folder / "import.log").open("wb") as log:
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        told = (folder / "import.log").read_text(errors="replace")[-500:]
        raise PartFailedError(f"the import ended with {process.returncode}: {told}")
    return seconds, usage.ru_maxrss * 1024


def _peak_bytes(pid: int) -> int:
    """Give the most memory that a process has held."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def _lines(count: int) -> Iterator[str]:
    """Write items with an alias, a GTIN and a pack each; every tenth is a kit of the two before it."""
    yield _HEADER
    for number in range(count):
        payload = f"50{number:010d}"
        kit = f"SKU-{number - 2}|SKU-{number - 1}=2" if number % 10 == 9 else ""
        yield (
            f"SKU-{number},OLD-{number},{payload}{gs1_standard_check_digit(payload)},case=12,{kit},"
            f"{'ABC'[number % 3]},item number {number}\n"
        )
