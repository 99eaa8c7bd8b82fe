"""Asks a gate whether it is ready, as a load balancer or an orchestrator would.

`python -m fulfillment_gate.health TARGET [SERVICE]` prints the status and exits with 0 where it is SERVING, else 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2

LIVENESS: Final = "liveness"
"""The service name that is SERVING as long as the process lives; "" and the services of the contract mean readiness."""

OPTIONS: Final = (
    ("grpc.enable_retries", 0),
    # A probe that found nobody must not make the next one wait for the backoff of a shared connection.
    ("grpc.use_local_subchannel_pool", 1),
)


CHECK: Final = (
    "/grpc.health.v1.Health/Check",
    health_pb2.HealthCheckRequest.SerializeToString,
    health_pb2.HealthCheckResponse.FromString,
)


@dataclass(frozen=True, slots=True)
class Health:
    """The answer to a probe; true where the service is SERVING."""

    status: str
    """SERVING, NOT_SERVING, UNKNOWN, SERVICE_UNKNOWN, or the gRPC status code where no such answer came."""
    detail: str = ""
    """For people: why no answer came; empty where one did."""

    def __bool__(self) -> bool:
        """Tell whether to send calls there."""
        return self.status == "SERVING"

    def __str__(self) -> str:
        """Give the status, and why."""
        return f"{self.status}: {self.detail}" if self.detail else self.status


def probe(
    target: str, service: str = "", timeout_s: float = 1.0, *, credentials: grpc.ChannelCredentials | None = None
) -> Health:
    """Ask once, for at most `timeout_s` seconds, whether a service of the gate is ready. No answer is an answer too."""
    if credentials is None:
        opened = grpc.insecure_channel(target, OPTIONS)
    else:
        opened = grpc.secure_channel(target, credentials, OPTIONS)
    with opened as channel:
        check = channel.unary_unary(*CHECK)
        try:
            return _said(check(health_pb2.HealthCheckRequest(service=service), timeout=timeout_s))
        except grpc.RpcError as ended:
            return _not_said(ended)


async def probe_async(
    target: str, service: str = "", timeout_s: float = 1.0, *, credentials: grpc.ChannelCredentials | None = None
) -> Health:
    """Do as `probe`."""
    if credentials is None:
        opened = grpc.aio.insecure_channel(target, OPTIONS)
    else:
        opened = grpc.aio.secure_channel(target, credentials, OPTIONS)
    async with opened as channel:
        check = channel.unary_unary(*CHECK)
        try:
            return _said(await check(health_pb2.HealthCheckRequest(service=service), timeout=timeout_s))
        except grpc.RpcError as ended:
            return _not_said(ended)


def _said(answer: health_pb2.HealthCheckResponse) -> Health:
    try:
        return Health(health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status))
    except ValueError:  # a status of a newer protocol is not SERVING
        return Health("UNKNOWN", f"status {answer.status}")


def _not_said(ended: grpc.RpcError) -> Health:
    if ended.code() is grpc.StatusCode.NOT_FOUND:  # how the protocol answers for a service it does not watch
        return Health("SERVICE_UNKNOWN")
    return Health(ended.code().name, ended.details() or "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Probe from the command line; give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m fulfillment_gate.health", description="Is the gate ready?")
    parser.add_argument("target", metavar="TARGET", help="host:port")
    parser.add_argument("service", metavar="SERVICE", nargs="?", default="", help="default: the whole gate")
    parser.add_argument("--timeout", type=float, default=3.0, metavar="SECONDS", help="default: 3")
    options = parser.parse_args(arguments)
    health = probe(options.target, options.service, options.timeout)
    sys.stdout.write(f"{health}\n")
    return 0 if health else 1


if __name__ == "__main__":
    sys.exit(main())
