"""Names for operations: made once for each call of an SDK method, kept through all its retries."""

from __future__ import annotations

import secrets
import time


def new_operation_id() -> str:
    """Give an id that nobody else makes: 32 hex digits, 12 of the time in ms and 20 at random.

    Ids of one process sort roughly by age, which helps whoever reads a ledger. The randomness comes from the operating
    system, so that forked workers never make the same id.
    """
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
