"""The rules of waiting, on a clock of our own."""

from __future__ import annotations

import grpc
import grpc.aio
import pytest
from google.protobuf.any_pb2 import Any as AnyDetail
from google.rpc.status_pb2 import Status
from hypothesis import given
from hypothesis import strategies as st

from fulfillment_gate.errors import GateError, Unavailable
from fulfillment_gate.retry import LAST_CEILING_S, Attempts
from tests.sdk.peer import retry_after


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def away(asked_ms: int = 0) -> grpc.RpcError:
    status = Status(code=14)
    if asked_ms:
        packed = AnyDetail()
        packed.Pack(retry_after(asked_ms))
        status.details.append(packed)
    trailing = grpc.aio.Metadata(("grpc-status-details-bin", status.SerializeToString()))
    return grpc.aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, grpc.aio.Metadata(), trailing, "")


def pauses(attempts: Attempts, clock: Clock, attempt_s: float = 0.001, asked_ms: int = 0) -> list[float]:
    """Give each pause of a call whose attempts all fail after `attempt_s`."""
    found: list[float] = []
    while True:
        clock.now_s += attempt_s
        try:
            pause_s = attempts.pause_after(away(asked_ms))
        except Unavailable:
            return found
        found.append(pause_s)
        clock.now_s += pause_s


@given(
    timeout_s=st.floats(0.05, 10),
    fractions=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=50),
    asked_ms=st.integers(0, 5_000),
    attempt_s=st.floats(0.05, 1),
)
def test_a_pause_is_at_least_what_was_asked_and_at_most_the_ceiling_more(
    timeout_s: float, fractions: list[float], asked_ms: int, attempt_s: float
) -> None:
    clock = Clock()
    turns = iter(fractions * 1_000)
    attempts = Attempts("op", timeout_s, clock_s=clock, fraction=lambda: next(turns))
    ceiling_s = 0.05
    for pause_s in pauses(attempts, clock, attempt_s, asked_ms):
        assert asked_ms / 1000 <= pause_s <= asked_ms / 1000 + ceiling_s
        ceiling_s = min(2 * ceiling_s, LAST_CEILING_S)
    assert clock.now_s <= 1000 + timeout_s + attempt_s, "no pause goes beyond the time of the call"


def test_pauses_grow_up_to_a_bound() -> None:
    clock = Clock()
    attempts = Attempts("op", 20, clock_s=clock, fraction=lambda: 0.999)
    found = [round(pause_s, 2) for pause_s in pauses(attempts, clock)]
    assert found[:8] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


def test_the_last_attempt_keeps_time_to_be_answered() -> None:
    clock = Clock()
    attempts = Attempts("op", 10, clock_s=clock, fraction=lambda: 0.999)
    found = pauses(attempts, clock, attempt_s=0)
    assert attempts.remaining_s() == pytest.approx(0.2)
    assert sum(found) == pytest.approx(9.8), "all but that is used"


def test_a_clock_that_runs_past_the_end_leaves_no_negative_time() -> None:
    clock = Clock()
    attempts = Attempts("op", 1, clock_s=clock)
    clock.now_s += 5
    assert attempts.remaining_s() == 0
    with pytest.raises(GateError):
        attempts.pause_after(away())
