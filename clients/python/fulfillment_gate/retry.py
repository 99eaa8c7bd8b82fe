"""When to ask again, and how long to wait before: the rules alone, without waiting and without the wire."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, NoReturn

import grpc

from fulfillment_gate.errors import GateError
from fulfillment_gate.status import error_of, may_ask_again, settles, still_open

FIRST_CEILING_S: Final = 0.05
LAST_CEILING_S: Final = 2.0
LAST_ATTEMPT_S: Final = 0.2
"""The time the last attempt gets: with less, its DEADLINE_EXCEEDED would only hide the error that tells more."""


class Attempts:
    """The attempts of one logical call: all carry the same request, and together they have `timeout_s` seconds."""

    def __init__(
        self,
        operation_id: str,
        timeout_s: float,
        *,
        clock_s: Callable[[], float] = time.monotonic,
        fraction: Callable[[], float] = random.random,
    ) -> None:
        """Start the clock. `fraction` gives a random number in [0, 1)."""
        self._operation_id = operation_id
        self._clock_s = clock_s
        self._fraction = fraction
        self._ends_at_s = clock_s() + timeout_s
        self._last_attempt_s = min(LAST_ATTEMPT_S, timeout_s / 4)
        self._ceiling_s = FIRST_CEILING_S
        self._maybe_applied = False
        self._is_last = False

    def remaining_s(self) -> float:
        """Give the seconds that are left: the deadline of the next attempt. 0 or more."""
        return max(0.0, self._ends_at_s - self._clock_s())

    def pause_after(self, ended: grpc.RpcError, outlives: Callable[[GateError], bool] = may_ask_again) -> float:
        """Give the seconds to wait before the next attempt, or raise the GateError that ends the call.

        Exponential backoff with full jitter, on top of what RetryInfo asked for: callers that were turned away together
        do not come back together. A pause never eats up the time of the last attempt. `outlives` says which
        errors this call may outlive.
        """
        error = error_of(ended, self._operation_id)
        if not outlives(error):
            raise self._final(error) from ended
        self._maybe_applied = self._maybe_applied or error.outcome_unknown
        asked_s = error.retry_after_ms / 1000
        room_s = self.remaining_s() - self._last_attempt_s
        if self._is_last or asked_s >= room_s:
            raise self._final(error) from ended
        pause_s = asked_s + self._fraction() * self._ceiling_s
        self._ceiling_s = min(2 * self._ceiling_s, LAST_CEILING_S)
        self._is_last = pause_s >= room_s
        return min(pause_s, room_s)

    def give_up(self, ended: grpc.RpcError) -> NoReturn:
        """Raise the GateError of an ended call that cannot be asked again."""
        raise self._final(error_of(ended, self._operation_id)) from ended

    def _final(self, error: GateError) -> GateError:
        """Keep it open where an earlier attempt may have been applied, unless the last one is the answer."""
        return still_open(error) if self._maybe_applied and not settles(error) else error
