"""Where a location's history stands, as each script call says it, and what a gate remembers of that.

A gate passes the highest position that it knows to be acknowledged to each call; the script fences the location where
its history has less (`lua/lib/lineage.lua`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

from gate_service.domain.lineage import Fence, Lineage, Position


class Head(NamedTuple):
    """The newest position of a location, and its fence where it is fenced."""

    position: Position
    fence: Fence | None

    @property
    def lineage(self) -> Lineage:
        """Give what is told to whoever only read."""
        since_ms = self.fence.since_ms if self.fence else 0
        return Lineage(self.position.epoch, self.position.chain_hash, since_ms)


class Told(NamedTuple):
    """The answer to one operation or question: its text, and what stood before all answers of the call."""

    head: Head
    text: str


def read_head(text: str) -> Head:
    """Read what a script says first (form: `M.head` in `lua/lib/lineage.lua`)."""
    epoch, revision, rest = text.split(" ", 2)
    chain_hash, _, fence = rest.partition(" ")
    position = Position(int(epoch), int(revision), "" if chain_hash == "-" else chain_hash)
    return Head(position, read_fence(fence) if fence else None)


def read_fence(text: str) -> Fence:
    """Read a fence (form: `M.fence` in `lua/lib/lineage.lua`)."""
    data = json.loads(text)
    remembered, found = Position(*data["remembered"]), Position(*data["found"])
    return Fence(data["since_ms"], remembered, found, data.get("restoring", False))


OnFence = Callable[[str, Fence | None], None]
"""Hears of each location that is found to be fenced, and with None of each that is open again."""


class Memory:
    """The highest position of each location that this process knows to be acknowledged, and the fences it has met."""

    def __init__(self, on_fence: OnFence = lambda *_: None) -> None:
        """Begin knowing nothing."""
        self._on_fence = on_fence
        self._positions: dict[str, Position] = {}
        self._fences: dict[str, Fence] = {}

    def of(self, location_id: str) -> str:
        """Write what is remembered of a location as a script takes it; empty for nothing."""
        known = self._positions.get(location_id)
        return f"{known.epoch} {known.revision} {known.chain_hash}" if known else ""

    def note(self, location_id: str, head: Head, *, acknowledged: bool) -> None:
        """Take over what a script said; its position only where all of it is as safe as was promised."""
        if head.fence:
            before, self._fences[location_id] = self._fences.get(location_id), head.fence
            if before is None or before.since_ms != head.fence.since_ms:
                self._on_fence(location_id, head.fence)
            return
        if self._fences.pop(location_id, None):
            self._on_fence(location_id, None)
        position = head.position
        if acknowledged and position.revision and position[:2] > self._positions.get(location_id, _NOTHING)[:2]:
            self._positions[location_id] = position

    @property
    def fences(self) -> dict[str, Fence]:
        """Give the fences that stand, by location, as this process has seen them last."""
        return dict(self._fences)


_NOTHING = Position(0, 0, "")
