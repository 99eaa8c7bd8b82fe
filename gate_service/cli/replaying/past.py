"""What an interrupted run of the same name asked already, read from the ledger.

A hold depends on what could be promised at that moment, which is gone. So what was asked then is asked again, word for
word, and the gate answers what it answered then: a granted part as well as a refusal. Reservations alone would not do:
an order that got nothing has none, and must not get something now because stock came back since.
"""

from __future__ import annotations

import json

from fulfillment_gate import OPERATION_KIND_RESERVE_STOCK, AsyncGate


async def read_past_holds(gate: AsyncGate, location: str, run: str) -> dict[str, dict[str, int]]:
    """Give for each hold of this run, by operation id, the units it asked for by line_id."""
    holds: dict[str, dict[str, int]] = {}
    async for entry in gate.iter_entries(location, include_canonical=True):
        if entry.kind == OPERATION_KIND_RESERVE_STOCK and entry.operation_id.startswith(f"{run}/"):
            lines = json.loads(entry.canonical.body)["lines"]
            holds[entry.operation_id] = {str(line_id): int(quantity) for line_id, _, quantity in lines}
    return holds
