"""Every key the gate uses in the store. docs/store.md describes them; nothing else builds a key."""

from __future__ import annotations

from typing import Final

LOCATIONS: Final = "gate:locations"
"""Set of every location_id that a receipt or an announcement was ever sent for.

Only a directory: the location's own keys are the truth.
"""

PROBE: Final = "gate:probe"
"""String, written by the health probe to see that the store can be written."""

VIOLATIONS: Final = "gate:violations"
"""Hash of what was turned away at the door: system, operation, location and cause, with how often and when."""

LOCATION_KEYS: Final = (
    "meta",
    "stock",
    "skus",
    "reservations",
    "permits",
    "operations",
    "holds",
    "permit_times",
    "counts",
    "ledger",
    "claims",
    "shortages",
    "quotas",
    "documents",
    "expected",
    "stock_holds",
    "proposals",
    "unmatched",
    "events",
    "event_times",
    "retired",
    "feeds",
    "deliveries",
    "departures",
)
"""In the order in which the scripts name them (`lua/lib/batch.lua`)."""


def location_keys(location_id: str) -> tuple[str, ...]:
    """Give all keys of one location. The braces put them into one cluster slot; an id cannot hold a brace."""
    return tuple(f"gate:{{{location_id}}}:{name}" for name in LOCATION_KEYS)


def meta(location_id: str) -> str:
    """Hash: revision, hash and at_ms of the newest entry."""
    return f"gate:{{{location_id}}}:meta"


def ledger(location_id: str) -> str:
    """Stream: one entry for each revision, under the id `<revision>-0`."""
    return f"gate:{{{location_id}}}:ledger"


def departures(location_id: str) -> str:
    """Hash: by transfer_id, goods that left and are still to be announced where they go."""
    return f"gate:{{{location_id}}}:departures"


SOURCING_SHARDS: Final = 64
SOURCING_KEYS: Final = ("plans", "undecided", "operations", "events")
"""What each shard of the sourcing has."""


def sourcing(name: str, shard: int) -> str:
    """Give a key of one shard. No location is called so: an id cannot hold a colon."""
    return f"gate:{{sourcing:{shard:02}}}:{name}"
