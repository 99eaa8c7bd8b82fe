from __future__ import annotations

import subprocess
import sys

import pytest
from grpc_health.v1.health_pb2 import HealthCheckResponse

from tests.sdk.client import Client
from tests.sdk.peer import Peer


@pytest.mark.parametrize("service", ["", "liveness", "fulfillment_gate.v1.StockService"])
async def test_a_service_that_serves_is_true(client: Client, peer: Peer, service: str) -> None:
    peer.health.set(service, HealthCheckResponse.SERVING)
    found = await client.probe(peer.target, service)
    assert found
    assert str(found) == "SERVING"


@pytest.mark.parametrize("status", ["NOT_SERVING", "UNKNOWN", "SERVICE_UNKNOWN"])
async def test_every_other_status_is_false(client: Client, peer: Peer, status: str) -> None:
    peer.health.set("", HealthCheckResponse.ServingStatus.Value(status))
    found = await client.probe(peer.target)
    assert not found
    assert found.status == status


async def test_a_status_of_tomorrow_is_false(client: Client, peer: Peer) -> None:
    peer.health.set("", 9)
    found = await client.probe(peer.target)
    assert not found
    assert str(found) == "UNKNOWN: status 9"


async def test_a_service_that_nobody_named_is_false(client: Client, peer: Peer) -> None:
    found = await client.probe(peer.target, "no.such.Service")
    assert not found
    assert found.status == "SERVICE_UNKNOWN"


async def test_nobody_there_is_an_answer_too(client: Client) -> None:
    found = await client.probe("127.0.0.1:1")
    assert not found
    assert str(found).startswith("UNAVAILABLE: ")


def test_the_exit_code_is_what_an_orchestrator_reads(peer: Peer) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-W", "error", "-m", "fulfillment_gate.health", *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        return done.returncode, done.stdout

    peer.health.set("liveness", HealthCheckResponse.SERVING)
    peer.health.set("", HealthCheckResponse.NOT_SERVING)
    assert run(peer.target, "liveness", "--timeout", "10") == (0, "SERVING\n")
    assert run(peer.target, "--timeout", "10") == (1, "NOT_SERVING\n")
    assert run()[0] == 2
