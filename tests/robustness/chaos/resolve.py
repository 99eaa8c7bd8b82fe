"""After the faults are healed, every call of which nobody heard the end is asked again with its id until it has one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Final

from google.protobuf.message import Message

from tests.robustness.chaos.caller import Caller
from tests.robustness.chaos.history import SETTLED, Outcome, Record

PATIENCE_S: Final = 60.0
_AT_ONCE: Final = 16

Key = tuple[str, str, str, bytes]
"""Location, method, operation_id and body: what makes two calls the same."""


def key_of(record: Record) -> Key:
    """Give what makes two calls the same."""
    body = record.request.SerializeToString(deterministic=True)
    return record.location_id, record.method, record.operation_id, body


def unheard(records: Iterable[Record]) -> dict[Key, tuple[Message, str]]:
    """Give what may have been applied and was never answered for good: request and actor, by key."""
    open_ends: dict[Key, tuple[Message, str]] = {}
    heard: set[Key] = set()
    for record in records:
        if record.is_question:
            continue
        key = key_of(record)
        if record.outcome is Outcome.UNKNOWN:
            open_ends.setdefault(key, (record.request, record.actor))
        elif record.outcome in SETTLED or record.outcome is Outcome.TURNED_AWAY:
            heard.add(key)
    return {key: asked for key, asked in open_ends.items() if key not in heard}


async def resolve(caller: Caller) -> int:
    """Ask again what is open; give how many stay open for good, which is a violation in itself."""
    asked = unheard(caller.history.records)
    places = asyncio.Semaphore(_AT_ONCE)
    until = time.monotonic() + PATIENCE_S

    async def settle(request: Message, actor: str, gate: int) -> bool:
        async with places:
            while time.monotonic() < until:
                record = await caller.call(gate % caller.gates, request, actor=actor, timeout_s=5.0)
                if record.outcome not in {Outcome.UNKNOWN, Outcome.NOT_APPLIED}:
                    return True
                gate += 1
                await asyncio.sleep(0.1)
            return False

    settled = await asyncio.gather(*(settle(*one, number) for number, one in enumerate(asked.values())))
    return settled.count(False)
