"""Runs the load generator in a process of its own, so that nothing else runs on its loop."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict

from bench.load.driver import LoadError
from bench.load.plan import Plan, Report


def run(plan: Plan, module: str = "bench.load") -> Report:
    """Run a plan to its end. Raises `LoadError` with the generator's last words where it could not."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(asdict(plan)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = done.stderr.strip().rsplit("\n", 1)[-1]
        raise LoadError(f"the load generator ended with status {done.returncode}: {words}")
    return Report(**json.loads(done.stdout))
