from __future__ import annotations

from collections.abc import Callable

import pytest
from grpc_health.v1.health_pb2 import HealthCheckResponse

from fulfillment_gate import DeadlineExceeded, Unavailable
from fulfillment_gate.rpcs import GATE_SERVICE
from tests.sdk.client import Client
from tests.sdk.peer import Peer


async def test_a_pod_that_is_not_ready_gets_no_calls(connect: Callable[..., Client], peer: Peer) -> None:
    client = connect(f"dns:///{peer.target}")
    peer.health.set(GATE_SERVICE, HealthCheckResponse.NOT_SERVING)
    with pytest.raises((Unavailable, DeadlineExceeded)):
        await client.ask("get_stock", "berlin", ["mug"], timeout_s=0.5)
    assert peer.seen == []
    peer.health.set(GATE_SERVICE, HealthCheckResponse.SERVING)
    await client.ask("get_stock", "berlin", ["mug"])
    assert len(peer.seen) == 1


async def test_a_pod_that_is_not_ready_is_called_by_whoever_has_a_question_for_it(
    connect: Callable[..., Client], peer: Peer
) -> None:
    client = connect(f"dns:///{peer.target}", only_ready=False)
    peer.health.set(GATE_SERVICE, HealthCheckResponse.NOT_SERVING)
    await client.ask("get_status")
    assert peer.methods() == ["GetStatus"]
