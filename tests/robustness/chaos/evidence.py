"""Writes down what was seen where a promise was broken, for whoever looks for the reason."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.robustness.chaos.history import Record
from tests.robustness.chaos.reading import Stored
from tests.robustness.chaos.report import Violation


def write_down(
    folder: Path, violations: Sequence[Violation], stored: Sequence[Stored], records: Sequence[Record]
) -> None:
    """Write the violations, each call in the order of asking, and each location's ledger as lines of text."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "violations.txt", [str(violation) for violation in violations])
    _write(folder / "calls.txt", [_told(record) for record in records])
    for place in stored:
        _write(folder / f"{place.location_id}.txt", [repr(entry) for entry in place.entries])


def _told(record: Record) -> str:
    times = f"{record.asked_ns / 1e9:.6f} {record.answered_ns / 1e9:.6f}"
    who = f"gate {record.gate} {record.actor} {record.method}"
    end = f"{record.outcome} {record.reason} @{record.revision} {'replayed' if record.replayed else ''}"
    return f"{record.number} {times} {who} {end} {record.request} {record.reply}"


def _write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("\n".join(line.replace("\n", " ") for line in lines) + "\n", "utf-8")
