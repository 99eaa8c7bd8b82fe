"""What should happen next, by when, and what is said where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush

from gate_service.domain.reconcile.lifecycle import name
from gate_service.domain.reconcile.records import FindingKind

_DUE_MIN = 4_096


def finding_id_of(kind: FindingKind, location_id: str, subject: str, since_ms: int) -> str:
    """Name a finding by what it is about and since when: whoever raises it, however often, it is one."""
    return name("F", kind, location_id, subject, str(since_ms))


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something that should happen at a location. There is one for each kind and subject."""

    kind: FindingKind
    location_id: str
    subject: str
    since_ms: int
    """When what brings it about happened last: what comes in part lets it begin anew."""
    deadline_ms: int
    due_ms: int = 0
    """When to look at it by the clock, at the deadline or at another time; 0 where there is nothing to look for."""
    system: str = ""
    """Who brought it about."""
    revision: int = 0
    """The entry that did."""
    open: dict[str, int] = field(default_factory=dict)
    """What is still missing, in units, by a name that the watchdog gives."""
    raised: str = ""
    """The finding that stands because of it; empty where none does."""
    over: bool = False
    """It has happened, or is not to be expected any more: what was raised because of it is to be cleared."""

    @property
    def record_id(self) -> str:
        """Give the name under which it is kept."""
        return f"{self.location_id} {self.kind} {self.subject}"

    @property
    def finding_id(self) -> str:
        """Name the finding that it would be."""
        return finding_id_of(self.kind, self.location_id, self.subject, self.since_ms)

    @property
    def units(self) -> int:
        """Count what is missing."""
        return sum(self.open.values())

    @property
    def stale(self) -> bool:
        """Say whether a finding stands because of it that should not."""
        return bool(self.raised) and (self.over or self.raised != self.finding_id)

    def without(self, name: str, units: int) -> Expectation:
        """Give it with so many units less missing, at most all of that name."""
        left = self.open.get(name, 0) - units
        others = {each: one for each, one in self.open.items() if each != name}
        return replace(self, open={**others, name: left} if left > 0 else others)


class Book:
    """The expectations of one location in memory, and which of them changed since they were last taken to be kept."""

    def __init__(self, location_id: str) -> None:
        """Begin with none."""
        self.location_id = location_id
        self._by_kind: dict[FindingKind, dict[str, Expectation]] = {}
        self._versions: dict[str, int] = {}
        self._changed: dict[str, tuple[FindingKind, str]] = {}
        self._due: list[tuple[int, FindingKind, str]] = []
        self._due_max = _DUE_MIN
        self._stale: dict[tuple[FindingKind, str], None] = {}

    def restore(self, expectation: Expectation, version: int) -> None:
        """Take one as it is kept."""
        self._versions[expectation.record_id] = version
        self._set(expectation)

    def get(self, kind: FindingKind, subject: str) -> Expectation | None:
        """Give what is expected of a subject; None where nothing is, or it is over."""
        found = self._by_kind.get(kind, {}).get(subject)
        return None if found is None or found.over else found

    def of(self, kind: FindingKind, subjects: str = "") -> list[Expectation]:
        """Give what is expected of a kind, the oldest entry first; with `subjects` only of those that begin so."""
        found = [each for each in self._by_kind.get(kind, {}).values() if not each.over]
        if subjects:
            found = [each for each in found if each.subject.startswith(subjects)]
        return sorted(found, key=lambda each: each.revision)

    def everything(self) -> Iterator[Expectation]:
        """Give all that is expected."""
        for kind in tuple(self._by_kind):
            yield from self.of(kind)

    def put(self, expectation: Expectation) -> None:
        """Expect something; what was raised because of an earlier event of the same subject stays to be cleared."""
        before = self._by_kind.get(expectation.kind, {}).get(expectation.subject)
        if before is not None and before.raised and not expectation.raised:
            expectation = replace(expectation, raised=before.raised)
        self._set(expectation)
        self._changed[expectation.record_id] = (expectation.kind, expectation.subject)

    def put_as_it_is(self, expectation: Expectation) -> None:
        """Take one that says by itself what is raised because of it."""
        self._set(expectation)
        self._changed[expectation.record_id] = (expectation.kind, expectation.subject)

    def holds(self, expectation: Expectation) -> bool:
        """Say whether this is what stands, unchanged."""
        return self._by_kind.get(expectation.kind, {}).get(expectation.subject) is expectation

    def end(self, expectation: Expectation) -> None:
        """Expect it no more."""
        if expectation.raised:
            self.put(replace(expectation, over=True, due_ms=0))
        else:
            self._by_kind[expectation.kind].pop(expectation.subject, None)
            self._changed[expectation.record_id] = (expectation.kind, expectation.subject)

    def remove(self, expectation: Expectation) -> None:
        """Forget it, once nothing stands because of it."""
        self.end(replace(expectation, raised=""))

    def take(self) -> list[tuple[str, int, Expectation | None]]:
        """Give (name, version that is kept, what is to be kept, or None for nothing) of all that changed.

        From now on it counts as kept.
        """
        taken: list[tuple[str, int, Expectation | None]] = []
        for record_id, (kind, subject) in self._changed.items():
            stands = self._by_kind.get(kind, {}).get(subject)
            version = self._versions.pop(record_id, 0)
            if stands is not None:
                self._versions[record_id] = version + 1
            if stands is not None or version:
                taken.append((record_id, version, stands))
        self._changed.clear()
        return taken

    def due(self, now_ms: int) -> list[Expectation]:
        """Give what is to be looked at now: what is due, and what stands and should not. Each is given once."""
        found: dict[str, Expectation] = {}
        for kind, subject in self._stale:
            self._note(found, kind, subject)
        self._stale.clear()
        while self._due and self._due[0][0] <= now_ms:
            due_ms, kind, subject = heappop(self._due)
            expectation = self._by_kind.get(kind, {}).get(subject)
            if expectation is not None and expectation.due_ms == due_ms:
                self._note(found, kind, subject)
        return list(found.values())

    def again(self, expectation: Expectation) -> None:
        """Let it be given again: what was to be done with it was not."""
        self._stale[expectation.kind, expectation.subject] = None

    def _note(self, found: dict[str, Expectation], kind: FindingKind, subject: str) -> None:
        expectation = self._by_kind.get(kind, {}).get(subject)
        if expectation is not None:
            found[expectation.record_id] = expectation

    def _set(self, expectation: Expectation) -> None:
        kind, subject = expectation.kind, expectation.subject
        self._by_kind.setdefault(kind, {})[subject] = expectation
        if expectation.due_ms:
            heappush(self._due, (expectation.due_ms, kind, subject))
            if len(self._due) > self._due_max:
                self._forget_what_is_over()
        if expectation.stale:
            self._stale[kind, subject] = None

    def _forget_what_is_over(self) -> None:
        """Let go the deadlines of what has come: nobody looks at them while an old ledger is followed to its end."""
        stand = (each for of_kind in self._by_kind.values() for each in of_kind.values() if each.due_ms)
        self._due = [(each.due_ms, each.kind, each.subject) for each in stand]
        heapify(self._due)
        self._due_max = max(_DUE_MIN, 2 * len(self._due))
