"""An address that the workers of one gate share, and that nobody else gets by accident.

Sockets that set SO_REUSEPORT may listen on one address beside each other, and the kernel gives each new connection to
one of them. It asks only that they are of the same user: a second gate would take its share of the calls unnoticed.
Hence the address is first taken alone, and then kept by a socket that never listens, in whose way whoever does not mean
to share finds himself.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from gate_service.bootstrap.errors import ListenFailed

_NOT_HERE: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


@contextmanager
def kept(listen: str) -> Iterator[str]:
    """Keep "host:port" until the block ends, and give it with the number that stands for port 0. "" stays "".

    Raises `ListenFailed` where somebody else has it, another gate with workers too, or where it is no address here.
    """
    if not listen:
        yield ""
        return
    host, _, port = listen.rpartition(":")
    with ExitStack() as stack:
        try:
            number = _keep(stack, host.removeprefix("[").removesuffix("]"), int(port))
        except OSError as error:
            raise ListenFailed(f"cannot listen on {listen}: it is in use or not an address here") from error
        yield f"{host}:{number}"


def _keep(stack: ExitStack, host: str, port: int) -> int:
    """Bind each address of the host that this machine has, all to one port, and give its number. Raises OSError."""
    number, missing = port, OSError(f"{host} has no address")
    keepers = []
    for family, _, _, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        address = (place[0], number, *place[2:])
        try:
            _take_alone(family, address)
            keepers.append(stack.enter_context(_bound_to_be_shared(family, address)))
        except OSError as error:
            if error.errno not in _NOT_HERE:
                raise
            missing = error
        else:
            number = int(keepers[0].getsockname()[1])
    if not keepers:
        raise missing
    return number


def _take_alone(family: int, address: tuple[object, ...]) -> None:
    """Listen there for a moment. Raises OSError where anybody else is bound to it."""
    with socket.socket(family) as alone:
        alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that ended lately are no hindrance
        alone.bind(address)
        alone.listen()


def _bound_to_be_shared(family: int, address: tuple[object, ...]) -> socket.socket:
    keeper = socket.socket(family)
    try:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        keeper.bind(address)
        # From here on it is in the way of everybody who sets the one and not the other.
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    except OSError:
        keeper.close()
        raise
    return keeper
