"""What is failing is tried again after ever longer pauses, and given up some day."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, NamedTuple

TRIES_MAX: Final = 24
"""With the pauses between them about three hours."""
_FIRST_PAUSE_S: Final = 2.0
_LONGEST_PAUSE_S: Final = 600.0


class _Failing(NamedTuple):
    tries: int
    next_s: float


class Pauses:
    """By name how often something failed, and when it is tried next; in memory: a new process tries at once."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing that fails."""
        self._now_s = now_s
        self._failing: dict[str, _Failing] = {}

    def lasts(self, name: str) -> bool:
        """Say whether it is not yet to be tried again."""
        known = self._failing.get(name)
        return known is not None and self._now_s() < known.next_s

    def failed(self, name: str) -> int:
        """Take that it failed; give how often by now."""
        tries = self._failing[name].tries + 1 if name in self._failing else 1
        pause_s = min(_FIRST_PAUSE_S * 2 ** (tries - 1), _LONGEST_PAUSE_S)
        self._failing[name] = _Failing(tries, self._now_s() + pause_s)
        return tries

    def over(self, name: str) -> None:
        """Take that it went well, or was given up."""
        self._failing.pop(name, None)
