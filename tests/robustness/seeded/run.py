"""Plants each bug, plays its scenario and says whether it was noticed; the sound gate plays each scenario too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final

from tests.robustness.chaos.report import Violation
from tests.robustness.seeded.bugs import Change, Scenario, SeededBug, SeededResult
from tests.robustness.seeded.stage import Stage
from tests.robustness.seeded.table import TABLE
from tests.robustness.seeded.workshop import Workshop

SCENARIO_S: Final = 60.0
Say = Callable[[str], None]


def quiet(_: str) -> None:
    """Say nothing."""


async def run_all(progress: Say = quiet) -> list[SeededResult]:
    """Plant every bug of the table, one after the other; give what became of each."""
    return await run_bugs(TABLE, progress)


async def run_bugs(bugs: Sequence[SeededBug], progress: Say = quiet) -> list[SeededResult]:
    """Plant these bugs. One that could not be planted, or whose scenario the sound gate fails too, counts as missed."""
    results: list[SeededResult] = []
    async with Workshop() as workshop:
        controls: dict[tuple[Scenario, tuple[Change, ...]], str] = {}
        for number, bug in enumerate(bugs, start=1):
            began = time.monotonic()
            by, caught = await _planted(workshop, bug, controls)
            changed = tuple(dict.fromkeys(change.path for change in bug.changes))
            results.append(SeededResult(bug.name, caught, by, time.monotonic() - began, changed))
            progress(_told(number, len(bugs), results[-1]))
    return results


async def _planted(
    workshop: Workshop, bug: SeededBug, controls: dict[tuple[Scenario, tuple[Change, ...]], str]
) -> tuple[str, bool]:
    """Give by which law it was noticed, or why it was not; and whether it was."""
    key = (bug.scenario, bug.given)
    if key not in controls:
        try:
            broken = await play(workshop, bug.scenario, bug.given)
            controls[key] = f"without it too: {broken[0]}" if broken else ""
        except Exception as error:  # noqa: BLE001 - whatever it is, the bug was not caught, and the next one has its turn
            controls[key] = f"without it too: {error!r}"
    if controls[key]:
        return controls[key], False
    try:
        broken = await play(workshop, bug.scenario, (*bug.given, *bug.changes))
    except Exception as error:  # noqa: BLE001 - the same
        return f"not by a law: {error!r}", False
    named = [violation for violation in broken if violation.law in bug.laws]
    if named:
        return named[0].law, True
    return f"another law: {broken[0]}" if broken else "nothing", False


async def play(workshop: Workshop, scenario: Scenario, changes: Sequence[Change]) -> list[Violation]:
    """Play a scenario with a copy of the gate; give the laws that were seen broken. Raises what the scenario raises."""
    source = workshop.copy_with(changes)
    async with asyncio.timeout(SCENARIO_S), Stage(workshop, source, f"L{workshop.number()}") as stage:
        await scenario(stage)
        return await stage.verdict()


def _told(number: int, of: int, result: SeededResult) -> str:
    end = f"caught by {result.by}" if result.caught else f"MISSED: {result.by}"
    return f"seeded {number}/{of} {result.name}: {end} ({result.seconds:.1f} s)"
