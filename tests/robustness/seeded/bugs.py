"""What a planted bug is, and what became of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.robustness.seeded.stage import Stage

Scenario = Callable[["Stage"], Awaitable[None]]
"""What is done with a gate, so that a certain bug shows: a few seconds, always the same."""


class Change(NamedTuple):
    """A piece of the code that is written otherwise. `before` stands exactly once in the file."""

    path: str
    """Below `gate_service/`."""
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SeededBug:
    """One bug, how it comes about, and which law must be seen broken by it."""

    name: str
    changes: tuple[Change, ...]
    scenario: Scenario
    laws: tuple[str, ...]
    """Any of these counts as caught; names as in the laws of the chaos checker, or of the stage."""
    given: tuple[Change, ...] = ()
    """Changed too, and alone harmless in this scenario: a second line of defence that would hide the bug."""
    quick: bool = False
    """Whether it is planted in every run of the tests, not only in the long ones."""


@dataclass(frozen=True, slots=True)
class SeededResult:
    """What became of one planted bug."""

    name: str
    caught: bool
    by: str
    """The law that was seen broken; where none was, why not."""
    seconds: float
    changed: tuple[str, ...] = ()
    """The files that were changed, below `gate_service/`."""
