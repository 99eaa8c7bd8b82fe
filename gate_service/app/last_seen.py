"""What the gate saw last of what may be promised: for callers to whom an old answer is worth more than none."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from gate_service.domain.lineage import Fence, Lineage
from gate_service.domain.policy import KeepBack
from gate_service.domain.stock import Availability, LineAvailability

REMEMBERED: Final = 100_000
"""Lines that a gate remembers; half of it at least, and those that were asked about last."""
_LINES_PER_SLICE: Final = 1_000
_SLICE_S: Final = 0.1
"""Of more lines than that in so short a time the rest goes by unremembered. A line costs a microsecond, since what it
replaces has long left the processor's caches; so a gate under full load spends one percent on it, and not ten."""
_CALLERS_MAX: Final = 1_000
"""Systems for which it is remembered which locations there are."""


class _Look(NamedTuple):
    """One answer of the store, without its lines."""

    asked_at_s: float
    revision: int
    as_of_ms: int
    lineage: Lineage


_Seen = dict[str, tuple[LineAvailability, _Look]]
_Places = dict[tuple[str, KeepBack], _Seen]


class LastSeen:
    """Remembers answers line by line, as of the moment they were asked for. It holds what it was told, and asks nobody.

    A line belongs to what was kept back when it was seen: under another policy it is another line, never seen. In two
    halves: when the younger one is full, it becomes the older one, and that is forgotten.
    """

    def __init__(
        self,
        fences: Callable[[], Mapping[str, Fence]] = dict,
        remembered: int = REMEMBERED,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin knowing nothing. `fences` gives those that stand; `now_s` is for tests."""
        self._fences = fences
        self._half = max(1, remembered // 2)
        self._now_s = now_s
        self._young: _Places = {}
        self._old: _Places = {}
        self._count = 0
        self._slice_ends_s = -math.inf
        self._room = 0
        self._absent: dict[str, float] = {}
        self._directories: dict[str, tuple[float, Sequence[str]]] = {}

    def note(self, answer: Availability, keep_back: KeepBack, asked_at_s: float) -> None:
        """Remember an answer of the store; `asked_at_s` is by `time.monotonic`."""
        if asked_at_s >= self._slice_ends_s:
            self._slice_ends_s, self._room = asked_at_s + _SLICE_S, _LINES_PER_SLICE
        if self._room <= 0:
            return
        self._room -= len(answer.lines)
        look = _Look(asked_at_s, answer.revision, answer.as_of_ms, answer.lineage)
        seen = self._young.setdefault((answer.location_id, keep_back), {})
        before = len(seen)
        for line in answer.lines:
            seen[line.sku] = (line, look)
        self._count += len(seen) - before
        if self._count >= self._half:
            self._old, self._young, self._count = self._young, {}, 0

    def note_absent(self, location_id: str) -> None:
        """Remember that nothing was ever received at a location."""
        self._absent[location_id] = self._now_s()

    def note_locations(self, system: str, location_ids: Sequence[str]) -> None:
        """Remember which locations a system was told that there are."""
        if len(self._directories) >= _CALLERS_MAX:
            self._directories.clear()
        self._directories[system] = (self._now_s(), location_ids)

    def availability(
        self, location_id: str, lines: Sequence[tuple[str, int]], keep_back: KeepBack, max_age_ms: int
    ) -> Availability | None:
        """Give what was seen of all these lines no longer ago; None where some of it was not, or in another history.

        `promise` is as it was then; `sufficient` is worked out anew, for what is asked now. Revision, time and age are
        those of the oldest line.
        """
        found = [self._find((location_id, keep_back), sku) for sku, _ in lines]
        known = [each for each in found if each is not None]
        if not known or len(known) < len(found):
            return None
        oldest = min(look for _, look in known)
        age_ms = self._age_ms(oldest.asked_at_s)
        if age_ms > max_age_ms or any(look.lineage.epoch != oldest.lineage.epoch for _, look in known):
            return None
        sums: Counter[str] = Counter()
        for sku, quantity in lines:
            sums[sku] += quantity
        answers = tuple(
            line._replace(quantity=quantity, sufficient=line.level is not None and sums[sku] <= line.promise)
            for (sku, quantity), (line, _) in zip(lines, known, strict=True)
        )
        fence = self._fences().get(location_id)
        lineage = replace(oldest.lineage, fenced_since_ms=fence.since_ms if fence else 0)
        return Availability(location_id, oldest.revision, oldest.as_of_ms, answers, lineage, age_ms)

    def absent(self, location_id: str, max_age_ms: int) -> bool:
        """Say whether it was seen, no longer ago, that nothing was ever received there."""
        seen_at_s = self._absent.get(location_id)
        return seen_at_s is not None and self._age_ms(seen_at_s) <= max_age_ms

    def locations(self, system: str, max_age_ms: int) -> Sequence[str] | None:
        """Give the locations that a system was told no longer ago; None where it was not."""
        seen_at_s, location_ids = self._directories.get(system, (-math.inf, ()))
        return location_ids if self._now_s() - seen_at_s <= max_age_ms / 1000 else None

    def _find(self, place: tuple[str, KeepBack], sku: str) -> tuple[LineAvailability, _Look] | None:
        for half in (self._young, self._old):
            seen = half.get(place)
            if seen is not None and sku in seen:
                return seen[sku]
        return None

    def _age_ms(self, seen_at_s: float) -> int:
        return math.ceil((self._now_s() - seen_at_s) * 1000)
