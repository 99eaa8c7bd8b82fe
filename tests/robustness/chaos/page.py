"""The report of a long run as a page of Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from tests.robustness.chaos.faults.catalogue import FAULTS
from tests.robustness.chaos.report import HEADING, Report, fault_rows
from tests.robustness.seeded import SeededResult, render_section

_HEAD = """# Chaos

What happens to the promises of the gate on the worst day: tried for half an hour at a time, and checked to the last
call. `make chaos` runs it (`CHAOS_SECONDS`, `CHAOS_SEED`); `make test` does a minute of it.

## How a run goes

It lives in `tests/robustness/chaos/` and speaks to real processes over gRPC alone. On each kind of store, in rounds of
half a minute, each at locations of its own:

1. Shops, a warehouse, a stockroom and a meddler ask two gates at once for everything that can be asked, with little
   stock, so that many are refused. They ask again with the same id where no answer came, twice at once, long
   afterwards, with another content under the same id, with the same event under another id; they hang up and run out
   of time at any point. Each call becomes a record: what was asked, when, and what came back.
2. Meanwhile one fault after the other strikes, is healed, and has to be got over: a write must be acknowledged again.
3. Then all is quiet. Whatever has no known end is asked again with its id. The whole ledger and the whole state are
   read, and every call of the round is held to them.

The last line is one JSON object. The exit status is not 0 where a promise was broken, where fewer than 20 operations a
second were checked, where most faults hit nobody, or where a planted bug was not caught. The seed and the command are
printed; chance decides alike for the same seed, but processes never meet in the same order twice, so
`--evidence FOLDER` keeps what was seen where a promise was broken:

    .venv/bin/python -m tests.robustness.chaos --seconds 600 --topologies sentinel --evidence /tmp/seen
    .venv/bin/python -m tests.robustness.chaos --seconds 1800 --page docs/chaos.md    (writes this page)

Not tried here: clocks that jump, a network that is split between the servers of a store, disks that return other bytes
than they were given. The first is held by the tests of the ledger's time, the last by its chain of hashes.
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


def _kinds() -> str:
    """Say what each kind of fault does, in the words of its own code."""
    rows = {fault.name: str(fault.__doc__).splitlines()[0] for fault in FAULTS}
    return f"\n## What is done\n\n{_markdown(('fault', 'what it is'), sorted(rows.items()))}"


def page(report: Report, bugs: Sequence[SeededResult], command: str) -> str:
    """Give the text of docs/chaos.md."""
    parts = [_HEAD, _kinds(), _LAWS, _figures(report, command), _faults(report)]
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
| seconds, checks included | {report.seconds:,.0f} |
| operations checked | {report.operations:,} |
| calls sent, repetitions included | {report.calls:,}: {outcomes} |
| faults | {len(report.faults):,}, of which {report.in_flight:,} hit an operation under way |
| calls hung up on, or whose deadline passed, at any point of their way | {report.impatient:,} |
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
    lines = [f"| {' | '.join(cells)} |\n" for cells in (heading, *rows)]
    return "".join([lines[0], f"|{'---|' * len(heading)}\n", *lines[1:]])
