"""Faults that are put into mirrors: drawn at random from all that happened, whether or not one can tell them apart.

Left out is only what changes no figure of its mirror. Nothing in here is known to what diagnoses.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from gate_service.domain.reconcile.causes import Cause, Movement
from gate_service.domain.reconcile.measures import OWN
from gate_service.domain.vocabulary import Bucket, OperationKind
from tests.drift.books import Books
from tests.drift.month import PACKS

FOREVER: Final = 1 << 60
_DAY_MS: Final = 86_400_000
_OF_THE_SHELF: Final = frozenset({OperationKind.SUBMIT_COUNT, OperationKind.REPORT_PICK})
_LINES_MAX: Final = 12
"""Of a document with no more lines a fault strikes all, or one line of it; of others one line."""


@dataclass(frozen=True, slots=True)
class MirrorKind:
    """A system that reports figures, and how far behind it may be."""

    system: str
    measures: tuple[str, ...]
    delay_ms: int = 0
    jitter_ms: int = 0

    def takes_at(self, movement: Movement) -> int:
        """Give when it takes an event."""
        if not self.jitter_ms:
            return movement.at_ms + self.delay_ms
        chance = random.Random(f"{self.system} {movement.revision}")
        return movement.at_ms + self.delay_ms + chance.randrange(self.jitter_ms)


MIRRORS: Final = (
    MirrorKind("wms-east", ("on_hand", "allocated", "available"), delay_ms=4 * 60_000),
    MirrorKind("netsuite", ("on_hand",)),
    MirrorKind("shopify", ("available",), jitter_ms=3 * 60_000),
    MirrorKind("3pl-acme", ("on_hand", "allocated", "available"), delay_ms=60_000, jitter_ms=10 * 60_000),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one mirror and SKU, from one entry until before another."""

    cause: Cause
    system: str
    sku: str
    since: int
    until: int
    moved: Mapping[Bucket, int] = field(default_factory=dict)
    """By how much the mirror's buckets are off."""
    factor: int = 0
    """Its figures are told times that, or, where negative, divided by it."""
    measure: str = ""
    """The one figure that is wrong; empty: all that the buckets make wrong."""
    told_as: str = ""
    """The measure that is told in its place."""
    figure: int | None = None
    """What is told instead."""
    event: Movement | None = None

    def strikes(self, measure: str) -> bool:
        """Say whether a figure of this measure is wrong."""
        if self.measure or not self.moved:
            return self.measure in ("", measure)
        return OWN[measure].of(self.moved) != 0


class Line(NamedTuple):
    """One event as it moved one SKU."""

    sku: str
    movement: Movement


