"""Where stock will drift by a handoff map that is in order: what nobody does, and what two do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from gate_service.domain.handoffs import HandoffMap, System
from gate_service.domain.verbs import EVERYWHERE, PHYSICAL, RECONCILING, Verb
from gate_service.domain.vocabulary import Bucket

SOMEWHERE: Final = "*"
"""Stands for every location where the map names none."""

_NOT_OF_GOODS: Final = EVERYWHERE | {Verb.MERGE_SKU}
"""What says nothing of goods: a merge of two codes leaves on the shelf what was there."""
_HANDS_ON: Final = (Verb.RECORD_RECEIPT, Verb.REPORT_PICK, Verb.CONFIRM_SHIPMENT)


class HoleKind(StrEnum):
    """What is wrong."""

    NOBODY_MAY = "nobody may"
    TWO_WRITERS = "two writers"
    NO_PHYSICAL_WRITER = "no physical writer"
    NO_OWNER = "no owner"
    NO_CADENCE = "no cadence"
    NO_CREDENTIALS = "no credentials"
    NOTHING_ALLOWED = "nothing allowed"
    NO_LOCATION = "no location"
    NO_SELLER = "no seller"
    NO_SNAPSHOTS = "no snapshots"


class Hole(NamedTuple):
    """One hole: whom or what it concerns, and what follows from it."""

    kind: HoleKind
    subject: str
    what: str


def holes(handoffs: HandoffMap) -> list[Hole]:
    """Find all of them, kind by kind."""
    places = handoffs.locations() or (SOMEWHERE,)
    return [
        *_undone(handoffs),
        *(hole for place in places for hole in _two_writers(handoffs, place)),
        *(hole for place in places for hole in _hands_off(handoffs, place)),
        *(hole for _, system in sorted(handoffs.systems.items()) for hole in _of_system(system)),
        *(hole for name in sorted(handoffs.reconcile.mirrors) for hole in _of_mirror(handoffs, name)),
        *_channels(handoffs),
        *_untold(handoffs),
    ]


def _undone(handoffs: HandoffMap) -> Iterator[Hole]:
    for verb in Verb:
        if handoffs.doers(verb):
            continue
        if verb not in RECONCILING:
            yield Hole(HoleKind.NOBODY_MAY, verb, "no system may do it, so whoever has to will do it past the gate")
        elif handoffs.reconcile.mirrors:  # where nothing is compared, nobody misses it
            what = "no system may do it, so what is compared with the mirrors comes to nothing"
            yield Hole(HoleKind.NOBODY_MAY, verb, what)


def _two_writers(handoffs: HandoffMap, place: str) -> Iterator[Hole]:
    """Name the buckets that several write here, but for those who only tell each other's events."""
    buckets: dict[tuple[str, ...], list[Bucket]] = defaultdict(list)
    verbs: dict[str, set[Verb]] = defaultdict(set)
    for bucket in sorted(PHYSICAL):
        writers = _writers(handoffs, place, bucket)
        for system, does in writers.items():
            verbs[system] |= does
        systems = [handoffs.systems[name] for name in writers]
        names = tuple(each.system_id for each in systems if not (_tells_for(each, writers) or _only_counts(each)))
        if len(names) > 1:
            buckets[names].append(bucket)
    for names, shared in buckets.items():
        who = " and ".join(f"{name} ({', '.join(sorted(verbs[name]))})" for name in names)
        yield Hole(HoleKind.TWO_WRITERS, place, f"{', '.join(shared)}: written by {who}")


def _writers(handoffs: HandoffMap, place: str, bucket: Bucket) -> dict[str, set[Verb]]:
    found: dict[str, set[Verb]] = {}
    for name, system in sorted(handoffs.systems.items()):
        does = {
            verb
            for verb, grant in system.operations.items()
            if verb not in _NOT_OF_GOODS and bucket in grant.buckets and place in system.locations
        }
        if does:
            found[name] = does
    return found


def _tells_for(system: System, writers: Iterable[str]) -> bool:
    """Say whether it tells the events of another writer: what both tell is done once."""
    return not system.relays_for.isdisjoint(writers)


def _only_counts(system: System) -> bool:
    """Say whether all it writes is what people saw on the shelves: that is so, whoever else moves goods."""
    return system.operations.keys() == {Verb.SUBMIT_COUNT}


def _hands_off(handoffs: HandoffMap, place: str) -> Iterator[Hole]:
    ships_alone = any(
        system.operations[Verb.CONFIRM_SHIPMENT].without_permit
        for system in handoffs.doers(Verb.CONFIRM_SHIPMENT, place)
    )
    for verb in _HANDS_ON:
        if verb is Verb.REPORT_PICK and ships_alone:
            continue
        if not handoffs.doers(verb, place):
            what = f"no system may {verb} here, so the record will not follow the goods"
            yield Hole(HoleKind.NO_PHYSICAL_WRITER, place, what)


def _of_system(system: System) -> Iterator[Hole]:
    name = system.system_id
    if system.writes and system.owner is None:
        yield Hole(HoleKind.NO_OWNER, name, "it writes, and nobody is named to be told when it stops or goes wrong")
    if system.feed.numbered and not system.feed.cadence_ms:
        what = "its events are numbered, and nothing says how long it may be silent before that is a fault"
        yield Hole(HoleKind.NO_CADENCE, name, what)
    if not (system.tokens or system.certificates):
        yield Hole(HoleKind.NO_CREDENTIALS, name, "it has no token and no certificate, so it cannot call")
    if not system.writes and not system.reads:
        yield Hole(HoleKind.NOTHING_ALLOWED, name, "it may neither write nor read")
    elif not (system.locations.everything or system.locations.ids) and set(system.operations) - EVERYWHERE:
        yield Hole(HoleKind.NOTHING_ALLOWED, name, "it may act, and at no location")


def _of_mirror(handoffs: HandoffMap, name: str) -> Iterator[Hole]:
    system, mirror = handoffs.systems[name], handoffs.reconcile.mirrors[name]
    if system.owner is None and not system.writes:
        yield Hole(
            HoleKind.NO_OWNER, name, "its figures are compared, and nobody is named to be told where they differ"
        )
    if not mirror.cadence_ms:
        what = "its figures are compared, and nothing says how long it may tell none before that is a fault"
        yield Hole(HoleKind.NO_CADENCE, name, what)


def _untold(handoffs: HandoffMap) -> Iterator[Hole]:
    tellers = handoffs.doers(Verb.SUBMIT_SNAPSHOT)
    for name in sorted(handoffs.reconcile.mirrors) if tellers else ():
        if not any(name == each.system_id or name in each.relays_for for each in tellers):
            yield Hole(HoleKind.NO_SNAPSHOTS, name, "it is a mirror, and no system may tell its figures")


def _channels(handoffs: HandoffMap) -> Iterator[Hole]:
    sellers = handoffs.doers(Verb.RESERVE_STOCK)
    for name, channel in sorted(handoffs.channels.items()):
        if not channel.locations:
            yield Hole(HoleKind.NO_LOCATION, name, "no location serves this channel, so nothing can be sourced for it")
        if not any(name in system.channels for system in sellers):
            yield Hole(HoleKind.NO_SELLER, name, "no system may reserve for this channel")
