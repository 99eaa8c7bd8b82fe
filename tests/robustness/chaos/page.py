"""The report of a long run as a page of Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from tests.robustness.chaos.report import HEADING, Report, fault_rows
from tests.robustness.seeded import SeededResult, render_section

_HEAD = """# Chaos

Random clients ask two or more gates in front of one store for everything that can be asked, while gates and stores are
killed, paused, cut off, filled up and replaced. Then all is quiet, every call of which nobody heard the end is asked
again with its id, and the whole history is held to the ledger: `tests/robustness/chaos/`.
"""

_LAWS = """
## What is checked

| law | how |
|---|---|
| I1 quantities add up | the sums over reservations, documents, holds and quotas are those of the stock rows |
| I2 the gate creates no shortfall | after each entry, `available` is below 0 only by a physical correction |
| I3 the ledger explains all | told to the independent model, it gives the stored state and each reply that was given |
| I4 acknowledged is kept | each acknowledged operation stands at the revision its reply named, as it was asked |
| I5 real time | what was answered before another was asked stands before it |
| I6 once | no operation id and no event has two entries, and nobody's entry stands there |
| I7 the chain | no gap, time never goes back, each hash covers all before it |
| reads | a question is answered with the state at its revision, and never with less than is known |
| honesty | "not applied" means that it stands nowhere; no call ends with INTERNAL; nothing is fenced without a loss |
| the end | every unknown outcome is told when asked again, and writes are acknowledged again after each fault |

Each topology is held to what it promises. One store with `appendfsync always` keeps what it acknowledged through a
kill, a power cut and a full disk. A primary with a replica, `--durability replicas=1`, keeps it through a failover;
there a question may be answered from what was not acknowledged and is lost since, and through another gate with what
is older.
"""


def page(report: Report, bugs: Sequence[SeededResult], command: str) -> str:
    """Give the text of docs/chaos.md."""
    parts = [_HEAD, _LAWS, _figures(report, command), _faults(report)]
    if bugs:
        parts.append(render_section(bugs))
    return "".join(parts)


def _figures(report: Report, command: str) -> str:
    outcomes = ", ".join(f"{times:,} {name}" for name, times in sorted(report.outcomes.items()))
    return f"""
## The newest run

`{command}`, on {os.cpu_count()} cores, Python {platform.python_version()}.

| what | figure |
|---|---|
| operations checked | {report.operations:,} |
| calls sent, repetitions included | {report.calls:,}: {outcomes} |
| faults | {len(report.faults):,}, of which {report.in_flight:,} hit an operation under way |
| questions answered from what was not acknowledged, and is lost since | {report.ahead:,} |
| violations | {len(report.violations):,} |
"""


def _faults(report: Report) -> str:
    return f"""
*In flight*: times at which calls that the fault could reach were under way. *Lasted*: from the fault until it was
undone, the start of new processes included. *Recovered*: from the fault until a write that was asked after it was
acknowledged, through the gate that was hit where it was one.

{_markdown(HEADING, fault_rows(report.faults))}"""


def _markdown(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
