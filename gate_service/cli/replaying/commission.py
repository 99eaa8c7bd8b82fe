"""What a replay is asked to do, checked."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gate_service.cli.credentials import Credentials
from gate_service.cli.exits import InputError
from gate_service.cli.replaying.chance import Chance
from gate_service.cli.replaying.clean import SUFFIX
from gate_service.domain.limits import ID_PATTERN

RUN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,27}")
"""Leaves room in an id of 64 characters for the invoice and the step."""
_RUN_LENGTH: Final = 28


@dataclass(frozen=True, slots=True)
class Commission:
    """Everything that was said on the command line. Raises InputError where a part of it cannot be meant."""

    file: Path
    run: str
    """Empty for a name made of the file and the seed."""
    location: str
    seed: int
    stock_factor: float
    duplicate: float
    short: float
    redeliver: float
    reorder: float
    late: float
    limit: int
    concurrency: int
    racing: bool
    timeout_s: float
    proof: Credentials = field(default_factory=Credentials)
    """Who asks, for a gate that wants to know."""

    def __post_init__(self) -> None:
        """Check what typer does not."""
        if str(self.file) == "-":
            raise InputError("A replay needs a file, not stdin: an interrupted run reads it again.")
        if self.run and not RUN.fullmatch(self.run):
            raise InputError(f"--run {self.run!r} must be 1 to 28 letters, digits, '.', '_' or '-'.")
        if not ID_PATTERN.fullmatch(self.location):
            raise InputError(f"--location {self.location!r} is not an id: 1 to 64 letters, digits or ._@+/-")
        if not (math.isfinite(self.stock_factor) and 0 < self.stock_factor <= 1_000):  # noqa: PLR2004 ample
            raise InputError(f"--stock-factor {self.stock_factor:g} must be above 0 and at most 1000.")
        for name in ("duplicate", "short", "redeliver", "reorder", "late"):
            share = getattr(self, name)
            if not 0 <= share <= 1:  # which is also how a "nan" shows
                raise InputError(f"--{name} {share:g} must be a share from 0 to 1.")
        self._check_disturbance()

    def _check_disturbance(self) -> None:
        if self.disturbed and not ID_PATTERN.fullmatch(self.clean_location):
            raise InputError(
                f"--location {self.location!r} must leave room for {SUFFIX!r}: the clean run has a location of its own."
            )
        if (self.reorder or self.late) and (self.racing or self.short or self.stock_factor < 1):
            raise InputError(
                "--reorder and --late need stock that suffices: a --stock-factor of 1 or more, no --short, no --racing."
                " Where it does not, the first gets the last unit, and another order of events is another history."
            )

    @property
    def disturbed(self) -> bool:
        """Say whether events come otherwise than they happened."""
        return bool(self.redeliver or self.reorder or self.late)

    @property
    def clean_location(self) -> str:
        """Where the same happens without disturbance."""
        return self.location + SUFFIX

    @property
    def chance(self) -> Chance:
        """Everything that the seed decides."""
        return Chance(self.seed, self.duplicate, self.short, self.redeliver, self.reorder, self.late)

    @property
    def clean_chance(self) -> Chance:
        """The same without disturbance: what is picked short, and what inspection finds, are facts of the world."""
        return Chance(self.seed, short=self.short)

    @property
    def name(self) -> str:
        """The name of the run: the same command is the same run."""
        if self.run:
            return self.run
        suffix = f"-{self.seed}"
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", self.file.name.removesuffix(".gz").removesuffix(".csv"))
        return (stem.lstrip("._-")[: _RUN_LENGTH - len(suffix)] or "replay") + suffix
