"""Looks at a store, whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from gate_service.doctor.checks import access, memory, persistence, replication, service, whole
from gate_service.doctor.checks.wording import error, ok
from gate_service.doctor.reading import Reading, Server, Trial, read
from gate_service.doctor.terms import Terms
from gate_service.domain.findings import Check, Finding, Inspection
from gate_service.store.store import Store

OF_A_SERVER: Final[tuple[Callable[[Server, Terms], Finding | None], ...]] = (
    service.version,
    replication.role,
    service.cluster,
    persistence.appendonly,
    persistence.appendfsync,
    persistence.on_rewrite,
    persistence.last_write,
    persistence.last_rewrite,
    replication.replicas,
    replication.min_replicas,
    memory.policy,
    memory.headroom,
    access.user,
    access.what_it_may,
    access.way,
    service.shared,
    service.notifications,
)
OF_THE_STORE: Final[tuple[Callable[[Reading], Finding | None], ...]] = (whole.script, whole.latency, whole.clock)

_AWAY: Final = "The locations whose slots it has cannot be reached; all others can."


async def inspect(store: Store, terms: Terms, trial: Trial, now_ms: int) -> Inspection:
    """Look at every server of a store that takes writes. `now_ms` is since the epoch.

    Raises `Unavailable` where none can be reached.
    """
    return Inspection.of(findings(await read(store, terms, trial), terms), now_ms)


def findings(reading: Reading, terms: Terms) -> Iterator[Finding]:
    """Say of everything that was read what is to be said."""
    for server in reading.servers:
        if server.away:
            yield error(Check.REACHABLE, server.address, "no answer", _AWAY, "Start it, or let another one take over.")
            continue
        yield ok(Check.REACHABLE, server.address, "yes")
        yield from filter(None, (check(server, terms) for check in OF_A_SERVER))
    yield from filter(None, (check(reading) for check in OF_THE_STORE))
