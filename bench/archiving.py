"""How far an archive lags behind a ledger under load, and how fast a location is rebuilt from it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench import messages, restore
from bench.bare import BareStore, open_location
from bench.processes import running
from bench.progress import say
from bench.restore import Retold
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
    restored: Retold


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
    with EmbeddedStore.start(folder / "restored", fsync="everysec") as empty:
        restored = restore.from_archive(empty.url, archive, messages.LOCATION)
    if restored.entries != newest:
        raise PartFailedError(f"of {newest} entries {restored.entries} were restored")
    say(f"restore: {restored.entries:,} entries at {restored.entries_per_s:,.0f} a second")
    return Archived(report.calls_per_s, lag, caught_up_s, restored)


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


def _gate(*words: str) -> list[str]:
    return [sys.executable, "-m", "gate_service", *words]
