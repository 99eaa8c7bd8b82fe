"""What all parts found: rows for people, and one flat object for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.archiving import Archived
from bench.catalog import Imported
from bench.comparing import Compared
from bench.durable import REPLICATED, WORKERS, Durable
from bench.figures import Figure, ratio
from bench.load.plan import Report
from bench.memory import Memory
from bench.site import ALWAYS, ECHO, GUARDED, KIT, NAIVE, RESERVE, SPLIT
from bench.throughput import Rounds
from bench.waves import WAVES_UNDER_WAY, WaveRounds

TARGETS: Final[Mapping[str, float]] = {
    "reserve_vs_echo": 0.65,
    "reserve_always_vs_echo": 0.5,
    "wave_500_vs_script": 0.6,
    "reserve_guarded_vs_reserve": 0.85,
    "reserve_replicated_vs_reserve": 0.6,
    "compare_rows_per_s": 16_700,
}
CEILINGS: Final[Mapping[str, float]] = {"compare_peak_mb": 1_000}
"""What is to stay below a figure."""
_SHORT: Final = {
    ECHO: "echo",
    RESERVE: "reserve",
    GUARDED: "reserve_guarded",
    KIT: "reserve_kit",
    SPLIT: "reserve_split",
    ALWAYS: "reserve_always",
    NAIVE: "naive",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `key` is its name in the object, "" where it stands in the table only."""

    part: str
    what: str
    figure: Figure
    unit: str
    key: str = ""

    @property
    def target(self) -> float | None:
        """Give what it should at least be."""
        return TARGETS.get(self.key)

    @property
    def met(self) -> bool:
        """Say whether the median reaches the target and stays below the ceiling, where there is one."""
        low = self.target is None or self.figure.median >= self.target
        return low and (self.ceiling is None or self.figure.median < self.ceiling)

    @property
    def ceiling(self) -> float | None:
        """Give what it should stay below."""
        return CEILINGS.get(self.key)


