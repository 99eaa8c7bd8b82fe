"""A primary, its replica, and three Sentinels that watch them."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote

import redis

from tests.stores.ports import free_ports
from tests.stores.programs import find_program
from tests.stores.server import PATIENCE_S, Server, start_all, store_lines, until
from tests.stores.tls import Certificates

MASTER: Final = "gate"
_QUORUM: Final = 2
_OUT_OF_TOUCH: Final = {"s_down", "o_down", "disconnected", "failover_in_progress"}
# What Sentinels wait for, in ms; their own defaults are for networks that stall.
_PACE: Final = {"info-period": 500, "tilt-period": 1_000, "ask-period": 200, "ping-period": 200}


class SentinelTrio:
    """Two servers and three Sentinels. A dead or paused primary is replaced within about 1 to 3 s.

    A former primary that comes back stays one, and can be written, for four times `publish_ms` or so.
    """

    def __init__(
        self,
        kind: str = "valkey",
        *,
        fsync: str = "everysec",
        down_after_ms: int = 500,
        publish_ms: int = 500,
        password: str = "",
        sentinel_password: str = "",
        tls: bool = False,
        lines: Sequence[str] = (),
    ) -> None:
        """Choose ports; nothing runs until the block is entered. Raises `NoProgramError`."""
        program = find_program(kind)
        self._home = tempfile.TemporaryDirectory(prefix="gate-sentinel-", ignore_cleanup_errors=True)
        folder = Path(self._home.name)
        self._tls = Certificates(folder / "tls") if tls else None
        self._password = password
        self._sentinel_password = sentinel_password
        self._publish_ms = publish_ms
        ports = free_ports(5)
        own = [*store_lines(fsync), *([f"masterauth {password}"] if password else []), *lines]
        more = {"password": password, "tls": self._tls}
        first = Server(program, folder / "one", ports[0], own, **more)  # type: ignore[arg-type]
        second = Server(program, folder / "two", ports[1], [*own, f"replicaof 127.0.0.1 {ports[0]}"], **more)  # type: ignore[arg-type]
        self.servers: Final = [first, second]
        self.sentinels: Final = [
            Server(
                program,
                folder / f"sentinel-{number}",
                port,
                self._sentinel_lines(down_after_ms),
                sentinel=True,
                password=sentinel_password,
                tls=self._tls,
            )
            for number, port in enumerate(ports[2:], start=1)
        ]
        _acquaint(self.sentinels, second)

    def _sentinel_lines(self, down_after_ms: int) -> list[str]:
        return [
            f"sentinel monitor {MASTER} 127.0.0.1 {self.servers[0].port} {_QUORUM}",
            f"sentinel down-after-milliseconds {MASTER} {down_after_ms}",
            f"sentinel failover-timeout {MASTER} 2000",
            *([f"sentinel auth-pass {MASTER} {self._password}"] if self._password else []),
            *([f"sentinel sentinel-pass {self._sentinel_password}"] if self._sentinel_password else []),
        ]

    @property
    def url(self) -> str:
        """Give where gates find it."""
        at = f":{quote(self._password, safe='')}@" if self._password else ""
        hosts = ",".join(sentinel.address for sentinel in self.sentinels)
        query = [f"sentinel_password={quote(self._sentinel_password, safe='')}"] if self._sentinel_password else []
        query += [f"tls=true&{self._tls.query}"] if self._tls else []
        return f"redis+sentinel://{at}{hosts}/{MASTER}/0{'?' if query else ''}{'&'.join(query)}"

    def primary(self) -> Server:
        """Give the server that most Sentinels name. Raises AssertionError where they do not agree."""
        named = [address for address in map(_named_by, self.sentinels) if address]
        for server in self.servers:
            if named.count(server.address) >= _QUORUM:
                return server
        raise AssertionError(f"the Sentinels name {named}")

    def replica(self) -> Server:
        """Give the other one."""
        return self.other(self.primary())

    def other(self, server: Server) -> Server:
        """Give the server that is not this one."""
        return self.servers[1 - self.servers.index(server)]

    def wait_for_failover(self, old: Server, patience_s: float = PATIENCE_S) -> Server:
        """Wait until the other server is the primary, by most Sentinels' word and by its own; give it."""
        new = self.other(old)

        def done() -> bool:
            named = list(map(_named_by, self.sentinels))
            return named.count(new.address) >= _QUORUM and _role(new) == "master"

        until(done, f"{new.address} is the primary", patience_s)
        return new

    def settle(self) -> None:
        """Start and resume what is down, and wait until the pair is whole and every Sentinel knows it."""
        for server in (*self.servers, *self.sentinels):
            server.resume()
        start_all([*self.servers, *self.sentinels])
        for sentinel in self.sentinels:
            self._set_pace(sentinel)
        until(self._whole, "the replica follows the primary, and every Sentinel knows it")

    def _set_pace(self, sentinel: Server) -> None:
        pace = {**_PACE, "publish-period": self._publish_ms}
        with sentinel.client() as client:
            client.execute_command("SENTINEL", "DEBUG", *(word for pair in pace.items() for word in pair))

    def _whole(self) -> bool:
        named = set(map(_named_by, self.sentinels))
        if len(named) != 1:
            return False
        primary = self.primary()
        replica = self.other(primary)
        with primary.client() as one, replica.client() as other:
            role, follows = one.execute_command("ROLE"), other.execute_command("ROLE")
        return (
            role[0] == "master"
            and follows[:4] == ["slave", "127.0.0.1", primary.port, "connected"]
            and [int(link[1]) for link in role[2]] == [replica.port]
            and all(_sees_all(sentinel) for sentinel in self.sentinels)
        )

    def __enter__(self) -> Self:
        """Start all of it, and wait until it is whole."""
        try:
            self.settle()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End all of it, whatever state it is in."""
        for server in (*self.sentinels, *self.servers):
            server.kill()
        self._home.cleanup()


def _acquaint(sentinels: Sequence[Server], replica: Server) -> None:
    """Write into each Sentinel's file what it would else take seconds to find out."""
    ids = {sentinel.port: secrets.token_hex(20) for sentinel in sentinels}
    for sentinel in sentinels:
        lines = [f"sentinel myid {ids[sentinel.port]}", f"sentinel known-replica {MASTER} 127.0.0.1 {replica.port}"]
        others = [port for port in ids if port != sentinel.port]
        lines += [f"sentinel known-sentinel {MASTER} 127.0.0.1 {port} {ids[port]}" for port in others]
        with (sentinel.folder / "conf").open("a", encoding="utf-8") as file:
            file.write("\n".join([*lines, ""]))


def _named_by(sentinel: Server) -> str:
    """Give the address of the primary as this Sentinel names it; empty where it does not answer."""
    if not sentinel.runs or sentinel.paused:
        return ""
    try:
        with sentinel.client() as client:
            host, port = client.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER)
    except (redis.RedisError, OSError):
        return ""
    return f"{host}:{port}"


def _role(server: Server) -> str:
    with server.client() as client:
        return str(client.execute_command("ROLE")[0])


def _sees_all(sentinel: Server) -> bool:
    """Say whether a Sentinel is in touch with the pair and with the others, so that it can fail over."""
    with sentinel.client() as client:
        seen = [client.execute_command("SENTINEL", "MASTER", MASTER)]
        for others in ("REPLICAS", "SENTINELS"):
            seen += client.execute_command("SENTINEL", others, MASTER)
    return len(seen) == 1 + 1 + 2 and not any(_flags(one) & _OUT_OF_TOUCH for one in seen)


def _flags(about: Any) -> set[str]:  # noqa: ANN401 - the client library gives either
    fields = about if isinstance(about, dict) else dict(zip(about[::2], about[1::2], strict=True))
    return set(str(fields["flags"]).split(","))
