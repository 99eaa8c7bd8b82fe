"""A clock that a test sets."""

from __future__ import annotations


class Clock:
    """Gives the time it was told, in ms since the epoch."""

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        """Start at some day."""
        self.now_ms = now_ms

    def __call__(self) -> int:
        """Give the time."""
        return self.now_ms

    def advance(self, by_ms: int) -> int:
        """Let time pass, or go back; give the time it is then."""
        self.now_ms += by_ms
        return self.now_ms
