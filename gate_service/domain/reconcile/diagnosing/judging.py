"""Weighs all that would explain a difference, and chooses: by cause first, then the likeliest within it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from gate_service.domain.reconcile.causes import Cause, handoff_of
from gate_service.domain.reconcile.diagnosing.hypotheses import Answer, Hypothesis, Scope

_NOISE: Final = 0.3
"""How often a figure is simply wrong: typed, cut off, made up."""
_RANGE_MIN: Final = 100
_SURE_MAX: Final = 99


class Verdict(NamedTuple):
    """What was chosen."""

    answer: Answer
    confidence_percent: int
    alike: int
    """How many other events would explain it as well, by the same cause."""
    share: float
    """The weight of the chosen cause, to be weighed against other readings of the same figure."""


def unexplained(scope: Scope) -> Answer:
    """Give what speaks for a figure that is simply wrong: any other would have been as likely."""
    expected = abs(scope.difference.reported - scope.residual)
    chance = _NOISE / max(_RANGE_MIN, 2 * expected)
    part = Hypothesis(Cause.UNEXPLAINED, chance, 0)
    return Answer((part,), chance * scope.beside([part.moved]))


def judge(scope: Scope, answers: Iterable[Answer], mirror: str) -> Verdict:
    """Choose."""
    everything: Sequence[Answer] = [*answers, unexplained(scope)]
    by_cause: dict[Cause, list[Answer]] = defaultdict(list)
    for answer in everything:
        by_cause[answer.cause].append(answer)
    total = sum(answer.weight for answer in everything)
    chosen = max(by_cause.values(), key=lambda same: sum(answer.weight for answer in same))
    best = max(chosen, key=_weight_and_age)
    handoff = _handoffs(best, mirror)
    agreeing = sum(answer.weight for answer in chosen if _handoffs(answer, mirror) == handoff)
    percent = min(_SURE_MAX, round(100 * agreeing / total)) if total else 0
    alike = sum(answer.weight * 2 >= best.weight for answer in chosen) - 1
    return Verdict(best, percent, alike, sum(answer.weight for answer in chosen))


def _weight_and_age(answer: Answer) -> tuple[float, int]:
    """Prefer the likelier, then the newer."""
    return answer.weight, max((part.event.revision for part in answer.parts if part.event), default=0)


def _handoffs(answer: Answer, mirror: str) -> frozenset[str]:
    return frozenset(handoff_of(part.event, mirror) if part.event else part.about for part in answer.parts)
