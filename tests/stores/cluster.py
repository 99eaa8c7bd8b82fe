"""A cluster of three primaries with a replica each."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote

from redis.crc import key_slot

from gate_service.ledger import keys
from tests.stores.migration import Migration
from tests.stores.ports import free_ports
from tests.stores.programs import find_program
from tests.stores.server import PATIENCE_S, Server, start_all, store_lines, until
from tests.stores.tls import Certificates

SLOTS: Final = 16_384
_PRIMARIES: Final = 3
_SERVERS: Final = 6
_DOUBTS: Final = {"fail", "fail?", "handshake", "noaddr"}


def slot_of(location_id: str) -> int:
    """Give the slot of a location."""
    return int(key_slot(keys.meta(location_id).encode()))


class ClusterOfSix:
    """Six servers. A dead or paused primary is replaced within about 2 to 4 s; the slots of the others stay open."""

    def __init__(
        self,
        kind: str = "valkey",
        *,
        fsync: str = "everysec",
        node_timeout_ms: int = 1_000,
        password: str = "",
        tls: bool = False,
        lines: Sequence[str] = (),
    ) -> None:
        """Choose ports; nothing runs until the block is entered. Raises `NoProgramError`."""
        program = find_program(kind)
        self._home = tempfile.TemporaryDirectory(prefix="gate-cluster-", ignore_cleanup_errors=True)
        folder = Path(self._home.name)
        self._tls = Certificates(folder / "tls") if tls else None
        self.password: Final = password
        ports = free_ports(2 * _SERVERS)
        own = [
            *store_lines(fsync),
            "cluster-enabled yes",
            f"cluster-node-timeout {node_timeout_ms}",
            "cluster-require-full-coverage no",
            "cluster-replica-validity-factor 0",
            *(["tls-cluster yes"] if tls else []),
            *([f"masterauth {password}"] if password else []),
            *lines,
        ]
        self.servers: Final = [
            Server(
                program,
                folder / f"node-{number}",
                port,
                [*own, f"cluster-port {bus}"],
                password=password,
                tls=self._tls,
            )
            for number, (port, bus) in enumerate(zip(ports[:_SERVERS], ports[_SERVERS:], strict=True))
        ]
        self._buses: Final = dict(zip(ports[:_SERVERS], ports[_SERVERS:], strict=True))

    @property
    def url(self) -> str:
        """Give where gates find it: three of the six."""
        return self.url_of(*self.servers[:_PRIMARIES])

    def url_of(self, *seeds: Server) -> str:
        """Give a URL that names only these."""
        at = f":{quote(self.password, safe='')}@" if self.password else ""
        query = f"?tls=true&{self._tls.query}" if self._tls else ""
        return f"redis+cluster://{at}{','.join(seed.address for seed in seeds)}{query}"

    def primaries(self) -> list[Server]:
        """Give the servers that have slots, by the word of one that runs."""
        return list({row[1]: None for row in self._rows()})

    def owner(self, slot: int) -> Server:
        """Give the primary of a slot."""
        return next(server for (first, last), server in self._rows() if first <= slot <= last)

    def node_of(self, location_id: str) -> Server:
        """Give the primary that has a location."""
        return self.owner(slot_of(location_id))

    def replica_of(self, primary: Server) -> Server:
        """Give the replica of a primary. Raises AssertionError where it has none."""
        view = _view(self._answering()[0])
        for address, follows in view.items():
            if follows == primary.address:
                return self._server(address)
        raise AssertionError(f"{primary.address} has no replica")

    def location_on(self, server: Server, prefix: str = "DC") -> str:
        """Give the name of a location whose slot is on this primary: the first that fits behind the prefix."""
        spans = [span for span, owner in self._rows() if owner is server]
        names = (f"{prefix}-{number}" for number in count(1))
        return next(name for name in names if any(first <= slot_of(name) <= last for first, last in spans))

    def migration(self, slot_or_location: int | str, to: Server) -> Migration:
        """Give the move of one slot to another primary, to be done step by step."""
        slot = slot_or_location if isinstance(slot_or_location, int) else slot_of(slot_or_location)
        others = [server for server in self.primaries() if server is not to]
        return Migration(slot, self.owner(slot), to, others, self.password)

    def failover(self, primary: Server) -> Server:
        """Let a primary and its replica change places in order, as one does before an update; give the new primary."""
        replica = self.replica_of(primary)
        with replica.client() as client:
            client.execute_command("CLUSTER", "FAILOVER")
        return self.wait_for_failover(primary, replica)

    def wait_for_failover(self, old: Server, new: Server, patience_s: float = PATIENCE_S) -> Server:
        """Wait until a former replica has the slots of a primary, in the eyes of all that answer; give it."""

        def done() -> bool:
            views = [_rows(server) for server in self._answering() if server is not old]
            addresses = [{address for _, address in view} for view in views]
            return all(new.address in seen and old.address not in seen for seen in addresses)

        until(done, f"{new.address} has the slots of {old.address}", patience_s)
        return new

    def settle(self) -> None:
        """Start and resume what is down, and wait until the cluster is whole."""
        for server in self.servers:
            server.resume()
        start_all(self.servers)
        self.wait_until_ok()

    def wait_until_ok(self) -> None:
        """Wait until every server sees all slots served, and every primary has a replica in step."""
        until(self._whole, "the cluster is whole")

    def _whole(self) -> bool:
        for server in self.servers:
            with server.client() as client:
                about: Any = client.execute_command("CLUSTER INFO")
                if about["cluster_state"] != "ok" or int(about["cluster_slots_ok"]) != SLOTS:
                    return False
                role = client.execute_command("ROLE")
            if role[0] == "slave" and role[3] != "connected":
                return False
            if role[0] == "master" and len(role[2]) != 1:
                return False
        views = [_view(server) for server in self.servers]
        return len(views[0]) == _SERVERS and all(view == views[0] for view in views)

    def _rows(self) -> list[tuple[tuple[int, int], Server]]:
        rows = _rows(self._answering()[0])
        return [(span, self._server(address)) for span, address in rows]

    def _answering(self) -> list[Server]:
        return [server for server in self.servers if server.runs and not server.paused]

    def _server(self, address: str) -> Server:
        return next(server for server in self.servers if server.address == address)

    def _create(self) -> None:
        """Make a cluster of the servers, as they stand alone."""
        share = -(-SLOTS // _PRIMARIES)
        for number, server in enumerate(self.servers):
            with server.client() as client:
                client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
                for other in self.servers[:number]:
                    client.execute_command("CLUSTER", "MEET", "127.0.0.1", other.port, self._buses[other.port])
                if number < _PRIMARIES:
                    last = min(SLOTS, share * (number + 1)) - 1
                    client.execute_command("CLUSTER", "ADDSLOTSRANGE", share * number, last)
        until(lambda: all(len(_view(server)) == _SERVERS for server in self.servers), "all servers know each other")
        for primary, replica in zip(self.servers[:_PRIMARIES], self.servers[_PRIMARIES:], strict=True):
            with primary.client() as one, replica.client() as other:
                other.execute_command("CLUSTER", "REPLICATE", one.execute_command("CLUSTER", "MYID"))

    def __enter__(self) -> Self:
        """Start all of it, and wait until it is whole."""
        try:
            start_all(self.servers)
            self._create()
            self.wait_until_ok()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End all of it, whatever state it is in."""
        for server in self.servers:
            server.kill()
        self._home.cleanup()


def _rows(server: Server) -> list[tuple[tuple[int, int], str]]:
    """Give the spans of slots and their primaries, as one server sees them."""
    with server.client() as client:
        found: Any = client.execute_command("CLUSTER", "SLOTS")
    return [((first, last), f"{primary[0]}:{primary[1]}") for first, last, primary, *_ in found]


def _view(server: Server) -> dict[str, str]:
    """Give whom each server follows, as one server sees them: empty for a primary. Those it doubts are left out."""
    with server.client() as client:
        found: Any = client.execute_command("CLUSTER NODES")
    rows = {address.partition("@")[0]: row for address, row in found.items()}
    addresses = {str(row["node_id"]): address for address, row in rows.items()}
    sound = {address: row for address, row in rows.items() if not _DOUBTS & set(str(row["flags"]).split(","))}
    return {address: addresses.get(str(row["master_id"]), "") for address, row in sound.items()}
