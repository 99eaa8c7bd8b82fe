"""What a replay is asked to do, checked."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gate_service.cli.exits import InputError
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
    limit: int
    concurrency: int
    racing: bool
    timeout_s: float

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
        for name, share in (("duplicate", self.duplicate), ("short", self.short)):
            if not 0 <= share <= 1:  # which is also how a "nan" shows
                raise InputError(f"--{name} {share:g} must be a share from 0 to 1.")

    @property
    def name(self) -> str:
        """The name of the run: the same command is the same run."""
        if self.run:
            return self.run
        suffix = f"-{self.seed}"
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", self.file.name.removesuffix(".gz").removesuffix(".csv"))
        return (stem.lstrip("._-")[: _RUN_LENGTH - len(suffix)] or "replay") + suffix
