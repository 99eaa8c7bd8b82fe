"""What a handoff map must not say, although its form is right: names that lead nowhere, and secrets used twice."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gate_service.domain.decimals import hundredths
from gate_service.domain.handoff_document import EVERYTHING, Document
from gate_service.domain.reconcile import document_rules
from gate_service.domain.roles import Role, roles_of
from gate_service.domain.verbs import EVERYWHERE, MOVES, RECONCILING, SELECTIVE, Verb

# Keys and list positions from the top of the document down.
Path = tuple[str | int, ...]


class Fault(NamedTuple):
    """One place that is wrong, and what to do about it."""

    path: Path
    message: str


class LineFault(NamedTuple):
    """The same in a text: `where` is the path as people write it, `line` counts from 1."""

    line: int
    where: str
    message: str

    def __str__(self) -> str:
        """Give it without the name of the file."""
        return f"{self.where}: {self.message}" if self.where else self.message


class HandoffsInvalid(Exception):
    """A text is no handoff map. `faults` are all that were found, by line; at least one."""

    def __init__(self, faults: Sequence[LineFault]) -> None:
        """Keep them in the order of their lines."""
        self.faults = tuple(sorted(faults))
        more = f" and {len(self.faults) - 1} more" if len(self.faults) > 1 else ""
        super().__init__(f"line {self.faults[0].line}: {self.faults[0]}{more}")


def faults(document: Document) -> list[Fault]:
    """Give everything that is wrong with a document that has the right form."""
    systems, channels = document.get("systems") or {}, document.get("channels") or {}
    found: list[Fault] = []
    for name, system in systems.items():
        found.extend(_references(name, system, systems, channels))
        found.extend(_operations(name, system))
    for kind in ("tokens", "certificates"):
        found.extend(_used_twice(systems, kind))
    found.extend(_channels(channels, _served(systems)))
    found.extend(Fault(*each) for each in document_rules.faults(document))
    return found


def _references(name: str, system: Document, systems: Document, channels: Document) -> Iterator[Fault]:
    for field in ("locations", "channels"):
        ids = system.get(field) or []
        if EVERYTHING in ids and len(ids) > 1:
            path: Path = ("systems", name, field)
            yield Fault(path, f'"{EVERYTHING}" stands for all {field}; leave the others out, or it')
    for place, channel in enumerate(system.get("channels") or ()):
        if channel != EVERYTHING and channel not in channels:
            path = ("systems", name, "channels", place)
            yield Fault(path, f'there is no channel "{channel}" under channels{_hint(channel, channels)}')
    for place, other in enumerate(system.get("relays_for") or ()):
        path = ("systems", name, "relays_for", place)
        if other == name:
            yield Fault(path, "a system tells its own events anyway; leave it out")
        elif other not in systems:
            yield Fault(path, f'there is no system "{other}"{_hint(other, systems)}')


def _operations(name: str, system: Document) -> Iterator[Fault]:
    role = Role(system["role"])
    for word, more in (system.get("operations") or {}).items():
        verb, path = Verb(word), ("systems", name, "operations", word)
        roles = roles_of(verb)
        if roles and role not in roles:
            able = ", ".join(sorted(roles))
            yield Fault(path, f"a system of role {role} can never {verb}; that is for {able}")
        if more and "without_permit" in more and verb is not Verb.CONFIRM_SHIPMENT:
            yield Fault((*path, "without_permit"), f"is for {Verb.CONFIRM_SHIPMENT} only; leave it out")
        if more and "buckets" in more:
            yield from _buckets((*path, "buckets"), verb, more["buckets"])


def _buckets(path: Path, verb: Verb, buckets: Sequence[str]) -> Iterator[Fault]:
    able = ", ".join(sorted(MOVES[verb])) or "no bucket"
    for place, bucket in enumerate(buckets):
        if bucket not in MOVES[verb]:
            yield Fault((*path, place), f"{verb} never writes {bucket}; it writes {able}")
    missing = ", ".join(sorted(SELECTIVE.get(verb, MOVES[verb]) - set(buckets)))
    if missing:
        yield Fault(path, f"{verb} always writes {missing} too; name it, or leave buckets out")


def _used_twice(systems: Document, kind: str) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for name, system in systems.items():
        for place, one in enumerate(system.get(kind) or ()):
            if one in seen:
                what = "token" if kind == "tokens" else f'certificate name "{one}"'
                where = "here already" if seen[one] == name else f'at system "{seen[one]}" already'
                yield Fault(("systems", name, kind, place), f"this {what} stands {where}; each names one system")
            seen.setdefault(one, name)


def _served(systems: Document) -> set[str] | None:
    """Name the locations at which some system writes; None for any."""
    named: set[str] = set()
    for system in systems.values():
        if {Verb(word) for word in system.get("operations") or ()} - EVERYWHERE - RECONCILING:
            named.update(system.get("locations") or ())
    return None if EVERYTHING in named else named


def _channels(channels: Mapping[str, Any], served: Collection[str] | None) -> Iterator[Fault]:
    for name, channel in channels.items():
        if "buffer" in channel and "buffer_percent" in channel:
            yield Fault(("channels", name, "buffer_percent"), "keep either buffer or buffer_percent, not both")
        try:
            hundredths(channel.get("buffer_percent", 0))
        except ValueError:
            yield Fault(("channels", name, "buffer_percent"), "must have at most two decimal places")
        for place, location in enumerate(channel.get("locations") or ()):
            if served is not None and location not in served:
                path: Path = ("channels", name, "locations", place)
                yield Fault(path, f'no system writes at a location "{location}"{_hint(location, served)}')


def _hint(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f'; did you mean "{near[0]}"?' if near else "; add it, or leave this out"
