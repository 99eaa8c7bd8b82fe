"""What a run came to: figures, faults and violations; as a table, as a page and as one JSON object."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median

MIN_OPERATIONS_PER_S = 20
"""A run with fewer operations checked says little, and counts as failed."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was broken: which law, by which operation, at which revision, and what was expected."""

    law: str
    location_id: str
    operation_id: str
    revision: int
    expected: str

    def __str__(self) -> str:
        """Say it in one line."""
        at = f"{self.location_id}@{self.revision}" if self.revision else self.location_id
        return f"{self.law} {at} {self.operation_id or '-'}: {self.expected}"


@dataclass(frozen=True, slots=True)
class Struck:
    """One fault that was injected."""

    topology: str
    name: str
    in_flight: int
    """Calls that were under way in its reach when it hit."""
    lasted_s: float
    """From its injection until it was healed; 0 for what heals by itself."""
    recovery_s: float | None
    """From its injection until a write that was asked afterwards was acknowledged in its reach; None: it never was."""


@dataclass(slots=True)
class Report:
    """The sum of one run or of several."""

    seed: int
    seconds: float
    operations: int = 0
    """Operations of which it was checked what became of them, and questions whose answers were checked."""
    calls: int = 0
    """Calls sent, repetitions included."""
    faults: list[Struck] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    """How many calls ended in which way."""
    impatient: int = 0
    """Calls that were hung up on, or whose deadline passed, at whatever point that was."""
    ahead: int = 0
    """Questions answered from what was not acknowledged, and is lost since: allowed where a store fails over."""

    def add(self, other: Report) -> None:
        """Add another run."""
        self.seconds += other.seconds
        self.operations += other.operations
        self.calls += other.calls
        self.impatient += other.impatient
        self.ahead += other.ahead
        self.faults += other.faults
        self.violations += other.violations
        for name, times in other.outcomes.items():
            self.outcomes[name] = self.outcomes.get(name, 0) + times

    @property
    def in_flight(self) -> int:
        """Count the faults that hit an operation under way."""
        return sum(fault.in_flight > 0 for fault in self.faults)

    def shortcomings(self) -> list[str]:
        """Say why the run proves nothing, even where it found nothing."""
        found = []
        if self.operations < MIN_OPERATIONS_PER_S * self.seconds:
            found.append(f"{self.operations} operations in {self.seconds:.0f} s are too few")
        if 2 * self.in_flight < len(self.faults):
            found.append(f"only {self.in_flight} of {len(self.faults)} faults hit an operation under way")
        return found

    def as_json(self, seeded: int, caught: int) -> str:
        """Give the last line of a run."""
        return json.dumps(
            {
                "operations": self.operations,
                "faults": len(self.faults),
                "faults_in_flight": self.in_flight,
                "violations": len(self.violations),
                "seeded_bugs": seeded,
                "seeded_bugs_caught": caught,
            }
        )


HEADING = ("store", "fault", "times", "in flight", "lasted, median s", "recovered after, median s", "longest s")


def fault_rows(faults: list[Struck]) -> list[tuple[str, ...]]:
    """Give the rows of the table of faults, one for each kind on each kind of store."""
    kinds: dict[tuple[str, str], list[Struck]] = defaultdict(list)
    for fault in faults:
        kinds[fault.topology, fault.name].append(fault)
    return [_row(topology, name, struck) for (topology, name), struck in sorted(kinds.items())]


def _row(topology: str, name: str, struck: list[Struck]) -> tuple[str, ...]:
    recovered = [one.recovery_s for one in struck if one.recovery_s is not None]
    return (
        topology,
        name,
        str(len(struck)),
        str(sum(one.in_flight > 0 for one in struck)),
        f"{median(one.lasted_s for one in struck):.2f}",
        f"{median(recovered):.2f}" if recovered else "never",
        f"{max(recovered):.2f}" if recovered else "never",
    )


def table(report: Report) -> list[str]:
    """Give the lines of the table of faults and of the sums, for people."""
    rows = [HEADING, *fault_rows(report.faults)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADING))]
    lines = [
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    outcomes = ", ".join(f"{name} {times:,}" for name, times in sorted(report.outcomes.items()))
    lines.append(
        f"{report.operations:,} operations checked in {report.seconds:.0f} s; {report.calls:,} calls: {outcomes}"
    )
    lines.append(f"{report.impatient:,} calls were hung up on, or their deadline passed")
    if report.ahead:
        lines.append(f"{report.ahead:,} questions were answered from what was not acknowledged, and is lost since")
    return lines
