"""The URLs of stores that are several servers.

redis+sentinel://[USER:PASSWORD@]HOST:PORT,HOST:PORT/MASTER_NAME[/DB][?OPTIONS]
redis+cluster://[USER:PASSWORD@]HOST:PORT,HOST:PORT[?OPTIONS]

User and password are the servers', as in redis://. OPTIONS: `tls=true` for TLS to every server and Sentinel, with the
client library's `ssl_…` beside it; for the Sentinels `sentinel_username` and `sentinel_password`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

SENTINEL: Final = "redis+sentinel"
CLUSTER: Final = "redis+cluster"

_PORTS: Final = {SENTINEL: 26_379, CLUSTER: 6_379}
_PORT_MAX: Final = 65_535
_HOST: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.%]+\]|[^\[\]:,/@\s]+)(:(?P<port>[0-9]{1,5}))?")
_MASTER: Final = re.compile(r"/(?P<master>[A-Za-z0-9._-]+)(/(?P<db>[0-9]{1,4})?)?")
_SWITCHES: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_TLS_OPTIONS: Final = frozenset(
    {"ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_password", "ssl_cert_reqs", "ssl_check_hostname"}
)
_SENTINEL_OPTIONS: Final = frozenset({"sentinel_username", "sentinel_password"})

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


def parse(url: str) -> StoreUrl:
    """Read a URL of either scheme. Raises ValueError where it is none; the text holds no part of it."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or parts.fragment:
        raise ValueError("it is no URL of a store of several servers")
    credentials, _, hosts = parts.netloc.rpartition("@")
    master, database = _path(parts.scheme, parts.path)
    options = _options(parts.scheme, parts.query)
    tls = _tls(options)
    user, password = options.get("sentinel_username", ""), options.get("sentinel_password", "")
    return StoreUrl(
        scheme=parts.scheme,
        hosts=tuple(_host(text, _PORTS[parts.scheme]) for text in hosts.split(",")),
        master=master,
        database=database,
        _credentials=f"{credentials}@" if credentials else "",
        _sentinel_credentials=f"{quote(user, safe='')}:{quote(password, safe='')}@" if user or password else "",
        _tls=tls,
    )


def address_text(host: str, port: int) -> str:
    """Write an address as a URL has it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _host(text: str, port: int) -> Address:
    found = _HOST.fullmatch(text)
    if not found or int(found["port"] or port) > _PORT_MAX:
        raise ValueError("each host is HOST:PORT or [IPV6]:PORT")
    return found["host"].strip("[]"), int(found["port"] or port)


def _path(scheme: str, path: str) -> tuple[str, int]:
    """Read the name of what the Sentinels watch, and the number of the database; a cluster has neither."""
    if scheme == CLUSTER:
        if path not in ("", "/", "/0"):
            raise ValueError("a cluster has no database but 0")
        return "", 0
    found = _MASTER.fullmatch(unquote(path))
    if not found:
        raise ValueError("behind the hosts stands /MASTER_NAME or /MASTER_NAME/DB")
    return found["master"], int(found["db"] or 0)


def _options(scheme: str, query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    known = {"tls"} | _TLS_OPTIONS | (_SENTINEL_OPTIONS if scheme == SENTINEL else frozenset())
    if len({name for name, _ in pairs}) < len(pairs) or not known.issuperset(name for name, _ in pairs):
        raise ValueError(f"behind the ? only these may stand, each once: {', '.join(sorted(known))}")
    return dict(pairs)


def _tls(options: dict[str, str]) -> tuple[tuple[str, str], ...] | None:
    more = tuple((name, value) for name, value in options.items() if name in _TLS_OPTIONS)
    wanted = _SWITCHES.get(options.get("tls", "false").lower())
    if wanted is None or (more and not wanted):
        raise ValueError("tls is true or false, and true where an ssl_ option is given")
    return more if wanted else None
