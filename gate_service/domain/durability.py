"""What must be true of a write before it is acknowledged."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class Fsync(StrEnum):
    """When the store's append-only file reaches the disk."""

    ALWAYS = "always"
    """Before each answer: a power cut takes nothing that was acknowledged."""
    EVERYSEC = "everysec"
    """About once a second: a power cut, and with a slow disk a mere crash, takes what was acknowledged since."""


class Durability(NamedTuple):
    """The promise. `replicas` must hold a write before it is acknowledged, within `wait_ms`; 0 asks for none."""

    fsync: Fsync = Fsync.EVERYSEC
    replicas: int = 0
    wait_ms: int = 1_000

    def __str__(self) -> str:
        """Write it as it may be set."""
        return f"fsync={self.fsync},replicas={self.replicas},wait_ms={self.wait_ms}"


PROMISE_NOTHING: Final = Durability()
"""What a store keeps by its own configuration, and no more."""
