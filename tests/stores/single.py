"""A server that stands alone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.stores.ports import free_ports
from tests.stores.programs import find_program
from tests.stores.server import Server, store_lines
from tests.stores.tls import Certificates


class Single:
    """A running server and its URL, without a user or a password in it."""

    def __init__(self, server: Server) -> None:
        """Keep the server."""
        self.server = server

    @property
    def url(self) -> str:
        """Give where it is found, by a user's name and password where `as_user` is asked instead."""
        return self.as_user("")

    def as_user(self, credentials: str) -> str:
        """Give the URL with `user:password` in it."""
        at = f"{credentials}@" if credentials else ""
        tls = self.server.tls
        return f"rediss://{at}{self.server.address}/0?{tls.query}" if tls else f"redis://{at}{self.server.address}/0"


@contextmanager
def single(
    kind: str = "valkey",
    *,
    fsync: str = "everysec",
    tls: bool = False,
    acl: Sequence[str] = (),
    lines: Sequence[str] = (),
) -> Iterator[Single]:
    """Run a server until the block ends. Only `redis` speaks TLS here.

    `acl` are users as the server's file has them, without the word `user`; `lines` more of that file. Raises
    `NoProgramError`.
    """
    program = find_program(kind)
    with tempfile.TemporaryDirectory(prefix="gate-single-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        certificates = Certificates(folder / "tls") if tls else None
        own = [*store_lines(fsync), *(f"user {line}" for line in acl), *lines]
        server = Server(program, folder / "server", free_ports(1)[0], own, tls=certificates)
        try:
            server.start()
            yield Single(server)
        finally:
            server.kill()
