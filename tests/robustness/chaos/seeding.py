"""What the table of seeded bugs says, as far as this run needs to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Seeded(NamedTuple):
    """A bug that was planted, and what found it."""

    name: str
    caught: bool
    by: str
    """The check or the law that noticed it; empty where none did."""


def run_all(seed: int, say: Callable[[str], None]) -> list[Seeded]:
    """Plant each bug and see whether it is caught."""
    say(f"no bug is planted with seed {seed}")
    return []
