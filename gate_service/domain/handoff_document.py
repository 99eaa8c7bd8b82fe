"""The handoff map as plain data, as it stands in a file and in the ledger, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from gate_service.domain.decimals import from_hundredths, hundredths
from gate_service.domain.handoffs import Channel, Feed, Grant, HandoffMap, Owner, Scope, System
from gate_service.domain.policy import PRIORITY_DEFAULT
from gate_service.domain.reconcile import document as reconciliation
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.roles import Role
from gate_service.domain.verbs import MOVES, Verb
from gate_service.domain.vocabulary import Bucket, Quarantine

EVERYTHING: Final = "*"
_VERBS: Final = frozenset(verb.value for verb in Verb)

# What JSON holds; its shape is that of handoffs.schema.json.
Document = Mapping[str, Any]
Plain = dict[str, Any]


def read(document: Document) -> HandoffMap:
    """Give the map. The document has passed the schema, here or at the gate that wrote it.

    What only a newer gate knows is left out, so that gates of two versions can run side by side.
    """
    policy = document.get("policy") or {}
    systems = {name: _system(name, each) for name, each in (document.get("systems") or {}).items()}
    channels = {name: _channel(name, each) for name, each in (document.get("channels") or {}).items()}
    reconcile = reconciliation.read(document)
    canonical = json.dumps(_plain(document, systems, channels, reconcile), sort_keys=True, separators=(",", ":"))
    return HandoffMap(
        version=document["version"],
        systems=systems,
        channels=channels,
        safety_stock=policy.get("safety_stock"),
        approval_above=policy.get("approval_above"),
        quarantine=Quarantine(policy["quarantine"]) if "quarantine" in policy else None,
        canonical=canonical,
        sha256=hashlib.sha256(canonical.encode()).hexdigest(),
        reconcile=reconcile,
    )


def read_canonical(text: str) -> HandoffMap:
    """Give the map of a text that `read` wrote."""
    return read(json.loads(text))


def _system(name: str, plain: Document) -> System:
    owner = plain.get("owner")
    feed = plain.get("feed") or {}
    return System(
        system_id=name,
        role=Role(plain["role"]),
        owner=Owner(owner["name"], owner["contact"]) if owner else None,
        description=plain.get("description", ""),
        tokens=tuple(sorted(plain.get("tokens") or ())),
        certificates=tuple(sorted(plain.get("certificates") or ())),
        locations=_scope(plain.get("locations")),
        channels=_scope(plain.get("channels")),
        operations=dict(_grants(plain.get("operations") or {})),
        reads=plain.get("reads", True),
        feed=Feed(feed.get("numbered", False), feed.get("cadence_ms", 0), feed.get("retention_ms", 0)),
        relays_for=frozenset(plain.get("relays_for") or ()),
    )


def _scope(ids: Iterable[str] | None) -> Scope:
    found = frozenset(ids or ())
    return Scope(everything=True) if EVERYTHING in found else Scope(found)


def _grants(plain: Document) -> Iterable[tuple[Verb, Grant]]:
    for word, said in plain.items():
        if word not in _VERBS:  # a newer gate's; nobody can ask this one for it
            continue
        verb, more = Verb(word), said or {}
        buckets = frozenset(Bucket(bucket) for bucket in more["buckets"]) if "buckets" in more else MOVES[verb]
        documents = frozenset(more["documents"]) if "documents" in more else None
        yield verb, Grant(buckets, documents, more.get("without_permit", False))


def _channel(name: str, plain: Document) -> Channel:
    return Channel(
        channel_id=name,
        locations=tuple(plain.get("locations") or ()),
        buffer_units=plain.get("buffer", 0),
        buffer_basis_points=hundredths(plain.get("buffer_percent", 0)),
        priority=plain.get("priority", PRIORITY_DEFAULT),
        split=plain.get("split", False),
    )


def _plain(
    document: Document, systems: Mapping[str, System], channels: Mapping[str, Channel], reconcile: ReconcileRules
) -> Plain:
    """Write the map so that what means the same is the same text."""
    told = (document.get("policy") or {}).items()
    policy = {name: value for name, value in told if value is not None and name not in reconciliation.POLICY_PARTS}
    return {
        "version": document["version"],
        "systems": {
            name: _plain_system(each) | reconciliation.plain_mirror(reconcile.mirrors.get(name))
            for name, each in systems.items()
        },
        "channels": {
            name: _plain_channel(each) | reconciliation.plain_buffer(reconcile.buffers.get(name))
            for name, each in channels.items()
        },
        "policy": policy | reconciliation.plain_policy(reconcile),
    } | _unless({}, measures=reconciliation.plain_measures(reconcile))


def _plain_system(system: System) -> Plain:
    feed = {"numbered": system.feed.numbered, **_unless(0, cadence_ms=system.feed.cadence_ms)}
    feed |= _unless(0, retention_ms=system.feed.retention_ms)
    plain: Plain = {"role": system.role.value, "locations": _ids(system.locations)}
    if system.owner:
        plain["owner"] = {"name": system.owner.name, "contact": system.owner.contact}
    if system.feed != Feed():
        plain["feed"] = feed
    return (
        plain
        | _unless("", description=system.description)
        | _unless((), tokens=system.tokens, certificates=system.certificates)
        | _unless([], channels=_ids(system.channels), relays_for=sorted(system.relays_for))
        | _unless(True, reads=system.reads)  # noqa: FBT003 - what is left out
        | _unless({}, operations={verb.value: _plain_grant(verb, each) for verb, each in system.operations.items()})
    )


def _plain_grant(verb: Verb, grant: Grant) -> Plain:
    plain: Plain = {}
    if grant.buckets != MOVES[verb]:
        plain["buckets"] = sorted(grant.buckets)
    if grant.documents is not None:
        plain["documents"] = sorted(grant.documents)
    return plain | _unless(False, without_permit=grant.without_permit)  # noqa: FBT003 - what is left out


def _plain_channel(channel: Channel) -> Plain:
    return {"locations": list(channel.locations)} | (
        _unless(0, buffer=channel.buffer_units, buffer_percent=from_hundredths(channel.buffer_basis_points))
        | _unless(PRIORITY_DEFAULT, priority=channel.priority)
        | _unless(False, split=channel.split)  # noqa: FBT003 - what is left out
    )


def _unless(default: object, **values: object) -> Plain:
    return {name: value for name, value in values.items() if value != default}


def _ids(scope: Scope) -> list[str]:
    return [EVERYTHING] if scope.everything else sorted(scope.ids)
