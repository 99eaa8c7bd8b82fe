"""A circuit: where a server is away, calls are turned down at once, and one at a time is let through to look."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final

_FIRST_PAUSE_S: Final = 0.05
_PAUSE_MAX_S: Final = 1.0


class Circuit:
    """Closed: calls pass. Open: none does until a pause is over; then one is let through, and its end decides.

    Each failed look doubles the pause, up to a second; half of it is left to chance, so that many gates do not knock at
    a store in the same moment when it comes back.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        """Begin closed. `now_s` is for tests."""
        self._now_s = now_s
        self._pause_s = 0.0
        self._next_look_s = 0.0
        self._looking = False

    @property
    def open(self) -> bool:
        """Say whether calls are turned down."""
        return self._pause_s > 0

    def lets_through(self) -> bool:
        """Say whether a call may go; where the circuit is open, the one that may has to tell its end."""
        if not self.open:
            return True
        if self._looking or self._now_s() < self._next_look_s:
            return False
        self._looking = True
        return True

    def succeeded(self) -> None:
        """Close it: the server has answered."""
        self._pause_s = 0.0
        self._looking = False

    def failed(self) -> None:
        """Open it, or keep it open for longer: the server could not be reached, or did not answer."""
        if self._looking or not self.open:
            self._pause_s = min(_PAUSE_MAX_S, self._pause_s * 2 or _FIRST_PAUSE_S)
            self._next_look_s = self._now_s() + self._pause_s * random.uniform(0.5, 1.0)  # noqa: S311 - see the class
        self._looking = False

    def gave_up(self) -> None:
        """Let another one look, where whoever looked went away without having learnt anything."""
        self._looking = False