class Injector:
    """Draws faults from a month."""

    def __init__(self, books: Books, seed: str, healed_ms: int = _DAY_MS) -> None:
        """Get ready. A fault is put right `healed_ms` after it was made: whoever was told of it has done so."""
        self.chance = random.Random(seed)
        self.books = books
        self.healed_ms = healed_ms
        self.lines = [Line(sku, movement) for sku, shelf in books.shelves.items() for movement in shelf.movements[1:]]
        self.shelf_lines = [line for line in self.lines if line.movement.kind in _OF_THE_SHELF]
        self.documents: dict[int, list[Line]] = defaultdict(list)
        for line in self.lines:
            self.documents[line.movement.revision].append(line)
        self._struck: dict[tuple[str, str], list[Fault]] = defaultdict(list)
        self._of: Mapping[Cause, Callable[[MirrorKind], Sequence[Fault]]] = {
            Cause.DOUBLE_APPLIED: self._doubled,
            Cause.NOT_APPLIED: self._missed,
            Cause.SHIPPED_STILL_ALLOCATED: self._unreleased,
            Cause.UNIT_OF_MEASURE: self._unit,
            Cause.WRONG_SKU: self._elsewhere,
            Cause.PHANTOM: self._phantom,
            Cause.WRONG_MEASURE: self._column,
            Cause.UNEXPLAINED: self._noise,
        }

    def draw(self, cause: Cause, mirrors: Sequence[MirrorKind], rows: int) -> list[Fault]:
        """Give faults of one cause until so many figures are struck, each SKU of a mirror by one at a time."""
        faults: list[Fault] = []
        measures = {mirror.system: mirror.measures for mirror in mirrors}
        count = 0
        for _ in range(rows * 50):
            drawn = self._of[cause](self.chance.choice(mirrors))
            drawn = [each for each in drawn if any(map(each.strikes, measures[each.system]))]
            if any(_overlaps(each, self._struck[each.system, each.sku]) for each in drawn):
                continue
            for each in drawn:
                self._struck[each.system, each.sku].append(each)
            faults += drawn
            count += sum(sum(map(each.strikes, measures[each.system])) for each in drawn)
            if count >= rows:
                break
        return faults

    def upon(self, fault: Fault, mirror: MirrorKind) -> Sequence[Fault]:
        """Draw another fault of an event that strikes a figure which the first one strikes: both stand at once."""
        shelf = self.books.shelves[fault.sku]
        if len(shelf.movements) < 2:
            return ()
        near = [each for each in shelf.movements[1:] if abs(each.revision - fault.since) < (fault.until - fault.since)]
        near = [each for each in near if each.revision != fault.since]
        if not near:
            return ()
        line = Line(fault.sku, self.chance.choice(near))
        cause = self.chance.choice((Cause.DOUBLE_APPLIED, Cause.NOT_APPLIED, Cause.UNIT_OF_MEASURE))
        another = self._at(cause, mirror, line)
        both = another and any(fault.strikes(each) and another.strikes(each) for each in mirror.measures)
        return (another,) if another and both else ()

    def _at(self, cause: Cause, mirror: MirrorKind, line: Line) -> Fault | None:
        changes = line.movement.changes
        if cause is Cause.DOUBLE_APPLIED:
            return self._fault(cause, mirror, line, changes)
        if cause is Cause.NOT_APPLIED:
            return self._fault(cause, mirror, line, _times(changes, -1))
        return self._unit_of_event(mirror, line)

    def _fault(self, cause: Cause, mirror: MirrorKind, line: Line, moved: Mapping[Bucket, int]) -> Fault:
        movement = line.movement
        until = self._later(movement.at_ms, self.healed_ms)
        return Fault(cause, mirror.system, line.sku, movement.revision, until, moved, event=movement)

    def _later(self, at_ms: int, by_ms: int) -> int:
        return self.books.revision_at(at_ms + by_ms) + 1

    def _document(self) -> Sequence[Line]:
        line = self.chance.choice(self.lines)
        lines = self.documents[line.movement.revision]
        return lines if len(lines) <= _LINES_MAX and self.chance.random() < 0.5 else (line,)

    def _doubled(self, mirror: MirrorKind) -> Sequence[Fault]:
        return [self._fault(Cause.DOUBLE_APPLIED, mirror, line, line.movement.changes) for line in self._document()]

    def _missed(self, mirror: MirrorKind) -> Sequence[Fault]:
        return [
            self._fault(Cause.NOT_APPLIED, mirror, line, _times(line.movement.changes, -1)) for line in self._document()
        ]

    def _unreleased(self, mirror: MirrorKind) -> Sequence[Fault]:
        if "allocated" not in mirror.measures:  # a system that knows no allocations keeps none
            return []
        return [
            self._fault(Cause.SHIPPED_STILL_ALLOCATED, mirror, line, {Bucket.ALLOCATED: -kept})
            for line in self._document()
            if line.movement.kind is OperationKind.CONFIRM_SHIPMENT
            and (kept := line.movement.changes.get(Bucket.ALLOCATED, 0)) < 0
        ]

    def _unit(self, mirror: MirrorKind) -> Sequence[Fault]:
        line = self.chance.choice(self.lines)
        if self.chance.random() < 0.5:
            fault = self._unit_of_event(mirror, line)
            return [fault] if fault else []
        factors = packs_of(line.sku)
        if not factors:
            return []
        factor = self.chance.choice(factors) * self.chance.choice((1, -1))
        until = self._later(line.movement.at_ms, self.healed_ms)
        return [
            Fault(
                Cause.UNIT_OF_MEASURE, mirror.system, line.sku, line.movement.revision, until, factor=factor, measure=m
            )
            for m in mirror.measures
        ]

    def _unit_of_event(self, mirror: MirrorKind, line: Line) -> Fault | None:
        factors = packs_of(line.sku)
        if not factors:
            return None
        factor, changes = self.chance.choice(factors), line.movement.changes
        if self.chance.random() < 0.5:
            return self._fault(Cause.UNIT_OF_MEASURE, mirror, line, _times(changes, factor - 1))
        if any(change % factor for change in changes.values()):  # no such message can be written
            return None
        parts = {bucket: change // factor - change for bucket, change in changes.items()}
        return self._fault(Cause.UNIT_OF_MEASURE, mirror, line, parts)

    def _elsewhere(self, mirror: MirrorKind) -> Sequence[Fault]:
        line = self.chance.choice(self.lines)
        others = sorted(slips_of(line.sku, self.books.shelves))
        if not others:
            return []
        other = Line(self.chance.choice(others), line.movement)
        return [
            self._fault(Cause.WRONG_SKU, mirror, line, _times(line.movement.changes, -1)),
            self._fault(Cause.WRONG_SKU, mirror, other, line.movement.changes),
        ]

    def _phantom(self, mirror: MirrorKind) -> Sequence[Fault]:
        if "allocated" not in mirror.measures:  # only who walks past the shelf knows it
            return []
        line = self.chance.choice(self.shelf_lines)
        movement = line.movement
        counted = movement.changes.get(Bucket.ON_HAND, 0)
        if movement.kind is OperationKind.SUBMIT_COUNT and counted:
            since = self.books.revision_at(movement.at_ms - self.chance.randrange(2 * 3_600_000, 12 * 3_600_000))
            moved = {Bucket.ON_HAND: counted}
            return [Fault(Cause.PHANTOM, mirror.system, line.sku, since, movement.revision, moved, event=movement)]
        missing = -movement.changes.get(Bucket.ALLOCATED, 0)
        if movement.kind is OperationKind.REPORT_PICK and missing > 0:
            moved = {Bucket.ON_HAND: -missing, Bucket.SUSPECT: -movement.changes.get(Bucket.SUSPECT, 0)}
            return [self._fault(Cause.PHANTOM, mirror, line, moved)]
        return []

    def _column(self, mirror: MirrorKind) -> Sequence[Fault]:
        """Let a whole export, or a page of it, bear another of the mirror's figures."""
        measure = self.chance.choice(mirror.measures)
        told_as = self.chance.choice([each for each in ("on_hand", "available", "committed") if each != measure])
        at_ms = self.books.time_of(self.chance.choice(self.lines).movement.revision)
        since, until = self.books.revision_at(at_ms), self._later(at_ms, self.healed_ms)
        skus = list(self.books.shelves)
        start = self.chance.randrange(len(skus))
        if self.chance.random() < 0.9:  # a page of the export
            skus = skus[start : start + self.chance.randint(20, 200)]
        return [
            Fault(Cause.WRONG_MEASURE, mirror.system, sku, since, until, measure=measure, told_as=told_as)
            for sku in skus
        ]

    def _noise(self, mirror: MirrorKind) -> Sequence[Fault]:
        line = self.chance.choice(self.lines)
        measure, at = self.chance.choice(mirror.measures), line.movement
        expected = OWN[measure].of(self.books.shelves[line.sku].at(at.revision))
        figure = self.chance.randint(0, 2 * abs(expected) + 50)
        until = self._later(at.at_ms, _DAY_MS // 2)  # the next report is right again
        return [Fault(Cause.UNEXPLAINED, mirror.system, line.sku, at.revision, until, measure=measure, figure=figure)]


def packs_of(sku: str) -> tuple[int, ...]:
    """Give the packs in which a SKU is traded; six of ten have some."""
    chance = random.Random(f"packs of {sku}")
    return tuple(sorted(chance.sample(PACKS, chance.randint(1, 2)))) if chance.random() < 0.6 else ()


def slips_of(sku: str, known: Mapping[str, object]) -> Iterator[str]:
    """Give the SKUs that a typist may have meant: another letter behind, or one digit off by one."""
    stem = sku.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    wrong = [stem, *(stem + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
    wrong += [
        f"{sku[:place]}{digit}{sku[place + 1 :]}"
        for place, letter in enumerate(sku)
        if letter.isdecimal()
        for digit in ((int(letter) + 1) % 10, (int(letter) - 1) % 10)
    ]
    return (each for each in wrong if each != sku and each in known)


def _times(changes: Mapping[Bucket, int], factor: int) -> dict[Bucket, int]:
    return {bucket: change * factor for bucket, change in changes.items()}


def _overlaps(fault: Fault, others: Sequence[Fault]) -> bool:
    """Say whether another one stands at the same time; a day between them, so that it was seen to be gone."""
    return any(fault.since <= other.until + 300 and other.since <= fault.until + 300 for other in others)
