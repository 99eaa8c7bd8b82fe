"""The handoff map: every system that touches stock, what it may do where, and how channels are served.

The plain data it is read from and written to is in `handoff_document`, what a map must not say in `handoff_rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gate_service.domain.policy import PRIORITY_DEFAULT, Buffer, Policy
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.roles import Role
from gate_service.domain.verbs import Verb
from gate_service.domain.vocabulary import Bucket, Quarantine


@dataclass(frozen=True, slots=True)
class Scope:
    """Some ids, or all there are and will be."""

    ids: frozenset[str] = frozenset()
    everything: bool = False

    def __contains__(self, one: str) -> bool:
        """Say whether an id is in it."""
        return self.everything or one in self.ids

    def covers(self, some: Iterable[str]) -> bool:
        """Say whether all of these are in it."""
        return self.everything or self.ids.issuperset(some)


@dataclass(frozen=True, slots=True)
class Owner:
    """A person or a team to be told. `contact` is for people: an address, a number, a room."""

    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class Grant:
    """How far one verb is allowed."""

    buckets: frozenset[Bucket]
    """The buckets it may move: all that the verb moves where the map says nothing."""
    documents: frozenset[str] | None = None
    """Types of the documents it may be about; None for any, and for none."""
    without_permit: bool = False
    """Whether a shipment may be confirmed that no wave of ours allowed."""


@dataclass(frozen=True, slots=True)
class Feed:
    """How a system tells its events."""

    numbered: bool = False
    cadence_ms: int = 0
    """At most this long between two events; 0 where nothing is expected."""
    retention_ms: int = 0
    """How long the answer to an event is kept; 0 for the default."""


@dataclass(frozen=True, slots=True)
class System:
    """A registered caller."""

    system_id: str
    role: Role
    owner: Owner | None = None
    description: str = ""
    tokens: tuple[str, ...] = ()
    """`sha256:` and 64 hex digits each; two while one replaces the other."""
    certificates: tuple[str, ...] = ()
    """Names in its client certificate: DNS name, URI or, where it has neither, common name."""
    locations: Scope = field(default_factory=Scope)
    channels: Scope = field(default_factory=Scope)
    operations: Mapping[Verb, Grant] = field(default_factory=dict)
    """Empty for a mirror: it reads."""
    reads: bool = True
    feed: Feed = field(default_factory=Feed)
    relays_for: frozenset[str] = frozenset()
    """Systems whose events it may tell."""

    @property
    def writes(self) -> bool:
        """Say whether it is more than a mirror."""
        return bool(self.operations)


@dataclass(frozen=True, slots=True)
class Channel:
    """Where demand comes from, and who serves it."""

    channel_id: str
    locations: tuple[str, ...] = ()
    """The first is asked first."""
    buffer_units: int = 0
    buffer_basis_points: int = 0
    """Hundredths of a percent of what is available."""
    priority: int = PRIORITY_DEFAULT
    split: bool = False
    """Whether one order may come from several locations."""


@dataclass(frozen=True, slots=True)
class HandoffMap:
    """One version of the map. `canonical` is its text, `sha256` the hash of that."""

    version: int
    systems: Mapping[str, System]
    channels: Mapping[str, Channel]
    safety_stock: int | None
    approval_above: int | None
    quarantine: Quarantine | None
    canonical: str = field(repr=False)
    sha256: str = ""
    reconcile: ReconcileRules = field(default_factory=ReconcileRules)
    """Mirrors, measures, deadlines, counting: what reconciliation goes by."""

    def policy(self, defaults: Policy) -> Policy:
        """Give the policy of this map; what it leaves open comes from the settings."""
        return Policy(
            safety_stock=defaults.safety_stock if self.safety_stock is None else self.safety_stock,
            buffers={
                **defaults.buffers,
                **{name: Buffer(each.buffer_units, each.buffer_basis_points) for name, each in self.channels.items()},
            },
            quarantine=self.quarantine or defaults.quarantine,
            approval_above=self.approval_above,
            priorities={name: each.priority for name, each in self.channels.items()},
            retention_ms={
                name: each.feed.retention_ms for name, each in self.systems.items() if each.feed.retention_ms
            },
        )

    def locations(self) -> tuple[str, ...]:
        """Name every location it speaks of, sorted."""
        named = {one for system in self.systems.values() for one in system.locations.ids}
        return tuple(sorted(named.union(*(channel.locations for channel in self.channels.values()))))

    def doers(self, verb: Verb, location_id: str | None = None) -> list[System]:
        """Give the systems that may do this, there or anywhere, by id; admins, who may do it in need, come last."""
        found = [
            system
            for _, system in sorted(self.systems.items())
            if verb in system.operations and (location_id is None or location_id in system.locations)
        ]
        return sorted(found, key=lambda system: system.role is Role.ADMIN)
