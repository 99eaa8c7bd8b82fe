"""A circuit: where a server is away, calls are turned down at once, and one at a time looks whether it is back."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final

_FIRST_PAUSE_S: Final = 0.05
_PAUSE_MAX_S: Final = 1.0


class Circuit:
    """Closed: calls pass. Open: none does, and now and then somebody looks; a look that is answered closes it.

    Each failed look doubles the pause before the next, up to a second; half of it is left to chance, so that many gates
    do not knock at a store in the same moment when it comes back.
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

    def look_due(self) -> bool:
        """Say whether to look now. Whoever hears yes is the only one, and has to tell by `looked` what came of it."""
        if not self.open or self._looking or self._now_s() < self._next_look_s:
            return False
        self._looking = True
        return True

    def looked(self, *, answered: bool) -> None:
        """End a look: close the circuit, or keep it open for longer."""
        self._looking = False
        if answered:
            self.succeeded()
        elif self.open:  # else a call that was under way was answered meanwhile
            self._wait(min(_PAUSE_MAX_S, self._pause_s * 2))

    def failed(self) -> bool:
        """Open it: the server could not be reached, or did not answer. False where it was open before.

        Calls that were under way when it was opened fail one after the other; they say nothing new.
        """
        if self.open:
            return False
        self._wait(_FIRST_PAUSE_S)
        return True

    def succeeded(self) -> None:
        """Close it: the server has answered."""
        self._pause_s = 0.0

    def _wait(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._next_look_s = self._now_s() + pause_s * random.uniform(0.5, 1.0)  # noqa: S311 - see the class
