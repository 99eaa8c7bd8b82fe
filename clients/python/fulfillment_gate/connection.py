"""How the gate is reached, and who asks: what both clients need to know before either opens a channel."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import grpc

from fulfillment_gate.retry import Attempts
from fulfillment_gate.rpcs import GATE_SERVICE

PRINTABLE: Final = re.compile(r"[\x20-\x7e]*")
_TOKEN: Final = re.compile(r"[\x21-\x7e]*")

CHANNEL_OPTIONS: Final[tuple[tuple[str, str | int], ...]] = (
    ("grpc.primary_user_agent", "fulfillment-gate-python"),
    # gRPC's own retries would repeat a call behind our back; ours carry the same operation id and know the deadline.
    ("grpc.enable_retries", 0),
    # Our own gate is trusted: a count of 2,000 SKUs may answer with the orders that each of them hits.
    ("grpc.max_receive_message_length", 64 * 1024 * 1024),
    # A service config from DNS could bring retries, or a timeout that fires early.
    ("grpc.service_config_disable_resolution", 1),
    # A gate that restarts is found again soon: the defaults wait a second, then up to two minutes, and give 20 s to an
    # attempt to connect ("min"), longer than most calls last.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 5_000),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    # Servers take pings closer than five minutes as abuse and hang up. The timeout also bounds how long sent bytes may
    # stay unacknowledged (TCP_USER_TIMEOUT), which is what finds a dead peer in the middle of a call.
    ("grpc.keepalive_time_ms", 305_000),
    ("grpc.keepalive_timeout_ms", 10_000),
)

_ROUND: Final[dict[str, object]] = {"loadBalancingConfig": [{"round_robin": {}}]}
MANY_PODS: Final[tuple[tuple[str, str | int], ...]] = (
    ("grpc.service_config", json.dumps({**_ROUND, "healthCheckConfig": {"serviceName": GATE_SERVICE}})),
)
"""For a target `dns:///name:port`: calls go round all addresses behind the name that say they are SERVING."""
ALL_PODS: Final[tuple[tuple[str, str | int], ...]] = (("grpc.service_config", json.dumps(_ROUND)),)
"""The same, whatever they say."""


def checked_timeout_s(timeout_s: float) -> float:
    """Give it back where it is a usable number of seconds. Raises ValueError."""
    if not (math.isfinite(timeout_s) and timeout_s > 0):
        raise ValueError(f"timeout_s must be a positive number of seconds, not {timeout_s!r}")
    return timeout_s


@dataclass(frozen=True, slots=True)
class Connection:
    """Raises ValueError where a part of it could never work."""

    target: str
    system: str
    actor: str
    timeout_s: float
    credentials: grpc.ChannelCredentials | None
    token: str = field(default="", repr=False)
    only_ready: bool = True

    def __post_init__(self) -> None:
        """Refuse now what would otherwise fail in each call."""
        if not self.target:
            raise ValueError("target must name the gate: host:port, unix:path or dns:///name:port")
        checked_timeout_s(self.timeout_s)
        for name in ("system", "actor"):
            if not PRINTABLE.fullmatch(getattr(self, name)):
                raise ValueError(f"{name} travels as a header: printable ASCII only")
        if not _TOKEN.fullmatch(self.token):
            raise ValueError("token travels as a header: printable ASCII without blanks only")

    @property
    def options(self) -> tuple[tuple[str, str | int], ...]:
        """The channel options for this target."""
        if not self.target.startswith("dns:///"):
            return CHANNEL_OPTIONS
        return CHANNEL_OPTIONS + (MANY_PODS if self.only_ready else ALL_PODS)

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The headers by which the caller names itself, and proves it."""
        proof = f"Bearer {self.token}" if self.token else ""
        named = (("gate-system", self.system), ("gate-actor", self.actor), ("authorization", proof))
        return tuple((key, value) for key, value in named if value)

    def attempts(self, operation_id: str, timeout_s: float | None) -> Attempts:
        """Start the clock of one logical call; None stands for the timeout of the connection. Raises ValueError."""
        return Attempts(operation_id, self.timeout_s if timeout_s is None else checked_timeout_s(timeout_s))


def tls(
    *,
    ca: Path | str | None = None,
    cert: Path | str | None = None,
    key: Path | str | None = None,
) -> grpc.ChannelCredentials:
    """Give the credentials for a gate that serves TLS; each is the path of a PEM file.

    `ca`: who signed the gate's certificate; without it the system's own list is trusted. `cert` and `key`, together:
    what this caller shows of itself. Raises OSError where a file cannot be read, ValueError for half a pair.
    """
    if (cert is None) != (key is None):
        raise ValueError("a client certificate needs both cert and key")
    files = [None if path is None else Path(path).read_bytes() for path in (ca, key, cert)]
    return grpc.ssl_channel_credentials(*files)
