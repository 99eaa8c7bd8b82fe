"""What a store is held to: the promise, and what its address says of the way to it."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from gate_service.domain.durability import Durability

DEFAULT_USER: Final = "default"
_YES: Final = ("true", "yes", "1")
_NO: Final = ("false", "no", "0", "none", "optional")
"""How a query says that a certificate, or the name in it, is not checked."""


class Kind(StrEnum):
    """What kind of store the address names."""

    SINGLE = "single"
    SENTINEL = "sentinel"
    CLUSTER = "cluster"


class Way(StrEnum):
    """How the gate reaches the store."""

    SOCKET = "a socket of this machine"
    LOOPBACK = "in the clear, within this machine"
    CLEAR = "in the clear"
    UNVERIFIED = "by TLS, without a check of who answers"
    TLS = "by TLS"


class Terms(NamedTuple):
    """What a store is held to."""

    promise: Durability
    user: str = DEFAULT_USER
    has_password: bool = False
    way: Way = Way.CLEAR
    kind: Kind = Kind.SINGLE
    database: int = 0

    @classmethod
    def of(cls, url: str, promise: Durability) -> Terms:
        """Read the address of a store. Nothing of a password is kept."""
        parts = urlsplit(url)
        credentials, _, hosts = parts.netloc.rpartition("@")
        user, _, password = credentials.partition(":")
        query = {key: values[-1].lower() for key, values in parse_qs(parts.query).items()}
        kind = next((each for each in Kind if parts.scheme.endswith(f"+{each}")), Kind.SINGLE)
        return cls(
            promise,
            unquote(user) or unquote(query.get("username", "")) or DEFAULT_USER,
            bool(password or query.get("password")),
            _way(parts.scheme, hosts, query),
            kind,
            _database(kind, parts.scheme, parts.path, query),
        )


def _way(scheme: str, hosts: str, query: dict[str, str]) -> Way:
    if scheme == "unix":
        return Way.SOCKET
    if scheme.startswith("rediss") or query.get("tls") in _YES:
        checked = not {query.get("ssl_cert_reqs"), query.get("ssl_check_hostname")} & {*_NO}
        return Way.TLS if checked else Way.UNVERIFIED
    return Way.LOOPBACK if all(map(_is_loopback, hosts.split(","))) else Way.CLEAR


def _is_loopback(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _database(kind: Kind, scheme: str, path: str, query: dict[str, str]) -> int:
    """Read its number; behind the Sentinels it follows the name of what they watch."""
    words = [] if scheme == "unix" else path.split("/")[2 if kind is Kind.SENTINEL else 1 :]
    told = query.get("db") or (words[0] if words else "")
    return int(told) if told.isascii() and told.isdigit() else 0
