"""Looks through the keys of one server, a few at a time: others may keep millions of their own there."""

from __future__ import annotations

from typing import Final

from gate_service.store.node import Node

_KEYS_AT_ONCE: Final = 1_000
"""Looked at in one command, whether they match or not: well below a millisecond of the server's time."""


async def scan(node: Node, pattern: str) -> frozenset[str]:
    """Give the keys that match. Raises `Unavailable`."""
    found: set[str] = set()
    cursor = "0"
    while True:
        cursor, keys = await node.call("SCAN", cursor, "MATCH", pattern, "COUNT", _KEYS_AT_ONCE)
        found.update(keys)
        if cursor == "0":
            return frozenset(found)
