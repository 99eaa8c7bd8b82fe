"""Which server of a cluster has which slot, and which slot a command is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, Final

from redis import exceptions
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from gate_service.store.urls import Address

_WITHOUT_KEY: Final = frozenset(
    {"ACL", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "DBSIZE", "FLUSHALL", "INFO", "LATENCY", "PING", "ROLE", "SCAN"}
    | {"SCRIPT", "SLOWLOG", "TIME", "WAIT"}
)
_KEY_AFTER_NUMBER: Final = frozenset({"EVAL", "EVALSHA"})
_KEY_AFTER_SUBCOMMAND: Final = frozenset({"MEMORY", "OBJECT", "XINFO"})


def slot_of(key: str) -> int:
    """Give the slot of a key."""
    return key_slot(key.encode())


def key_of(command: Sequence[str | int]) -> str | None:
    """Give the first key that a command names; None where it names none."""
    name = str(command[0]).upper()
    if name in _WITHOUT_KEY:
        return None
    if name in _KEY_AFTER_NUMBER:
        return str(command[3]) if int(command[2]) else None
    return str(command[2 if name in _KEY_AFTER_SUBCOMMAND else 1])


class SlotMap:
    """Who has which slot, as one server of the cluster told it, and as others corrected it since."""

    def __init__(self, owners: list[Address | None], replicas: frozenset[Address]) -> None:
        """Keep the owner of each slot, None where nobody has it, and who stands ready to follow an owner."""
        self._owners = owners
        self.replicas: Final = tuple(sorted(replicas))
        self._probes: dict[Address, str] = {}
        self.primaries: tuple[Address, ...] = ()
        """Those that have slots, in order."""
        self._count()

    @classmethod
    def of(cls, reply: Any, asked: Address) -> SlotMap:  # noqa: ANN401 - what a server says
        """Read the reply to CLUSTER SLOTS; `asked` is who gave it. Raises ValueError where it is none."""
        owners: list[Address | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        replicas: set[Address] = set()
        try:
            for first, last, *servers in reply:
                # Where a server does not know its own name, it is the one that was asked.
                owner, *others = ((str(server[0] or asked[0]), int(server[1])) for server in servers)
                owners[int(first) : int(last) + 1] = [owner] * (int(last) + 1 - int(first))
                replicas.update(others)
        except (TypeError, ValueError, IndexError) as error:
            raise ValueError("it does not say who has which slot") from error
        if len(owners) != REDIS_CLUSTER_HASH_SLOTS or not any(owners):
            raise ValueError("it does not say who has which slot")
        return cls(owners, frozenset(replicas))

    def owner(self, slot: int) -> Address | None:
        """Say who has a slot."""
        return self._owners[slot]

    def learn(self, slot: int, owner: Address) -> None:
        """Take a correction over."""
        if self._owners[slot] != owner:
            self._owners[slot] = owner
            self._count()

    def tag_at(self, primary: Address) -> str:
        """Give a hash tag whose slot this primary has: the shortest number that is one."""
        known = self._probes.get(primary)
        if known is None or self._owners[slot_of(known)] != primary:
            known = next(tag for tag in map(str, count()) if self._owners[slot_of(tag)] == primary)
            self._probes[primary] = known
        return known

    def __iter__(self) -> Iterator[Address]:
        """Go through the primaries."""
        return iter(self.primaries)

    def _count(self) -> None:
        self.primaries = tuple(sorted({owner for owner in self._owners if owner}))


def address_in(error: exceptions.AskError, asked: Address) -> Address:
    """Give where a server says that the keys are; `asked` is who said so."""
    return (error.host.strip("[]") or asked[0], error.port)
