"""A server that has the gate's user, and what that user was denied there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import redis

from gate_service.doctor import rights
from gate_service.doctor.terms import Kind
from tests.stores import Server, single

PASSWORD = "open-sesame"  # noqa: S105 - of a server that lives as long as a test
CREDENTIALS = f"gate:{PASSWORD}"


@dataclass(frozen=True)
class Guarded:
    """The server, its URL for the gate's user, and a client of its own master."""

    server: Server
    url: str
    admin: redis.Redis

    def denied(self) -> list[str]:
        """Name what was denied since this was asked last."""
        return denied(self.admin)


@contextmanager
def guarded_single(kind: str, *, rule: str = "", fsync: str = "everysec") -> Iterator[Guarded]:
    """Run a server with the gate's user, or with one by another `rule`. Raises `NoProgramError`."""
    with single(kind, acl=[rule or acl_rule()], fsync=fsync) as store, store.server.client() as admin:
        yield Guarded(store.server, store.as_user(CREDENTIALS), admin)


def acl_rule(kind: Kind = Kind.SINGLE, database: int = 0) -> str:
    """Give what `gate doctor --print-acl` writes as a line of a server's own file."""
    line = rights.acl_line("gate", kind, database).replace("PASSWORD", PASSWORD)
    return line.removeprefix("ACL SETUSER ").replace(" reset ", " ")


def send(client: redis.Redis, *words: str | int) -> Any:  # noqa: ANN401 - a reply's shape is the command's
    """Send one command as it stands."""
    return client.execute_command(*words)  # type: ignore[no-untyped-call] # the library's own


def denied(admin: redis.Redis) -> list[str]:
    """Name what a server has denied since this was asked last."""
    rows = send(admin, "ACL", "LOG")
    send(admin, "ACL", "LOG", "RESET")
    return [str(dict(zip(row[::2], row[1::2], strict=True))["object"]) for row in rows]
