"""What an interrupted run of the same name told already, read from the ledger.

A hold depends on what could be promised at that moment, which is gone. So what was asked then is asked again, word for
word, and the gate answers what it answered then: a granted part as well as a refusal. Reservations alone would not do:
an order that got nothing has none, and must not get something now because stock came back since. And an event keeps the
number that it had.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from fulfillment_gate import OPERATION_KIND_RESERVE_STOCK, AsyncGate, NotFound
from gate_service.cli.replaying.numbers import Numbers
from gate_service.cli.replaying.telling import About, about_of


@dataclass(frozen=True, slots=True)
class Past:
    """By event: what each hold asked for by line_id, in units."""

    holds: Mapping[About, Mapping[str, int]] = field(default_factory=dict)


async def read_past(gate: AsyncGate, location: str, run: str) -> tuple[Past, Numbers]:
    """Give what this run told, and the numbers that its events go on with; nothing where the location is new."""
    holds: dict[About, dict[str, int]] = {}
    numbers: dict[About, int] = {}
    try:
        feeds = (await gate.list_feeds(location)).feeds
    except NotFound:
        return Past(), Numbers()
    async for entry in gate.iter_entries(location, include_canonical=True):
        if not (entry.operation_id.startswith(f"{run}/") and entry.HasField("source_event")):
            continue
        event = about_of(entry.source_event)
        numbers[event] = entry.source_event.number
        if entry.kind == OPERATION_KIND_RESERVE_STOCK:
            lines = json.loads(entry.canonical.body)["lines"]
            holds[event] = {str(line_id): int(quantity) for line_id, _, quantity in lines}
    return Past(holds), Numbers(numbers, feeds)
