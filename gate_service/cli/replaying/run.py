"""One run of a replay: where, under which names, and everything its parts share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fulfillment_gate import AsyncGate
from gate_service.cli.replaying.books import Books
from gate_service.cli.replaying.caller import Caller
from gate_service.cli.replaying.chance import Chance


@dataclass(frozen=True, slots=True)
class Run:
    """What checkout, warehouse and corrections share. `past` is what an interrupted run asked in each of its holds."""

    gate: AsyncGate
    name: str
    location: str
    chance: Chance
    caller: Caller
    books: Books = field(default_factory=Books)
    past: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    advance: Callable[[int], None] = lambda _: None
    """Told how many rows are done, for the progress bar."""

    def id_of(self, *parts: object) -> str:
        """Name an operation, order, wave or parcel of this run. The same parts give the same id whenever it is run."""
        return "/".join((self.name, *map(str, parts)))