@dataclass(frozen=True, slots=True)
class Results:
    """The rounds of each part; None or empty where a part was left out."""

    saturated: Rounds
    plain: Rounds
    more: Rounds
    paced: Rounds
    script: Mapping[int, Sequence[float]]
    waves: WaveRounds | None
    memory: tuple[Memory, Memory] | None
    catalog: Imported | None = None
    durable: Durable | None = None
    archived: Archived | None = None
    compared: Compared | None = None

    def rows(self) -> list[Row]:
        """Give all figures in the order of the parts."""
        return [
            *self._throughput(),
            *self._latency(),
            *self._script(),
            *self._waves(),
            *self._memory(),
            *self._catalog(),
            *self._durable(),
            *self._archived(),
            *self._compared(),
        ]

    def object(self) -> dict[str, float]:
        """Give the medians by their keys."""
        return {row.key: _rounded(row.figure.median) for row in self.rows() if row.key}

    def costs(self) -> list[Cost]:
        """Give what a call at saturation cost, by part."""
        return costs({**self.saturated, **self.more, **self.plain})

    def _throughput(self) -> Iterator[Row]:
        rates = {name: [report.calls_per_s for report in reports] for name, reports in self.saturated.items()}
        for name, values in rates.items():
            yield Row(name, "at saturation", Figure.of(values), "calls/s", f"{_SHORT[name]}_calls_per_s")
        for name, reports in self.more.items():
            rate = Figure.each(reports, lambda report: report.calls_per_s)
            yield Row(name, "at saturation", rate, "calls/s", f"{_SHORT[name]}_calls_per_s")
        for name, reports in self.plain.items():
            yield Row(name, "at saturation", Figure.each(reports, lambda report: report.calls_per_s), "calls/s")
        if rates:
            yield Row(RESERVE, "to echo", ratio(rates[RESERVE], rates[ECHO]), "x", "reserve_vs_echo")
            yield Row(
                GUARDED, "to reserve_unary", ratio(rates[GUARDED], rates[RESERVE]), "x", "reserve_guarded_vs_reserve"
            )
            yield Row(ALWAYS, "to echo", ratio(rates[ALWAYS], rates[ECHO]), "x", "reserve_always_vs_echo")
            yield Row(RESERVE, "to naive", ratio(rates[RESERVE], rates[NAIVE]), "x", "reserve_vs_naive")

    def _latency(self) -> Iterator[Row]:
        for name, reports in self.paced.items():
            rate = Figure.each(reports, lambda report: report.calls_per_s)
            prefix = "" if name == RESERVE else f"{_SHORT[name]}_"
            yield Row(name, "at half of reserve's rate", rate, "calls/s", f"{prefix}paced_calls_per_s")
            yield Row(name, "p50 there", Figure.each(reports, lambda report: report.p50_ms), "ms", f"{prefix}p50_ms")
            yield Row(name, "p99 there", Figure.each(reports, lambda report: report.p99_ms), "ms", f"{prefix}p99_ms")

    def _script(self) -> Iterator[Row]:
        for size, rates in self.script.items():
            what = f"reserve_stock, {size} in a call"
            yield Row("bare_store", what, Figure.of(rates), "operations/s", f"bare_store_{size}_operations_per_s")

    def _waves(self) -> Iterator[Row]:
        waves = self.waves
        if waves is None:
            return
        part, parallel = "wave_500", f"{WAVES_UNDER_WAY} under way"
        yield Row(part, "bare client, one at a time", Figure.of(waves.script), "lines/s", "wave_500_script_lines_per_s")
        yield Row(part, "gRPC, one at a time", Figure.of(waves.gate), "lines/s", "wave_500_lines_per_s")
        yield Row(part, "to the bare client", ratio(waves.gate, waves.script), "x", "wave_500_vs_script")
        yield Row(part, f"gRPC, {parallel}", Figure.of(waves.gate_parallel), "lines/s", "wave_500_parallel_lines_per_s")
        yield Row(
            part, "to the bare client", ratio(waves.gate_parallel, waves.script), "x", "wave_500_parallel_vs_script"
        )
        yield Row(
            part,
            "p50, one at a time",
            Figure.each(waves.reports, lambda report: report.p50_ms),
            "ms",
            "wave_500_p50_ms",
        )

    def _memory(self) -> Iterator[Row]:
        if self.memory is None:
            return
        for name, memory in zip(("skus", "reservations"), self.memory, strict=True):
            what = "100k SKUs" if name == "skus" else "100k open orders"
            key = f"memory_{{}}_mb_per_100k_{name}"
            yield Row("memory", f"{what}, store", _single(memory.store_mb()), "MB", key.format("store"))
            yield from (
                Row("memory", f"  key {key_name}", _single(size), "MB") for key_name, size in memory.keys_mb().items()
            )
            yield Row("memory", f"{what}, gate", _single(memory.gate_mb()), "MB", key.format("gate"))

    def _durable(self) -> Iterator[Row]:
        found = self.durable
        if found is None:
            return
        for name, reports in {**found.replicated, **found.workers}.items():
            key = f"{name}_calls_per_s" if name in (REPLICATED, *WORKERS.values()) else ""
            rate = Figure.each(reports, lambda report: report.calls_per_s)
            yield Row("durable", f"{name}, 256 calls under way", rate, "calls/s", key)
        always = "fsync always and a replica, to everysec"
        yield Row("durable", always, found.replicated_vs_everysec, "x", "reserve_replicated_vs_reserve")
        yield Row("durable", "two workers to one", found.two_workers_vs_one, "x", "two_workers_vs_one")
        yield Row("durable", "store back, until answered", Figure.of(found.recoveries_ms), "ms", "recovery_ms")

    def _archived(self) -> Iterator[Row]:
        found = self.archived
        if found is None:
            return
        for what, value, unit, key in (
            ("load meanwhile", found.calls_per_s, "calls/s", ""),
            ("behind when it ends", found.lag_entries, "entries", "archive_lag_entries"),
            ("caught up after", found.caught_up_s, "s", "archive_caught_up_s"),
            ("restore", found.restored.entries_per_s, "entries/s", "restore_entries_per_s"),
        ):
            yield Row("archive", what, Figure.of([value]), unit, key)

    def _compared(self) -> Iterator[Row]:
        found = self.compared
        if found is None:
            return
        what = f"{found.count:,} rows, SKUs and entries"
        yield Row("compare", what, _single(found.rows_per_s), "rows/s", "compare_rows_per_s")
        yield Row("compare", "  it took", _single(found.compared_s), "s", "compare_s")
        yield Row("compare", "  the process ran", _single(found.process_s), "s", "compare_process_s")
        yield Row("compare", "  it held at most", _single(found.peak_bytes / 1e6), "MB", "compare_peak_mb")
        yield Row(
            "compare", "  the rows came in", _single(found.count / found.taken_s), "rows/s", "snapshot_rows_per_s"
        )
        yield Row("explain", "p50, one at a time", _single(found.explain_p50_ms), "ms", "explain_p50_ms")
        yield Row("explain", "p99, one at a time", _single(found.explain_p99_ms), "ms", "explain_p99_ms")

    def _catalog(self) -> Iterator[Row]:
        found = self.catalog
        if found is None:
            return
        what = f"import of {found.count:,}"
        yield Row("catalog", what, _single(found.items_per_s), "items/s", "catalog_import_items_per_s")
        yield Row("catalog", "  the gate grew by", _single(found.gate_bytes / 1e6), "MB", "catalog_import_gate_mb")
        yield Row(
            "catalog", "  the command held", _single(found.command_bytes / 1e6), "MB", "catalog_import_command_mb"
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """Where the CPU time of one call went, in microseconds; what client and everybody else took of one core, 0 to 1."""

    part: str
    server_us: Figure
    store_us: Figure | None
    client_us: Figure
    client_share: Figure
    others_share: Figure


def costs(rounds: Rounds) -> list[Cost]:
    """Give the costs of each part: they show that the client is not what was measured."""
    return [
        Cost(
            part=name,
            server_us=Figure.each(reports, lambda report: report.cpu_us_per_call("server")),
            store_us=_store_us(reports),
            client_us=Figure.each(reports, lambda report: report.cpu_us_per_call("client")),
            client_share=Figure.each(reports, lambda report: report.client_cpu_share),
            others_share=Figure.each(reports, lambda report: report.others_cpu_share),
        )
        for name, reports in rounds.items()
    ]


def _store_us(reports: Sequence[Report]) -> Figure | None:
    if "store" not in reports[0].watched_cpu_s:
        return None
    return Figure.each(reports, lambda report: report.cpu_us_per_call("store"))


def _single(value: float) -> Figure:
    return Figure(value, value, value)


def _rounded(value: float) -> float:
    return round(value, 3 if abs(value) < 100 else 0)
