"""Waits for a thing to come true, without holding anybody up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

PATIENCE_S: Final = 60.0
_POLL_S: Final = 0.03


class NeverCame(Exception):
    """It did not come true in time. The text says what was waited for."""


async def until(condition: Callable[[], Awaitable[bool]], what: str, patience_s: float = PATIENCE_S) -> None:
    """Wait until it holds. Raises `NeverCame`."""
    end = time.monotonic() + patience_s
    while not await condition():
        if time.monotonic() > end:
            raise NeverCame(f"not within {patience_s:g} s: {what}")
        await asyncio.sleep(_POLL_S)
