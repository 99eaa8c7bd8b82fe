"""One run of a replay: where, under which names, and everything its parts share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from fulfillment_gate import AsyncGate
from gate_service.cli.replaying.books import Books
from gate_service.cli.replaying.caller import Caller
from gate_service.cli.replaying.chance import Chance
from gate_service.cli.replaying.feed import Feed
from gate_service.cli.replaying.past import Past
from gate_service.cli.replaying.telling import About, Source


@dataclass(frozen=True, slots=True)
class Run:
    """What checkout, warehouse, cancellations and corrections share."""

    gate: AsyncGate
    name: str
    location: str
    chance: Chance
    caller: Caller
    feed: Feed
    past: Past
    books: Books = field(default_factory=Books)
    advance: Callable[[int], None] = lambda _: None
    """Told how many rows are done, for the progress bar."""

    def id_of(self, *parts: object) -> str:
        """Name an operation, order, wave or parcel of this run. The same parts give the same id whenever it is run."""
        return "/".join((self.name, *map(str, parts)))

    def about(self, system: Source, document_type: str, document: str, action: str, line: str = "") -> About:
        """Say what happened. Documents bear the name of the run: two runs are two worlds, though of one file."""
        return About(system, document_type, self.id_of(document), action, line)
