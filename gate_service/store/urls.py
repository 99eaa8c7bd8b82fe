"""The URLs of stores: which there are, and how one of several servers is read.

redis://[USER:PASSWORD@]HOST:PORT[/DB][?OPTIONS], the same by TLS as rediss://, and unix:///PATH[?OPTIONS]
redis+sentinel://[USER:PASSWORD@]HOST:PORT,HOST:PORT/MASTER_NAME[/DB][?OPTIONS]
redis+cluster://[USER:PASSWORD@]HOST:PORT,HOST:PORT[?OPTIONS]

User and password are the servers', as in redis://. OPTIONS: `tls=true` for TLS to every server and Sentinel, with the
client library's `ssl_…` beside it; for the Sentinels `sentinel_username` and `sentinel_password`. All of them stand
in `store/options.py`: the client library would take whatever it does not know for an argument of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlencode, urlsplit

from gate_service.store import options
from gate_service.store.options import UrlError

SENTINEL: Final = "redis+sentinel"
CLUSTER: Final = "redis+cluster"

_PORTS: Final = {SENTINEL: 26_379, CLUSTER: 6_379}
_PORT_MAX: Final = 65_535
_HOST: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.%]+\]|[^\[\]:,/@\s]+)(:(?P<port>[0-9]{1,5}))?")
_MASTER: Final = re.compile(r"/(?P<master>[A-Za-z0-9._-]+)(/(?P<db>[0-9]{1,4})?)?")
Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class StoreUrl:
    """A store of several servers. `hosts` are the Sentinels, or the cluster's servers to begin with."""

    scheme: str
    hosts: tuple[Address, ...]
    master: str
    database: int
    _credentials: str = field(repr=False)
    _sentinel_credentials: str = field(repr=False)
    _tls: tuple[tuple[str, str], ...] | None = field(repr=False)

    def of_server(self, host: str, port: int) -> str:
        """Give the URL by which the client library reaches one server."""
        return self._of(self._credentials, host, port, f"/{self.database}")

    def of_sentinel(self, host: str, port: int) -> str:
        """Give the URL by which the client library reaches one Sentinel."""
        return self._of(self._sentinel_credentials, host, port, "")

    def _of(self, credentials: str, host: str, port: int, path: str) -> str:
        scheme = "redis" if self._tls is None else "rediss"
        query = f"?{urlencode(self._tls)}" if self._tls else ""
        return f"{scheme}://{credentials}{address_text(host, port)}{path}{query}"


def is_of_several(url: str) -> bool:
    """Say whether a URL names a store of several servers."""
    return url.partition("://")[0] in _PORTS


def check(url: str) -> None:
    """Say whether a URL names a store. Raises `UrlError` where it does not."""
    if is_of_several(url):
        parse(url)
        return
    parts = _split(url)
    by_host = parts.scheme in ("redis", "rediss") and bool(parts.hostname)
    if not by_host and not (parts.scheme == "unix" and parts.path):
        raise UrlError("it names no server")
    told = options.read(parts.scheme, parts.query)
    if not by_host or parts.path in ("", "/"):
        return
    database = parts.path.removeprefix("/")
    if not options.DATABASE.fullmatch(database):
        raise UrlError("behind the host stands the number of a database, /0 to /9999")
    if int(told.get("db", database)) != int(database):
        raise UrlError("db must be the database that stands behind the host, or be left out")


def parse(url: str) -> StoreUrl:
    """Read a URL of several servers. Raises `UrlError` where it is none."""
    parts = _split(url)
    if parts.scheme not in _PORTS:
        raise UrlError("it is no URL of a store of several servers")
    credentials, _, hosts = parts.netloc.rpartition("@")
    master, database = _path(parts.scheme, parts.path)
    told = options.read(parts.scheme, parts.query)
    user, password = told.get("sentinel_username", ""), told.get("sentinel_password", "")
    return StoreUrl(
        scheme=parts.scheme,
        hosts=tuple(_host(text, _PORTS[parts.scheme]) for text in hosts.split(",")),
        master=master,
        database=database,
        _credentials=f"{credentials}@" if credentials else "",
        _sentinel_credentials=f"{quote(user, safe='')}:{quote(password, safe='')}@" if user or password else "",
        _tls=_tls(told),
    )


def address_text(host: str, port: int) -> str:
    """Write an address as a URL has it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS:
            _ = parts.port  # raises ValueError where it is no number
    except ValueError:  # its text may hold a part of the URL
        raise UrlError("the server is not HOST:PORT or [IPV6]:PORT with a port from 0 to 65535") from None
    if parts.fragment:
        raise UrlError("# must be written as %23")
    return parts


def _host(text: str, port: int) -> Address:
    found = _HOST.fullmatch(text)
    if not found or int(found["port"] or port) > _PORT_MAX:
        raise UrlError("each host is HOST:PORT or [IPV6]:PORT")
    return found["host"].strip("[]"), int(found["port"] or port)


def _path(scheme: str, path: str) -> tuple[str, int]:
    """Read the name of what the Sentinels watch, and the number of the database; a cluster has neither."""
    if scheme == CLUSTER:
        if path not in ("", "/", "/0"):
            raise UrlError("a cluster has no database but 0")
        return "", 0
    found = _MASTER.fullmatch(unquote(path))
    if not found:
        raise UrlError("behind the hosts stands /MASTER_NAME or /MASTER_NAME/DB")
    return found["master"], int(found["db"] or 0)


def _tls(told: dict[str, str]) -> tuple[tuple[str, str], ...] | None:
    more = tuple((name, value) for name, value in told.items() if name in options.TLS)
    wanted = options.SWITCHES[told.get("tls", "false").lower()]
    if more and not wanted:
        raise UrlError(f"tls must be true where {more[0][0]} is given")
    return more if wanted else None
