"""One run of a replay: where, under which names, and everything its parts share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fulfillment_gate import AsyncGate
from gate_service.cli.replaying.books import Books
from gate_service.cli.replaying.caller import Caller
from gate_service.cli.replaying.chance import Chance

RUN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,27}")
"""Leaves room in an id of 64 characters for the invoice and the step."""


def default_run(path: Path, seed: int) -> str:
    """Name the run after its file and seed, so that the same command is the same run."""
    suffix = f"-{seed}"
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", path.name.removesuffix(".gz").removesuffix(".csv")).lstrip("._-")
    return (stem[: 28 - len(suffix)] or "replay") + suffix


@dataclass(frozen=True, slots=True)
class Run:
    """What checkout, warehouse and corrections share. `past` is what an interrupted run asked of each hold."""

    gate: AsyncGate
    name: str
    location: str
    chance: Chance
    caller: Caller
    books: Books = field(default_factory=Books)
    past: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    advance: Callable[[int], None] = lambda _: None
    """Told how many rows are done, for the progress bar."""

    def id_of(self, *parts: object) -> str:
        """Name an operation, order, wave or parcel of this run. The same parts give the same id in every run of it."""
        return "/".join((self.name, *map(str, parts)))
