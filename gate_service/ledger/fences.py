"""The fences that stand in a store, whoever found them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from gate_service.domain.lineage import Fence
from gate_service.domain.operations import HOUSE
from gate_service.ledger import keys
from gate_service.ledger.heads import read_fence
from gate_service.store.store import Store

_META: Final = re.compile(r"gate:\{([^{}:]+)\}:meta")
_ALL_AT_ONCE: Final = 1_000_000
"""Keys looked through in one command: a store has two dozen for each location, whatever its history."""


async def stored_fences(store: Store) -> Mapping[str, Fence]:
    """Give the fences of all locations, by location; also of those of which nothing else is left.

    Raises `Unavailable`.
    """
    known = {*await store.call("SMEMBERS", keys.LOCATIONS), HOUSE}
    for _, found in (await store.each("SCAN", 0, "MATCH", keys.meta("*"), "COUNT", _ALL_AT_ONCE)).values():
        known |= {name[1] for key in found if (name := _META.fullmatch(key))}
    fences = {}
    for location_id in sorted(known):
        text = await store.call("HGET", keys.meta(location_id), "fenced")
        if text:
            fences[location_id] = read_fence(text)
    return fences


async def list_location(store: Store, location_id: str) -> None:
    """Put a location into the directory; the house is none. Raises `Unavailable`."""
    if location_id != HOUSE:
        await store.call("SADD", keys.LOCATIONS, location_id)
