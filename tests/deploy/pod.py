"""A gate as the manifest's container starts it, and the calls that a kubelet makes to it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final, Self, TypeVar

import grpc
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2

from tests.deploy import manifest

STARTUP, READINESS, LIVENESS = (manifest.probe(name) for name in ("startup", "readiness", "liveness"))
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
PATIENCE_S: Final = 30.0
"""How long to wait for what must happen; far more than it takes, for a machine that is busy."""

AnswerT = TypeVar("AnswerT", bound=Message)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, f"never came true: {what}"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def unary(
    channel: grpc.Channel, method: str, response: type[AnswerT]
) -> grpc.UnaryUnaryMultiCallable[Message, AnswerT]:
    """Give one method as bare gRPC has it: nothing is asked twice."""
    return channel.unary_unary(
        method,
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=response.FromString,
    )


class Pod:
    """One gate, started with the arguments and the environment of the manifest's container."""

    def __init__(self, store_url: str, output: IO[bytes], **settings: str) -> None:
        """Start it; only addresses, store and what `settings` names differ from the manifest.

        Whoever calls it may: these tests are about probes and ends, and the map of the manifest knows nobody yet.
        """
        self.port, self.probe_port = free_port(), free_port()
        served_at = f"0.0.0.0:{manifest.port('grpc')}"
        args = [f"127.0.0.1:{self.port}" if arg == served_at else arg for arg in manifest.container()["args"]]
        env = {name: value for name, value in os.environ.items() if not name.startswith("GATE_")}
        env |= manifest.config() | {"GATE_REDIS_URL": store_url, "GATE_AUTHENTICATION": "none", "GATE_HANDOFFS": ""}
        env |= {"GATE_PROBE_LISTEN": f"127.0.0.1:{self.probe_port}"} | settings
        gate = Path(sys.executable).with_name("gate")
        self.process = subprocess.Popen([gate, *args], env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def probe(self, probe: manifest.Probe) -> bool:
        """Do as the kubelet: a connection of its own, Check within the timeout; only SERVING is success."""
        with self._channel(self.probe_port) as channel:
            check = unary(channel, "/grpc.health.v1.Health/Check", health_pb2.HealthCheckResponse)
            try:
                answer = check(health_pb2.HealthCheckRequest(service=probe.service), timeout=probe.timeout_s)
            except grpc.RpcError:
                return False
            return answer.status == SERVING

    def channel(self) -> grpc.Channel:
        """Open a connection that shares nothing, above all not the backoff of one that failed before."""
        return self._channel(self.port)

    @staticmethod
    def _channel(port: int) -> grpc.Channel:
        return grpc.insecure_channel(f"127.0.0.1:{port}", [("grpc.use_local_subchannel_pool", 1)])

    def wait_until_ready(self) -> None:
        wait_until(lambda: self.probe(READINESS), "readiness")

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def exit_code(self) -> int:
        """Wait for its end as long as Kubernetes would before it kills."""
        return self.process.wait(manifest.pod()["terminationGracePeriodSeconds"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()


class Watch:
    """The answers of a Watch on one service, as they come."""

    def __init__(self, channel: grpc.Channel, service: str) -> None:
        """Ask once; everything after it is told."""
        watch: grpc.UnaryStreamMultiCallable[Message, health_pb2.HealthCheckResponse] = channel.unary_stream(
            "/grpc.health.v1.Health/Watch",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        self._stream = watch(health_pb2.HealthCheckRequest(service=service), timeout=PATIENCE_S * 3)

    def next(self) -> int:
        return next(self._stream).status

    def close(self) -> None:
        self._stream.cancel()
