"""What may have happened to one figure, and how likely that is beside everything else that may have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from gate_service.domain.reconcile.causes import Cause, Difference, Movement
from gate_service.domain.reconcile.measures import OWN, Measure
from gate_service.domain.vocabulary import Bucket

NOTHING: Mapping[Bucket, int] = {}
_BESIDE_DISAGREES = 0.03
_BESIDE_LATE = 0.3
_BESIDE_ANOTHER = 0.04
"""Another fault may lie over the other figure; so a figure that contradicts weakens, and does not rule out."""
_SAME_UNIT = 5.0
_OWN_UNIT = 0.3
"""Another figure in the same unit confirms it, if it is not 0; one in its own unit speaks against it, a little."""
_LET_PASS = 0.7
_TAKEN = 0.05
_UNKNOWN = 0.1
"""How likely something is the matter with an event from before the mirror agreed: young then, not, or who knows."""
_YOUNG_MAX = 5


class Hypothesis(NamedTuple):
    """One fault that would explain a part of a difference."""

    cause: Cause
    weight: float
    """How often it happens, where an event that is applied twice is 1."""
    amount: int
    """By how much the figure would be off, in units of the measure."""
    moved: Mapping[Bucket, int] = NOTHING
    """By how much the mirror's buckets would be off; nothing where only this one figure is wrong."""
    event: Movement | None = None
    factor: int = 0
    about: str = ""
    """The name of a measure or of a SKU."""


class Answer(NamedTuple):
    """One to three faults that together explain a whole difference."""

    parts: tuple[Hypothesis, ...]
    weight: float

    @property
    def cause(self) -> Cause:
        """Give what to call them."""
        return self.parts[0].cause if len(self.parts) == 1 else Cause.COMBINED


@dataclass(frozen=True)
class Scope:
    """What is to be explained, and by what it may be: a difference, or a part of one that came at a time of its own."""

    difference: Difference
    residual: int
    """What is to be explained, in units of the measure: what the lag explains is taken off."""
    window: tuple[Movement, ...]
    """The events that the mirror should have taken."""
    agreed_revision: int = 0
    """Up to this entry the mirror had no fault."""
    young: tuple[Movement, ...] = ()
    """Events that the mirror may lack still, whatever the cut says."""
    allowed_ms: int = 0
    behind: tuple[Movement, ...] = ()
    """Events behind the cut."""
    otherwise: tuple[tuple[int, float], ...] = ()
    """What else is to be explained if young events were taken out of order, and how likely that is."""

    level: Mapping[Bucket, int] | None = None
    """The gate's balance at the snapshot's moment, where the cut lies before it."""
    mistaken: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By each other measure that is told of the SKU, how sure it is that another one stands in its column."""

    _late: dict[str, frozenset[int]] = field(default_factory=dict, compare=False)

    @cached_property
    def deltas(self) -> tuple[tuple[Movement, int], ...]:
        """Give the events of the window that move the figure, with by how much."""
        return self._moving(self.window)

    @property
    def now(self) -> Mapping[Bucket, int]:
        """Give the gate's balance at the snapshot's moment."""
        return self.difference.buckets if self.level is None else self.level

    @property
    def balances(self) -> tuple[Mapping[Bucket, int], ...]:
        """Give the balance at the cut, and at the moment where that is another one."""
        return (self.difference.buckets,) if self.level is None else (self.difference.buckets, self.level)

    @property
    def everything(self) -> tuple[tuple[Movement, int], ...]:
        """Give the same of all that moved it, young events too."""
        return self._moving((*self.window, *self.behind))

    def _moving(self, events: Iterable[Movement]) -> tuple[tuple[Movement, int], ...]:
        of = self.difference.measure.of
        return tuple((event, of(event.changes)) for event in events if of(event.changes))

    def freshness(self, event: Movement) -> float:
        """Weigh an event down that the mirror had taken when it agreed last, unless it was let pass as young then."""
        if event.revision > self.agreed_revision:
            return 1.0
        agreed_at_ms = self.difference.agreed_at_ms
        if not agreed_at_ms:
            return _UNKNOWN
        return _LET_PASS if agreed_at_ms - event.at_ms <= self.allowed_ms else _TAKEN

    def beside(self, moved: Sequence[Mapping[Bucket, int]]) -> float:
        """Weigh how well a fault goes with the other figures of the SKU in the same snapshot."""
        weight = 1.0
        for name, told in (self.difference.beside or {}).items():
            if name in OWN and name != self.difference.measure.name:
                off = told - sum(map(OWN[name].of, moved))
                if off:
                    weight *= max(self._excuse(OWN[name], off), self._in_column(name, told, moved))
        return weight

    def beside_in_unit(self, factor: int) -> float:
        """Weigh how well a whole figure in another unit goes with the others: mostly those of an SKU are told alike."""
        weight = 1.0
        for name, told in (self.difference.beside or {}).items():
            own = OWN[name].of(self.now) if name in OWN and name != self.difference.measure.name else 0
            scaled = own * factor if factor > 0 else int(own / -factor)
            if scaled == own:
                weight *= 1.0 if told == 0 else self._excuse(OWN[name], told) if name in OWN else 1.0
            elif told == scaled - own:
                weight *= _SAME_UNIT if scaled else 1.0
            else:
                weight *= _OWN_UNIT if told == 0 else self._excuse(OWN[name], told - scaled + own)
        return weight

    def _in_column(self, name: str, told: int, moved: Sequence[Mapping[Bucket, int]]) -> float:
        """Weigh that another figure says nothing, for its column holds a third one, with which the fault goes well."""
        figure = OWN[name].of(self.now) + told
        return max(
            (
                sure
                for each, sure in self.mistaken.get(name, {}).items()
                if figure - OWN[each].of(self.now) - sum(map(OWN[each].of, moved)) in self.late(OWN[each])
            ),
            default=0.0,
        )

    def _excuse(self, measure: Measure, off: int) -> float:
        """Weigh what another figure is off by besides: by young events, by one fault more, or by who knows what."""
        if off in self.late(measure):
            return _BESIDE_LATE
        another = any(abs(measure.of(event.changes)) == abs(off) for event in self.window)
        return _BESIDE_ANOTHER if another else _BESIDE_DISAGREES

    def late(self, measure: Measure) -> frozenset[int]:
        """Give by how much young events can put a figure of this measure off, were they taken or not; 0 with them."""
        if measure.name not in self._late:
            sums = {0}
            for event in self.young[-_YOUNG_MAX:]:
                delta = measure.of(event.changes)
                sums |= {amount + delta for amount in sums} | {amount - delta for amount in sums}
            self._late[measure.name] = frozenset(sums)
        return self._late[measure.name]
