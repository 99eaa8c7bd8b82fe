"""The table of planted bugs as a section of Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from tests.robustness.seeded.bugs import SeededResult


def render_section(results: Sequence[SeededResult]) -> str:
    """Give the section, its heading included."""
    caught = sum(result.caught for result in results)
    rows = [
        f"| {number} | {result.name} | {_files(result)} | {'yes' if result.caught else '**no**'} | {result.by} |\n"
        for number, result in enumerate(results, start=1)
    ]
    return f"""
## Seeded bugs

A checker that has never failed is not trusted. Each of these was written into a copy of the gate, and played through a
scenario of a few seconds; the same scenario with the sound gate broke no law (`tests/robustness/seeded/`).
{caught} of {len(results)} were caught, in {sum(result.seconds for result in results):.0f} s.

| | bug | changed in `gate_service/` | caught | by |
|---|---|---|---|---|
{"".join(rows)}"""


def _files(result: SeededResult) -> str:
    return ", ".join(f"`{name}`" for name in result.changed)
