"""The kinds of values that can be set: how each is read from a flag, a variable or a file, and what it allows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gate_service.domain.durability import PROMISE_NOTHING, Durability, Fsync
from gate_service.domain.limits import BUCKET_MAX, ID_PATTERN
from gate_service.store import urls

_PORT_MAX = 65_535
_REPLICAS_MAX = 10
_WAIT_MAX_MS = 60_000


@dataclass(frozen=True)
class Kind:
    """One kind of value. `read` raises ValueError or TypeError for what is not `allowed`."""

    read: Callable[[object], object]
    allowed: str
    about: str
    metavar: str
    """How a value is called where usage is told."""
    secret: bool = False


def whole(lowest: int, highest: int, about: str) -> Mapping[str, Kind]:
    """Allow whole numbers from `lowest` to `highest`."""

    def read(value: object) -> int:
        number = _whole(value)
        if not lowest <= number <= highest:
            raise ValueError
        return number

    return {"kind": Kind(read, f"a whole number from {lowest} to {highest}", about, "NUMBER")}


def one_of(choices: Sequence[str], about: str, make: Callable[[str], object] = str) -> Mapping[str, Kind]:
    """Allow a few words; `make` turns the word into its enum value."""

    def read(value: object) -> object:
        if value not in choices:
            raise ValueError
        return make(str(value))

    return {"kind": Kind(read, "one of " + ", ".join(choices), about, "|".join(choices))}


def address(about: str) -> Mapping[str, Kind]:
    """Allow host:port; port 0 lets the system choose."""
    return {"kind": Kind(_address, "HOST:PORT or [IPV6]:PORT with a port from 0 to 65535", about, "HOST:PORT")}


def store_url(about: str) -> Mapping[str, Kind]:
    """Allow the addresses by which a store is reached; they may carry a password."""
    allowed = (
        "redis://HOST:PORT/DB, rediss://HOST:PORT/DB (TLS), unix:///PATH, "
        "redis+sentinel://HOST:PORT,HOST:PORT/MASTER_NAME/DB or redis+cluster://HOST:PORT,HOST:PORT "
        "(TLS for these two: ?tls=true)"
    )
    return {"kind": Kind(_store_url, allowed, about, "URL", secret=True)}


def promise(about: str) -> Mapping[str, Kind]:
    """Allow what must be true of a write before it is acknowledged."""
    allowed = (
        f"a table of fsync (always or everysec), replicas (0 to {_REPLICAS_MAX}) and wait_ms (1 to {_WAIT_MAX_MS}): "
        "a TOML table, JSON, or fsync=always,replicas=1,wait_ms=500"
    )
    return {"kind": Kind(_promise, allowed, about, "fsync=…,replicas=…,wait_ms=…")}


def text(longest: int, about: str) -> Mapping[str, Kind]:
    """Allow a line of text."""

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise TypeError
        if len(value) > longest or not value.isprintable():
            raise ValueError
        return value

    return {"kind": Kind(read, f"one line of at most {longest} characters", about, "TEXT")}


def file(about: str) -> Mapping[str, Kind]:
    """Allow the path of a file; whether it is there shows when it is read."""
    return {"kind": Kind(_file, "the path of a file", about, "FILE")}


def units_by_channel(about: str) -> Mapping[str, Kind]:
    """Allow a table of channel and units: a TOML table, JSON, or `a=1,b=2`."""
    allowed = f"a table of channel to units (0 to {BUCKET_MAX}): a TOML table, JSON, or web=5,store=2"
    return {"kind": Kind(_units_by_channel, allowed, about, "CHANNEL=UNITS,…")}


def _table(value: object) -> Mapping[str, object]:
    if isinstance(value, str):
        value = json.loads(value) if value.lstrip().startswith("{") else _pairs(value)
    if not isinstance(value, Mapping):
        raise TypeError
    return value


def _promise(value: object) -> Durability:
    if isinstance(value, Durability):
        return value
    table = dict(_table(value))
    fsync = Fsync(str(table.pop("fsync", PROMISE_NOTHING.fsync)))
    replicas = _whole(table.pop("replicas", PROMISE_NOTHING.replicas))
    wait_ms = _whole(table.pop("wait_ms", PROMISE_NOTHING.wait_ms))
    if table or not 0 <= replicas <= _REPLICAS_MAX or not 1 <= wait_ms <= _WAIT_MAX_MS:
        raise ValueError
    return Durability(fsync, replicas, wait_ms)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    return int(value)


def _address(value: object) -> str:
    if not isinstance(value, str) or value != value.strip():
        raise TypeError
    host, separator, port = value.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    bracketed = host == f"[{bare}]"
    if not (separator and bare and port.isascii() and port.isdigit()) or (":" in bare) != bracketed:
        raise ValueError
    if not int(port) <= _PORT_MAX:
        raise ValueError
    return value


def _store_url(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    urls.check(value)
    return value


def _file(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise TypeError
    return value


def _units_by_channel(value: object) -> dict[str, int]:
    buffers = {str(channel): _whole(units) for channel, units in _table(value).items()}
    if not all(ID_PATTERN.fullmatch(channel) and 0 <= units <= BUCKET_MAX for channel, units in buffers.items()):
        raise ValueError
    return buffers


def _pairs(text: str) -> dict[str, str]:
    pairs = [part.split("=") for part in text.split(",") if part.strip()]
    if any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004 a name and a value
        raise ValueError
    return {channel.strip(): units.strip() for channel, units in pairs}
