"""Counts what came back."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Give the CPU time, in seconds, that a process and its threads have used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def busy_s() -> float:
    """Give the CPU time, in seconds over all cores, that was not idle since the machine started."""
    user, nice, system, _, _, irq, softirq, steal, *_ = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + irq + softirq + steal) / _TICKS_PER_S


def percentile_ms(latencies_s: list[float], part: float) -> float:
    """Give the latency, in ms, that `part` (0 to 1) of the calls did not exceed; `latencies_s` is sorted."""
    if not latencies_s:
        return 0.0
    return latencies_s[min(len(latencies_s) - 1, int(part * len(latencies_s)))] * 1000


class Tally:
    """Counts over the whole run; keeps latencies and CPU times from `begin` to `end`."""

    def __init__(self, watch: Mapping[str, int]) -> None:
        """Take the processes to watch."""
        self._watch = watch
        self._began = (0.0, 0.0, 0.0, dict.fromkeys(watch, 0.0))
        self.ok = 0
        self.statuses: Counter[str] = Counter()
        self.latencies_s: list[float] = []
        self.measuring = False
        self.seconds = 0.0
        self.client_cpu_s = 0.0
        self.watched_cpu_s: dict[str, float] = {}
        self.others_cpu_s = 0.0

    def add(self, status: str, latency_s: float) -> None:
        """Count one call that ended."""
        if status == "0":
            self.ok += 1
            if self.measuring:
                self.latencies_s.append(latency_s)
        else:
            self.statuses[status] += 1

    def begin(self) -> None:
        """Measure from here on."""
        self.measuring = True
        watched = {name: cpu_s(pid) for name, pid in self._watch.items()}
        self._began = (time.perf_counter(), busy_s(), time.process_time(), watched)

    def end(self) -> None:
        """Measure no longer."""
        self.measuring = False
        wall, busy, own, watched = self._began
        self.seconds = time.perf_counter() - wall
        self.client_cpu_s = time.process_time() - own
        self.watched_cpu_s = {name: cpu_s(pid) - watched[name] for name, pid in self._watch.items()}
        ours = self.client_cpu_s + sum(self.watched_cpu_s.values())
        self.others_cpu_s = max(0.0, busy_s() - busy - ours)
