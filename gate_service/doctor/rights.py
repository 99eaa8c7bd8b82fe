"""Which commands the gate sends: what its user at the store must be allowed, and nothing else.

Scripts run with the rights of whoever calls them, so what they do counts as sent. Tests hold the table to the code, and
to what a store has really been asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from gate_service.doctor.terms import Kind

KEYS: Final = "gate:*"
"""What every key of the gate looks like."""

SENT: Final[Mapping[str, tuple[str, ...]]] = {
    "store": ("EVALSHA sha 1 @", "SCRIPT LOAD text", "SET @ 1", "WAIT 1 100", "PING", "SCAN 0"),
    "sentinel": ("ROLE",),
    "cluster": ("ASKING", "CLUSTER INFO", "CLUSTER SLOTS"),
    "ledger": (
        *("EXISTS @", "HDEL @ a", "HEXISTS @ a", "HGET @ a", "HGETALL @", "HINCRBY @ a 1", "HKEYS @", "HLEN @"),
        *("HMGET @ a", "HSCAN @ 0", "HSET @ a b", "MEMORY USAGE @", "SADD @ a", "SCARD @"),
        *("SISMEMBER @ a", "SMEMBERS @", "SREM @ a", "TIME", "XADD @ * a b", "XRANGE @ - +", "XREVRANGE @ + -"),
        *("XTRIM @ MAXLEN 1", "ZADD @ 0 a", "ZCARD @", "ZCOUNT @ 0 1", "ZRANGE @ 0 1", "ZRANGEBYLEX @ - +"),
        *("ZRANGEBYSCORE @ 0 1", "ZREM @ a", "ZREVRANGEBYLEX @ + -", "ZSCORE @ a"),
    ),
    "catalog": (
        *("DEL @", "EVAL text 1 @", "EVALSHA sha 1 @", "EXISTS @", "GET @", "HDEL @ a", "HGET @ a", "HGETALL @"),
        *(
            "HINCRBY @ a 1",
            "HLEN @",
            "HMGET @ a",
            "HSCAN @ 0",
            "HSET @ a b",
            "INCR @",
            "LINDEX @ 0",
            "LMOVE @ @ LEFT RIGHT",
        ),
        *("LREM @ 0 a", "PERSIST @", "PEXPIRE @ 1", "RENAME @ @", "RPUSH @ a", "SADD @ a", "SET @ 1", "SREM @ a"),
        *("SSCAN @ 0", "TIME", "UNLINK @", "ZADD @ 0 a", "ZCARD @", "ZINCRBY @ 1 a", "ZRANGE @ 0 1"),
        *("ZRANGEBYSCORE @ 0 1", "ZREM @ a", "ZREVRANGE @ 0 1"),
    ),
    "reconcile": (
        *("DEL @", "EXPIRE @ 1", "GET @", "HDEL @ a", "HGET @ a", "HKEYS @", "HMGET @ a", "HSET @ a b", "SET @ 1"),
        *("TIME", "UNLINK @", "XADD @ * a b", "XRANGE @ - +", "XREVRANGE @ + -", "ZADD @ 0 a", "ZCARD @"),
        *("ZRANGE @ 0 1", "ZRANK @ a", "ZREM @ a", "ZREVRANK @ a"),
    ),
    "doctor": ("CONFIG GET a", "EVALSHA sha 0", "INFO", "PING", "SCAN 0", "SCRIPT LOAD text", "TIME"),
}
"""By the part of the gate that sends them, each with arguments of the least number, where @ is a key of the gate's.

They must be whole: a server that is asked whether a user may send an EVALSHA without its arguments looks for the keys
behind its end, and crashes. What stands under the name of a kind of store is sent to stores of that kind only.
"""
NEVER_SENT: Final = (
    *("FLUSHALL", "FLUSHDB", "KEYS *", "CONFIG SET appendonly no", "DEBUG SLEEP 0", "SHUTDOWN", "REPLICAOF NO ONE"),
    *("SCRIPT FLUSH", "ACL SETUSER gate", "MODULE LOAD nothing", "MONITOR", "SWAPDB 0 1"),
)
"""What whoever holds the gate's password could do harm with, where its user were allowed it."""
CONTAINERS: Final = ("ACL", "CLUSTER", "CONFIG", "MEMORY", "MODULE", "SCRIPT")
"""Commands that are several, by their second word."""
# Asks the server itself, which needs no right of its own and, unlike trying, leaves no trace in the log of denials.
ASK: Final = """\
local answers = {}
for i = 1, #ARGV do
    local known, may = pcall(redis.acl_check_cmd, unpack(cjson.decode(ARGV[i])))
    answers[i] = known and may and 1 or 0
end
return answers
"""


class Rights(NamedTuple):
    """What a user may, as far as the gate is concerned."""

    missing: tuple[str, ...]
    """What the gate sends and the user may not."""
    spare: tuple[str, ...]
    """What the user may and the gate never sends."""


def name_of(command: str) -> str:
    """Name a command as people do: with its subcommand, without its arguments."""
    words = command.split()
    return " ".join(words[: 2 if words[0] in CONTAINERS else 1])


def needed(kind: Kind) -> list[str]:
    """Name every command that the gate sends, in order."""
    return sorted(_needed(kind))


def acl_line(user: str, kind: Kind, database: int = 0) -> str:
    """Write the command that makes the gate's user, whatever it was before; PASSWORD is to be filled in."""
    commands = ["+" + command.lower().replace(" ", "|") for command in needed(kind)]
    if database:
        commands.append(f"+select|{database}")
    return f"ACL SETUSER {user} reset on >PASSWORD ~{KEYS} resetchannels -@all {' '.join(commands)}"


class Questions:
    """What the script `ASK` is asked about the rights of a user, and what its answers mean."""

    def __init__(self, kind: Kind, database: int = 0) -> None:
        """Choose what the gate needs in a store of this kind, in this of its databases."""
        self._needed: dict[str, Sequence[str]] = {f"writing {KEYS}": ("HSET", _OWN_KEY, "a", "b")}
        if database:
            self._needed[f"SELECT {database}"] = ("SELECT", str(database))
        self._needed |= dict(sorted(_needed(kind).items()))
        self._spare: dict[str, Sequence[str]] = dict(map(_named, NEVER_SENT))
        self._spare[f"reading keys that are not {KEYS}"] = ("HGET", "not-gate", "a")
        self._asked = self._needed | self._spare

    def arguments(self) -> list[str]:
        """Give what the script is to be called with."""
        return [json.dumps(each) for each in self._asked.values()]

    def answered(self, answers: Sequence[int]) -> dict[str, bool]:
        """Read its answers: by what was asked about, whether it is allowed."""
        return {name: bool(answer) for name, answer in zip(self._asked, answers, strict=True)}

    def weighed(self, may: Mapping[str, bool]) -> Rights:
        """Hold what is allowed against what is needed."""
        missing = tuple(name for name in self._needed if not may[name])
        return Rights(missing, tuple(name for name in self._spare if may[name]))


def _needed(kind: Kind) -> dict[str, Sequence[str]]:
    parts = [commands for part, commands in SENT.items() if part == kind or part not in [*Kind]]
    return dict(_named(command) for commands in parts for command in commands)


def _named(command: str) -> tuple[str, Sequence[str]]:
    return name_of(command), [_OWN_KEY if word == "@" else word for word in command.split()]


_OWN_KEY: Final = "gate:{~doctor}:right"
"""Nobody has it; asking whether it may be written does not write it."""
