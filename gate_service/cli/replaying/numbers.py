"""The numbers that systems give their events, one feed for each system and location: 1, 2, 3 … without a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from heapq import heapify, heappop

from fulfillment_gate.v1.feed_service_pb2 import Feed
from gate_service.cli.replaying.telling import About


class Numbers:
    """Gives each event a number in the order in which it happened, and always the same one.

    A replay that goes on where it was interrupted keeps the numbers that the gate knows. Events whose first telling was
    lost with the interrupted run fill what that run left open.
    """

    def __init__(self, past: Mapping[About, int] | None = None, feeds: Iterable[Feed] = ()) -> None:
        """Go on behind what the gate's feeds know already."""
        self._given = dict(past or {})
        self._newest: defaultdict[str, int] = defaultdict(int)
        self._open: defaultdict[str, list[int]] = defaultdict(list)
        for feed in feeds:
            self._newest[feed.system] = feed.last_number
            for gap in feed.gaps:
                self._open[feed.system].extend(range(gap.from_number, gap.to_number + 1))
            used = {number for about, number in self._given.items() if about.system == feed.system}
            self._open[feed.system].extend(number for number in range(1, feed.first_number) if number not in used)
            heapify(self._open[feed.system])

    def of(self, about: About) -> int:
        """Give the number of an event; a new one where it has none yet."""
        number = self._given.get(about)
        if number is None:
            number = self._given[about] = self._next(about.system)
        return number

    def _next(self, system: str) -> int:
        if self._open[system]:
            return heappop(self._open[system])
        self._newest[system] += 1
        return self._newest[system]
