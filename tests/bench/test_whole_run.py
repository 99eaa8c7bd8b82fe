"""The whole bench as `make bench` runs it, only much shorter."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from bench.report import TARGETS


@pytest.mark.slow
@pytest.mark.timeout(300)  # some forty processes, one after the other, on whatever machine
def test_a_run_measures_every_part_and_ends_with_one_object() -> None:
    command = [sys.executable, "-m", "bench", "--seconds", "0.2", "--rounds", "1", "--memory-count", "2000"]
    command += ["--catalog-count", "2000"]
    hurried = os.environ | {"GATE_DRAIN_MS": "0"}  # nobody looks whether its gates drain
    done = subprocess.run(command, env=hurried, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found.keys() >= {
        *TARGETS,
        "reserve_vs_naive",
        "reserve_kit_calls_per_s",
        "reserve_split_calls_per_s",
        "wave_500_lines_per_s",
        "p50_ms",
        "p99_ms",
        "memory_store_mb_per_100k_skus",
        "memory_store_mb_per_100k_reservations",
        "memory_gate_mb_per_100k_skus",
        "memory_gate_mb_per_100k_reservations",
        "catalog_import_items_per_s",
        "two_workers_vs_one",
        "recovery_ms",
        "archive_lag_entries",
        "restore_entries_per_s",
        "compare_peak_mb",
        "explain_p99_ms",
    }
    assert all(found[key] > 0 for key in TARGETS)


def test_a_run_that_cannot_start_says_so_and_fails() -> None:
    command = [sys.executable, "-m", "bench", "--data-dir", "/dev/null"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0
    assert done.stdout == ""
