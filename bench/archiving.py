"""How far an archive lags behind a ledger under load, and how fast a location is rebuilt from it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from bench import messages
from bench.bare import BareStore, open_location
from bench.processes import running
from bench.progress import say
from bench.site import RESERVE, PartFailedError, Site
from bench.throughput import CONNECTIONS, GATHER_MS, STREAMS
from gate_service.archive import Archive
from gate_service.embedded.valkey import EmbeddedStore

_EVERY_S: Final = 1.0
_PATIENCE_S: Final = 120.0
_LOOK_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Archived:
    """What came of a load with an archive that follows it, and of the restore that came after."""

    calls_per_s: float
    lag_entries: int
    """Entries that were not archived yet in the moment the load ended."""
    caught_up_s: float
    """How long it then took until all were."""
    restored_entries: int
    restore_s: float
    """From the start of the command to its end."""

    @property
    def restored_per_s(self) -> float:
        """Give entries a second, the start of the command included."""
        return self.restored_entries / self.restore_s


def measure(site: Site, seconds: float) -> Archived:
    """Load a gate while its ledger is archived, then rebuild the location in an empty store."""
    folder = site.folder / "archiving"
    folder.mkdir()
    archive = str(folder / "archive")
    with EmbeddedStore.start(folder / "store", fsync="everysec") as store:
        bare = BareStore(store.url)
        bare.run([open_location(messages.LOCATION, [messages.sku(number) for number in range(messages.SKU_COUNT)])])
        serve = ["gate_service", "serve", "--authentication", "none", "--redis-url", store.url]
        with running("archived", serve, folder, health=True) as gate, _following(store.url, archive, folder):
            plan = replace(
                site.plan(RESERVE, connections=CONNECTIONS, streams=STREAMS, gather_ms=GATHER_MS),
                port=gate.port,
                seconds=seconds,
                watch={},
            )
            report = site.load("archived", plan)
            newest = bare.revision()
            lag = newest - _archived(archive)
            caught_up_s = _until(archive, newest)
        bare.close()
    say(f"archive: {lag:,} entries behind at {report.calls_per_s:,.0f} calls/s, caught up in {caught_up_s:.1f} s")
    restored_s = _restore(archive, folder)
    say(f"restore: {newest:,} entries in {restored_s:.1f} s")
    return Archived(report.calls_per_s, lag, caught_up_s, newest, restored_s)


@contextlib.contextmanager
def _following(url: str, archive: str, folder: Path) -> Iterator[None]:
    command = _gate("archive", "--redis-url", url, "--to", archive, "--every-s", str(_EVERY_S), "-l", messages.LOCATION)
    with (folder / "archive.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)


def _archived(archive: str) -> int:
    return Archive.open(archive).head(messages.LOCATION).revision


def _until(archive: str, revision: int) -> float:
    began = time.monotonic()
    while _archived(archive) < revision:
        if time.monotonic() > began + _PATIENCE_S:
            raise PartFailedError("the archive did not catch up")
        time.sleep(_LOOK_S)
    return time.monotonic() - began


def _restore(archive: str, folder: Path) -> float:
    with EmbeddedStore.start(folder / "restored", fsync="everysec") as store:
        began = time.monotonic()
        _run(_gate("restore", "--redis-url", store.url, "--archive", archive, "--yes", "-o", "json"))
        return time.monotonic() - began


def _run(command: Sequence[str]) -> Any:  # noqa: ANN401 - whatever the command says
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise PartFailedError(f"{command[3]} ended with {done.returncode}: {done.stderr[-500:]}")
    return json.loads(done.stdout)


def _gate(*words: str) -> list[str]:
    return [sys.executable, "-m", "gate_service", *words]
