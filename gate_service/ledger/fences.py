"""The fences that stand in a store, whoever found them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from gate_service.domain.errors import Unavailable
from gate_service.domain.lineage import Fence
from gate_service.domain.operations import HOUSE
from gate_service.ledger import keys
from gate_service.ledger.heads import read_fence
from gate_service.store.errors import not_applied
from gate_service.store.store import Store

_META: Final = re.compile(r"gate:\{([^{}:]+)\}:meta")


class Fences(NamedTuple):
    """What was found, and what could not be asked: there may be a fence, too."""

    standing: Mapping[str, Fence]
    """By location; also of those of which nothing else is left."""
    not_asked: Mapping[str, Unavailable]
    """Locations whose server is away, by name, and why."""
    servers_away: Sequence[str] = ()
    """There may be locations of which no directory knows."""

    @property
    def complete(self) -> bool:
        """Say whether all could be asked."""
        return not self.not_asked and not self.servers_away


async def look_for_fences(store: Store) -> Fences:
    """Look for the fences of all locations. Raises `Unavailable` where nobody can say which locations there are."""
    scanned = await store.scan(keys.meta("*"))
    known = {HOUSE} | {name[1] for key in scanned.keys if (name := _META.fullmatch(key))}
    not_asked: dict[str, Unavailable] = {}
    try:
        known |= set(await store.call("SMEMBERS", keys.LOCATIONS))
    except Unavailable:
        if not scanned.away:
            raise
    standing = {}
    for location_id in sorted(known):
        try:
            text = await store.call("HGET", keys.meta(location_id), "fenced")
        except Unavailable as error:
            not_asked[location_id] = error
            continue
        if text:
            standing[location_id] = read_fence(text)
    return Fences(standing, not_asked, scanned.away)


async def stored_fences(store: Store) -> Mapping[str, Fence]:
    """Give the fences of all locations, by location. Raises `Unavailable` where one of them cannot be asked."""
    found = await look_for_fences(store)
    if not found.complete:
        raise next(iter(found.not_asked.values()), not_applied())
    return found.standing


async def list_location(store: Store, location_id: str) -> None:
    """Put a location into the directory; the house is none. Raises `Unavailable`."""
    if location_id != HOUSE:
        await store.call("SADD", keys.LOCATIONS, location_id)
