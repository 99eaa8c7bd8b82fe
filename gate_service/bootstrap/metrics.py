"""What reconciliation tells a monitor, in the form that Prometheus reads."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric

from gate_service.app.reconcile.findings.alarming import Alarms
from gate_service.app.reconcile.ports import Collection, Records
from gate_service.app.reconcile.variances.drafting import OPEN
from gate_service.app.reconcile.walking import every
from gate_service.bootstrap.errors import ListenFailed
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.records import Mirror, Variance
from gate_service.reconcile.follower import Followed

_EVERY_MS: Final = 5_000
_REST: Final = 20
"""So many times as long as it took to read the figures they stand at least: a house full of drift costs no more."""
_STALE_S: Final = 300.0
"""Figures that are older are not told: the process does not work, or waits for another one."""

Labels = tuple[str, ...]
RecordT = TypeVar("RecordT")


@dataclass(frozen=True, slots=True)
class Figures:
    """What was read at one moment, by labels."""

    read_at_s: float
    """By `time.monotonic()`."""
    findings: Mapping[Labels, int] = field(default_factory=dict)
    variances: Mapping[Labels, int] = field(default_factory=dict)
    lags_ms: Mapping[Labels, int] = field(default_factory=dict)
    ages_ms: Mapping[Labels, int] = field(default_factory=dict)
    behind: Mapping[Labels, int] = field(default_factory=dict)


class Metrics:
    """A `Ticker` that reads the figures, and a collector that tells them, in another thread, as they were last read."""

    def __init__(self, records: Records, followed: Callable[[], Mapping[str, Followed]]) -> None:
        """Keep them; nothing is read yet."""
        self._records = records
        self._alarms = Alarms(records)
        self._followed = followed
        self._figures: Figures | None = None
        self._next_ms = 0

    async def tick(self, now_ms: int) -> None:
        """Read the figures, where they are old enough. Raises `Unavailable`."""
        if now_ms < self._next_ms:
            return
        begun_s = time.monotonic()
        mirrors = await self._all(Mirror, Collection.MIRRORS, "all")
        variances = await self._all(Variance, Collection.VARIANCES, OPEN)
        findings = await self._alarms.standing()
        labels = {each.record_id: (each.system, each.location_id, each.measure) for each in mirrors}
        self._figures = Figures(
            time.monotonic(),
            Counter((each.kind.value, each.location_id) for each in findings),
            Counter(
                (each.system, each.location_id, each.diagnosis.cause.value, each.severity.value) for each in variances
            ),
            {labels[each.record_id]: each.lags_ms[-1] for each in mirrors if each.lags_ms},
            {labels[each.record_id]: now_ms - each.newest_received_at_ms for each in mirrors},
            {(name,): followed.behind for name, followed in self._followed().items()},
        )
        self._next_ms = now_ms + max(_EVERY_MS, int(1000 * _REST * (time.monotonic() - begun_s)))

    def collect(self) -> Iterator[Metric]:
        """Tell what was read last; nothing where that is long ago."""
        figures = self._figures
        if figures is None or (age_s := time.monotonic() - figures.read_at_s) > _STALE_S:
            return
        yield _gauge(
            "gate_findings", "Findings that stand: what should have happened.", ("kind", "location"), figures.findings
        )
        yield _gauge(
            "gate_variances_open",
            "Differences between mirrors and the gate that are open or acknowledged.",
            ("system", "location", "cause", "severity"),
            figures.variances,
        )
        mirror = ("system", "location", "measure")
        lags = {labels: ms / 1000 for labels, ms in figures.lags_ms.items()}
        yield _gauge("gate_mirror_lag_seconds", "How far the newest snapshot was behind the gate.", mirror, lags)
        ages = {labels: ms / 1000 + age_s for labels, ms in figures.ages_ms.items()}
        yield _gauge("gate_snapshot_age_seconds", "How long ago the newest snapshot came.", mirror, ages)
        yield _gauge(
            "gate_follower_lag_entries", "Ledger entries that nobody learned from yet.", ("location",), figures.behind
        )

    @contextmanager
    def served(self, address: str) -> Iterator[str]:
        """Serve them over HTTP at HOST:PORT until the block ends; give the address. Raises `ListenFailed`."""
        host, _, port = address.rpartition(":")
        registry = CollectorRegistry()
        registry.register(self)
        try:
            server, thread = start_http_server(int(port), host.removeprefix("[").removesuffix("]"), registry)
        except OSError as error:
            raise ListenFailed(f"cannot listen on {address}: it is in use or not an address here") from error
        try:
            yield f"{host}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    async def _all(self, kind: type[RecordT], collection: Collection, index: str) -> list[RecordT]:
        return [load(kind, kept.text) async for kept in every(self._records, collection, index)]


def _gauge(name: str, about: str, labels: Labels, figures: Mapping[Labels, float]) -> Metric:
    gauge = GaugeMetricFamily(name, about, labels=labels)
    for values, figure in sorted(figures.items()):
        gauge.add_metric(values, figure)
    return gauge
