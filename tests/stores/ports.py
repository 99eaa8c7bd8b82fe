"""Ports of the loopback that stay ours while a server is away."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack
from typing import Final

# Below what the system gives to connections on their way out: a server that is started again finds its port free.
_LOWEST: Final = 12_000
_HIGHEST: Final = 32_000
_TRIES: Final = 200


def free_ports(count: int) -> list[int]:
    """Give so many ports on which nobody listens now."""
    with ExitStack() as held:
        ports: list[int] = []
        for _ in range(_TRIES):
            port = random.SystemRandom().randrange(_LOWEST, _HIGHEST)
            probe = held.enter_context(socket.socket())
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            ports.append(port)
            if len(ports) == count:
                return ports
    raise AssertionError("no free ports")
