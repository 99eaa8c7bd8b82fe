"""A slot on its way from one primary of a cluster to another, in the steps in which redis-cli does it."""

from __future__ import annotations

from collections.abc import Sequence

import redis

from tests.stores.server import Server

_MIGRATE_MS = 5_000


class Migration:
    """`begin`, then `move` until nothing is left, then `finish`. A test may stand still between any two of them."""

    def __init__(self, slot: int, source: Server, target: Server, primaries: Sequence[Server], password: str) -> None:
        """Do nothing yet. `primaries` are all but the target, to be told of its end."""
        self.slot = slot
        self.source = source
        self.target = target
        self._primaries = primaries
        self._password = password

    def begin(self) -> None:
        """Have the target import and the source migrate: a key that is not there any more is asked for elsewhere."""
        with self.source.client() as source, self.target.client() as target:
            source_id, target_id = _id(source), _id(target)
            target.execute_command("CLUSTER", "SETSLOT", self.slot, "IMPORTING", source_id)
            source.execute_command("CLUSTER", "SETSLOT", self.slot, "MIGRATING", target_id)

    def keys(self) -> list[str]:
        """Give the keys that are still at the source, in a fixed order."""
        with self.source.client() as source:
            return sorted(source.execute_command("CLUSTER", "GETKEYSINSLOT", self.slot, 10_000))

    def move(self, *names: str) -> None:
        """Move these keys, each whole."""
        auth = ("AUTH", self._password) if self._password else ()
        with self.source.client() as source:
            source.execute_command("MIGRATE", "127.0.0.1", self.target.port, "", 0, _MIGRATE_MS, *auth, "KEYS", *names)

    def move_all(self, at_a_time: int = 10) -> None:
        """Move what is left, and what appears meanwhile."""
        while left := self.keys():
            self.move(*left[:at_a_time])

    def finish(self) -> None:
        """Have the slot be the target's, in the eyes of all primaries."""
        with self.target.client() as target:
            target_id = _id(target)
        for server in (self.target, self.source, *(one for one in self._primaries if one is not self.source)):
            if server.runs:
                with server.client() as client:
                    client.execute_command("CLUSTER", "SETSLOT", self.slot, "NODE", target_id)

    def complete(self) -> None:
        """Do all of it that is left to be done."""
        self.begin()
        self.move_all()
        self.finish()


def _id(client: redis.Redis) -> str:
    found: object = client.execute_command("CLUSTER", "MYID")  # type: ignore[no-untyped-call]
    return str(found)
