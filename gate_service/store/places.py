"""How many calls may be under way at one server, and the line of those that wait for a place."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class Places:
    """A number of places, given out in turn. Whoever waits is told at once where waiting has become vain."""

    def __init__(self, count: int) -> None:
        """Begin with all of them free."""
        self._free = count
        self._line: deque[asyncio.Future[None]] = deque()

    async def take(self) -> None:
        """Take a place, as soon as there is one. Raises what `refuse` says."""
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:  # it had just been given one
                self.give_back()
            raise

    def give_back(self) -> None:
        """Give a place back: to whoever waits longest, else to all."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def refuse(self, error: Callable[[], Exception]) -> None:
        """Tell all that wait that they wait in vain, each by an error of its own."""
        line, self._line = self._line, deque()
        for turn in line:
            if not turn.done():
                turn.set_exception(error())
