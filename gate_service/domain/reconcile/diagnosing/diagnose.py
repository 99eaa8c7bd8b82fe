"""Puts the rules together: what is young, what the snapshot shows, what explains each figure, what is likeliest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gate_service.domain.reconcile.causes import Cause, Diagnosis, Difference, Lag
from gate_service.domain.reconcile.diagnosing.columns import other_measure
from gate_service.domain.reconcile.diagnosing.combining import (
    as_other_measure,
    combined,
    over_whole_figure,
    single,
)
from gate_service.domain.reconcile.diagnosing.hypotheses import Answer, Hypothesis, Scope
from gate_service.domain.reconcile.diagnosing.judging import Verdict, judge
from gate_service.domain.reconcile.diagnosing.missing import never_applied, never_released, standing_still
from gate_service.domain.reconcile.diagnosing.neighbours import pairs, under_another_sku
from gate_service.domain.reconcile.diagnosing.packing import event_in_other_unit, figure_in_other_unit
from gate_service.domain.reconcile.diagnosing.patterns import Patterns, find_patterns, mistaken_beside
from gate_service.domain.reconcile.diagnosing.repeating import applied_twice
from gate_service.domain.reconcile.diagnosing.shelves import shelf_differs
from gate_service.domain.reconcile.diagnosing.timing import ahead, is_young, lacking
from gate_service.domain.reconcile.diagnosing.wording import tell, tell_ahead, tell_timing

_PLAIN = 0.3
"""What one fault explains so well is not put together from several: that would only take time."""
_EVENTS_MAX = 60
"""Of so many events of a SKU, the newest, faults are looked for."""
_OTHERWISE_MAX = 24
_ALL_TAKEN = 0.5
_OUT_OF_ORDER = 0.1
"""How likely a mirror had taken every event, or others than the cut says."""
_UPON = 0.02
"""That a SKU which differs already gets another fault on top."""
_ONCE_FOR_BOTH = 0.02
"""That what differed before and what came on top have one cause after all."""


def diagnose(differences: Sequence[Difference], lag: Lag, mirror: str) -> list[Diagnosis]:
    """Give one diagnosis for each difference of one snapshot, in their order.

    One with the cause TIMING is no variance: the mirror lacks only events that are younger than it may be behind, or
    has taken events that came right after the snapshot's moment.
    """
    missing = [lacking(each, [event for event in each.movements if is_young(event, each, lag)]) for each in differences]
    scopes = [_scope(each, lag, young) for each, young in zip(differences, missing, strict=True)]
    mistaken = mistaken_beside(scopes)
    scopes = [replace(each, mistaken=mistaken) for each in scopes] if mistaken else scopes
    late = {place for place, each in enumerate(differences) if each.amount in missing[place]}
    late -= _exchanged(scopes, late)
    early = {place: taken for place, each in enumerate(differences) if place not in late and (taken := ahead(each))}
    certain = [scope for place, scope in enumerate(scopes) if place not in late and place not in early]
    snapshot = _Snapshot(mirror, pairs(scopes), find_patterns(certain, [list(_of_events(each)) for each in certain]))
    timing = {place: tell_ahead(differences[place], taken) for place, taken in early.items()}
    timing |= {place: tell_timing(differences[place], missing[place][differences[place].amount], lag) for place in late}
    return [timing.get(place) or snapshot.diagnose(scope) for place, scope in enumerate(scopes)]


def _exchanged(scopes: Sequence[Scope], late: Collection[int]) -> set[int]:
    """Give those that only seem late: what they lack has just been found under a relative."""
    certain = {scope.difference.sku for place, scope in enumerate(scopes) if place not in late}
    related = pairs(scopes)
    return {
        place
        for place in late
        for other in related.get(scopes[place].difference.sku, ())
        if other.difference.sku in certain and _only_there(scopes[place], other)
    }


def _only_there(lacking_it: Scope, having_it: Scope) -> bool:
    """Say whether one has too much by just what the other lacks, and no event of its own explains that."""
    amount = having_it.residual
    fits = amount == -lacking_it.difference.amount and any(amount == delta for _, delta in lacking_it.everything)
    return fits and not any(each.amount == amount for each in _of_events(having_it))


def _scope(difference: Difference, lag: Lag, missing: Iterable[int]) -> Scope:
    """Put the gate's figures back to the cut: what the mirror was too far behind to know is taken off."""
    taken = tuple(event for event in difference.movements if event.revision <= lag.revision)
    buckets = dict(difference.buckets)
    for event in difference.movements[len(taken) :]:
        for bucket, change in event.changes.items():
            buckets[bucket] = buckets.get(bucket, 0) - change
    at_cut = replace(difference, buckets=buckets, movements=taken)
    sums = sorted({difference.amount - amount for amount in missing} - {at_cut.amount}, key=abs)[:_OTHERWISE_MAX]
    likely = {difference.amount: _ALL_TAKEN}
    otherwise = tuple((residual, likely.get(residual, _OUT_OF_ORDER)) for residual in sums)
    return Scope(
        at_cut,
        at_cut.amount,
        taken[-_EVENTS_MAX:],
        difference.agreed_revision,
        tuple(event for event in difference.movements if is_young(event, difference, lag)),
        max(lag.allowed_ms, lag.usual_ms),
        difference.movements[len(taken) :],
        otherwise,
        difference.buckets if buckets != difference.buckets else None,
    )


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """All differences of a snapshot that no lag explains."""

    mirror: str
    relatives: Mapping[str, Sequence[Scope]]
    patterns: Patterns

    def diagnose(self, scope: Scope) -> Diagnosis:
        verdict = judge(scope, self._answers(scope), self.mirror)
        split = self._split(scope)
        at_once = verdict.share * (_ONCE_FOR_BOTH if verdict.answer.parts[0].event else 1.0)
        if split and _UPON * split[0].share * split[1].share > at_once:
            return tell(scope, split, self.mirror)
        return tell(scope, [verdict], self.mirror)

    def _answers(self, scope: Scope) -> Iterator[Answer]:
        events = self._events(scope)
        whole = [*other_measure(scope, self.patterns.measures), *figure_in_other_unit(scope)]
        alone = list(single(scope, [*events, *whole]))
        yield from alone
        for residual, likely in scope.otherwise:
            yield from single(replace(scope, residual=residual), events, likely)
        yield from standing_still(scope)
        if max((each.weight for each in alone), default=0) >= _PLAIN:
            return
        yield from combined(scope, events)
        for each in whole:
            inner = as_other_measure(scope, each.about) if each.cause is Cause.WRONG_MEASURE else scope
            inside = events if inner is scope else self._events(inner)
            yield from over_whole_figure(scope, each, inside)

    def _events(self, scope: Scope) -> list[Hypothesis]:
        own = [self.patterns.weigh(each) for each in _of_events(scope)]
        return [*own, *under_another_sku(scope, self.relatives.get(scope.difference.sku, ()))]

    def _split(self, scope: Scope) -> list[Verdict]:
        """Explain what differed before, and what came on top, each by events of its own time; nothing if neither."""
        difference = scope.difference
        standing, since = difference.standing, difference.standing_revision
        if not standing or not since or standing == scope.residual:
            return []
        before = tuple(event for event in scope.window if event.revision <= since)
        after = tuple(event for event in scope.window if event.revision > since)
        old = replace(scope, residual=standing, window=before, otherwise=())
        new = replace(scope, residual=scope.residual - standing, window=after, agreed_revision=since, otherwise=())
        verdicts = [judge(part, self._answers_of_events(part), self.mirror) for part in (old, new)]
        causes = {verdict.answer.cause for verdict in verdicts}
        return [] if Cause.UNEXPLAINED in causes else verdicts

    def _answers_of_events(self, scope: Scope) -> Iterator[Answer]:
        events = self._events(scope)
        yield from single(scope, events)
        yield from combined(scope, events)


def _of_events(scope: Scope) -> Iterator[Hypothesis]:
    yield from applied_twice(scope)
    yield from never_applied(scope)
    yield from never_released(scope)
    yield from event_in_other_unit(scope)
    yield from shelf_differs(scope)
