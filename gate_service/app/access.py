"""May this caller do this? By the table of roles, then by the handoff map in force; what neither allows is denied.

A map is compiled once, when it comes into force: a call costs some lookups, and the words are found only for a no.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from gate_service.app.ports import Call
from gate_service.domain.denials import Cause, Denied, not_permitted
from gate_service.domain.handoffs import Grant, HandoffMap, Scope, System
from gate_service.domain.operations import ConfirmShipment, Operation, TransferStock
from gate_service.domain.roles import METHODS, Row, asked, roles_of
from gate_service.domain.verbs import EVERYWHERE, MOVES, Verb

Ids = frozenset[str]
_PREFIX: Final = 8
_OF_A_CHANNEL: Final = frozenset({Verb.RESERVE_STOCK, Verb.SET_QUOTA})


class _Allowed(NamedTuple):
    """One verb of one system, ready to be compared with. None stands for "any"."""

    locations: Ids | None
    buckets: Ids | None
    channels: Ids | None
    documents: Ids | None
    relays_for: Ids
    without_permit: bool


class _Reader(NamedTuple):
    """What one system may ask about. None stands for "any"."""

    locations: Ids | None
    channels: Ids | None


class Rules:
    """One map, compiled."""

    def __init__(self, handoffs: HandoffMap | None, methods: Mapping[str, Row] = METHODS) -> None:
        """Compile it; without a map nothing is allowed to anybody."""
        systems = list(handoffs.systems.values()) if handoffs else []
        self._systems = {system.system_id: system for system in systems}
        self._methods = methods
        self._doors = {
            (system.system_id, method) for system in systems for method, row in methods.items() if _may(system, row)
        }
        self._writers: dict[tuple[str, str], _Allowed] = {
            (system.system_id, verb): _allowed(system, verb, grant)
            for system in systems
            for verb, grant in system.operations.items()
        }
        self._readers = {
            system.system_id: _Reader(_ids(system.locations), _ids(system.channels))
            for system in systems
            if system.reads
        }
        self._destinations = _destinations(handoffs) if handoffs else frozenset()
        self._tokens: dict[bytes, list[tuple[bytes, str]]] = {}
        self._names: dict[str, str] = {}
        for system in systems:
            for token in system.tokens:
                digest = bytes.fromhex(token.removeprefix("sha256:"))
                self._tokens.setdefault(digest[:_PREFIX], []).append((digest, system.system_id))
            self._names |= dict.fromkeys(system.certificates, system.system_id)

    def system_of_token(self, digest: bytes) -> str | None:
        """Give the system of a token by its SHA-256, or None.

        Found by its first bytes, which tell nothing of the token, and compared whole in constant time.
        """
        found = None
        for known, system_id in self._tokens.get(digest[:_PREFIX], ()):
            if hmac.compare_digest(known, digest):
                found = system_id
        return found

    def system_of_names(self, names: Iterable[str]) -> str | None:
        """Give the system of a certificate by the names in it, or None."""
        return next((self._names[name] for name in names if name in self._names), None)

    def enter(self, call: Call) -> None:
        """Let a call in, or raise `Denied`: by its role and method, and by whether the map knows of it at all."""
        if (call.system, call.method) not in self._doors:
            raise self._shut(call)

    def write(self, call: Call, operation: Operation[Any]) -> None:
        """Let an operation through, or raise `Denied`."""
        allowed = self._writers.get((call.system, operation.kind))
        cause = Cause.OPERATION if allowed is None else self._against(allowed, call, operation)
        if cause is not None:
            raise _denied(call, operation, cause)

    def act(self, call: Call, verb: Verb, location_id: str, system: str = "") -> None:
        """Let through what is no operation of a ledger, or raise `Denied`; `system` where it is about another one."""
        allowed = self._writers.get((call.system, verb))
        if allowed is None:
            cause = Cause.OPERATION
        elif allowed.locations is not None and location_id not in allowed.locations:
            cause = Cause.LOCATION
        elif system not in ("", call.system) and system not in allowed.relays_for:
            cause = Cause.RELAY
        else:
            return
        about = {"source_system": system} if cause is Cause.RELAY else {}
        raise not_permitted(call.system, verb, cause, location_id=location_id, **about)

    def does(self, call: Call, verb: Verb, location_id: str) -> None:
        """Let through what is done about a location without writing to its ledger, or raise `Denied`."""
        allowed = self._writers.get((call.system, verb))
        if allowed is None:
            raise not_permitted(call.system, verb, Cause.OPERATION, location_id=location_id)
        if allowed.locations is not None and location_id not in allowed.locations:
            raise not_permitted(call.system, verb, Cause.LOCATION, location_id=location_id)

    def read(self, call: Call, location_id: str, channel: str = "") -> None:
        """Let a question about a location through, or raise `Denied`; `channel` where it is asked for one."""
        reader = self._readers.get(call.system)
        if reader is None:
            cause = Cause.READ
        elif reader.locations is not None and location_id not in reader.locations:
            cause = Cause.LOCATION
        elif channel and reader.channels is not None and channel not in reader.channels:
            cause = Cause.CHANNEL
        else:
            return
        about = {"channel": channel} if cause is Cause.CHANNEL else {}
        raise not_permitted(call.system, asked(call.method, self._methods), cause, location_id=location_id, **about)

    def read_or_do(self, call: Call, verb: Verb, location_id: str) -> None:
        """Let a question through that who does this at a location may ask as who reads may, or raise `Denied`."""
        if call.system not in self._readers and (call.system, verb) in self._writers:
            self.does(call, verb, location_id)
        else:
            self.read(call, location_id)

    def narrowed(self, call: Call, location_ids: Sequence[str]) -> Sequence[str]:
        """Give those locations that the caller may ask about, in their order."""
        reader = self._readers.get(call.system)
        if reader is None:
            return ()
        if reader.locations is None:
            return location_ids
        return [location_id for location_id in location_ids if location_id in reader.locations]

    def _against(self, allowed: _Allowed, call: Call, operation: Operation[Any]) -> Cause | None:
        if allowed.locations is not None and operation.location_id not in allowed.locations:
            return Cause.LOCATION
        if allowed.buckets is not None and not allowed.buckets.issuperset(operation.touches):
            return Cause.BUCKET
        if allowed.channels is not None and getattr(operation, "channel", "") not in allowed.channels:
            return Cause.CHANNEL
        cause = None
        if operation.source is not None or allowed.documents is not None:
            cause = _against_source(allowed, call, operation)
        return cause or self._against_kind(allowed, operation)

    def _against_kind(self, allowed: _Allowed, operation: Operation[Any]) -> Cause | None:
        if isinstance(operation, ConfirmShipment):
            return Cause.PERMIT if operation.without_permit and not allowed.without_permit else None
        if isinstance(operation, TransferStock) and self._destinations is not None:
            return None if operation.to_location_id in self._destinations else Cause.LOCATION
        return None

    def _shut(self, call: Call) -> Denied:
        """Find the words for a door that stayed shut."""
        system, row = self._systems.get(call.system), self._methods[call.method]
        cause, about = (Cause.OPERATION if row.verb else Cause.READ), {}
        if system is not None and system.role not in row.roles:
            cause, about = Cause.ROLE, {"role": system.role.value}
        return not_permitted(call.system, asked(call.method, self._methods), cause, **about)


class Access:
    """The rules in force. Where they are not enforced, everybody may do everything."""

    def __init__(self, *, enforced: bool, methods: Mapping[str, Row] = METHODS) -> None:
        """Begin with no map: where rules are enforced, nothing is allowed."""
        self.enforced = enforced
        self._methods = methods
        self.rules = Rules(None, methods)

    def swap(self, handoffs: HandoffMap) -> None:
        """Put a map into force, at once for every call that comes after."""
        self.rules = Rules(handoffs, self._methods)

    def enter(self, call: Call) -> None:
        """Let a call in, or raise `Denied`."""
        if self.enforced:
            self.rules.enter(call)

    def write(self, call: Call, operation: Operation[Any]) -> None:
        """Let an operation through, or raise `Denied`."""
        if self.enforced:
            self.rules.write(call, operation)

    def act(self, call: Call, verb: Verb, location_id: str, system: str = "") -> None:
        """Let through what is no operation of a ledger, or raise `Denied`; `system` where it is about another one."""
        if self.enforced:
            self.rules.act(call, verb, location_id, system)

    def does(self, call: Call, verb: Verb, location_id: str) -> None:
        """Let through what is done about a location without writing to its ledger, or raise `Denied`."""
        if self.enforced:
            self.rules.does(call, verb, location_id)

    def read(self, call: Call, location_id: str, channel: str = "") -> None:
        """Let a question through, or raise `Denied`."""
        if self.enforced:
            self.rules.read(call, location_id, channel)

    def read_or_do(self, call: Call, verb: Verb, location_id: str) -> None:
        """Let a question through that who does this at a location may ask as who reads may, or raise `Denied`."""
        if self.enforced:
            self.rules.read_or_do(call, verb, location_id)

    def narrowed(self, call: Call, location_ids: Sequence[str]) -> Sequence[str]:
        """Give those locations that the caller may ask about, in their order."""
        return self.rules.narrowed(call, location_ids) if self.enforced else location_ids


def _may(system: System, row: Row) -> bool:
    if not row.roles:  # anyone
        return True
    if system.role not in row.roles:
        return False
    if row.verb is not None:
        return row.verb in system.operations
    return system.reads or (row.or_does is not None and _does(system, row.or_does))


def _does(system: System, verb: Verb) -> bool:
    return verb in system.operations and system.role in roles_of(verb)


def _allowed(system: System, verb: Verb, grant: Grant) -> _Allowed:
    return _Allowed(
        locations=None if verb in EVERYWHERE else _ids(system.locations),
        buckets=None if grant.buckets >= MOVES[verb] else grant.buckets,
        channels=_ids(system.channels) if verb in _OF_A_CHANNEL else None,
        documents=grant.documents,
        relays_for=system.relays_for,
        without_permit=grant.without_permit,
    )


def _ids(scope: Scope) -> Ids | None:
    return None if scope.everything else scope.ids


def _destinations(handoffs: HandoffMap) -> Ids | None:
    """Name where goods may be sent: wherever the map names a place; None, for anywhere, where it names none.

    Who may act everywhere makes no place of a mistyped one.
    """
    return frozenset(handoffs.locations()) or None


def _against_source(allowed: _Allowed, call: Call, operation: Operation[Any]) -> Cause | None:
    source = operation.source
    if source is not None and source.system not in ("", call.system) and source.system not in allowed.relays_for:
        return Cause.RELAY
    if allowed.documents is None:
        return None
    return None if source is not None and source.document_type in allowed.documents else Cause.DOCUMENT


def _denied(call: Call, operation: Operation[Any], cause: Cause) -> Denied:
    about = {}
    if cause is Cause.CHANNEL:
        about["channel"] = str(getattr(operation, "channel", ""))
    elif cause is Cause.BUCKET:
        about["buckets"] = " ".join(sorted(operation.touches))
    elif cause is Cause.RELAY and operation.source is not None:
        about["source_system"] = operation.source.system
    elif cause is Cause.DOCUMENT:
        about["document_type"] = operation.source.document_type if operation.source else ""
    return not_permitted(call.system, operation.kind, cause, location_id=operation.location_id, **about)
