"""Waits for what happens in another process, where nothing tells of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

PATIENCE_S = 30.0
_POLL_S = 0.002


async def until(condition: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """Wait until it holds. Raises AssertionError where it does not within `patience_s`."""
    end = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < end, "it never came true"
        await asyncio.sleep(_POLL_S)
