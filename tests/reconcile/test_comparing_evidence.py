"""What the rules are told of a figure is the same by the way of users and where they are scored."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import pytest

from gate_service.domain.reconcile.causes import Cause, Diagnosis, Difference, Lag, Movement
from gate_service.domain.reconcile.diagnosing import diagnose
from gate_service.domain.vocabulary import Bucket
from gate_service.reconcile import diagnosed as judging
from tests.contract.clock import Clock
from tests.contract.state import ASKING
from tests.contract.world import World
from tests.drift import snapshots
from tests.drift.books import Books
from tests.drift.faults import FOREVER, Fault, MirrorKind
from tests.drift.month import Month
from tests.drift.snapshots import Reports
from tests.reconcile.mirroring import HERE, Mirroring

_MINUTE_MS = 60_000
_MEASURES = ("on_hand", "available")
_MIRRORS = (
    MirrorKind("wms", _MEASURES, delay_ms=4 * _MINUTE_MS),
    MirrorKind("wms", _MEASURES, delay_ms=_MINUTE_MS, jitter_ms=13 * _MINUTE_MS),
)
_SKUS = [f"SKU-{number * 37:04}" for number in range(40)]
_ROUNDS = 8
_HEALED_ENTRIES = 90
_Key = tuple[int, str, str]


class _Told(NamedTuple):
    difference: Difference
    cause: Cause


class _Story:
    """Days of a location: goods come and leave, are counted, and some of it its mirror takes wrong."""

    def __init__(self, at: World, clock: Clock, mirror: MirrorKind) -> None:
        self.at = at
        self.mirror = mirror
        self.clock = clock
        self.chance = random.Random(7)
        self.faults: list[Fault] = []
        self.moments: list[tuple[int, int]] = []
        self._number = 0
        self._told_ms = 0

    async def begin(self) -> None:
        await self.at.receive(*((sku, 200) for sku in _SKUS))
        self.clock.advance(24 * 60 * _MINUTE_MS)

    async def some(self, count: int) -> None:
        for _ in range(count):
            self.clock.advance(self.chance.randint(1, 12) * _MINUTE_MS)
            sku, units = self.chance.choice(_SKUS), self.chance.randint(1, 30)
            self._number += 1
            if self.chance.random() < 0.4:
                await self.at.receive((sku, units))
                continue
            await self.at.reserve(f"O-{self._number}", ("1", sku, units))
            self.clock.advance(_MINUTE_MS)
            await self.at.ship_foreign(f"O-{self._number}")

    async def books(self) -> Books:
        page = await self.at.ledger.entries(HERE, 1, 1_000, ASKING)
        assert not page.next_from_revision
        return Books(Month(page.entries, {}, (), ""))

    async def strike(self) -> None:
        """Let the mirror take one event not at all, and another one twice; what is old is put right."""
        books = await self.books()
        newest = max(shelf.revisions[-1] for shelf in books.shelves.values())
        self.faults = [
            replace(each, until=newest) if each.until == FOREVER and newest - each.since > _HEALED_ENTRIES else each
            for each in self.faults
        ]
        struck = {each.sku for each in self.faults}
        free = [sku for sku in _SKUS if sku not in struck and books.shelves[sku].movements[-1].at_ms > self._told_ms]
        for cause, sign in ((Cause.NOT_APPLIED, -1), (Cause.DOUBLE_APPLIED, 1)):
            sku = free.pop(self.chance.randrange(len(free)))
            event = books.shelves[sku].movements[-1]
            moved = _times(event, sign)
            self.faults.append(Fault(cause, self.mirror.system, sku, event.revision, FOREVER, moved, event=event))

    async def tell(self, mirrors: Mirroring, name: str) -> None:
        """Let the mirror tell all its figures as of now, and go on a while before they are compared."""
        at_ms = self.clock.now_ms
        books = await self.books()
        revision, reports = books.revision_at(at_ms), Reports(books, (self.mirror,), self.faults)
        rows = [
            (sku, reports._figure(self.mirror, measure, sku, at_ms, revision), measure)
            for sku in books.shelves
            for measure in _MEASURES
        ]
        self._told_ms = self.clock.now_ms
        await self.some(4)
        self.moments.append((at_ms, self.clock.now_ms))
        await mirrors.compared(name, rows, at_ms=at_ms, system=self.mirror.system, measure=_MEASURES[0], whole=True)


def _times(event: Movement, sign: int) -> dict[Bucket, int]:
    return {bucket: sign * change for bucket, change in event.changes.items()}


def _noting(told: dict[_Key, _Told]) -> Callable[[Sequence[Difference], Lag, str], list[Diagnosis]]:
    def noted(differences: Sequence[Difference], lag: Lag, mirror: str) -> list[Diagnosis]:
        found = diagnose(differences, lag, mirror)
        for difference, diagnosis in zip(differences, found, strict=True):
            told[difference.at_ms, difference.measure.name, difference.sku] = _Told(difference, diagnosis.cause)
        return found

    return noted


@pytest.mark.parametrize("mirror", _MIRRORS, ids=lambda mirror: f"jitter {mirror.jitter_ms} ms")
async def test_the_rules_are_told_the_same_by_the_way_of_users_as_where_they_are_scored(
    at: World, mirrors: Mirroring, clock: Clock, monkeypatch: pytest.MonkeyPatch, mirror: MirrorKind
) -> None:
    really: dict[_Key, _Told] = {}
    scored: dict[_Key, _Told] = {}
    monkeypatch.setattr(judging, "diagnose", _noting(really))
    monkeypatch.setattr(snapshots, "diagnose", _noting(scored))
    monkeypatch.setattr(snapshots, "packs_of", lambda _sku: ())  # the catalog of this store is empty
    story = _Story(at, clock, mirror)
    await story.begin()
    for number in range(_ROUNDS):
        await story.some(20)
        await story.strike()
        await story.some(12)
        await story.tell(mirrors, f"S{number}")
    books = await story.books()
    reports = Reports(books, (mirror,), story.faults)
    for moments in story.moments:
        _ = [*reports.compare(*moments)]
    assert {each.cause for each in scored.values()} >= {Cause.NOT_APPLIED, Cause.DOUBLE_APPLIED}
    assert {bool(each.difference.standing) for each in scored.values()} == {False, True}
    for key, (difference, cause) in scored.items():
        assert (key, really[key].cause) == (key, cause)
        assert (key, _fields(really[key].difference)) == (key, _fields(difference))
        _same_place(books, really[key].difference, difference)
        revisions = [each.revision for each in difference.movements]
        assert [each.revision for each in really[key].difference.movements][-len(revisions) :] == revisions
    besides = {really[key].cause for key in really.keys() - scored.keys()}
    assert besides <= {Cause.TIMING}, "what is equal at the cut is not looked at where it is scored"


def _fields(difference: Difference) -> dict[str, object]:
    """Give what has to be the same to the last bit."""
    return {
        "reported": difference.reported,
        "expected": difference.expected,
        "at_ms": difference.at_ms,
        "later": [each.revision for each in difference.later],
        "agreed_at_ms": difference.agreed_at_ms,
        "standing": difference.standing,
        "factors": difference.factors,
        "relatives": sorted(difference.relatives),
        "beside": difference.beside,
    }


def _same_place(books: Books, really: Difference, scored: Difference) -> None:
    """Users' mirrors have one cut for all measures, the scored ones one for each: what lies between moves nothing."""
    shelf, measure = books.shelves[really.sku], really.measure.name
    for one, other in (
        (really.agreed_revision, scored.agreed_revision),
        (really.standing_revision, scored.standing_revision),
    ):
        assert abs(one - other) <= 2, "a reservation and its shipment"
        assert shelf.figure_at(measure, one) == shelf.figure_at(measure, other)
