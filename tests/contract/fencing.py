"""How tests close a location, in the model and in the real store."""

from __future__ import annotations

import json

from gate_service.app.ports import Call
from gate_service.domain import operations as ops
from gate_service.domain.lineage import NO_HISTORY, Fence, Position
from gate_service.domain.replies import RecoverLocationReply
from gate_service.ledger import keys
from gate_service.ledger.ledger import RedisLedger
from tests.contract.world import World
from tests.model import ModelLedger

SINCE_MS = 1_700_000_000_000
REMEMBERED = Position(1, 99, "ab" * 20)
ANN = Call("gate recover", system="gate", actor="ann", own=True)
"""Who accepts a loss."""


async def close(at: World, since_ms: int = SINCE_MS, remembered: Position = REMEMBERED) -> Fence:
    """Close a location, as if a gate remembered more of it than is there."""
    fence = Fence(since_ms, remembered, NO_HISTORY)
    if isinstance(at.ledger, ModelLedger):
        at.ledger.fence(at.location_id, fence)
    else:
        assert isinstance(at.ledger, RedisLedger)
        told = {"since_ms": since_ms, "remembered": fence.remembered, "found": fence.found}
        await at.ledger._store.call("HSET", keys.meta(at.location_id), "fenced", json.dumps(told))
    return fence


async def accept(at: World, since_ms: int = SINCE_MS, note: str = "", *lost: int) -> RecoverLocationReply:
    """Accept what is left, in the name of ann."""
    recovery = ops.RecoverLocation(f"~recover/{since_ms}", at.location_id, since_ms, note, *lost)
    return await at.ledger.apply(recovery, at.policy, ANN)
