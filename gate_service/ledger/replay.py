"""Tells a location its own history again, by `lua/replay.lua`: entry by entry, with the code that wrote it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from gate_service.domain.journal import JournalEntry
from gate_service.domain.lineage import Fence, Position
from gate_service.ledger import keys, scripts
from gate_service.ledger.fences import list_location
from gate_service.ledger.heads import Head, read_head
from gate_service.store.errors import REFUSALS, not_applied, outcome_unknown
from gate_service.store.store import Store

ENTRIES_PER_CALL: Final = 200
"""A call of small entries takes some 20 ms of the store."""
TEXT_PER_CALL: Final = 1_000_000
"""Characters of the entries of one call, but for a first entry that is larger."""
_WHY: Final = {
    "NOT_EMPTY": "something stands there, and a restore writes into an empty location only",
    "FENCED": (
        "what stands there is fenced, and a restore writes into an empty location only; "
        "look at it with gate recover, which can take what is missing from the archive"
    ),
    "FENCE_CHANGED": "somebody else has closed or opened it meanwhile; look again with gate recover",
}


class ReplayRefused(Exception):
    """The location is not in the state that this needs; nothing was written. The text says why, and what to do."""


class Difference(NamedTuple):
    """The first entry that does not come to what was recorded: where in it, what it came to, and what was recorded."""

    revision: int
    where: str
    computed: str
    recorded: str

    def __str__(self) -> str:
        """Say it to people."""
        return f"entry {self.revision} differs at {self.where}: {self.computed} here, {self.recorded} in what is told"


class Restoring(NamedTuple):
    """Under which fence a location is restored, and how far that has come."""

    fence: Fence
    position: Position


class Told(NamedTuple):
    """What came of a run of entries: where the location stands, how many were new there, and the first that differs."""

    head: Head
    told: int
    difference: Difference | None


class Replay:
    """Writes recorded entries into a store. Each call is one script call; all of it may be asked again."""

    def __init__(self, store: Store, clock_ms: Callable[[], int] | None = None) -> None:
        """Keep the store; nothing is sent. `clock_ms` is for tests."""
        self._store = store
        self._clock_ms = clock_ms

    async def begin(self, location_id: str, target: Position) -> Restoring:
        """Close an empty location until its history has come to `target`, or to what a gate remembers beyond that.

        Where a restore was interrupted it goes on: then some of it is there. Raises `ReplayRefused` where anything else
        stands there.
        """
        head, _ = await self._run(location_id, "begin", " ".join(map(str, target)))
        await list_location(self._store, location_id)
        assert head.fence is not None  # noqa: S101 - the script has just put it there
        return Restoring(head.fence, head.position)

    async def tell(self, location_id: str, fence: Fence, entries: Sequence[JournalEntry]) -> Told:
        """Tell a run of entries, by revision; what stands there already is only compared.

        Nothing of the first entry that differs, or behind it, is written. Raises `ReplayRefused` where the fence is
        another one by now.
        """
        arguments = [str(part) for entry in entries for part in entry]
        head, answer = await self._run(location_id, "tell", str(fence.since_ms), *arguments)
        differs = answer.get("differs")
        return Told(head, answer["told"], Difference(*differs) if differs else None)

    async def end(self, location_id: str, fence: Fence) -> Head:
        """Open the location where it has come to what its fence remembers; else it stays closed for a person to accept.

        Raises `ReplayRefused` where the fence is another one by now.
        """
        return (await self._run(location_id, "end", str(fence.since_ms)))[0]

    async def _run(self, location_id: str, act: str, *arguments: str) -> tuple[Head, dict[str, Any]]:
        clock = str(self._clock_ms()) if self._clock_ms else ""
        script = scripts.load("replay")
        first, text = await self._store.run(
            script, keys.location_keys(location_id), [clock, act, *arguments], durable=True
        )
        if text.startswith("E"):
            if text[1:].startswith(REFUSALS):  # the first write was turned away: nothing was applied
                raise not_applied()
            raise outcome_unknown() from ReplayRefused(text[1:])
        answer = json.loads(text[1:])
        if text.startswith("N"):
            raise ReplayRefused(f"{location_id} is left as it is: {_WHY[answer['refused']]}.")
        return read_head(first), answer
