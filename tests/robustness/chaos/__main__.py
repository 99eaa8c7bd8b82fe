"""The long run: every kind of store in turn, then the seeded bugs; a report, and one JSON object as the last line."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from pathlib import Path
from typing import Final

from tests.robustness.chaos.page import page
from tests.robustness.chaos.plan import Plan
from tests.robustness.chaos.report import Report, table
from tests.robustness.chaos.run import run_short, to_stderr
from tests.robustness.seeded import run_all

SHARES: Final = {"single": 0.4, "sentinel": 0.3, "cluster": 0.3}
"""How the time is divided; a kind of store that is left out leaves its share to the others."""
LOCATIONS: Final = {"cluster": 6}
"""Where it is not as in `Plan`: enough for each primary to have some."""


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.robustness.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0, help="for all kinds of store together")
    parser.add_argument("--seed", type=int, default=0, help="0: a new one")
    parser.add_argument("--topologies", default=",".join(SHARES), help=f"which of {','.join(SHARES)}")
    parser.add_argument("--faults", default="", help="names of kinds of fault, parted by commas; none: all that fit")
    parser.add_argument("--clients", type=int, default=16, help="how many ask at once")
    parser.add_argument("--without-seeded", action="store_true", help="leave the table of seeded bugs out")
    parser.add_argument("--evidence", type=Path, help="keep there what was seen where a promise was broken")
    parser.add_argument("--page", type=Path, help="write the report as a page of Markdown there")
    wanted = parser.parse_args()
    names = [name for name in wanted.topologies.split(",") if name]
    if not names or set(names) - SHARES.keys():
        parser.error(f"--topologies must name some of {', '.join(SHARES)}, not {wanted.topologies!r}")
    return wanted


async def long_run(wanted: argparse.Namespace, seed: int) -> Report:
    """Run every kind of store that is wanted."""
    names = [name for name in wanted.topologies.split(",") if name]
    faults = tuple(name for name in wanted.faults.split(",") if name)
    whole = sum(SHARES[name] for name in names)
    report = Report(seed, 0.0)
    for name in names:
        locations = LOCATIONS.get(name, Plan.locations)
        plan = Plan(name, faults, clients=wanted.clients, locations=locations, evidence=wanted.evidence)
        report.add(await run_short(plan, wanted.seconds * SHARES[name] / whole, seed, to_stderr))
    return report


def main() -> int:
    """Run all of it and give the exit status: 0 where every promise was kept and the run says something."""
    wanted = options()
    seed = wanted.seed or random.SystemRandom().randrange(1, 1_000_000)
    command = f"make chaos CHAOS_SECONDS={wanted.seconds:g} CHAOS_SEED={seed}"
    to_stderr(f"seed {seed}; again: {command}")
    report = asyncio.run(long_run(wanted, seed))
    bugs = [] if wanted.without_seeded else asyncio.run(run_all(to_stderr))
    for row in table(report):
        to_stderr(row)
    for violation in report.violations[:50]:
        to_stderr(f"VIOLATION {violation}")
    missed = [bug for bug in bugs if not bug.caught]
    shortcomings = report.shortcomings() + [f"the seeded bug was not caught: {bug.name}" for bug in missed]
    for text in shortcomings:
        to_stderr(f"FAILED {text}")
    if wanted.page:
        wanted.page.write_text(page(report, bugs, command), "utf-8")
    to_stderr(f"again: {command}")
    sys.stdout.write(report.as_json(len(bugs), len(bugs) - len(missed)) + "\n")
    return 1 if report.violations or shortcomings else 0


if __name__ == "__main__":
    sys.exit(main())
